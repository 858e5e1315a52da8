//! A ring of samples, indexed by their position in the stream.

/// The latest samples of a stream, indexed by position; newer samples overwrite the oldest.
#[derive(Debug, Clone, Default)]
pub(super) struct Ring(Vec<f32>);

impl Ring {
    /// Keeps at least `capacity` samples, rounded up to a power of two; all are unknown (NaN).
    pub(super) fn new(capacity: usize) -> Self {
        Self(vec![f32::NAN; capacity.next_power_of_two()])
    }

    /// The sample at a position; NaN if it is unknown.
    #[inline]
    pub(super) fn at(&self, position: u64) -> f32 {
        self.0[position as usize & (self.0.len() - 1)]
    }

    /// Stores a sample at a position.
    #[inline]
    pub(super) fn set(&mut self, position: u64, value: f32) {
        let mask = self.0.len() - 1;
        self.0[position as usize & mask] = value;
    }

    /// The number of samples that are kept.
    pub(super) fn capacity(&self) -> u64 {
        self.0.len() as u64
    }

    /// Marks the positions from `from` up to but not including `to` as unknown.
    pub(super) fn forget(&mut self, from: u64, to: u64) {
        for position in from.max(to.saturating_sub(self.capacity()))..to {
            self.set(position, f32::NAN);
        }
    }
}
