//! The most recent samples of a stream, in a ring.

use std::mem;
use std::ops::Range;

/// How many samples can be read past the end of a segment, so that fixed-size loads need no bounds
/// logic. Their values are finite but otherwise unspecified.
pub const READ_AHEAD: usize = 4;

/// A ring of samples, addressed by their position in the stream.
///
/// The start of the ring is mirrored after its end, so that any stretch no longer than the mirror is
/// one slice. The ring grows by doubling up to a maximum: offline, most files never hold a segment
/// long enough to need more than the first few kilobytes, which then stay in the cache.
#[derive(Debug)]
pub struct SampleRing {
    samples: Vec<f64>,
    /// A power of two.
    len: usize,
    /// What `len` may grow to.
    max_len: usize,
    mirror_len: usize,
}

impl SampleRing {
    /// A ring that can grow to hold `max_open` samples of an open segment and a block on top.
    /// Stretches of up to `mirror_len` samples can be read as one slice.
    pub fn new(max_open: usize, mirror_len: usize) -> Self {
        let max_len = (max_open + mirror_len).next_power_of_two();
        let len = max_len.min((4 * mirror_len).next_power_of_two());
        Self { samples: vec![0.0; len + mirror_len], len, max_len, mirror_len }
    }

    /// Allocates the maximum at once. `position` is that of the next sample.
    pub fn grow_to_max(&mut self, position: u64) {
        if self.len < self.max_len {
            self.grow(position, self.max_len);
        }
    }

    /// Grows if that is needed to keep the `open` samples before `position` while `count` more are
    /// written.
    #[inline(always)]
    pub fn reserve(&mut self, position: u64, open: u64, count: usize) {
        let needed = open + (count + self.mirror_len) as u64;
        if needed > self.len as u64 && self.len < self.max_len {
            let needed = usize::try_from(needed).unwrap_or(self.max_len);
            self.grow(position, needed.min(self.max_len).next_power_of_two());
        }
    }

    #[cold]
    fn grow(&mut self, position: u64, len: usize) {
        let samples = vec![0.0; len + self.mirror_len];
        let old = mem::replace(self, Self { samples, len, ..*self });
        for position in position.saturating_sub(old.len as u64)..position {
            let index = self.index(position);
            self.samples[index] = old.sample(position);
        }
        self.samples.copy_within(..self.mirror_len, len);
    }

    /// Where the `count` samples from `position` on are to be written, at most `mirror_len`. Call
    /// [`Self::update_mirror`] afterwards.
    #[inline(always)]
    pub fn slice_mut(&mut self, position: u64, count: usize) -> &mut [f64] {
        let from = self.index(position);
        &mut self.samples[from..from + count]
    }

    /// Copies what was written through [`Self::slice_mut`] to the other side of the mirror.
    #[inline(always)]
    pub fn update_mirror(&mut self, position: u64, count: usize) {
        let (from, len) = (self.index(position), self.len);
        let end = from + count;
        if end > len {
            self.samples.copy_within(len..end, 0);
        }
        if from < self.mirror_len {
            self.samples.copy_within(from..end.min(self.mirror_len), len + from);
        }
    }

    /// Takes samples over from another ring, as many of the last ones as it still has. More may follow.
    pub fn copy_from(&mut self, other: &Self, range: Range<u64>) {
        let open = u32::try_from(range.end - range.start).unwrap_or(u32::MAX);
        let mut from = range.end - u64::from(other.kept(open));
        self.reserve(range.end, range.end - from, self.mirror_len);
        while from < range.end {
            let count = self.mirror_len.min((range.end - from) as usize);
            self.slice_mut(from, count).copy_from_slice(other.slice(from, count));
            self.update_mirror(from, count);
            from += count as u64;
        }
    }

    /// A stretch of at most `mirror_len` samples, all of them still in the ring.
    #[inline(always)]
    pub fn slice(&self, position: u64, count: usize) -> &[f64] {
        let from = self.index(position);
        &self.samples[from..from + count]
    }

    /// A stretch of any length that is still in the ring, unless it wraps around the end.
    #[inline(always)]
    pub fn contiguous(&self, position: u64, count: usize) -> Option<&[f64]> {
        let from = self.index(position);
        self.samples.get(from..from + count)
    }

    /// Copies any stretch that a ring of the maximum length still holds.
    pub fn copy_to(&self, position: u64, out: &mut [f64]) {
        debug_assert_eq!(self.len, self.max_len, "only a fully grown ring keeps that much");
        let from = self.index(position);
        let (first, second) = out.split_at_mut(out.len().min(self.len - from));
        first.copy_from_slice(&self.samples[from..from + first.len()]);
        second.copy_from_slice(&self.samples[..second.len()]);
    }

    /// How many of a segment's last `count` samples are certain to be in the ring. All of them,
    /// unless the segment is longer than the ring was made for.
    #[inline(always)]
    pub fn kept(&self, count: u32) -> u32 {
        u32::try_from(self.max_len - self.mirror_len).map_or(count, |kept| count.min(kept))
    }

    /// The sample at a position.
    #[inline(always)]
    pub fn sample(&self, position: u64) -> f64 {
        self.samples[self.index(position)]
    }

    /// `N` samples from a position on, at most [`READ_AHEAD`].
    #[inline(always)]
    pub fn array<const N: usize>(&self, position: u64) -> &[f64; N] {
        const { assert!(N <= READ_AHEAD) };
        let array = self.samples[self.index(position)..].first_chunk();
        debug_assert!(array.is_some(), "the mirror is shorter than an array");
        array.unwrap_or(&[0.0; N])
    }

    /// `ROWS` rows of `N` samples from a position on, no longer than the mirror in all.
    #[inline(always)]
    pub fn rows<const ROWS: usize, const N: usize>(&self, position: u64) -> &[[f64; N]; ROWS] {
        let rows = self.samples[self.index(position)..].as_chunks().0.first_chunk();
        debug_assert!(rows.is_some(), "the mirror is shorter than the rows");
        rows.unwrap_or(&[[0.0; N]; ROWS])
    }

    #[inline(always)]
    fn index(&self, position: u64) -> usize {
        position as usize & (self.len - 1)
    }
}
