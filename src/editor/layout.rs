//! The positions of the panels.

use egui::{Rect, Vec2, pos2, vec2};

use super::theme::Metrics;

/// The smallest window in points at 100 %: all controls still fit without overlap.
pub const SMALLEST: Vec2 = vec2(720.0, 480.0);
/// The largest window in points at 100 %: it fills a screen of 1920 × 1200.
pub const LARGEST: Vec2 = vec2(1920.0, 1200.0);

/// Rows and columns of the codebook's grid: the factorisation of 255 that is nearest to a square.
pub const CODEBOOK: (usize, usize) = (17, 15);

/// The panels, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// The measures for the window's size.
    pub metrics: Metrics,
    /// Product name, undo, presets, comparison, latency, settings, bypass.
    pub header: Rect,
    /// The signal over time.
    pub scope: Rect,
    /// The grid of curves.
    pub codebook: Rect,
    /// Size of a cell of that grid.
    pub cell: Vec2,
    /// Input and output levels.
    pub meters: Rect,
    /// Bit rate, ratio, segments, signal-to-noise ratio.
    pub stats: Rect,
    /// Everything that shapes the sound.
    pub controls: Rect,
}

impl Layout {
    /// The panels of a window; one below [`SMALLEST`] is laid out as if it were that size, and cut
    /// off.
    pub fn of(window: Rect) -> Self {
        let size = window.size().max(SMALLEST);
        let window = Rect::from_min_size(window.min, size);
        let metrics = Metrics::of(size);
        let gap = Metrics::GAP;
        let inner = window.shrink2(vec2(metrics.margin, 0.0));
        let band = |top: f32, height: f32| {
            Rect::from_min_max(pos2(inner.left(), top), pos2(inner.right(), top + height))
        };
        let header = band(window.top(), metrics.header);
        let controls = band(window.bottom() - metrics.margin - metrics.controls, metrics.controls);
        let stats = band(controls.top() - gap - metrics.stats, metrics.stats);
        let body = band(header.bottom(), stats.top() - gap - header.bottom());

        let (rows, columns) = (CODEBOOK.0 as f32, CODEBOOK.1 as f32);
        let cell = if metrics.small {
            vec2(10.8, 11.4)
        } else {
            // 97 points hold the title and the detail below the grid. The panel takes up to 0.3 of
            // the window, so that the scope stays the largest; cells are up to 1.5 times as tall as
            // wide, or rising curves would all look steep.
            let height = ((body.height() - 97.0) / rows).floor().clamp(11.0, 48.0);
            let room = ((0.3 * size.x - 30.0) / columns).floor();
            let width = (height - 1.0).min(room);
            vec2(width, height.min((1.5 * width).floor()))
        };
        let padding = if metrics.small { 16.0 } else { 30.0 };
        let width = columns * cell.x + padding;
        let column = |left: f32, right: f32| {
            Rect::from_min_max(pos2(left, body.top()), pos2(right, body.bottom()))
        };
        let meters = column(body.right() - metrics.meters, body.right());
        let codebook = column(meters.left() - gap - width, meters.left() - gap);
        let scope = column(body.left(), codebook.left() - gap);
        Self { metrics, header, scope, codebook, cell, meters, stats, controls }
    }
}
