//! Draws the signal in a lane: the original behind, the curves that were played in front, and between
//! them what is lost.

use std::ops::Range;

use egui::{Color32, Painter, Pos2, Vec2, pos2};

use super::envelope;
use super::lane::Lane;
use super::span::LONGEST_DETAILED;
use super::{lost, marks};
use crate::codec::level_to_sample;
use crate::editor::history::{History, PlayedSegment};
use crate::editor::line_mesh::LineMesh;
use crate::editor::palette::CurvePalette;
use crate::editor::theme;

/// Segments narrower than this on average, in points, are not drawn one by one: they would be coloured
/// hair. Single ones are drawn again from [`WIDE`] on, so that a picture near the limit does not flicker.
const NARROW: f32 = 1.5;
const WIDE: f32 = 2.0;

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
    /// Whether everything is grey, because nothing of it is heard at the moment.
    pub grey: bool,
}

/// Memory for drawing a lane, reused in every frame.
#[derive(Debug, Default)]
pub struct LaneMeshes {
    pub(super) fills: LineMesh,
    pub(super) original: LineMesh,
    pub(super) curves: LineMesh,
    pub(super) lost: LineMesh,
    pub(super) lost_fills: LineMesh,
    pub(super) points: Vec<(Pos2, Color32)>,
    pub(super) plain: Vec<Pos2>,
    /// The envelopes of the original and of what is lost: x, and the y of both edges.
    pub(super) extents: Vec<[f32; 3]>,
    pub(super) losses: Vec<[f32; 3]>,
    /// Sums of red, green and blue for the ribbon, and the samples in them.
    pub(super) sums: Vec<[u64; 4]>,
    /// Whether segments were too narrow to be drawn in the last frame.
    pub(super) is_dense: bool,
}

/// The visible part of a lane.
pub(super) struct LaneView<'a> {
    pub(super) history: &'a History,
    pub(super) lane: &'a Lane,
    pub(super) palette: &'a CurvePalette,
    pub(super) style: &'a LaneStyle,
    /// The positions in view of which the history has samples.
    pub(super) visible: Range<u64>,
}

impl LaneView<'_> {
    /// The colour of a curve's segments.
    pub(super) fn colour(&self, ordinal: u8) -> Color32 {
        if self.style.grey { theme::GREYED } else { self.palette.colour(ordinal) }
    }
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
    let known = (visible.end - visible.start) as f32 / lane.span as f32 * lane.rect.width();
    let narrow = if meshes.is_dense { WIDE } else { NARROW };
    let most = (known / narrow) as usize;
    let count = history.segments(lane.stream, visible.clone()).take(most + 1).count();
    let milliseconds = 1000.0 * lane.span / history.sample_rate();
    meshes.is_dense = count > most || milliseconds > 1.001 * LONGEST_DETAILED;
    for mesh in [&mut meshes.fills, &mut meshes.original, &mut meshes.curves] {
        mesh.begin(painter);
    }
    let view = LaneView { history, lane, palette, style, visible };
    if meshes.is_dense {
        envelope::draw(meshes, &view);
    } else {
        original(meshes, &view);
        if style.curves {
            curves(meshes, &view);
            if style.loss.is_none() {
                lost::between(meshes, &view);
            }
        }
    }
    meshes.fills.finish(painter);
    meshes.original.finish(painter);
    meshes.curves.finish(painter);
    let has_dots = style.curves && style.loss.is_none() && !meshes.is_dense && count > 0;
    if has_dots && known / count as f32 >= DOT_ROOM {
        marks::dots(painter, &view);
    }
    if let Some(gain) = style.loss {
        lost::enlarged(painter, meshes, &view, gain);
    }
}

/// Follows the samples in view, or the range of each column where they are dense, and hands each
/// stretch without gaps (NaN) to `draw`.
pub(super) fn trace(
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
    let LaneStyle { strength, grey, curves, .. } = *view.style;
    let colour = if grey && !curves { theme::GREYED } else { theme::ORIGINAL };
    // Behind grey curves a bright line would look as if it played.
    let colour = colour.gamma_multiply(if grey && curves { 0.5 } else { strength });
    let sample = |position| view.history.original(view.lane.stream, position);
    trace(points, view, colour, sample, |points| original.line(points, 1.0));
}

/// The level of a record, full scale being 1.
pub(super) fn full_scale(level: i16) -> f32 {
    level_to_sample(level) as f32
}

/// The line of a segment up to the position `end`, with a point for about every point on screen.
pub(super) fn outline(
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
    let LaneView { history, lane, style, visible, .. } = view;
    let LaneMeshes { fills, curves, points, plain, .. } = meshes;
    points.clear();
    let zero = lane.y(0.0);
    let mut last: Option<PlayedSegment> = None;
    for segment in history.segments(lane.stream, visible.clone()) {
        let ordinal = segment.record.ordinal();
        let chosen = style.highlight.is_none_or(|highlight| highlight == ordinal);
        let opacity = if chosen { 1.0 } else { 0.35 };
        let colour = view.colour(ordinal).gamma_multiply(style.strength * opacity);
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
