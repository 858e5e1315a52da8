//! The values at which a segment is compared with the curves.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x2};

use super::MAX_POINTS;

/// How many values are read at once. Behind the last one there are others up to a whole number of
/// that, which count for nothing, so that no time is lost on where exactly a wave ends.
pub const STRIDE: usize = 4;

/// The values of a wave at `t = j/N`, `j = 1 … N−1`.
#[derive(Debug, Clone, Copy)]
pub struct Wave<'a> {
    /// At least `N − 1`, rounded up to a multiple of [`STRIDE`]. Those that do not count are finite.
    values: &'a [f64],
    /// `N − 1`.
    count: usize,
}

impl<'a> Wave<'a> {
    /// The first `count` values of more than enough.
    #[inline(always)]
    pub(in crate::codec) fn new(values: &'a [f64], count: usize) -> Self {
        Self { values, count }
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> &'a [f64] {
        &self.values[..self.count]
    }

    /// How many values there are.
    #[inline(always)]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The values in strides, and others in the rest of the last one.
    #[inline(always)]
    pub(super) fn strides(&self) -> &'a [[f64; STRIDE]] {
        self.values.as_chunks().0
    }
}

/// Room for the values a segment is compared at.
#[derive(Debug, Clone)]
pub struct Places {
    values: [f64; MAX_POINTS],
    /// The number of places.
    points: usize,
    /// How places lie among samples, by how many samples are left over when all places take as many
    /// as they can; and a bit for each of these that is filled in for the number of places.
    rests: Box<[Rest; MAX_POINTS]>,
    known: u64,
}

/// How `N` places lie among samples of which `rest` are left over when each place takes as many as
/// it can: place `j` has come `j rest / N` further.
#[derive(Debug, Clone, Copy)]
struct Rest {
    /// The part of that behind the point, from place 1 on.
    parts: [f64; MAX_POINTS],
    /// A bit for every place, from 1 on, that has come one sample further than the one before it.
    carries: u64,
}

impl Rest {
    const EMPTY: Self = Self { parts: [0.0; MAX_POINTS], carries: 0 };

    fn set(&mut self, n: usize, rest: usize) {
        *self = Self::EMPTY;
        let mut over = 0;
        for (at, part) in self.parts[..n - 1].iter_mut().enumerate() {
            over += rest;
            if over >= n {
                over -= n;
                self.carries |= 1 << at;
            }
            *part = over as f64 / n as f64;
        }
    }
}

impl Places {
    /// Empty room.
    #[must_use]
    pub fn new() -> Self {
        Self {
            values: [0.0; MAX_POINTS],
            points: 1,
            rests: Box::new([Rest::EMPTY; MAX_POINTS]),
            known: 0,
        }
    }

    /// The wave at `t = j/N`, `j = 1 … N−1`, with `N` the smaller of the segment's length and
    /// `points`.
    ///
    /// Sample `i` of the segment lies at `t = (i + 1) / length`; between samples the wave is
    /// interpolated linearly. A segment has less than 2^32 samples, all of them finite; `points` is
    /// at most [`MAX_POINTS`].
    #[must_use]
    pub fn wave<'a>(&'a mut self, segment: &[f64], points: u8) -> Wave<'a> {
        self.set_points(points);
        if segment.len() > self.points {
            let mut values = self.values;
            dispatch!(Level::new(), simd => self.interpolate_slice(simd, segment, &mut values));
            self.values = values;
            return Wave::new(&self.values, self.points - 1);
        }
        let count = segment.len().saturating_sub(1);
        let (values, rest) = self.values.split_at_mut(count);
        values.copy_from_slice(&segment[..count]);
        rest.fill(0.0);
        Wave::new(&self.values, count)
    }

    /// Sets the number of places.
    #[inline(always)]
    pub(in crate::codec) fn set_points(&mut self, points: u8) {
        let n = usize::from(points).clamp(1, MAX_POINTS);
        if n != self.points {
            self.points = n;
            self.known = 0;
            self.values.fill(0.0);
        }
    }

    /// The number of places.
    #[inline(always)]
    pub(in crate::codec) fn points(&self) -> usize {
        self.points
    }

    /// Writes [`Self::wave`] at fewer places than there are samples.
    #[inline(always)]
    pub(in crate::codec) fn interpolate_slice(
        &mut self,
        simd: impl Simd,
        segment: &[f64],
        values: &mut [f64; MAX_POINTS],
    ) {
        let (before, after) = match segment {
            [] => (segment, segment),
            [.., _] => (&segment[..segment.len() - 1], &segment[1..]),
        };
        // Beyond the last sample there is nothing that counts.
        let pair = |at: usize| match (before.get(at), after.get(at)) {
            (Some(&before), Some(&after)) => [before, after],
            _ => [0.0; 2],
        };
        self.interpolate(simd, segment.len(), pair, values);
    }

    /// Writes [`Self::wave`] at fewer places than there are samples, of which there are so many.
    /// `pair` tells the sample of a number and the one after it.
    #[inline(always)]
    pub(in crate::codec) fn interpolate<S: Simd>(
        &mut self,
        simd: S,
        length: usize,
        pair: impl Fn(usize) -> [f64; 2],
        out: &mut [f64; MAX_POINTS],
    ) {
        let n = self.points;
        let (step, rest) = (length / n, length % n % MAX_POINTS);
        if self.known >> rest & 1 == 0 {
            self.rests[rest].set(n, rest);
            self.known |= 1 << rest;
        }
        let Rest { parts, carries } = &self.rests[rest];
        // Places are counted from behind the sample before the first.
        let (mut at, mut carries) = (usize::MAX, *carries);
        // Two places at a time, the last of which may be the end.
        let values = out.as_chunks_mut::<2>().0;
        for (values, parts) in values[..n / 2].iter_mut().zip(parts.as_chunks().0) {
            at = at.wrapping_add(step + (carries & 1) as usize);
            let first = f64x2::load_array(simd, pair(at));
            at = at.wrapping_add(step + (carries >> 1 & 1) as usize);
            let second = f64x2::load_array(simd, pair(at));
            carries >>= 2;
            let (before, after) = first.interleave(second);
            (before + (after - before) * f64x2::load_array_ref(simd, parts)).store_array(values);
        }
        // What comes after the last place has the weight 0, which what is not finite would survive.
        out[n - 1..n.next_multiple_of(STRIDE)].fill(0.0);
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}
