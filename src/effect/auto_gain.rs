//! Auto gain: keeps the wet signal as loud as the dry one.

use fearless_simd::f64x4;
use fearless_simd::prelude::*;

use super::MAX_CHANNELS;
use super::scratch::Frames;

/// Time constant of the mean power in seconds: the length of EBU R 128's momentary loudness.
const SECONDS: f64 = 0.4;

/// Power that both signals have at least, -60 dB: so that silence is not amplified.
const FLOOR: f64 = 1e-6;

/// The gain is at most this, or one over it: 12 dB.
const MOST: f64 = 3.981_071_705_534_972_5;

/// The signals that are weighted side by side: dry and wet of each channel.
const SIGNALS: usize = 2 * MAX_CHANNELS;

/// A second-order filter, as multipliers of its input and output (transposed direct form II).
#[derive(Debug, Clone, Copy)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

/// The K-weighting of ITU-R BS.1770 at a sample rate in Hz: a shelf for the head, then a high-pass. The
/// recommendation has coefficients for 48 kHz only; these are the analogue filters behind them.
fn k_weighting(sample_rate: f64) -> [Biquad; 2] {
    // Frequency in Hz, Q and gain in dB of the shelf, and frequency and Q of the high-pass, which give the
    // recommendation's coefficients at 48 kHz to nine digits (as in libebur128).
    let (frequency, q, decibels) =
        (1_681.974_450_955_533, 0.707_175_236_955_419_6, 3.999_843_853_973_347);
    // Below 1/2 of the sample rate, where the tangent has its pole.
    let tangent = |frequency: f64| {
        let angle = std::f64::consts::PI * (frequency / sample_rate).min(0.49);
        libm::tan(angle)
    };
    let k = tangent(frequency);
    let high = libm::exp10(decibels / 20.0);
    let band = libm::pow(high, 0.499_666_774_154_541_6);
    let a0 = 1.0 + k / q + k * k;
    let shelf = Biquad {
        b: [
            (high + band * k / q + k * k) / a0,
            2.0 * (k * k - high) / a0,
            (high - band * k / q + k * k) / a0,
        ],
        a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0],
    };
    let (frequency, q) = (38.135_470_876_024_44, 0.500_327_037_323_877_3);
    let k = tangent(frequency);
    let a0 = 1.0 + k / q + k * k;
    let high_pass =
        Biquad { b: [1.0, -2.0, 1.0], a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0] };
    [shelf, high_pass]
}

/// Measures both signals and finds the gain, sample by sample.
#[derive(Debug)]
pub struct AutoGain {
    filters: [Biquad; 2],
    /// The state of each filter for each signal.
    state: [[[f64; SIGNALS]; 2]; 2],
    /// Share by which the mean comes closer in a sample.
    share: f64,
    /// Mean powers of dry and wet.
    dry: f64,
    wet: f64,
}

impl AutoGain {
    /// For a sample rate in Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            filters: k_weighting(sample_rate),
            state: [[[0.0; SIGNALS]; 2]; 2],
            share: 1.0 - libm::exp(-1.0 / (SECONDS * sample_rate)),
            dry: 0.0,
            wet: 0.0,
        }
    }

    /// Forgets what was measured.
    pub fn reset(&mut self) {
        self.state = [[[0.0; SIGNALS]; 2]; 2];
        (self.dry, self.wet) = (0.0, 0.0);
    }

    /// The gain of the latest frame.
    pub fn gain(&self) -> f64 {
        ((self.dry + FLOOR) / (self.wet + FLOOR)).sqrt().clamp(1.0 / MOST, MOST)
    }

    /// Writes the gain for each of the frames. `dry` and `wet` have a slice for each channel.
    #[inline(always)]
    pub fn process<S: Simd>(
        &mut self,
        simd: S,
        dry: [&[f32]; MAX_CHANNELS],
        wet: &Frames,
        channels: usize,
        gains: &mut [f64],
    ) {
        let load = |array: [f64; SIGNALS]| f64x4::load_array(simd, array);
        let mut state = self.state.map(|filter| filter.map(load));
        let [[s1, s2], [t1, t2]] = &mut state;
        let [shelf, high_pass] = self.filters;
        let second = channels - 1;
        // A single channel counts once.
        let weight = if channels == 1 { 0.5 } else { 1.0 };
        let [mut dry_mean, mut wet_mean] = [self.dry, self.wet];
        // Means and filters are separate chains of dependent operations; in one loop they overlap.
        for (i, gain) in gains.iter_mut().enumerate() {
            // One channel fills both lanes, and counts half in each.
            let x = [dry[0][i].into(), dry[second][i].into(), wet[0][i], wet[second][i]];
            let x = load(x);
            let y = x * shelf.b[0] + *s1;
            *s1 = x * shelf.b[1] - y * shelf.a[0] + *s2;
            *s2 = x * shelf.b[2] - y * shelf.a[1];
            let z = y * high_pass.b[0] + *t1;
            *t1 = y * high_pass.b[1] - z * high_pass.a[0] + *t2;
            *t2 = y * high_pass.b[2] - z * high_pass.a[1];
            let mut squares = [0.0; SIGNALS];
            (z * z).store_array(&mut squares);
            dry_mean += ((squares[0] + squares[1]) * weight - dry_mean) * self.share;
            wet_mean += ((squares[2] + squares[3]) * weight - wet_mean) * self.share;
            *gain = (dry_mean + FLOOR) / (wet_mean + FLOOR);
        }
        for (filter, state) in self.state.iter_mut().zip(state) {
            for (array, lanes) in filter.iter_mut().zip(state) {
                lanes.store_array(array);
                *array = array.map(without_residue);
            }
        }
        (self.dry, self.wet) = (without_residue(dry_mean), without_residue(wet_mean));
        for gain in gains {
            *gain = gain.sqrt().clamp(1.0 / MOST, MOST);
        }
    }
}

/// Ends what silence leaves in a filter before it becomes subnormal, which is slow. Next to any sample, or
/// [`FLOOR`], that little does not change a bit.
fn without_residue(x: f64) -> f64 {
    if x.abs() < 1e-100 { 0.0 } else { x }
}
