//! The level that the threshold follows, cell by cell, for every detector.

use std::collections::VecDeque;

use crate::codec::Detector;
use crate::codec::segment::LevelFollower;

/// The level of one stream over time.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    /// Of the slope detector and of the others, which go by the same.
    detectors: [(LevelFollower, Cells); 2],
}

/// The first position of each cell, and its level relative to the one at which the threshold is as it
/// was set.
type Cells = VecDeque<(u64, f64)>;

impl Levels {
    /// For a sample rate in Hz.
    pub(super) fn new(sample_rate: f64) -> Self {
        let of = |detector| (LevelFollower::new(detector, sample_rate), Cells::new());
        Self { detectors: [of(Detector::Slope), of(Detector::Peak)] }
    }

    /// Reads the samples from `position` on.
    pub(super) fn push(&mut self, position: u64, samples: &[f64]) {
        for (follower, cells) in &mut self.detectors {
            follower.process(position, samples, |at, level| cells.push_back((at, level)));
        }
    }

    /// Drops the cells that begin before a position.
    pub(super) fn expire(&mut self, oldest: u64) {
        for (_, cells) in &mut self.detectors {
            while cells.front().is_some_and(|&(at, _)| at < oldest) {
                cells.pop_front();
            }
        }
    }

    /// The level in the cell of a position, or in the last one before it that is known.
    pub(super) fn at(&self, detector: Detector, position: u64) -> Option<f64> {
        let (_, cells) = &self.detectors[usize::from(detector != Detector::Slope)];
        let after = cells.partition_point(|&(at, _)| at <= position);
        after.checked_sub(1).and_then(|last| cells.get(last)).map(|&(_, level)| level)
    }
}
