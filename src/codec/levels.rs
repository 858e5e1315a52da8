//! The levels of many samples, found side by side: those that segments end on, and those of a file.

use fearless_simd::prelude::*;
use fearless_simd::{f64x4, i64x4};

use super::FULL_SCALE;

/// How many are found at once.
pub const LANES: usize = 4;

/// With this added, a whole number of 16 bits stands in the lowest bits of an `f64`.
const MARK: f64 = 1.5 * (1_u64 << 52) as f64;

/// Replaces samples, none of them a NaN, by the levels they quantise to, to be read with [`level`]; as
/// [`quantise`](super::quantise).
#[inline(always)]
pub fn mark_all<S: Simd>(simd: S, samples: &mut [[f64; LANES]]) {
    for samples in samples {
        mark(simd, f64x4::load_array_ref(simd, samples)).store_array(samples);
    }
}

/// Writes the levels that samples quantise to, as [`quantise`](super::quantise): as many as there are
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
        *level = super::quantise(x);
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
/// [`level_to_sample`](super::level_to_sample).
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

    use super::quantise_into;
    use crate::codec::quantise;

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
