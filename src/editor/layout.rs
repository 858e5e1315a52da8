//! Where the panels lie.

use egui::{Rect, Vec2, pos2, vec2};

use super::theme::Metrics;

/// The smallest window in points at 100 %.
pub const SMALLEST: Vec2 = vec2(720.0, 480.0);
/// The largest window in points at 100 %.
pub const LARGEST: Vec2 = vec2(1920.0, 1200.0);

/// Rows and columns of the codebook.
pub const CODEBOOK: (usize, usize) = (17, 15);

/// The panels, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// The measures that go with the size.
    pub metrics: Metrics,
    /// Name, comparison, latency, zoom, bypass.
    pub header: Rect,
    /// The wave.
    pub scope: Rect,
    /// The curves.
    pub codebook: Rect,
    /// One cell of the codebook.
    pub cell: Vec2,
    /// Input and output.
    pub meters: Rect,
    /// The figures.
    pub rail: Rect,
    /// The controls.
    pub strip: Rect,
}

impl Layout {
    /// The panels of a window, which is never taken to be smaller than [`SMALLEST`].
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
        let strip = band(window.bottom() - metrics.margin - metrics.strip, metrics.strip);
        let rail = band(strip.top() - gap - metrics.rail, metrics.rail);
        let body = band(header.bottom(), rail.top() - gap - header.bottom());

        let (rows, columns) = (CODEBOOK.0 as f32, CODEBOOK.1 as f32);
        let cell = if metrics.small {
            vec2(10.8, 11.4)
        } else {
            let height = ((body.height() - 97.0) / rows).floor().clamp(11.0, 32.0);
            let room = ((0.3 * size.x - 30.0) / columns).floor();
            let width = (height - 1.0).min(room);
            vec2(width, height.min((1.2 * width).floor()))
        };
        let padding = if metrics.small { 16.0 } else { 30.0 };
        let width = columns * cell.x + padding;
        let column = |left: f32, right: f32| {
            Rect::from_min_max(pos2(left, body.top()), pos2(right, body.bottom()))
        };
        let meters = column(body.right() - metrics.meters, body.right());
        let codebook = column(meters.left() - gap - width, meters.left() - gap);
        let scope = column(body.left(), codebook.left() - gap);
        Self { metrics, header, scope, codebook, cell, meters, rail, strip }
    }
}
