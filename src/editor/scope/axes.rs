//! The scope's grid, its axes and their labels.

use egui::{Align2, Painter, Rect, Stroke, pos2};

use super::SPANS;
use super::lane::Lane;
use crate::editor::View;
use crate::editor::layout::Layout;
use crate::editor::theme;
use crate::editor::widgets::text;

/// Draws the time grid with its labels, and the lines of the level grid.
pub(super) fn grid(painter: &Painter, view: &View, plot: Rect, lanes: &[Lane], layout: &Layout) {
    let grid = Stroke::new(1.0, theme::GRID);
    let axis = Stroke::new(1.0, theme::HAIRLINE);
    let span = SPANS[view.scope.span];
    // A line every 78 points or more leaves room for labels.
    let step =
        nice(span / f64::from(plot.width() / 78.0).max(2.0), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]);
    let font = theme::regular(10.0);
    let y = plot.bottom() + 12.0;
    painter.hline(plot.x_range(), painter.round_to_pixel_center(plot.bottom()), axis);
    let mut at = 0.0;
    // The last label, which has the unit, needs the room at the right edge.
    while at < span * 0.93 {
        let x = plot.left() + (at / span) as f32 * plot.width();
        if at > 0.0 {
            painter.vline(painter.round_to_pixel_center(x), plot.y_range(), grid);
        }
        let (x, anchor) =
            if at > 0.0 { (x, Align2::CENTER_CENTER) } else { (x + 9.0, Align2::LEFT_CENTER) };
        text(painter, pos2(x, y), anchor, plain(at), font.clone(), theme::TEXT_LOW);
        at += step;
    }
    let end = format!("{} ms", plain(span));
    let at = pos2(plot.right() - 9.0, y);
    text(painter, at, Align2::RIGHT_CENTER, end, font.clone(), theme::TEXT_LOW);

    for lane in &lanes[1..] {
        painter.hline(plot.x_range(), painter.round_to_pixel_center(lane.rect.top()), axis);
    }
    levels(painter, plot, lanes, layout, false);
}

/// Draws the lines of the level grid, or its labels: these go on top of the signal.
pub(super) fn levels(painter: &Painter, plot: Rect, lanes: &[Lane], layout: &Layout, labels: bool) {
    let several = lanes.len() > 1;
    // With two lanes, a tag with the channel's name covers their upper left corner.
    let covered = if several { 32.0 } else { 0.0 };
    let lines = if several || layout.metrics.small { 2.0 } else { 3.0 };
    for lane in lanes {
        let step = nice(f64::from(lane.range) / lines, &[1.0, 2.0, 5.0]) as f32;
        let count = (0.93 * lane.range / step) as i32;
        for k in -count..=count {
            let level = k as f32 * step;
            let y = painter.round_to_pixel_center(lane.y(level));
            let at = pos2(plot.left() + 9.0, y - 7.0);
            if !labels {
                let colour = if k == 0 { theme::HAIRLINE } else { theme::GRID };
                painter.hline(plot.x_range(), y, Stroke::new(1.0, colour));
            } else if at.y > lane.rect.top() + covered {
                let label = if k == 0 { "0".to_owned() } else { signed(f64::from(level), step) };
                let galley = painter.layout_no_wrap(label, theme::regular(10.0), theme::TEXT_LOW);
                let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
                // The wave passes below.
                painter.rect_filled(rect.expand(1.0), 3.0, theme::SCOPE.gamma_multiply(0.8));
                painter.galley(rect.min, galley, theme::TEXT_LOW);
            }
        }
    }
}

/// The smallest number of the form mantissa × 10^n that is not below `least`.
fn nice(least: f64, mantissas: &[f64]) -> f64 {
    let decade = 10.0_f64.powf(least.log10().floor());
    // The tolerance keeps rounding from skipping a mantissa that fits exactly.
    let mantissa = mantissas.iter().copied().find(|m| m * decade >= least * 0.999);
    mantissa.unwrap_or(10.0) * decade
}

/// A number with up to two decimals and no trailing zeros.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A level with its sign and as many decimals as the step between grid lines has.
fn signed(level: f64, step: f32) -> String {
    let digits = (-step.log10().floor()).max(0.0) as usize;
    format!("{level:+.digits$}").replace('-', "\u{2212}")
}
