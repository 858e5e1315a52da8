//! The level of the wave, which the threshold follows.

use fearless_simd::f64x4;
use fearless_simd::prelude::*;

use super::super::settings::Share;

/// Samples in a cell up to 50 kHz, 1.5 ms: a threshold that is constant in it lets the detectors compare 64
/// samples at a time.
const CELL: u64 = 64;

/// How fast the envelope rises and falls, in seconds.
const ATTACK: f64 = 0.002;
const RELEASE: f64 = 0.150;

/// The lowest level, 10^(-94 / 20): below the 16-bit step, so that silence has a threshold too.
const FLOOR: f64 = 1.995_262_314_968_88e-5;

/// The level at which the threshold is as it was set, 10^(-18 / 20); for the slope detector a change per
/// sample at 44.1 kHz. So both lose about as much of music at the default: at -40, -30 and -20 dBFS the
/// median SNR of 18 tracks is 24, 17 and 8 dB with the peak detector, 32, 18 and 4 dB with the slope
/// detector, whose range is narrower.
const REFERENCE: f64 = 0.125_892_541_179_416_73;

/// Larger levels count as this, so that nothing overflows.
const HIGHEST: f64 = 1e300;

/// How the threshold follows the level, in samples and factors.
#[derive(Debug, Clone, Copy)]
pub struct FollowParams {
    /// Exponent, 0 to 1; at 0 the threshold does not follow.
    pub amount: f64,
    /// Samples in a cell, a power of two.
    pub cell: u64,
    /// What a change per sample is multiplied by to be that at 44.1 kHz.
    change_scale: f64,
    /// The shares by which the envelope comes closer to a higher or lower level in a cell.
    attack: f64,
    release: f64,
}

impl FollowParams {
    /// For a sample rate in Hz.
    pub fn new(follow: Share, sample_rate: f64) -> Self {
        let mut params = Self {
            amount: follow.factor(),
            cell: CELL,
            change_scale: sample_rate / 44_100.0,
            attack: 0.0,
            release: 0.0,
        };
        if params.amount > 0.0 {
            params.cell <<= octaves(sample_rate);
            let share = |tau: f64| 1.0 - libm::exp(-(params.cell as f64) / (tau * sample_rate));
            (params.attack, params.release) = (share(ATTACK), share(RELEASE));
        }
        params
    }
}

/// How many octaves of sample rate begin above 50 kHz up to a rate in Hz.
pub fn octaves(sample_rate: f64) -> u32 {
    // 50 kHz · 2^16 is beyond any converter.
    (0..16).find(|&k| sample_rate <= 50_000.0 * f64::from(1 << k)).unwrap_or(16)
}

/// The envelope of one stream.
#[derive(Debug, Clone)]
pub struct Envelope {
    level: f64,
    /// The largest level in the cell so far.
    peak: f64,
    /// What the threshold is multiplied by, for an amount.
    factor: f64,
    factor_for: Option<f64>,
}

impl Envelope {
    /// An envelope at its floor.
    pub fn new() -> Self {
        Self { level: FLOOR, peak: 0.0, factor: 1.0, factor_for: None }
    }

    /// An envelope at the level at which the threshold is as it was set.
    pub fn at_reference() -> Self {
        Self { level: REFERENCE, ..Self::new() }
    }

    /// What the threshold of the cell is multiplied by.
    #[inline]
    pub fn factor(&mut self, params: &FollowParams) -> f64 {
        if self.factor_for != Some(params.amount) {
            self.factor = factor(self.level / REFERENCE, params.amount);
            self.factor_for = Some(params.amount);
        }
        self.factor
    }

    /// Takes samples of a cell for the peak detector.
    #[inline(always)]
    pub fn add<S: Simd>(&mut self, simd: S, samples: &[f64]) {
        let (quads, rest) = samples.as_chunks::<4>();
        let mut highest = f64x4::splat(simd, self.peak);
        for quad in quads {
            highest = highest.max(f64x4::load_array_ref(simd, quad).abs());
        }
        self.peak = rest.iter().fold(largest(highest), |peak, x| peak.max(x.abs()));
    }

    /// Takes samples of a cell for the slope detector; `previous` is the sample before them.
    #[inline(always)]
    pub fn add_changes<S: Simd>(
        &mut self,
        simd: S,
        samples: &[f64],
        previous: f64,
        params: &FollowParams,
    ) {
        let (Some((&first, after)), Some((_, before))) =
            (samples.split_first(), samples.split_last())
        else {
            return;
        };
        let ((before, last_before), (after, last)) =
            (before.as_chunks::<4>(), after.as_chunks::<4>());
        let mut highest = f64x4::splat(simd, (first - previous).abs());
        for (before, x) in before.iter().zip(after) {
            let change = f64x4::load_array_ref(simd, x) - f64x4::load_array_ref(simd, before);
            highest = highest.max(change.abs());
        }
        let rest = last_before.iter().zip(last);
        let change = rest.fold(largest(highest), |peak, (before, x)| peak.max((x - before).abs()));
        self.peak = self.peak.max(change * params.change_scale);
    }

    /// Ends the cell.
    #[inline]
    pub fn end_cell(&mut self, params: &FollowParams) {
        let peak = self.peak.min(HIGHEST);
        let share = if peak > self.level { params.attack } else { params.release };
        self.level = (self.level + (peak - self.level) * share).max(FLOOR);
        self.peak = 0.0;
        self.factor_for = None;
    }
}

/// What the threshold is multiplied by at a level relative to [`REFERENCE`]; `amount` is 0 to 1.
#[inline]
pub fn factor(level: f64, amount: f64) -> f64 {
    if amount == 1.0 { level } else { libm::pow(level, amount) }
}

#[inline(always)]
fn largest<S: Simd>(lanes: f64x4<S>) -> f64 {
    let mut array = [0.0; 4];
    lanes.store_array(&mut array);
    let [a, b, c, d] = array;
    a.max(b).max(c.max(d))
}
