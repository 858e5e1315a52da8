//! The latest samples of a stream.

use super::matching::STRIDE;
use super::segment::Segment;

/// How many samples beyond the last one of a segment can be read along with it, whatever they are.
pub const BEYOND: usize = STRIDE;

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
        Self { samples: vec![0.0; 2 * length + BEYOND], length }
    }

    /// The place of samples to come, no more than are kept, the first of which has the given
    /// position. Once they are written, they must be mirrored.
    #[inline(always)]
    pub fn room(&mut self, position: u64, count: usize) -> &mut [f64] {
        let from = self.index(position);
        &mut self.samples[from..from + count]
    }

    /// Keeps a second time what has been written into [`Self::room`].
    #[inline(always)]
    pub fn mirror(&mut self, position: u64, count: usize) {
        let (from, length) = (self.index(position), self.length);
        let unwrapped = count.min(length - from);
        self.samples.copy_within(from..from + unwrapped, from + length);
        if unwrapped < count {
            self.samples.copy_within(length..from + count, 0);
        }
    }

    /// So many samples from a position on, all of which are still kept.
    #[inline(always)]
    pub fn at(&self, position: u64, count: usize) -> &[f64] {
        let from = self.index(position);
        &self.samples[from..from + count]
    }

    /// The samples of a segment, or the last of them if it is longer than the ring, and then
    /// [`BEYOND`] others.
    #[inline(always)]
    pub fn segment(&self, segment: &Segment) -> &[f64] {
        let length = u64::from(segment.length);
        let kept = length.min(self.length as u64);
        self.at(segment.start + (length - kept), kept as usize + BEYOND)
    }

    /// The last sample of a segment.
    #[inline(always)]
    pub fn last(&self, segment: &Segment) -> f64 {
        self.samples[self.index(segment.start + u64::from(segment.length) - 1)]
    }

    #[inline(always)]
    fn index(&self, position: u64) -> usize {
        position as usize & (self.length - 1)
    }
}
