//! The samples at which a segment is compared with the curves: its own, or some between them.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x2};

use super::points::{MAX_POINTS, QUAD};

/// A segment's values at `t = j/n`, `j = 1 … n − 1`.
#[derive(Debug, Clone, Copy)]
pub struct SamplePoints<'a> {
    /// At least `n − 1` rounded up to a multiple of [`QUAD`]; those beyond are finite.
    values: &'a [f64],
    /// `n − 1`.
    count: usize,
}

impl<'a> SamplePoints<'a> {
    /// The first `count` of some values, followed by others up to a multiple of
    /// [`QUAD`].
    #[inline(always)]
    pub(in crate::codec) fn new(values: &'a [f64], count: usize) -> Self {
        debug_assert!(values.len() >= count.next_multiple_of(QUAD));
        Self { values, count }
    }

    /// The `n − 1` values.
    #[inline(always)]
    pub fn values(&self) -> &'a [f64] {
        &self.values[..self.count]
    }

    /// `n`, which counts the segment's end.
    #[inline(always)]
    pub(super) fn n(&self) -> usize {
        self.count + 1
    }

    /// The values in quads, the last filled up with others.
    #[inline(always)]
    pub(super) fn quads(&self) -> &'a [[f64; QUAD]] {
        self.values.as_chunks().0
    }
}

/// Interpolates segments that have more samples than they are compared at.
#[derive(Debug, Clone)]
pub struct Resampler {
    /// How many sample points there are at most, 1 to [`MAX_POINTS`].
    points: usize,
    /// By the remainder of the segment's length; those with a bit in `known` are filled in. They save
    /// a twentieth of the instructions of encoding long segments.
    phases: Box<[Phase; MAX_POINTS]>,
    known: u64,
    values: [f64; MAX_POINTS],
}

/// Where sample points lie between samples if `remainder` samples are left over when each of `n`
/// intervals takes equally many: point `j` is `j remainder / n` further.
#[derive(Debug, Clone, Copy)]
struct Phase {
    /// The fractional parts, from point 1 on.
    fractions: [f64; MAX_POINTS],
    /// A bit for each point, from 1 on, that has moved one whole sample on from the point before.
    carries: u64,
}

impl Phase {
    const EMPTY: Self = Self { fractions: [0.0; MAX_POINTS], carries: 0 };

    fn new(n: usize, remainder: usize) -> Self {
        let (mut phase, mut position) = (Self::EMPTY, 0);
        for (index, fraction) in phase.fractions[..n - 1].iter_mut().enumerate() {
            position += remainder;
            if position >= n {
                position -= n;
                phase.carries |= 1 << index;
            }
            *fraction = position as f64 / n as f64;
        }
        phase
    }
}

impl Resampler {
    /// A resampler with working memory for one segment.
    pub fn new() -> Self {
        Self {
            points: 1,
            phases: Box::new([Phase::EMPTY; MAX_POINTS]),
            known: 0,
            values: [0.0; MAX_POINTS],
        }
    }

    /// The values of a segment at `t = j/n`, `j = 1 … n − 1`, with `n` the smaller of its length
    /// and `points`, which is at most [`MAX_POINTS`].
    ///
    /// Sample `i` of the segment lies at `t = (i + 1) / length`; between samples the wave is
    /// interpolated linearly. All samples are finite.
    pub fn sample_points(&mut self, segment: &[f64], points: u8) -> SamplePoints<'_> {
        self.set_points(points);
        if segment.len() > self.points {
            return dispatch!(Level::new(), simd => self.interpolate_slice(simd, segment));
        }
        let count = segment.len().saturating_sub(1);
        let (values, unused) = self.values.split_at_mut(count);
        values.copy_from_slice(&segment[..count]);
        unused.fill(0.0);
        SamplePoints::new(&self.values, count)
    }

    /// Sets the most sample points.
    #[inline(always)]
    pub(in crate::codec) fn set_points(&mut self, points: u8) {
        let n = usize::from(points).clamp(1, MAX_POINTS);
        if n != self.points {
            self.points = n;
            self.known = 0;
        }
    }

    /// The most sample points.
    #[inline(always)]
    pub(super) fn points(&self) -> usize {
        self.points
    }

    /// The values of a segment that has more samples than there are sample points.
    #[inline(always)]
    pub(in crate::codec) fn interpolate_slice(
        &mut self,
        simd: impl Simd,
        segment: &[f64],
    ) -> SamplePoints<'_> {
        // Of equal lengths, so that an index is checked once.
        let (before, after) = (&segment[..segment.len() - 1], &segment[1..]);
        self.interpolate(simd, segment.len(), |at| match (before.get(at), after.get(at)) {
            (Some(&before), Some(&after)) => [before, after],
            // The end of the segment, which does not count.
            _ => [0.0; 2],
        })
    }

    /// [`Self::interpolate_slice`] for samples that are not one slice: `pair` returns
    /// the sample of an index and the one after it.
    ///
    /// Sample point `j` lies `j length/n` samples from the start: in whole samples and a fraction.
    #[inline(always)]
    pub(super) fn interpolate<S: Simd>(
        &mut self,
        simd: S,
        length: usize,
        pair: impl Fn(usize) -> [f64; 2],
    ) -> SamplePoints<'_> {
        let n = self.points;
        let (step, remainder) = (length / n, length % n % MAX_POINTS);
        if self.known >> remainder & 1 == 0 {
            self.phases[remainder] = Phase::new(n, remainder);
            self.known |= 1 << remainder;
        }
        let &Phase { ref fractions, mut carries } = &self.phases[remainder];
        // The segment starts one sample before index 0.
        let mut index = usize::MAX;
        // Two at a time, of which the last may be the segment's end.
        let values = self.values.as_chunks_mut::<2>().0[..n / 2].iter_mut();
        for (values, fractions) in values.zip(fractions.as_chunks().0) {
            index = index.wrapping_add(step + (carries & 1) as usize);
            let first = f64x2::load_array(simd, pair(index));
            index = index.wrapping_add(step + (carries >> 1 & 1) as usize);
            let second = f64x2::load_array(simd, pair(index));
            carries >>= 2;
            let (before, after) = first.interleave(second);
            let fractions = f64x2::load_array_ref(simd, fractions);
            (before + (after - before) * fractions).store_array(values);
        }
        self.values[n - 1..n.next_multiple_of(QUAD)].fill(0.0);
        SamplePoints::new(&self.values, n - 1)
    }
}

impl Default for Resampler {
    fn default() -> Self {
        Self::new()
    }
}
