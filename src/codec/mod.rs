//! The codec: samples in, five-byte records out, and back.
//!
//! Data goes one way, a file per step:
//!
//! ```text
//! samples → segment → matching → record → synth → samples
//! ```
//!
//! [`Encoder`] and [`Decoder`] join the steps into streams. Nothing in here knows of plugins, files
//! or windows, and nothing allocates once an encoder has been [preallocated](Encoder::preallocate)
//! and a decoder made [with a capacity](Decoder::with_capacity). Offline, memory grows with need.
//!
//! # Real-time considerations
//!
//! Every call is bounded: a sample costs a few comparisons, a segment one match against at most 64
//! points, whatever its length, and curves are drawn only as far as they are read.
//!
//! # Determinism
//!
//! All arithmetic is `f64` with a fixed order of additions and without fused multiply-add, and
//! sines come from a polynomial of our own, so the same input and settings give the same bits on
//! every machine, in every build, for every split into blocks.

mod batch;
mod circle;
pub mod curves;
pub mod decode;
pub mod encode;
mod history;
mod levels;
pub mod matching;
pub mod record;
pub mod segment;
pub mod settings;
mod stream;
pub mod synth;

use fearless_simd::{Level, Simd, dispatch};

pub use curves::{CURVE_COUNT, curve_value};
pub use decode::{Decoder, Played};
pub use encode::Encoder;
pub use record::{HoldMerger, Record, RecordError};
pub use segment::Detector;
pub use settings::{Longest, Settings, StereoMode, Threshold};

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
        || levels::quantise_into(simd, samples, levels)
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
