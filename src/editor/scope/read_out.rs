//! The read-out: details of one segment, beside it.

use egui::{Painter, Rect, Stroke, StrokeKind, pos2, vec2};

use super::lane::Lane;
use crate::editor::View;
use crate::editor::codebook_panel;
use crate::editor::history::ReadOut;
use crate::editor::theme;

/// The lines of a read-out: length, then levels and error. `range` is the level at the upper edge of
/// the scope, which decides the number of decimals.
pub fn describe(found: &ReadOut, range: f32) -> [String; 2] {
    let length = found.segment.record.length();
    let samples = if length == 1 { "sample" } else { "samples" };
    let milliseconds = if found.milliseconds < 1.0 {
        format!("{:.2}", found.milliseconds)
    } else {
        format!("{:.1}", found.milliseconds)
    };
    let error = match found.error {
        None => "error –".to_owned(),
        Some(error) if error < -150.0 => "no error".to_owned(),
        Some(error) => format!("error {error:.0} dB"),
    };
    // To a hundredth of what the scope shows, but not finer than a step of 16 bits (0.00003).
    let digits = (2.0 - range.max(1e-9).log10().floor()).clamp(2.0, 5.0) as usize;
    let level = |level: f64| {
        let is_zero = level.abs() < 0.5 * 0.1_f64.powi(digits as i32);
        if is_zero { format!("{:.digits$}", 0.0) } else { format!("{level:+.digits$}") }
    };
    [
        format!("{length} {samples} ({milliseconds} ms)"),
        format!("{} → {}  ·  {error}", level(found.from), level(found.to)).replace('-', "\u{2212}"),
    ]
}

/// Draws the read-out of the hovered or else the pinned segment beside it.
pub(super) fn read_out(painter: &Painter, view: &mut View, lanes: &[Lane], plot: Rect) {
    let Some((stream, found)) = view.scope.hovered.or(view.scope.pinned) else { return };
    let ordinal = found.segment.record.ordinal();
    let colour = view.palette.colour(ordinal);
    let name = if ordinal == 0 { "Hold".to_owned() } else { format!("Curve {ordinal}") };
    let [length, levels] = describe(&found, view.scope.range);
    let name = painter.layout_no_wrap(name, theme::semibold(12.0), colour);
    let length =
        painter.layout_no_wrap(format!("  ·  {length}"), theme::regular(12.0), theme::TEXT_HIGH);
    let levels = painter.layout_no_wrap(levels, theme::regular(12.0), theme::TEXT_HIGH);
    let width = 46.0 + (name.size().x + length.size().x).max(levels.size().x) + 12.0;
    let size = vec2(width, 48.0);
    // After a switch of channels the pinned segment's own lane may not be on show.
    let lane = lanes.iter().find(|lane| lane.stream == stream).or(lanes.first());
    debug_assert!(lane.is_some(), "a scope without lanes");
    let Some(lane) = lane else { return };
    let left = lane.x(found.segment.position as f64 - 1.0);
    let right = lane.x(found.segment.end() as f64 - 1.0);
    let beside =
        if right + 12.0 + width < plot.right() { right + 12.0 } else { left - 12.0 - width };
    let x = beside.clamp(plot.left() + 8.0, (plot.right() - 8.0 - width).max(plot.left() + 8.0));
    let rect = Rect::from_min_size(pos2(x, lane.rect.top() + 12.0), size);
    painter.rect(
        rect,
        theme::CONTROL_RADIUS,
        theme::POPUP.gamma_multiply(0.96),
        Stroke::new(1.0, theme::PRESSED),
        StrokeKind::Inside,
    );
    let icon = Rect::from_center_size(pos2(rect.left() + 25.0, rect.center().y), vec2(25.0, 24.0));
    if ordinal == 0 {
        painter.hline(icon.x_range(), icon.center().y, Stroke::new(3.0, colour));
    } else {
        let mesh = &mut view.scope.icon;
        mesh.begin(painter);
        codebook_panel::curve(mesh, view.palette.codebook(), ordinal, icon, colour, 1.75);
        mesh.finish(painter);
    }
    let at = pos2(rect.left() + 46.0, rect.top() + 8.0);
    let after = at + vec2(name.size().x, 0.0);
    painter.galley(at, name, colour);
    painter.galley(after, length, theme::TEXT_HIGH);
    painter.galley(at + vec2(0.0, 17.0), levels, theme::TEXT_HIGH);
}
