//! Spans in which single segments are too narrow to be seen: the envelope of the original, that of what
//! is lost in front of it, and a ribbon in the mean colour of the curves.

use egui::{Color32, Pos2, pos2};

use super::lane_view::{LaneMeshes, LaneView};
use crate::editor::line_mesh::LineMesh;
use crate::editor::theme;

/// Width of the ribbon's steps in points; a step takes the mean of three, so that colours flow.
const STEP: f64 = 6.0;

/// Height of the ribbon in points.
const RIBBON: f32 = 6.0;

/// At most about this many samples are read in a column of one point: a second at 192 kHz has 300,
/// of which the extremes of every fourth tell as much.
const MOST_IN_COLUMN: f64 = 96.0;

/// The lowest and the highest value in a column.
#[derive(Clone, Copy)]
struct Extent {
    low: f32,
    high: f32,
}

impl Extent {
    const EMPTY: Self = Self { low: f32::INFINITY, high: f32::NEG_INFINITY };

    fn add(&mut self, value: f32) {
        // Comparisons leave out NaN.
        if value < self.low {
            self.low = value;
        }
        if value > self.high {
            self.high = value;
        }
    }
}

/// Draws both envelopes and, where curves are drawn, the ribbon.
pub(super) fn draw(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneView { history, lane, style, visible, .. } = view;
    let LaneMeshes { original, curves, extents, losses, .. } = meshes;
    let density = lane.span / f64::from(lane.rect.width());
    let stride = (density / MOST_IN_COLUMN).max(1.0) as u64;
    let (wave_colour, loss_colour) = if style.grey {
        (theme::GREYED, theme::TEXT_LOW)
    } else {
        (theme::ENVELOPE, theme::TEXT_HIGH)
    };
    let wave_colour = wave_colour.gamma_multiply(style.strength);
    // What is lost is drawn by itself if it has a gain.
    let shows_loss = style.curves && style.loss.is_none();
    // Quiet parts stay in sight as a line of a pixel.
    let point = |position: f64, extent: Extent, least: f32| {
        let (top, bottom) = (lane.y(extent.high), lane.y(extent.low));
        let grow = (least - (bottom - top)).max(0.0) / 2.0;
        [lane.x(position), top - grow, bottom + grow]
    };
    let flush = |mesh: &mut LineMesh, points: &mut Vec<[f32; 3]>, colour| {
        mesh.between(points, colour);
        points.clear();
    };
    let mut position = visible.start;
    while position < visible.end {
        // Columns and the samples in them lie at multiples in the stream, not from the left edge, so
        // that they do not flicker while the signal moves on.
        let column = (position as f64 / density).floor() + 1.0;
        let end = ((column * density).ceil() as u64).clamp(position + 1, visible.end);
        let (mut wave, mut loss) = (Extent::EMPTY, Extent::EMPTY);
        for at in (position.next_multiple_of(stride)..end).step_by(stride as usize) {
            let x = history.original(lane.stream, at);
            wave.add(x);
            if shows_loss {
                loss.add(x - history.decoded(lane.stream, at));
            }
        }
        let middle = position.midpoint(end) as f64;
        for (extent, points, mesh, colour, least) in [
            (wave, &mut *extents, &mut *original, wave_colour, 1.0),
            (loss, &mut *losses, &mut *curves, loss_colour, 0.0),
        ] {
            if extent.low <= extent.high {
                points.push(point(middle, extent, least));
            } else {
                flush(mesh, points, colour);
            }
        }
        position = end;
    }
    flush(original, extents, wave_colour);
    flush(curves, losses, loss_colour);
    if style.curves {
        ribbon(meshes, view);
    }
}

/// Draws the mean colour of the curves along the lower edge, each curve for as long as it lasts.
fn ribbon(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneView { history, lane, style, visible, .. } = view;
    let LaneMeshes { curves, sums, points, .. } = meshes;
    let step = STEP * lane.span / f64::from(lane.rect.width());
    let index = |position: u64| (position as f64 / step) as usize;
    let first = index(visible.start);
    sums.clear();
    sums.resize(index(visible.end) - first + 1, [0; 4]);
    for segment in history.segments(lane.stream, visible.clone()) {
        let colour = view.colour(segment.record.ordinal());
        let (from, to) = (segment.position.max(visible.start), segment.end().min(visible.end));
        let mut at = from;
        while at < to {
            let i = index(at);
            let end = (((i + 1) as f64 * step).ceil() as u64).clamp(at + 1, to);
            let parts = [colour.r(), colour.g(), colour.b(), 1];
            for (sum, part) in sums[i - first].iter_mut().zip(parts) {
                *sum += (end - at) * u64::from(part);
            }
            at = end;
        }
    }
    points.clear();
    let y = lane.rect.bottom() - RIBBON / 2.0;
    let flush = |mesh: &mut LineMesh, points: &mut Vec<(Pos2, Color32)>| {
        mesh.line(points, RIBBON);
        points.clear();
    };
    for i in 0..sums.len() {
        let near = &sums[i.saturating_sub(1)..(i + 2).min(sums.len())];
        let mean: [u64; 4] = std::array::from_fn(|k| near.iter().map(|sum| sum[k]).sum());
        let [red, green, blue, weight] = mean;
        if sums[i][3] == 0 || weight == 0 {
            flush(curves, points);
            continue;
        }
        let part = |sum: u64| (sum / weight) as u8;
        let colour = Color32::from_rgb(part(red), part(green), part(blue));
        let colour = colour.gamma_multiply(style.strength);
        let x =
            |i: usize| lane.x((first + i) as f64 * step).clamp(lane.rect.left(), lane.rect.right());
        if points.is_empty() {
            points.push((pos2(x(i), y), colour));
        }
        points.push((pos2(x(i + 1), y), colour));
    }
    flush(curves, points);
}
