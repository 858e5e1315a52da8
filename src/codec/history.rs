//! The latest samples of a stream.

use super::segment::Segment;

/// A ring of samples, by their position in the stream. Every sample is kept twice, a ring's length
/// apart, so that any stretch of the ring is one slice.
#[derive(Debug)]
pub struct History {
    samples: Vec<f64>,
    /// The length of the ring, a power of two.
    length: usize,
}

impl History {
    /// Keeps at least `longest` samples.
    pub fn new(longest: usize) -> Self {
        let length = longest.next_power_of_two();
        Self { samples: vec![0.0; 2 * length], length }
    }

    /// Adds samples, the first of which has the given position. There are no more than the ring
    /// has room for.
    #[inline(always)]
    pub fn push(&mut self, position: u64, samples: &[f64]) {
        let (from, length) = (self.index(position), self.length);
        let (now, wrapped) = samples.split_at(samples.len().min(length - from));
        for (at, samples) in [(from, now), (from + length, now), (0, wrapped), (length, wrapped)] {
            self.samples[at..at + samples.len()].copy_from_slice(samples);
        }
    }

    /// So many samples from a position on, all of which are still kept.
    #[inline(always)]
    pub fn at(&self, position: u64, count: usize) -> &[f64] {
        let from = self.index(position);
        &self.samples[from..from + count]
    }

    /// The samples of a segment, or the last of them if it is longer than the ring.
    #[inline(always)]
    pub fn segment(&self, segment: &Segment) -> &[f64] {
        let length = u64::from(segment.length);
        let kept = length.min(self.length as u64);
        self.at(segment.start + (length - kept), kept as usize)
    }

    #[inline(always)]
    fn index(&self, position: u64) -> usize {
        position as usize & (self.length - 1)
    }
}
