//! The levels that many segments end on, found side by side.

use fearless_simd::f64x4;
use fearless_simd::prelude::*;

use super::FULL_SCALE;

/// How many are found at once.
pub const LANES: usize = 4;

/// With this added, a whole number of 16 bits stands in the lowest bits of an `f64`.
const MARK: f64 = 1.5 * (1_u64 << 52) as f64;

/// Replaces samples by the levels they quantise to, to be read with [`level`]; as
/// [`quantise`](super::quantise).
#[inline(always)]
pub fn quantise_all<S: Simd>(simd: S, samples: &mut [[f64; LANES]]) {
    let (lowest, highest) = (f64::from(i16::MIN), f64::from(i16::MAX));
    let half = f64x4::splat(simd, 0.5_f64.next_down());
    for samples in samples {
        let x = f64x4::load_array_ref(simd, samples) * FULL_SCALE;
        let rounded = (x + half.copysign(x)).max(lowest).min(highest).trunc();
        (rounded + MARK).store_array(samples);
    }
}

/// The level that [`quantise_all`] left.
#[inline(always)]
pub fn level(marked: f64) -> i16 {
    marked.to_bits() as i16
}

/// What [`quantise_all`] would leave of a level.
#[inline(always)]
pub fn marked(level: i16) -> f64 {
    f64::from(level) + MARK
}

/// Replaces what [`quantise_all`] left by the sample values of the levels; as
/// [`level_to_sample`](super::level_to_sample).
#[inline(always)]
pub fn levels_to_samples<S: Simd>(simd: S, levels: &mut [[f64; LANES]]) {
    let (mark, scale) = (f64x4::splat(simd, MARK), f64x4::splat(simd, FULL_SCALE));
    for levels in levels {
        ((f64x4::load_array_ref(simd, levels) - mark) / scale).store_array(levels);
    }
}
