//! The level that the threshold follows, for whoever shows it: the envelope alone, without segments.

use fearless_simd::{Level, Simd, dispatch};

use super::super::settings::{Detector, Share};
use super::envelope::{self, Envelope, FollowParams};

/// Follows the level of one stream as a detector does while *Follow* is on.
///
/// It begins at the envelope's floor. The detector's own envelope also begins anew where another
/// detector or stereo mode takes over, a loop is released, or *Follow* leaves 0, of which this one
/// knows nothing; after a few release times, half a second, both are the same again.
#[derive(Debug, Clone)]
pub struct LevelFollower {
    detector: Detector,
    params: FollowParams,
    envelope: Envelope,
    /// The sample before the next one.
    previous: f64,
    /// Position of the next sample, counted from the start of the stream.
    next: u64,
}

impl LevelFollower {
    /// For the level that a detector goes by, at a sample rate in Hz.
    pub fn new(detector: Detector, sample_rate: f64) -> Self {
        let params = FollowParams::new(Share::ALL, sample_rate);
        Self { detector, params, envelope: Envelope::new(), previous: 0.0, next: 0 }
    }

    /// Reads the samples from `position` on; what lies between them and those before is skipped. Calls
    /// `cell` for each cell that begins, with its first position and its level relative to the one at
    /// which the threshold is as it was set.
    pub fn process(&mut self, position: u64, samples: &[f64], mut cell: impl FnMut(u64, f64)) {
        let Some(&first) = samples.first() else { return };
        if position != self.next {
            // A step over the gap would count as a change of the wave.
            (self.previous, self.next) = (first, position);
        }
        let length = self.params.cell;
        let mut rest = samples;
        while !rest.is_empty() {
            let from = self.next & (length - 1);
            if from == 0 {
                cell(self.next, self.envelope.factor(&self.params));
            }
            let (piece, later) = rest.split_at(rest.len().min((length - from) as usize));
            dispatch!(Level::new(), simd => self.add(simd, piece));
            self.next += piece.len() as u64;
            if self.next & (length - 1) == 0 {
                self.envelope.end_cell(&self.params);
            }
            self.previous = piece.last().copied().unwrap_or(self.previous);
            rest = later;
        }
    }

    #[inline(always)]
    fn add(&mut self, simd: impl Simd, samples: &[f64]) {
        match self.detector {
            Detector::Slope => {
                self.envelope.add_changes(simd, samples, self.previous, &self.params);
            }
            Detector::Peak | Detector::Best => self.envelope.add(simd, samples),
        }
    }
}

/// What the threshold is multiplied by, at a level relative to the one at which it is as it was set.
pub fn follow_factor(level: f64, follow: Share) -> f64 {
    envelope::factor(level, follow.factor())
}
