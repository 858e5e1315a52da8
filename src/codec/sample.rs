//! Arithmetic of single samples: cleaning, quantising to 16-bit levels, and back.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x4, i64x4};

/// Steps from 0 to full scale: the 16-bit level `q` is the sample `q / FULL_SCALE`.
pub const FULL_SCALE: f64 = 32767.0;

/// How many samples are quantised at once.
pub(super) const LANES: usize = 4;

/// Adding 1.5 · 2^52 to a whole number of 16 bits leaves its two's complement in the lowest bits of
/// the `f64`, which saves a conversion to integers that SSE2 and AVX2 do not have for `f64`.
pub(super) const BIAS: f64 = 1.5 * (1_u64 << 52) as f64;

/// The largest number below a half: to add a whole one would round 0.49999999999999994 up.
pub(super) const HALF: f64 = 0.5_f64.next_down();

/// Replaces samples that the codec cannot work with by 0: NaN, ±∞ and anything subnormal in `f32`.
#[inline]
pub fn sanitise(sample: f64) -> f64 {
    // A NaN fails both comparisons.
    if sample.abs() >= f64::from(f32::MIN_POSITIVE) && sample.abs() <= f64::MAX {
        sample
    } else {
        0.0
    }
}

/// [`sanitise`] for an `f32`. It looks at the bits, since an x86 processor takes 150 cycles to widen a
/// subnormal number.
#[inline]
pub fn sanitise_f32(sample: f32) -> f32 {
    let magnitude = sample.abs().to_bits();
    let is_normal = (f32::MIN_POSITIVE.to_bits()..f32::INFINITY.to_bits()).contains(&magnitude);
    f32::from_bits(if is_normal { sample.to_bits() } else { 0 })
}

/// The smallest number that rounds to a normal `f32`: half a step below the smallest of those.
const SMALLEST_NORMAL: f64 = f32::MIN_POSITIVE as f64 * (1.0 - f32::EPSILON as f64 / 2.0);

/// Rounds a decoded sample to the `f32` that a host or a float file receives: finite and never
/// subnormal. NaN becomes 0.
#[inline]
pub fn to_f32(sample: f64) -> f32 {
    // Before rounding, since an x86 processor takes 150 cycles to round to a subnormal number. A NaN
    // fails the comparison.
    let normal = if sample.abs() >= SMALLEST_NORMAL { sample } else { 0.0 };
    (normal as f32).clamp(f32::MIN, f32::MAX)
}

/// The 16-bit level of a sample: `round(32767 x)`, halves away from zero, clamped.
#[inline]
pub fn quantise(sample: f64) -> i16 {
    add_half(sample * FULL_SCALE) as i16
}

/// [`quantise`] for as many samples as the shorter slice has.
pub fn quantise_all(samples: &[f64], levels: &mut [i16]) {
    dispatch!(Level::new(), simd => simd.vectorize(
        #[inline(always)]
        || quantise_into(simd, samples, levels)
    ));
}

/// Rounds halves away from zero, and clamps.
#[inline]
pub fn round_to_i32(x: f64) -> i32 {
    add_half(x) as i32
}

/// The sample value of a 16-bit level.
#[inline]
pub fn level_to_sample(level: i16) -> f64 {
    f64::from(level) / FULL_SCALE
}

/// Adds a half away from zero, so that truncation rounds. `f64::round` would be a library call where
/// the instruction set has no rounding.
#[inline]
fn add_half(x: f64) -> f64 {
    x + HALF.copysign(x)
}

#[inline(always)]
fn quantise_into<S: Simd>(simd: S, samples: &[f64], levels: &mut [i16]) {
    let count = samples.len().min(levels.len());
    let (samples, last_samples) = samples[..count].as_chunks::<{ 4 * LANES }>();
    let (levels, last_levels) = levels[..count].as_chunks_mut();
    for (levels, samples) in levels.iter_mut().zip(samples) {
        let mut quads = [i64x4::splat(simd, 0); 4];
        for (quad, samples) in quads.iter_mut().zip(samples.as_chunks().0) {
            let x = f64x4::load_array_ref(simd, samples);
            let is_number = x.simd_eq(x);
            *quad = quantise_x4(simd, is_number.select(x, f64x4::splat(simd, 0.0))).bitcast();
        }
        // Narrowing keeps the lowest bits, where the levels are.
        let [a, b, c, d] = quads;
        a.narrow(b).narrow(c.narrow(d)).store_array(levels);
    }
    for (level, &x) in last_levels.iter_mut().zip(last_samples) {
        *level = quantise(x);
    }
}

/// [`quantise`] for four samples, none of them NaN, with [`BIAS`] added to the levels.
#[inline(always)]
fn quantise_x4<S: Simd>(simd: S, x: f64x4<S>) -> f64x4<S> {
    let (lowest, highest) = (f64::from(i16::MIN), f64::from(i16::MAX));
    let x = x * FULL_SCALE;
    let half = f64x4::splat(simd, HALF);
    (x + half.copysign(x)).max(lowest).min(highest).trunc() + BIAS
}

/// Replaces samples, none of them NaN, by their levels plus [`BIAS`].
#[inline(always)]
pub(super) fn quantise_biased<S: Simd>(simd: S, samples: &mut [[f64; LANES]]) {
    for samples in samples {
        quantise_x4(simd, f64x4::load_array_ref(simd, samples)).store_array(samples);
    }
}

/// Extracts the level from a biased value.
#[inline(always)]
pub(super) fn level_of_biased(biased: f64) -> i16 {
    biased.to_bits() as i16
}

/// Adds [`BIAS`] to a level.
#[inline(always)]
pub(super) fn to_biased(level: i16) -> f64 {
    f64::from(level) + BIAS
}

/// Replaces levels plus [`BIAS`] by their sample values: the same bits as [`level_to_sample`].
#[inline(always)]
pub(super) fn biased_to_samples<S: Simd>(simd: S, levels: &mut [[f64; LANES]]) {
    let (bias, scale) = (f64x4::splat(simd, BIAS), f64x4::splat(simd, FULL_SCALE));
    for levels in levels {
        ((f64x4::load_array_ref(simd, levels) - bias) / scale).store_array(levels);
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::{quantise, quantise_into, sanitise, sanitise_f32, to_f32};

    #[test]
    fn cleaning_bits_equals_cleaning_values() {
        let edges = [0, 1, 0x007f_ffff, 0x0080_0000, 0x7f7f_ffff, 0x7f80_0000, 0x7f80_0001];
        let all = (0..0x8000_0000_u32).step_by(4099).chain(edges).chain([0x7fc0_0000]);
        for bits in all.flat_map(|bits| [bits, bits | 1 << 31]) {
            let sample = f32::from_bits(bits);
            let expected = sanitise(f64::from(sample)) as f32;
            assert_eq!(sanitise_f32(sample).to_bits(), expected.to_bits(), "{bits:#x}");
        }
    }

    #[test]
    fn no_sample_is_rounded_to_a_subnormal_number() {
        // Steps of a sixteenth of the spacing there, on both sides of the smallest normal number.
        for step in -40..40 {
            let sample = f64::from(f32::MIN_POSITIVE) + f64::from(step) * 2.0_f64.powi(-153);
            for sample in [sample, -sample] {
                let rounded = sample as f32;
                let expected = if rounded.is_subnormal() { 0.0 } else { rounded };
                assert_eq!(to_f32(sample).to_bits(), expected.to_bits(), "{sample:e}");
            }
        }
    }

    #[test]
    fn simd_quantising_equals_scalar_quantising() {
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
                for level in [Level::new(), Level::baseline()] {
                    let mut levels = vec![1; count];
                    dispatch!(level, simd => quantise_into(simd, samples, &mut levels));
                    assert_eq!(levels, expected, "{count} samples from {from}");
                }
            }
        }
    }
}
