//! The latest samples of a stream.

use std::mem;

use super::matching::STRIDE;
use super::segment::Segment;

/// How many samples beyond the last one of a segment can be read along with it, whatever they are.
pub const BEYOND: usize = STRIDE;

/// A ring of samples, by their position in the stream. The first of them are kept a second time
/// behind the last one, so that any short stretch is one slice.
#[derive(Debug)]
pub struct History {
    samples: Vec<f64>,
    /// The length of the ring, a power of two.
    length: usize,
    /// The greatest it will have.
    most: usize,
    /// How many samples are kept twice.
    short: usize,
}

impl History {
    /// Keeps at least `longest` samples and a short stretch, once there is so much to be kept;
    /// stretches of up to `short` of them are to be read as one.
    pub fn new(longest: usize, short: usize) -> Self {
        let most = (longest + short).next_power_of_two();
        // A small ring stays in the cache, and little of it has to be kept twice.
        let length = most.min((4 * short).next_power_of_two());
        Self { samples: vec![0.0; length + short], length, most, short }
    }

    /// Takes memory for as many samples as will ever be kept.
    pub fn grow_fully(&mut self, position: u64) {
        if self.length < self.most {
            self.grow(position, self.most);
        }
    }

    /// Takes more memory if it is needed to keep the latest `open` samples before a position while so
    /// many are added.
    #[inline(always)]
    pub fn make_room(&mut self, position: u64, open: u64, count: usize) {
        let needed = open + (count + self.short) as u64;
        if needed > self.length as u64 && self.length < self.most {
            let needed = usize::try_from(needed).unwrap_or(self.most);
            self.grow(position, needed.min(self.most).next_power_of_two());
        }
    }

    /// Goes on with a ring of a greater length, a power of two.
    #[cold]
    fn grow(&mut self, position: u64, length: usize) {
        let old =
            mem::replace(self, Self { samples: vec![0.0; length + self.short], length, ..*self });
        for position in position.saturating_sub(old.length as u64)..position {
            let index = self.index(position);
            self.samples[index] = old.sample(position);
        }
        self.samples.copy_within(..self.short, length);
    }

    /// The place of samples to come, a short stretch that begins at the given position. Once they
    /// are written, they must be mirrored.
    #[inline(always)]
    pub fn room(&mut self, position: u64, count: usize) -> &mut [f64] {
        let from = self.index(position);
        &mut self.samples[from..from + count]
    }

    /// Keeps a second time what has to be of that which was written into [`Self::room`].
    #[inline(always)]
    pub fn mirror(&mut self, position: u64, count: usize) {
        let (from, length) = (self.index(position), self.length);
        let end = from + count;
        if end > length {
            self.samples.copy_within(length..end, 0);
        }
        if from < self.short {
            self.samples.copy_within(from..end.min(self.short), length + from);
        }
    }

    /// A short stretch from a position on, all of which is still kept.
    #[inline(always)]
    pub fn at(&self, position: u64, count: usize) -> &[f64] {
        let from = self.index(position);
        &self.samples[from..from + count]
    }

    /// Any stretch that is still kept, if it is one slice.
    #[inline(always)]
    pub fn slice(&self, position: u64, count: usize) -> Option<&[f64]> {
        let from = self.index(position);
        self.samples.get(from..from + count)
    }

    /// Copies any stretch that is still kept by a ring of its greatest length.
    pub fn copy(&self, position: u64, out: &mut [f64]) {
        debug_assert_eq!(self.length, self.most);
        let from = self.index(position);
        let (first, second) = out.split_at_mut(out.len().min(self.length - from));
        first.copy_from_slice(&self.samples[from..from + first.len()]);
        second.copy_from_slice(&self.samples[..second.len()]);
    }

    /// How many of so many samples are kept for sure while a short stretch follows on them, which
    /// [`Self::make_room`] has seen to.
    #[inline(always)]
    pub fn kept(&self, count: u32) -> u32 {
        u32::try_from(self.most - self.short).map_or(count, |kept| count.min(kept))
    }

    /// The sample at a position.
    #[inline(always)]
    pub fn sample(&self, position: u64) -> f64 {
        self.samples[self.index(position)]
    }

    /// So many samples from a position on, whatever they are: no more than [`BEYOND`].
    #[inline(always)]
    pub fn first<const COUNT: usize>(&self, position: u64) -> &[f64; COUNT] {
        const { assert!(COUNT <= BEYOND) };
        match self.samples[self.index(position)..].first_chunk() {
            Some(samples) => samples,
            None => &[0.0; COUNT],
        }
    }

    /// So many strides of samples from a position on, whatever they are: no more than the ring has
    /// at least.
    #[inline(always)]
    pub fn strides<const STRIDES: usize>(&self, position: u64) -> &[[f64; STRIDE]; STRIDES] {
        match self.samples[self.index(position)..].as_chunks().0.first_chunk() {
            Some(strides) => strides,
            None => &[[0.0; STRIDE]; STRIDES],
        }
    }

    /// The last sample of a segment.
    #[inline(always)]
    pub fn last(&self, segment: &Segment) -> f64 {
        self.sample(segment.start + u64::from(segment.length) - 1)
    }

    #[inline(always)]
    fn index(&self, position: u64) -> usize {
        position as usize & (self.length - 1)
    }
}
