//! The lines that samples and segments make in a lane.

use egui::{Color32, Pos2, pos2};

use super::lane::Lane;
use super::lane_view::LaneView;
use crate::codec::level_to_sample;
use crate::editor::history::{History, PlayedSegment};

/// Above this many samples per point, the original is drawn as the range of values in each column;
/// below it, a line through the samples has no more vertices.
const DENSE: f64 = 3.0;

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
