//! A lane of the scope: the area in which one stream is drawn, with its axes of time and level.

use egui::{Pos2, Rect, pos2};

use crate::editor::history::History;

/// The area in which one stream is drawn. Positions count samples from the start of the stream;
/// levels are linear, full scale being 1.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    /// The area on screen, in points.
    pub rect: Rect,
    /// The number of the stream.
    pub stream: usize,
    /// The position at the left edge, with its fraction.
    pub from: f64,
    /// Samples from edge to edge.
    pub span: f64,
    /// The level at the upper edge.
    pub range: f32,
}

impl Lane {
    /// The horizontal coordinate of a position.
    pub fn x(&self, position: f64) -> f32 {
        self.rect.left() + ((position - self.from) / self.span) as f32 * self.rect.width()
    }

    /// The vertical coordinate of a level.
    pub fn y(&self, level: f32) -> f32 {
        self.rect.center().y - level / self.range * self.rect.height() / 2.0
    }

    /// The position at a horizontal coordinate, if the stream reaches back that far.
    pub fn position(&self, x: f32) -> Option<u64> {
        let fraction = f64::from((x - self.rect.left()) / self.rect.width());
        // The line to a sample belongs to it, so the area left of its point does.
        let position = (self.from + fraction * self.span).ceil();
        (position >= 0.0).then_some(position as u64)
    }

    /// The positions in view of which the history has samples.
    pub fn visible(&self, history: &History) -> std::ops::Range<u64> {
        let known = history.known();
        let from = (self.from.max(0.0) as u64).max(known.start);
        let to = ((self.from + self.span).max(0.0).ceil() as u64 + 1).min(known.end);
        from..to.max(from)
    }

    /// The point of a level at a position.
    pub fn point(&self, position: u64, level: f32) -> Pos2 {
        pos2(self.x(position as f64), self.y(level))
    }
}
