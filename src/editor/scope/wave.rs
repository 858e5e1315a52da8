//! Draws the signal in a lane: the original behind, the curves that were played in front.

use std::ops::Range;

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2};

use super::lane::Lane;
use crate::codec::level_to_sample;
use crate::editor::history::{History, PlayedSegment};
use crate::editor::line_mesh::LineMesh;
use crate::editor::palette::CurvePalette;
use crate::editor::theme;

/// More segments than this are drawn as columns: they would be narrower than a pixel, and drawing
/// each would take most of the time that a frame has.
const MOST_SEGMENTS: usize = 2000;

/// Extrema are marked where segments are at least this wide, in points: closer dots would touch.
const DOT_ROOM: f32 = 8.0;

/// Above this many samples per point, the original is drawn as the range of values in each column;
/// below it, a line through the samples has no more vertices.
const DENSE: f64 = 3.0;

/// How a lane is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneStyle {
    /// Whether curves are drawn.
    pub curves: bool,
    /// Opacity of the original and the curves, 0 to 1.
    pub strength: f32,
    /// The gain with which the difference of the two is drawn, if at all.
    pub loss: Option<f32>,
    /// Width of the curves in points.
    pub width: f32,
    /// The curve whose segments stand out.
    pub highlight: Option<u8>,
}

/// Memory for drawing a lane, reused in every frame.
#[derive(Debug, Default)]
pub struct LaneMeshes {
    fills: LineMesh,
    original: LineMesh,
    curves: LineMesh,
    lost: LineMesh,
    lost_fills: LineMesh,
    points: Vec<(Pos2, Color32)>,
    plain: Vec<Pos2>,
    columns: Vec<Column>,
}

/// One column of points, for spans with many segments.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    low: f32,
    high: f32,
    /// Sums of red, green and blue, and of the weights they were added with.
    colour: [u32; 3],
    weight: u32,
}

/// The visible part of a lane.
struct LaneView<'a> {
    history: &'a History,
    lane: &'a Lane,
    palette: &'a CurvePalette,
    style: &'a LaneStyle,
    /// The positions in view of which the history has samples.
    visible: Range<u64>,
}

/// Draws the visible part of one lane.
pub fn draw(
    painter: &Painter,
    meshes: &mut LaneMeshes,
    history: &History,
    lane: &Lane,
    palette: &CurvePalette,
    style: &LaneStyle,
) {
    let visible = lane.visible(history);
    if visible.is_empty() {
        return;
    }
    let painter = &painter.with_clip_rect(lane.rect.expand2(Vec2::new(0.0, 2.0)));
    let count = history.segments(lane.stream, visible.clone()).take(MOST_SEGMENTS + 1).count();
    for mesh in [&mut meshes.fills, &mut meshes.original, &mut meshes.curves] {
        mesh.begin(painter);
    }
    let view = LaneView { history, lane, palette, style, visible };
    original(meshes, &view);
    if style.curves {
        if count > MOST_SEGMENTS {
            columns(meshes, &view);
        } else {
            curves(meshes, &view);
        }
    }
    meshes.fills.finish(painter);
    meshes.original.finish(painter);
    meshes.curves.finish(painter);
    if style.curves && style.loss.is_none() && count > 0 {
        let known = (view.visible.end - view.visible.start) as f32 / lane.span as f32;
        if lane.rect.width() * known / count as f32 >= DOT_ROOM {
            dots(painter, &view);
        }
    }
    if let Some(gain) = style.loss {
        loss(painter, meshes, &view, gain);
    }
}

/// Follows the samples in view, or the range of each column where they are dense, and hands each
/// stretch without gaps (NaN) to `draw`.
fn trace(
    points: &mut Vec<(Pos2, Color32)>,
    view: &LaneView,
    colour: Color32,
    sample: impl Fn(u64) -> f32,
    mut draw: impl FnMut(&[(Pos2, Color32)]),
) {
    let LaneView { lane, visible, .. } = view;
    points.clear();
    let density = lane.span / f64::from(lane.rect.width());
    if density <= DENSE {
        for position in visible.clone() {
            let x = sample(position);
            if x.is_nan() {
                draw(points);
                points.clear();
            } else {
                points.push((lane.point(position, x), colour));
            }
        }
    } else {
        let mut position = visible.start;
        while position < visible.end {
            // Columns start at multiples of their length in the stream, not at the left edge, so
            // that their ranges do not flicker while the signal moves on.
            let column = (position as f64 / density).floor() + 1.0;
            let end = ((column * density).ceil() as u64).clamp(position + 1, visible.end);
            let (mut low, mut high, mut low_first) = (f32::INFINITY, f32::NEG_INFINITY, true);
            for position in position..end {
                let x = sample(position);
                if x < low {
                    (low, low_first) = (x, false);
                }
                if x > high {
                    (high, low_first) = (x, true);
                }
            }
            if low > high {
                draw(points);
                points.clear();
            } else {
                let (first, second) = if low_first { (low, high) } else { (high, low) };
                let middle = position.midpoint(end);
                points.push((lane.point(position, first), colour));
                points.push((lane.point(middle, second), colour));
            }
            position = end;
        }
    }
    draw(points);
}

/// Draws the original.
fn original(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneMeshes { original, points, .. } = meshes;
    let colour = theme::ORIGINAL.gamma_multiply(view.style.strength);
    let sample = |position| view.history.original(view.lane.stream, position);
    trace(points, view, colour, sample, |points| original.line(points, 1.0));
}

/// The level of a record, full scale being 1.
fn full_scale(level: i16) -> f32 {
    level_to_sample(level) as f32
}

/// The line of a segment up to the position `end`, with a point for about every point on screen.
fn outline(
    points: &mut Vec<Pos2>,
    history: &History,
    lane: &Lane,
    segment: &PlayedSegment,
    end: u64,
) {
    points.clear();
    // A segment starts at the last sample of the one before it.
    let start = pos2(lane.x(segment.position as f64 - 1.0), lane.y(full_scale(segment.start)));
    points.push(start);
    let end = segment.end().min(end);
    if segment.is_hold() {
        points.push(pos2(lane.x(end as f64 - 1.0), start.y));
        return;
    }
    let step = (lane.span / f64::from(lane.rect.width())).ceil().max(1.0) as u64;
    // Counted back from the end, so that the extremum itself is always drawn.
    let length = segment.end() - segment.position;
    let mut position = segment.position + (length - 1) % step;
    while position < end {
        points.push(lane.point(position, history.decoded(lane.stream, position)));
        position += step;
    }
}

/// Draws every segment in its curve's colour, with a faint area down to the zero line.
fn curves(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneView { history, lane, palette, style, visible } = view;
    let LaneMeshes { fills, curves, points, plain, .. } = meshes;
    points.clear();
    let zero = lane.y(0.0);
    let mut last: Option<PlayedSegment> = None;
    for segment in history.segments(lane.stream, visible.clone()) {
        let ordinal = segment.record.ordinal();
        let chosen = style.highlight.is_none_or(|highlight| highlight == ordinal);
        let opacity = if chosen { 1.0 } else { 0.35 };
        let colour = palette.colour(ordinal).gamma_multiply(style.strength * opacity);
        let joined = last.is_some_and(|last| last.end() == segment.position && !last.is_hold());
        if !joined || segment.is_hold() {
            curves.line(points, style.width);
            points.clear();
        }
        outline(plain, history, lane, segment, visible.end);
        let start = plain[0];
        if style.loss.is_none() && style.strength > 0.5 {
            fills.area(plain, zero, colour.gamma_multiply(0.1));
        }
        if segment.is_hold() {
            let hold = [(plain[0], colour), (plain[1], colour)];
            curves.line(&hold, style.width + 0.75);
        } else {
            if points.is_empty() {
                points.push((start, colour));
            }
            points.extend(plain[1..].iter().map(|&point| (point, colour)));
        }
        last = Some(*segment);
    }
    curves.line(points, style.width);
}

/// Draws the range of values in each column, in the mean colour of the segments that start there.
fn columns(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneView { history, lane, palette, style, visible } = view;
    let LaneMeshes { curves, columns, .. } = meshes;
    let empty = Column { low: f32::INFINITY, high: f32::NEG_INFINITY, ..Column::default() };
    columns.clear();
    columns.resize(lane.rect.width().ceil() as usize + 1, empty);
    // What began before the left edge counts as the first column, and the sample after the last one
    // in view may have none.
    let index = |position: u64| (lane.x(position as f64) - lane.rect.left()).max(0.0) as usize;
    for position in visible.clone() {
        let y = history.decoded(lane.stream, position);
        if let Some(column) = columns.get_mut(index(position)) {
            column.low = column.low.min(y);
            column.high = column.high.max(y);
        }
    }
    for segment in history.segments(lane.stream, visible.clone()) {
        if let Some(column) = columns.get_mut(index(segment.position)) {
            let colour = palette.colour(segment.record.ordinal());
            // Longer segments count for more, but one alone does not decide.
            let weight = segment.record.length().min(64);
            for (sum, part) in column.colour.iter_mut().zip([colour.r(), colour.g(), colour.b()]) {
                *sum += u32::from(part) * weight;
            }
            column.weight += weight;
        }
    }
    let mut colour = theme::HOLD;
    for (i, column) in columns.iter().enumerate() {
        if column.weight > 0 {
            let [r, g, b] = column.colour.map(|sum| (sum / column.weight) as u8);
            colour = Color32::from_rgb(r, g, b);
        }
        if column.low <= column.high {
            let x = lane.rect.left() + i as f32;
            let rect = Rect::from_min_max(
                pos2(x, lane.y(column.high) - 0.75),
                pos2(x + 1.0, lane.y(column.low) + 0.75),
            );
            curves.rect(rect, colour.gamma_multiply(0.85 * style.strength));
        }
    }
}

/// Marks the end of every segment: the extremum, for the peak detector.
fn dots(painter: &Painter, view: &LaneView) {
    let LaneView { history, lane, visible, .. } = view;
    for segment in history.segments(lane.stream, visible.clone()) {
        if !segment.is_hold() && segment.end() <= visible.end {
            let level = full_scale(segment.record.end(segment.start));
            dot(painter, lane.point(segment.end() - 1, level), 2.5);
        }
    }
}

/// Draws a dot with a dark rim.
fn dot(painter: &Painter, at: Pos2, radius: f32) {
    painter.circle_filled(at, radius + 1.5, theme::SCOPE);
    painter.circle_filled(at, radius, theme::TEXT_HIGH);
}

/// Draws what is lost, `gain` times larger.
fn loss(painter: &Painter, meshes: &mut LaneMeshes, view: &LaneView, gain: f32) {
    let LaneView { history, lane, .. } = view;
    let LaneMeshes { lost, lost_fills, points, plain, .. } = meshes;
    lost.begin(painter);
    lost_fills.begin(painter);
    let zero = lane.y(0.0);
    let sample = |position| {
        gain * (history.original(lane.stream, position) - history.decoded(lane.stream, position))
    };
    trace(points, view, theme::ACCENT, sample, |points| {
        plain.clear();
        plain.extend(points.iter().map(|point| point.0));
        lost_fills.area(plain, zero, theme::ACCENT.gamma_multiply(0.14));
        lost.line(points, 1.5);
    });
    lost_fills.finish(painter);
    lost.finish(painter);
}

/// Highlights a segment with a band behind it, its edges and its ends.
pub fn band(
    painter: &Painter,
    history: &History,
    lane: &Lane,
    palette: &CurvePalette,
    segment: &PlayedSegment,
) {
    let painter = &painter.with_clip_rect(lane.rect);
    let colour = palette.colour(segment.record.ordinal());
    let (left, right) = (lane.x(segment.position as f64 - 1.0), lane.x(segment.end() as f64 - 1.0));
    let rect = Rect::from_x_y_ranges(left..=right, lane.rect.y_range());
    painter.rect_filled(rect, 0.0, colour.gamma_multiply(0.16));
    for x in [left, right] {
        let x = painter.round_to_pixel_center(x);
        painter.vline(x, lane.rect.y_range(), Stroke::new(1.0, colour.gamma_multiply(0.7)));
    }
    let mut points = Vec::new();
    outline(&mut points, history, lane, segment, segment.end());
    let start = points[0];
    painter.add(Shape::line(points, Stroke::new(3.25, colour)));
    dot(painter, start, 3.25);
    let end = lane.y(full_scale(segment.record.end(segment.start)));
    dot(painter, pos2(right, end), 3.25);
}
