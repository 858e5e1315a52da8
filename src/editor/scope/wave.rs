//! Draws the wave: the original behind, the curves that were played in front.

use std::ops::Range;

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2};

use super::lane::Lane;
use crate::editor::history::{History, Segment};
use crate::editor::stroke::Pen;
use crate::editor::theme::{self, Ramp};

/// More segments than this are drawn as columns.
const MOST_SEGMENTS: usize = 2000;

/// Dots vanish where segments are narrower than this, in points.
const DOT_ROOM: f32 = 8.0;

/// Samples a point beyond which the original is drawn as the range of each column.
const DENSE: f64 = 3.0;

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Whether curves are shown at all.
    pub curves: bool,
    /// How strong original and curves are.
    pub strength: f32,
    /// Draw the loss, so many times larger.
    pub loss: Option<f32>,
    /// Width of the curves in points.
    pub width: f32,
    /// A curve whose segments stand out.
    pub highlight: Option<u8>,
}

/// Memory for drawing a lane, used again in every picture.
#[derive(Debug, Default)]
pub struct Brushes {
    fills: Pen,
    original: Pen,
    curves: Pen,
    lost: Pen,
    lost_fills: Pen,
    points: Vec<(Pos2, Color32)>,
    plain: Vec<Pos2>,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Column {
    low: f32,
    high: f32,
    colour: [u32; 3],
    weight: u32,
}

/// What is drawn of a lane.
struct Part<'a> {
    history: &'a History,
    lane: &'a Lane,
    /// The positions in view that are known.
    visible: Range<u64>,
    look: &'a Look,
}

/// Draws one lane.
pub fn draw(painter: &Painter, brushes: &mut Brushes, history: &History, lane: &Lane, look: &Look) {
    let visible = lane.visible(history);
    if visible.is_empty() {
        return;
    }
    let painter = &painter.with_clip_rect(lane.rect.expand2(Vec2::new(0.0, 2.0)));
    let count = history.segments(lane.stream, visible.clone()).take(MOST_SEGMENTS + 1).count();
    for pen in [&mut brushes.fills, &mut brushes.original, &mut brushes.curves] {
        pen.begin(painter);
    }
    let part = Part { history, lane, visible, look };
    original(brushes, &part);
    if look.curves {
        if count > MOST_SEGMENTS {
            columns(brushes, &part);
        } else {
            curves(brushes, &part);
        }
    }
    brushes.fills.finish(painter);
    brushes.original.finish(painter);
    brushes.curves.finish(painter);
    if look.curves && look.loss.is_none() && count > 0 {
        let known = (part.visible.end - part.visible.start) as f32 / lane.span as f32;
        if lane.rect.width() * known / count as f32 >= DOT_ROOM {
            dots(painter, &part);
        }
    }
    if let Some(gain) = look.loss {
        loss(painter, brushes, &part, gain);
    }
}

/// A line through samples, or the range of every column where they are dense.
fn trace(
    points: &mut Vec<(Pos2, Color32)>,
    part: &Part,
    colour: Color32,
    sample: impl Fn(u64) -> f32,
    mut stretch: impl FnMut(&[(Pos2, Color32)]),
) {
    let Part { lane, visible, .. } = part;
    points.clear();
    let density = lane.span / f64::from(lane.rect.width());
    if density <= DENSE {
        for position in visible.clone() {
            let x = sample(position);
            if x.is_nan() {
                stretch(points);
                points.clear();
            } else {
                points.push((lane.point(position, x), colour));
            }
        }
    } else {
        let mut position = visible.start;
        while position < visible.end {
            // Columns are tied to the wave, not to the window, so that they do not shimmer.
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
                stretch(points);
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
    stretch(points);
}

fn original(brushes: &mut Brushes, part: &Part) {
    let Brushes { original, points, .. } = brushes;
    let colour = theme::ORIGINAL.gamma_multiply(part.look.strength);
    let sample = |position| part.history.original(part.lane.stream, position);
    trace(points, part, colour, sample, |points| original.line(points, 1.0));
}

/// A level of a record, full scale being 1.
fn full_scale(level: i16) -> f32 {
    f32::from(level) / 32767.0
}

/// The line of a segment up to a position, as points that are about as far apart as the screen's.
fn outline(points: &mut Vec<Pos2>, history: &History, lane: &Lane, segment: &Segment, end: u64) {
    points.clear();
    // A curve starts where the one before it ended: one sample before its first.
    let start = pos2(lane.x(segment.position as f64 - 1.0), lane.y(full_scale(segment.start)));
    points.push(start);
    let end = segment.end().min(end);
    if segment.is_hold() {
        points.push(pos2(lane.x(end as f64 - 1.0), start.y));
        return;
    }
    let step = (lane.span / f64::from(lane.rect.width())).ceil().max(1.0) as u64;
    // Count back from the end, so that the extremum itself is always drawn.
    let length = segment.end() - segment.position;
    let mut position = segment.position + (length - 1) % step;
    while position < end {
        points.push(lane.point(position, history.decoded(lane.stream, position)));
        position += step;
    }
}

fn curves(brushes: &mut Brushes, part: &Part) {
    let Part { history, lane, visible, look } = part;
    let ramp = Ramp::shared();
    let Brushes { fills, curves, points, plain, .. } = brushes;
    points.clear();
    let zero = lane.y(0.0);
    let mut last: Option<Segment> = None;
    for segment in history.segments(lane.stream, visible.clone()) {
        let ordinal = segment.record.ordinal();
        let chosen = look.highlight.is_none_or(|highlight| highlight == ordinal);
        let fade = if chosen { 1.0 } else { 0.35 };
        let colour = ramp.colour(ordinal).gamma_multiply(look.strength * fade);
        let joined = last.is_some_and(|last| last.end() == segment.position && !last.is_hold());
        if !joined || segment.is_hold() {
            curves.line(points, look.width);
            points.clear();
        }
        outline(plain, history, lane, segment, visible.end);
        let start = plain[0];
        if look.loss.is_none() && look.strength > 0.5 {
            fills.area(plain, zero, colour.gamma_multiply(0.1));
        }
        if segment.is_hold() {
            let hold = [(plain[0], colour), (plain[1], colour)];
            curves.line(&hold, look.width + 0.75);
        } else {
            if points.is_empty() {
                points.push((start, colour));
            }
            points.extend(plain[1..].iter().map(|&point| (point, colour)));
        }
        last = Some(*segment);
    }
    curves.line(points, look.width);
}

/// The range of each column in the mean colour of its segments.
fn columns(brushes: &mut Brushes, part: &Part) {
    let Part { history, lane, visible, look } = part;
    let ramp = Ramp::shared();
    let Brushes { curves, columns, .. } = brushes;
    let empty = Column { low: f32::INFINITY, high: f32::NEG_INFINITY, ..Column::default() };
    columns.clear();
    columns.resize(lane.rect.width().ceil() as usize + 1, empty);
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
            let colour = ramp.colour(segment.record.ordinal());
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
            curves.rect(rect, colour.gamma_multiply(0.85 * look.strength));
        }
    }
}

/// The extrema.
fn dots(painter: &Painter, part: &Part) {
    let Part { history, lane, visible, .. } = part;
    for segment in history.segments(lane.stream, visible.clone()) {
        if !segment.is_hold() && segment.end() <= visible.end {
            let level = full_scale(segment.record.end(segment.start));
            dot(painter, lane.point(segment.end() - 1, level), 2.5);
        }
    }
}

/// An extremum.
pub fn dot(painter: &Painter, at: Pos2, radius: f32) {
    painter.circle_filled(at, radius + 1.5, theme::SCOPE);
    painter.circle_filled(at, radius, theme::TEXT_HIGH);
}

/// What is lost, `gain` times larger.
fn loss(painter: &Painter, brushes: &mut Brushes, part: &Part, gain: f32) {
    let Part { history, lane, .. } = part;
    let Brushes { lost, lost_fills, points, plain, .. } = brushes;
    lost.begin(painter);
    lost_fills.begin(painter);
    let zero = lane.y(0.0);
    let sample = |position| {
        gain * (history.original(lane.stream, position) - history.decoded(lane.stream, position))
    };
    trace(points, part, theme::ACCENT, sample, |points| {
        plain.clear();
        plain.extend(points.iter().map(|point| point.0));
        lost_fills.area(plain, zero, theme::ACCENT.gamma_multiply(0.14));
        lost.line(points, 1.5);
    });
    lost_fills.finish(painter);
    lost.finish(painter);
}

/// A band over a segment, with its edges and ends.
pub fn band(painter: &Painter, history: &History, lane: &Lane, segment: &Segment) {
    let painter = &painter.with_clip_rect(lane.rect);
    let colour = Ramp::shared().colour(segment.record.ordinal());
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
