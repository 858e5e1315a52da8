//! Draws what is lost: as the area between original and curves, or enlarged by itself.

use egui::Painter;

use super::lane_view::{LaneMeshes, LaneView};
use super::lines::trace;
use crate::editor::theme;

/// Fills what is lost: the area between the original and what was played.
pub(super) fn between(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneView { history, lane, style, visible, .. } = view;
    let LaneMeshes { fills, losses, .. } = meshes;
    let colour = if style.grey { theme::LOST.gamma_multiply(0.5) } else { theme::LOST };
    // A sample in every point is enough for an area; always the same ones, so that it does not flicker.
    let step = (lane.span / f64::from(lane.rect.width())).ceil().max(1.0) as u64;
    losses.clear();
    let first = visible.start.next_multiple_of(step);
    for position in (first..visible.end).step_by(step as usize) {
        let x = history.original(lane.stream, position);
        let y = history.decoded(lane.stream, position);
        if (x - y).is_nan() {
            fills.between(losses, colour);
            losses.clear();
        } else {
            losses.push([lane.x(position as f64), lane.y(x), lane.y(y)]);
        }
    }
    fills.between(losses, colour);
    losses.clear();
}

/// Draws what is lost, `gain` times larger.
pub(super) fn enlarged(painter: &Painter, meshes: &mut LaneMeshes, view: &LaneView, gain: f32) {
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
