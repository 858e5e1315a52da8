//! Rate and SNR over time: a file in intervals of equal length.

use serde::Serialize;

use super::snr::decibels;

/// The most intervals of a file.
const MAX_COUNT: u64 = 500;

/// The shortest interval in seconds, which has some ten half-waves of a bass.
const SHORTEST_SECONDS: f64 = 0.05;

/// A file's frames in intervals, of which the last may be shorter.
#[derive(Debug, Clone, Copy)]
pub struct Intervals {
    frames: u64,
    /// Frames of an interval.
    step: u64,
}

/// What happens in the intervals of a file.
#[derive(Debug, Serialize)]
pub struct OverTime {
    /// Length of all intervals but the last.
    pub interval_seconds: f64,
    /// Of records, whose bits are spread over the samples that they stand for.
    pub kbits_per_second: Vec<f64>,
    /// None without an original; an interval's, if nothing is lost in it, or if there is nothing to lose.
    pub snr_db: Option<Vec<Option<f64>>>,
}

impl Intervals {
    /// The intervals of a file of `frames` frames at a sample rate in Hz.
    pub fn new(frames: u64, rate: u32) -> Self {
        let shortest = (SHORTEST_SECONDS * f64::from(rate)).round() as u64;
        Self { frames, step: frames.div_ceil(MAX_COUNT).max(shortest).max(1) }
    }

    pub fn count(&self) -> usize {
        self.frames.div_ceil(self.step) as usize
    }

    /// The parts of a stretch of frames in each of the intervals that it touches: the interval's number and
    /// how many frames.
    pub fn parts(self, frames: std::ops::Range<u64>) -> impl Iterator<Item = (usize, u64)> {
        let end = frames.end.min(self.frames);
        let mut from = frames.start;
        std::iter::from_fn(move || {
            let number = from / self.step;
            let until = end.min((number + 1) * self.step);
            let part = until.checked_sub(from).filter(|part| *part > 0)?;
            from = until;
            Some((number as usize, part))
        })
    }

    /// What happens in the intervals: the bits of records, and energies of the original and of what is lost.
    pub fn over_time(&self, rate: u32, bits: &[f64], energies: Option<&[(f64, f64)]>) -> OverTime {
        let seconds = |frames: u64| frames as f64 / f64::from(rate);
        let length = |number: usize| self.step.min(self.frames - number as u64 * self.step);
        let rates = (0..).zip(bits).map(|(number, bits)| bits / seconds(length(number)) / 1000.0);
        let snr = |energies: &[(f64, f64)]| energies.iter().map(|both| decibels(*both)).collect();
        OverTime {
            interval_seconds: seconds(self.step),
            kbits_per_second: rates.map(|rate| (rate * 1000.0).round() / 1000.0).collect(),
            snr_db: energies.map(snr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_in_the_intervals_that_it_touches() {
        let intervals = Intervals { frames: 25, step: 10 };
        assert_eq!(intervals.count(), 3);
        let parts = |frames| intervals.parts(frames).collect::<Vec<_>>();
        assert_eq!(parts(3..9), [(0, 6)]);
        assert_eq!(parts(9..31), [(0, 1), (1, 10), (2, 5)]);
        assert_eq!(parts(10..20), [(1, 10)]);
        assert_eq!(parts(25..40), []);
        assert_eq!(parts(4..4), []);
    }
}
