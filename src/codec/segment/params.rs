//! The settings of a detector, as it needs them.

use super::cuts::{Pricing, WINDOW};
use super::envelope::{self, FollowParams};
use crate::codec::matching::Closeness;
use crate::codec::settings::{Detector, MaxLength, Settings, Threshold};

/// The settings of a detector, converted to samples and linear amplitude.
#[derive(Debug, Clone, Copy)]
pub struct SegmenterParams {
    /// Change per sample for the slope detector, amplitude for the others.
    pub(super) threshold: f64,
    pub(super) max_length: MaxLength,
    /// Samples without a new extreme after which the peak detector calls the wave flat (5 ms).
    pub(super) extreme_timeout: u64,
    /// Only every `zoom`th turn ends a segment.
    pub(super) zoom: u32,
    pub(super) follow: FollowParams,
    /// How many curves compete for what the search cuts.
    pub(super) curves: u8,
    /// *Best* reads one sample in this many, a power of two.
    pub(super) stride: u64,
}

/// The price of a record, as a squared error, is this many times the square of the threshold: a record has
/// to save as much error as this many samples have that are off by the threshold.
const PRICE_PER_SQUARED_THRESHOLD: f64 = 10.0;

/// Ends that are nearer to each other than this share of the threshold are joined by a line: any other
/// curve would gain less than a thousandth of a price.
const LEAST_HEIGHT: f64 = 1.0 / 256.0;

impl SegmenterParams {
    /// For a sample rate in Hz.
    pub fn new(settings: &Settings, sample_rate: f64) -> Self {
        let amplitude = settings.threshold.amplitude();
        Self {
            threshold: match settings.detector {
                // A change per sample at 44.1 kHz, so that the sound does not depend on the rate.
                Detector::Slope => amplitude * (44_100.0 / sample_rate),
                Detector::Peak => amplitude,
                // A record that cost nothing would leave nothing to decide by.
                Detector::Best => {
                    amplitude.max(Threshold::LEAST.amplitude()) * f64::from(settings.zoom)
                }
            },
            max_length: settings.max_length,
            // At least 1, so that a new extreme does not time out on its own sample.
            extreme_timeout: ((sample_rate / 200.0).floor() as u64).max(1),
            zoom: settings.zoom.into(),
            follow: FollowParams::new(settings.follow, sample_rate),
            curves: settings.curves,
            stride: 1 << envelope::octaves(sample_rate),
        }
    }

    /// What the search goes by.
    pub(super) fn pricing(&self) -> Pricing {
        let price = PRICE_PER_SQUARED_THRESHOLD * (self.threshold * self.threshold);
        let least_height = LEAST_HEIGHT * self.threshold;
        let closeness = Closeness { curves: self.curves, least_height };
        let longest = (self.longest_searched() / self.stride) as usize;
        Pricing::new(price, closeness, longest.max(1))
    }

    /// The longest segment that is searched for, in samples.
    pub(super) fn longest_searched(&self) -> u64 {
        let MaxLength { curve, hold } = self.max_length;
        u64::from(curve.min(hold)).min(WINDOW as u64 * self.stride)
    }
}
