//! A stream's place in the scope: which samples and levels lie where.

use egui::{Pos2, Rect, pos2};

use crate::editor::history::History;

/// A stream's place in the scope.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    /// Where it is drawn.
    pub rect: Rect,
    /// Which stream.
    pub stream: usize,
    /// Position at the left edge, with its fraction.
    pub from: f64,
    /// Samples from edge to edge.
    pub span: f64,
    /// The level at the upper edge.
    pub range: f32,
}

impl Lane {
    /// Where a position lies.
    pub fn x(&self, position: f64) -> f32 {
        self.rect.left() + ((position - self.from) / self.span) as f32 * self.rect.width()
    }

    /// Where a level lies.
    pub fn y(&self, level: f32) -> f32 {
        self.rect.center().y - level / self.range * self.rect.height() / 2.0
    }

    /// Which position lies at a place.
    pub fn position(&self, x: f32) -> Option<u64> {
        let place = f64::from((x - self.rect.left()) / self.rect.width());
        // A sample is drawn where it ends, so what is left of it belongs to it.
        let position = (self.from + place * self.span).ceil();
        (position >= 0.0).then_some(position as u64)
    }

    /// The positions in view that are known.
    pub fn visible(&self, history: &History) -> std::ops::Range<u64> {
        let known = history.known();
        let from = (self.from.max(0.0) as u64).max(known.start);
        let to = ((self.from + self.span).max(0.0).ceil() as u64 + 1).min(known.end);
        from..to.max(from)
    }

    /// Where a level lies at a position.
    pub fn point(&self, position: u64, level: f32) -> Pos2 {
        pos2(self.x(position as f64), self.y(level))
    }
}
