//! Arithmetic of single samples: cleaning, quantising to 16-bit levels, and back.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x4, i64x4};

/// The levels a record can end on are multiples of `1 / FULL_SCALE`, from −32768 to 32767 of them.
pub const FULL_SCALE: f64 = 32767.0;

/// Turns whatever a host or a file may deliver into a sample the codec can work with: NaN, ±∞ and
/// anything subnormal in `f32` become 0.
#[inline]
#[must_use]
pub fn sanitise(sample: f64) -> f64 {
    // Written so that a NaN fails the comparison.
    if sample.abs() >= f64::from(f32::MIN_POSITIVE) && sample.abs() <= f64::MAX {
        sample
    } else {
        0.0
    }
}

/// Rounds a decoded sample to the `f32` a host or a float file receives, never subnormal and never
/// outside the finite range; NaN becomes 0.
#[inline]
#[must_use]
pub fn to_f32(sample: f64) -> f32 {
    let rounded = sample as f32;
    // Written so that a NaN fails the comparison.
    if rounded.abs() >= f32::MIN_POSITIVE { rounded.clamp(f32::MIN, f32::MAX) } else { 0.0 }
}

/// The 16-bit level a sample quantises to: `round(32767 x)`, halves away from zero, clamped.
#[inline]
#[must_use]
pub fn quantise(sample: f64) -> i16 {
    away_from_zero(sample * FULL_SCALE) as i16
}

/// [`quantise`] of many samples, side by side: as many as there are in the shorter slice.
pub fn quantise_all(samples: &[f64], levels: &mut [i16]) {
    dispatch!(Level::new(), simd => simd.vectorize(
        #[inline(always)]
        || quantise_into(simd, samples, levels)
    ));
}

/// Rounds halves away from zero and clamps.
#[inline]
#[must_use]
pub fn round_to_i32(x: f64) -> i32 {
    away_from_zero(x) as i32
}

/// What rounds `x`, halves away from zero, once `as` cuts it off and clamps it, without the call of
/// a function that `f64::round` is where the processor has no instruction for it.
#[inline]
fn away_from_zero(x: f64) -> f64 {
    // Less than a half by as little as can be, or the sum would round 0.49999999999999994 up. What
    // lies beyond the 52 bits in which halves can be told is clamped.
    x + 0.5_f64.next_down().copysign(x)
}

/// The sample value of a 16-bit level.
#[inline]
#[must_use]
pub fn level_to_sample(level: i16) -> f64 {
    f64::from(level) / FULL_SCALE
}

/// How many are found at once.
pub const LANES: usize = 4;

/// With this added, a whole number of 16 bits stands in the lowest bits of an `f64`.
const MARK: f64 = 1.5 * (1_u64 << 52) as f64;

/// Replaces samples, none of them a NaN, by the levels they quantise to, to be read with [`level`]; as
/// [`quantise`].
#[inline(always)]
pub fn mark_all<S: Simd>(simd: S, samples: &mut [[f64; LANES]]) {
    for samples in samples {
        mark(simd, f64x4::load_array_ref(simd, samples)).store_array(samples);
    }
}

/// Writes the levels that samples quantise to, as [`quantise`]: as many as there are
/// in the shorter slice.
#[inline(always)]
pub fn quantise_into<S: Simd>(simd: S, samples: &[f64], levels: &mut [i16]) {
    let count = samples.len().min(levels.len());
    let (samples, last_samples) = samples[..count].as_chunks::<{ 4 * LANES }>();
    let (levels, last_levels) = levels[..count].as_chunks_mut();
    for (levels, samples) in levels.iter_mut().zip(samples) {
        let mut quads = [i64x4::splat(simd, 0); 4];
        for (quad, samples) in quads.iter_mut().zip(samples.as_chunks().0) {
            let x = f64x4::load_array_ref(simd, samples);
            // A NaN is not equal to itself.
            *quad = mark(simd, x.simd_eq(x).select(x, f64x4::splat(simd, 0.0))).bitcast();
        }
        // The lowest bits are what is left.
        let [a, b, c, d] = quads;
        a.narrow(b).narrow(c.narrow(d)).store_array(levels);
    }
    for (level, &x) in last_levels.iter_mut().zip(last_samples) {
        *level = quantise(x);
    }
}

/// The levels that samples quantise to, in the lowest bits.
#[inline(always)]
fn mark<S: Simd>(simd: S, x: f64x4<S>) -> f64x4<S> {
    let (lowest, highest) = (f64::from(i16::MIN), f64::from(i16::MAX));
    let x = x * FULL_SCALE;
    let half = f64x4::splat(simd, 0.5_f64.next_down());
    (x + half.copysign(x)).max(lowest).min(highest).trunc() + MARK
}

/// The level that [`mark_all`] left.
#[inline(always)]
pub fn level(marked: f64) -> i16 {
    marked.to_bits() as i16
}

/// What [`mark_all`] would leave of a level.
#[inline(always)]
pub fn marked(level: i16) -> f64 {
    f64::from(level) + MARK
}

/// Replaces what [`mark_all`] left by the sample values of the levels; as
/// [`level_to_sample`].
#[inline(always)]
pub fn levels_to_samples<S: Simd>(simd: S, levels: &mut [[f64; LANES]]) {
    let (mark, scale) = (f64x4::splat(simd, MARK), f64x4::splat(simd, FULL_SCALE));
    for levels in levels {
        ((f64x4::load_array_ref(simd, levels) - mark) / scale).store_array(levels);
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::{quantise, quantise_into};

    #[test]
    fn many_samples_quantise_as_one_does() {
        let step = 1.0 / 32_767.0;
        let below_half = 0.5_f64.next_down();
        let special = [0.0, -0.0, 0.5, -0.5, below_half, -below_half, 1.5, 32_766.5, -32_768.5];
        let special = special.map(|steps| steps * step);
        let others = [1.0, -1.0, 7.0, -7.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-310];
        let samples: Vec<f64> = special.into_iter().chain(others).cycle().take(60).collect();
        for from in 0..10 {
            for count in 0..50 {
                let samples = &samples[from..from + count];
                let expected: Vec<i16> = samples.iter().map(|&x| quantise(x)).collect();
                for instructions in [Level::new(), Level::baseline()] {
                    let mut levels = vec![1; count];
                    dispatch!(instructions, simd => quantise_into(simd, samples, &mut levels));
                    assert_eq!(levels, expected, "{count} samples from {from}");
                }
            }
        }
    }
}
