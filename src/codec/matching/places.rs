//! The values at which a segment is compared with the curves.

use super::MAX_POINTS;

/// How many values are read at once. Behind the last one there are others up to a whole number of
/// that, which count for nothing, so that no time is lost on where exactly a wave ends.
pub const STRIDE: usize = 4;

/// The values of a wave at `t = j/N`, `j = 1 … N−1`.
#[derive(Debug, Clone, Copy)]
pub struct Wave<'a> {
    /// At least `N − 1`, rounded up to a multiple of [`STRIDE`], all of them finite.
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
    /// The number of places, and for that `j/N`, `j = 0 … N−1`.
    points: usize,
    shares: [f64; MAX_POINTS],
}

impl Places {
    /// Empty room.
    #[must_use]
    pub fn new() -> Self {
        Self { values: [0.0; MAX_POINTS], shares: [0.0; MAX_POINTS], points: 1 }
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
            return self.interpolate(segment);
        }
        let count = segment.len().saturating_sub(1);
        let (values, rest) = self.values.split_at_mut(count);
        values.copy_from_slice(&segment[..count]);
        rest.fill(0.0);
        Wave::new(&self.values, count)
    }

    /// [`Self::wave`], at the places that are set, of all but the last `beyond` samples, which are
    /// [`STRIDE`] at least.
    #[inline(always)]
    pub(in crate::codec) fn wave_ahead<'a>(
        &'a mut self,
        samples: &'a [f64],
        beyond: usize,
    ) -> Wave<'a> {
        let length = samples.len() - beyond;
        if length > self.points {
            self.interpolate(&samples[..length])
        } else {
            Wave::new(samples, length - 1)
        }
    }

    /// Sets the number of places.
    #[inline(always)]
    pub(in crate::codec) fn set_points(&mut self, points: u8) {
        let n = usize::from(points).clamp(1, MAX_POINTS);
        if n != self.points {
            self.points = n;
            self.values.fill(0.0);
            for (share, j) in self.shares[..n].iter_mut().zip(0..) {
                *share = f64::from(j) / n as f64;
            }
        }
    }

    /// The wave at fewer places than it has samples.
    #[inline]
    fn interpolate(&mut self, segment: &[f64]) -> Wave<'_> {
        let n = self.points;
        // From one place to the next it is a whole number of samples and some Nths.
        let (step, rest) = (segment.len() / n, segment.len() % n);
        let mut part = 0;
        let mut pairs = segment.array_windows();
        for value in &mut self.values[..n - 1] {
            part += rest;
            let carry = part >= n;
            part -= if carry { n } else { 0 };
            let Some(&[before, after]) = pairs.nth(step - 1 + usize::from(carry)) else { break };
            *value = before + (after - before) * self.shares[part % MAX_POINTS];
        }
        Wave::new(&self.values, n - 1)
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}
