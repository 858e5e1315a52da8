//! How much an error can be heard, sample by sample.
//!
//! A louder sound covers an error, also for a while after it has stopped. So the squared error counts
//! with the weight
//!
//! ```text
//! w = (P₀ / (P + P₁))^0.7,   P₀ = −18 dBFS, P₁ = −80 dBFS,
//! ```
//!
//! where `P` is the power of the signal after an A-weighting (IEC 61672-1), smoothed with 2 ms when it
//! rises and 100 ms when it falls, and constant within cells of 32 samples. A record costs as much as
//! ever, so quiet parts get more of them and loud ones fewer: where the signal is 10 dB quieter, a record
//! pays if it saves 7 dB less error.
//!
//! This weighs times and not frequencies. An error that is filtered before it is squared has no sum
//! over segments, since what a segment does sounds on in the next; and then the best cuts before
//! a sample would depend on those after it.

use std::f64::consts::PI;

/// Samples with the same weight.
const CELL: usize = 32;

/// `P₀` and `P₁`.
const REFERENCE: f64 = 0.015_848_931_924_611_134;
const FLOOR: f64 = 1e-8;

/// How far the weight follows the power.
const EXPONENT: f64 = 0.7;

/// Time constants in seconds of a rise and of a fall.
const SECONDS: [f64; 2] = [0.002, 0.1];

/// Corner frequencies of the A-weighting in Hz: four high-passes, then two low-passes.
const HIGH_PASSES: [f64; 4] = [20.598_997, 20.598_997, 107.652_65, 737.862_23];
const LOW_PASSES: [f64; 2] = [12_194.217, 12_194.217];

/// What makes the gain 1 at 1 kHz: 2 dB.
const GAIN: f64 = 1.258_925_411_794_167_3;

/// A filter with one pole.
#[derive(Debug, Clone, Copy)]
struct OnePole {
    gain: f64,
    /// −1 for a high-pass, 1 for a low-pass.
    zero: f64,
    feedback: f64,
    input: f64,
    output: f64,
}

impl OnePole {
    fn new(corner_hz: f64, zero: f64, sample_rate: f64) -> Self {
        let k = libm::tan(PI * corner_hz / sample_rate);
        let gain = if zero < 0.0 { 1.0 } else { k } / (1.0 + k);
        Self { gain, zero, feedback: (1.0 - k) / (1.0 + k), input: 0.0, output: 0.0 }
    }

    #[inline(always)]
    fn process(&mut self, x: f64) -> f64 {
        let sum = x + self.zero * self.input;
        (self.input, self.output) = (x, self.gain * sum + self.feedback * self.output);
        self.output
    }
}

/// The A-weighted power of one stream.
#[derive(Debug, Clone)]
struct Loudness {
    filters: Vec<OnePole>,
}

impl Loudness {
    fn new(sample_rate: f64) -> Self {
        // Above this the bilinear transform has no corner to put there.
        let fits = |&corner: &f64| corner < 0.45 * sample_rate;
        let filters = |corners: &[f64], zero| -> Vec<OnePole> {
            corners
                .iter()
                .copied()
                .filter(fits)
                .map(|f| OnePole::new(f, zero, sample_rate))
                .collect()
        };
        Self { filters: [filters(&HIGH_PASSES, -1.0), filters(&LOW_PASSES, 1.0)].concat() }
    }

    #[inline(always)]
    fn power(&mut self, x: f64) -> f64 {
        let filtered = self.filters.iter_mut().fold(GAIN * x, |x, filter| filter.process(x));
        filtered * filtered
    }
}

/// The weights of one stream, or of streams that cover one another's errors.
#[derive(Debug, Clone)]
pub struct Hearing {
    streams: Vec<Loudness>,
    /// How fast the power follows, rising and falling.
    rates: [f64; 2],
    power: f64,
    /// In the current cell.
    weight: f64,
    sample: usize,
}

impl Hearing {
    /// The weights of streams at a sample rate in Hz.
    pub fn new(streams: usize, sample_rate: f64) -> Self {
        Self {
            streams: vec![Loudness::new(sample_rate); streams],
            rates: SECONDS.map(|seconds| 1.0 - libm::exp(-1.0 / (seconds * sample_rate))),
            power: 0.0,
            weight: 1.0,
            sample: 0,
        }
    }

    /// Appends the weights of the next samples.
    pub fn append(&mut self, samples: &[&[f64]], weights: &mut Vec<f64>) {
        let count = samples.first().map_or(0, |samples| samples.len());
        let per_stream = 1.0 / self.streams.len() as f64;
        for at in 0..count {
            let streams = self.streams.iter_mut().zip(samples);
            let power: f64 = streams.map(|(loudness, x)| loudness.power(x[at])).sum();
            let change = power * per_stream - self.power;
            self.power += change * self.rates[usize::from(change < 0.0)];
            if self.sample.is_multiple_of(CELL) {
                self.weight = libm::pow(REFERENCE / (self.power + FLOOR), EXPONENT);
            }
            self.sample += 1;
            weights.push(self.weight);
        }
    }
}
