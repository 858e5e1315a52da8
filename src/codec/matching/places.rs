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

    /// The wave at `t = j/N`, `j = 1 … N−1`, with `N` the smaller of the segment's length and
    /// `points`.
    ///
    /// Sample `i` of the segment lies at `t = (i + 1) / length`; between samples the wave is
    /// interpolated linearly, from `start` at `t = 0`. A segment has at least 1 sample and less than
    /// 2^32, `points` is at most [`MAX_POINTS`].
    #[inline]
    pub fn wave<'a>(&'a mut self, segment: &'a [f64], points: u8, start: f64) -> &'a [f64] {
        let n = usize::from(points).clamp(1, MAX_POINTS);
        if segment.len() <= n {
            return segment.split_last().map_or(&[], |(_, wave)| wave);
        }
        // What j/N of the segment is in samples: a whole number of them and some Nths.
        let (step, rest) = (segment.len() / n, segment.len() % n);
        let (mut whole, mut part) = (0, 0);
        let wave = &mut self.0[..n - 1];
        for value in &mut *wave {
            (whole, part) = (whole + step, part + rest);
            if part >= n {
                (whole, part) = (whole + 1, part - n);
            }
            let before = if whole == 0 { start } else { segment[whole - 1] };
            // `i32` converts in one instruction, and holds what is below the points.
            let share = f64::from(part as i32) / f64::from(n as i32);
            *value = before + (segment[whole] - before) * share;
        }
        wave
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}
