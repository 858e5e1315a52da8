//! The samples at which a segment is compared with the curves: its own, or some between them.

use super::points::{MAX_POINTS, STRIDE};

/// A segment's values at `t = j/n`, `j = 1 … n − 1`.
#[derive(Debug, Clone, Copy)]
pub struct SamplePoints<'a> {
    /// At least `n − 1` rounded up to a multiple of [`STRIDE`]; those beyond are finite.
    values: &'a [f64],
    count: usize,
}

impl<'a> SamplePoints<'a> {
    /// The first `count` of some values, behind which there are others up to a multiple of
    /// [`STRIDE`].
    #[inline(always)]
    pub(super) fn new(values: &'a [f64], count: usize) -> Self {
        debug_assert!(values.len() >= count.next_multiple_of(STRIDE));
        Self { values, count }
    }

    /// The `n − 1` values.
    #[inline(always)]
    #[must_use]
    pub fn values(&self) -> &'a [f64] {
        &self.values[..self.count]
    }

    /// `n`, which counts the segment's end.
    #[inline(always)]
    pub(super) fn n(&self) -> usize {
        self.count + 1
    }

    /// The values in strides, the last filled up with others.
    #[inline(always)]
    pub(super) fn strides(&self) -> &'a [[f64; STRIDE]] {
        self.values.as_chunks().0
    }
}

/// Interpolates segments that have more samples than they are compared at.
#[derive(Debug, Clone)]
pub struct Resampler {
    /// How many sample points there are at most, 1 to [`MAX_POINTS`].
    points: usize,
    /// `k / points`.
    fractions: [f64; MAX_POINTS],
    values: [f64; MAX_POINTS],
}

impl Resampler {
    /// A resampler with working memory for one segment.
    #[must_use]
    pub fn new() -> Self {
        Self { points: 1, fractions: [0.0; MAX_POINTS], values: [0.0; MAX_POINTS] }
    }

    /// The values of a segment at `t = j/n`, `j = 1 … n − 1`, with `n` the smaller of its length
    /// and `points`, which is at most [`MAX_POINTS`].
    ///
    /// Sample `i` of the segment lies at `t = (i + 1) / length`; between samples the wave is
    /// interpolated linearly. All samples are finite.
    #[must_use]
    pub fn sample_points(&mut self, segment: &[f64], points: u8) -> SamplePoints<'_> {
        self.set_points(points);
        if segment.len() > self.points {
            return self.interpolate_slice(segment);
        }
        let count = segment.len().saturating_sub(1);
        let (values, unused) = self.values.split_at_mut(count);
        values.copy_from_slice(&segment[..count]);
        unused.fill(0.0);
        SamplePoints::new(&self.values, count)
    }

    /// Sets the most sample points.
    #[inline(always)]
    pub(super) fn set_points(&mut self, points: u8) {
        let n = usize::from(points).clamp(1, MAX_POINTS);
        if n != self.points {
            self.points = n;
            self.fractions = std::array::from_fn(|k| k as f64 / n as f64);
        }
    }

    /// The most sample points.
    #[inline(always)]
    pub(super) fn points(&self) -> usize {
        self.points
    }

    /// The values of a segment that has more samples than there are sample points.
    #[inline(always)]
    pub(super) fn interpolate_slice(&mut self, segment: &[f64]) -> SamplePoints<'_> {
        // Of equal lengths, so that an index is checked once.
        let (before, after) = (&segment[..segment.len() - 1], &segment[1..]);
        self.interpolate(segment.len(), |at| [before[at], after[at]])
    }

    /// [`Self::interpolate_slice`] for samples that are not one slice: `pair` returns
    /// the sample of an index and the one after it.
    ///
    /// Sample point `j` lies `j length/n` samples from the start, which Bresenham's algorithm counts
    /// without a division: in whole samples and a remainder below `n`.
    #[inline(always)]
    pub(super) fn interpolate(
        &mut self,
        length: usize,
        pair: impl Fn(usize) -> [f64; 2],
    ) -> SamplePoints<'_> {
        let n = self.points;
        let (step, rest) = (length / n, length % n);
        // The start of the segment is the sample before index 0.
        let (mut index, mut remainder) = (usize::MAX, 0);
        for value in &mut self.values[..n - 1] {
            remainder += rest;
            let carry = remainder >= n;
            remainder -= if carry { n } else { 0 };
            index = index.wrapping_add(step + usize::from(carry));
            let [before, after] = pair(index);
            *value = before + (after - before) * self.fractions[remainder % MAX_POINTS];
        }
        self.values[n - 1..n.next_multiple_of(STRIDE)].fill(0.0);
        SamplePoints::new(&self.values, n - 1)
    }
}

impl Default for Resampler {
    fn default() -> Self {
        Self::new()
    }
}
