//! The values at which a segment is compared with the curves.

use super::MAX_POINTS;

/// Room for the values a segment is compared at.
#[derive(Debug, Clone)]
pub struct Places([f64; MAX_POINTS]);

impl Places {
    /// Empty room.
    #[must_use]
    pub fn new() -> Self {
        Self([0.0; MAX_POINTS])
    }

    /// The wave at `t = j/N`, `j = 1 … N−1`, with `N` the smaller of `length` and `points`.
    ///
    /// Sample `i` of the segment, given by `sample`, lies at `t = (i + 1) / length`; between samples
    /// the wave is interpolated linearly, from `start` at `t = 0`. `length` is at least 1 and below
    /// 2^26, `points` at most [`MAX_POINTS`].
    pub fn wave(
        &mut self,
        length: u32,
        points: u8,
        start: f64,
        sample: impl Fn(u32) -> f64,
    ) -> &[f64] {
        let points = u32::from(points).min(MAX_POINTS as u32);
        let n = length.min(points).max(1);
        let wave = &mut self.0[..n as usize - 1];
        if length <= points {
            for (value, i) in wave.iter_mut().zip(0..) {
                *value = sample(i);
            }
        } else {
            for (value, j) in wave.iter_mut().zip(1..) {
                let (whole, part) = (j * length / n, j * length % n);
                let before = if whole == 0 { start } else { sample(whole - 1) };
                *value = if part == 0 {
                    before
                } else {
                    before + (sample(whole) - before) * (f64::from(part) / f64::from(n))
                };
            }
        }
        wave
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}
