//! Draws records: sample `i` of `n` is `s + (e − s) C((i + 1) / n)`.
//!
//! Most records are short, so the curves of up to 16 samples are tabulated. Longer ones
//! are evaluated as `t + sin θ · P(cos θ)`, with sines and cosines from a table up to
//! 256 samples and computed beyond.

use std::sync::OnceLock;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x4, f64x8};

use super::curves::{CURVE_COUNT, Curves, LINE, Shape};
use super::record::Record;
use super::sample::{level_to_sample, quantise};
use super::trig::{polynomial_x8, sin_cos_pi_x8};

/// The longest record whose curve is tabulated, in samples. All lengths up to 16 take 0.3 MB for a
/// codebook.
pub(super) const SHORT_MAX: u32 = 16;

/// The longest record whose sines and cosines are tabulated, in samples. All lengths up to 256 take
/// 0.8 MB, shared by all codebooks.
const SINCOS_TABLE_MAX: u32 = 256;

/// How many samples of a tabulated curve are scaled at once.
const SHORT_LANES: usize = 4;

/// How many samples of a longer curve are evaluated at once.
const LONG_LANES: usize = 8;

/// By `n`, for every `n` in [`SHORT_MAX`] + 1 ..= [`SINCOS_TABLE_MAX`]: `i/n` for `i = 1 … n`, then
/// `sin(π i/n)`, then `cos(π i/n)`, and padding for a last full vector. Each is built when a curve of
/// that length is first drawn, or ahead of time by [`SynthTables::complete`].
static SINCOS: [OnceLock<Box<[f64]>>; SINCOS_TABLE_MAX as usize + 1] =
    [const { OnceLock::new() }; _];

/// Lookup tables for drawing the curves of a codebook.
#[derive(Debug)]
pub struct SynthTables {
    curves: Curves,
    /// `C_k(i/n)` for `i = 1 … n`, for every curve `k`, for every `n` up to [`SHORT_MAX`].
    short: Vec<f64>,
}

/// `1 + 2 + … + (n − 1)`: how many samples one curve has in all lengths below `n`.
const fn samples_below(n: u32) -> u32 {
    n * (n - 1) / 2
}

impl SynthTables {
    pub(super) fn new(curves: &Curves) -> Self {
        // `draw_short` always reads SHORT_MAX values, past the end of a shorter curve.
        let len = samples_below(SHORT_MAX + 1) as usize * usize::from(CURVE_COUNT);
        let mut short = vec![0.0; len + SHORT_MAX as usize];
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || fill_short(simd, curves, &mut short)
        ));
        Self { curves: curves.clone(), short }
    }

    /// Builds every table that drawing would otherwise build when it first needs it. Call it before
    /// drawing on the audio thread.
    pub(super) fn complete(&self) {
        for n in SHORT_MAX + 1..=SINCOS_TABLE_MAX {
            sincos(n);
        }
    }

    /// The values of a curve of `n` samples, at most [`SHORT_MAX`], followed by others.
    #[inline(always)]
    fn short_curve(&self, ordinal: u8, n: u32) -> &[f64] {
        debug_assert!((1..=SHORT_MAX).contains(&n));
        let curve = u32::from(ordinal.max(LINE) - LINE);
        let from = samples_below(n) * u32::from(CURVE_COUNT) + curve * n;
        &self.short[from as usize..]
    }

    /// Draws a whole record of up to [`SHORT_MAX`] samples, from the sample value `start` to `end`.
    /// All of `out` is written, whatever the length, which saves a branch that music makes
    /// unpredictable.
    #[inline(always)]
    pub(super) fn draw_short(
        &self,
        simd: impl Simd,
        record: Record,
        start: f64,
        end: f64,
        out: &mut [f64; SHORT_MAX as usize],
    ) {
        // A hold has `start == end`, so any curve draws it.
        let values = self.short_curve(record.ordinal(), record.length());
        scale(simd, start, end - start, &values[..SHORT_MAX as usize], out);
    }
}

/// Tabulates all curves of up to [`SHORT_MAX`] samples.
#[inline(always)]
fn fill_short(simd: impl Simd, curves: &Curves, mut out: &mut [f64]) {
    for n in 1..=SHORT_MAX {
        let angles = [0, LONG_LANES].map(|first| t_sin_cos(simd, first, n));
        for shape in (LINE..=CURVE_COUNT).map(|ordinal| curves.shape(ordinal)) {
            for (out, angles) in split_front(&mut out, n).chunks_mut(LONG_LANES).zip(angles) {
                store(out, curve_values(simd, shape, angles));
            }
        }
    }
}

/// `i/n`, `sin(π i/n)` and `cos(π i/n)` for `i = 1 … n`, each followed by padding.
#[inline(always)]
fn sincos(n: u32) -> [&'static [f64]; 3] {
    let table = SINCOS[n as usize].get_or_init(|| build_sincos(n));
    let n = n as usize;
    [0, n, 2 * n].map(|from| &table[from..from + n + LONG_LANES])
}

#[cold]
fn build_sincos(n: u32) -> Box<[f64]> {
    let mut table = vec![0.0; 3 * n as usize + LONG_LANES];
    let mut rest = &mut table[..];
    let mut rows = [(); 3].map(|()| split_front(&mut rest, n).chunks_mut(LONG_LANES));
    dispatch!(Level::new(), simd => simd.vectorize(
        #[inline(always)]
        || {
            for first in (0..n as usize).step_by(LONG_LANES) {
                for (row, values) in rows.iter_mut().zip(t_sin_cos(simd, first, n)) {
                    row.next().into_iter().for_each(|out| store(out, values));
                }
            }
        }
    ));
    table.into_boxed_slice()
}

/// Draws one record, as many samples at a time as there is room for.
#[derive(Debug, Clone, Copy)]
pub struct CurveSynth {
    ordinal: u8,
    /// The whole record, in samples.
    length: u32,
    /// How many of them have been drawn.
    drawn: u32,
    start: f64,
    /// Sample value of the end minus that of the start.
    delta: f64,
}

impl CurveSynth {
    /// At the first sample of a record that starts on the level `start`.
    #[inline]
    pub fn new(record: Record, start: i16) -> Self {
        Self::from_samples(record, level_to_sample(start), level_to_sample(record.end(start)))
    }

    /// [`Self::new`] from the sample values on which the record starts and ends.
    #[inline(always)]
    pub(super) fn from_samples(record: Record, start: f64, end: f64) -> Self {
        let (ordinal, length) = (record.ordinal(), record.length());
        Self { ordinal, length, drawn: 0, start, delta: end - start }
    }

    /// With nothing to draw.
    pub(super) fn finished() -> Self {
        Self::new(Record::hold(0), 0)
    }

    /// Leaves samples out, at most as many as are still to be drawn.
    pub(super) fn skip(&mut self, samples: u32) {
        debug_assert!(samples <= self.remaining());
        self.drawn += samples;
    }

    /// How many samples have been drawn.
    #[inline]
    pub(super) fn drawn(&self) -> u32 {
        self.drawn
    }

    /// The record, of which `end` is the level it ends on, and the level it starts on.
    pub(super) fn record(&self, end: i16) -> (Record, i16) {
        let record = match self.ordinal {
            0 => Record::hold(self.length),
            ordinal => Record::curve(ordinal, self.length as u16, end),
        };
        (record, quantise(self.start))
    }

    /// How many samples are still to be drawn.
    #[inline]
    pub fn remaining(&self) -> u32 {
        self.length - self.drawn
    }

    /// Draws the next samples of the record into `out`, as many as are left and fit, and returns how
    /// many that were. `tables` are those of the record's codebook.
    pub fn draw(&mut self, tables: &SynthTables, out: &mut [f64]) -> usize {
        let count = out.len().min(self.remaining() as usize);
        dispatch!(Level::new(), simd => self.draw_with(simd, tables, &mut out[..count]))
    }

    /// [`Self::draw`] with a given instruction set, which does not change the result. It may also
    /// overwrite what follows the record in `out`, up to a whole vector.
    #[inline(always)]
    pub(super) fn draw_with(
        &mut self,
        simd: impl Simd,
        tables: &SynthTables,
        out: &mut [f64],
    ) -> usize {
        let first = self.drawn as usize;
        let count = out.len().min(self.remaining() as usize);
        if count == 0 {
            return 0;
        }
        if self.ordinal == 0 {
            out[..count].fill(self.start);
        } else if self.length <= SHORT_MAX {
            let values = tables.short_curve(self.ordinal, self.length);
            scale(simd, self.start, self.delta, &values[first..], &mut out[..count]);
        } else {
            let padded = out.len().min(count.next_multiple_of(LONG_LANES));
            let out = &mut out[..padded];
            // Each arm compiles to a separate loop, without a branch inside.
            match tables.curves.shape(self.ordinal) {
                shape @ Shape::Sines(_) => self.draw_long(simd, out, shape),
                shape @ Shape::HalfCosine => self.draw_long(simd, out, shape),
            }
        }
        self.drawn += count as u32;
        count
    }

    /// Draws part of a record of more than [`SHORT_MAX`] samples.
    #[inline(always)]
    fn draw_long<S: Simd>(&self, simd: S, out: &mut [f64], shape: Shape<'_>) {
        let (start, delta) = (f64x8::splat(simd, self.start), f64x8::splat(simd, self.delta));
        let (first, n) = (self.drawn as usize, self.length);
        if n <= SINCOS_TABLE_MAX {
            let [t, sine, cosine] = sincos(n).map(|row| row[first..].as_chunks().0);
            for (((out, t), sine), cosine) in
                out.chunks_mut(LONG_LANES).zip(t).zip(sine).zip(cosine)
            {
                let angles = [t, sine, cosine].map(|row| f64x8::load_array_ref(simd, row));
                store(out, start + delta * curve_values(simd, shape, angles));
            }
        } else {
            for (out, first) in out.chunks_mut(LONG_LANES).zip((first..).step_by(LONG_LANES)) {
                let angles = t_sin_cos(simd, first, n);
                store(out, start + delta * curve_values(simd, shape, angles));
            }
        }
    }
}

/// `t = i/n`, `sin(π t)` and `cos(π t)` for the eight samples from index `first` on, where `i` is the
/// index plus 1. Unspecified beyond `n`.
#[inline(always)]
fn t_sin_cos<S: Simd>(simd: S, first: usize, n: u32) -> [f64x8<S>; 3] {
    let i = f64x8::from_fn(simd, |lane| (first + lane + 1) as i32 as f64);
    let n = f64x8::splat(simd, f64::from(n));
    let (sine, cosine) = sin_cos_pi_x8(simd, i, n);
    [i / n, sine, cosine]
}

/// The same as [`Shape::value`], for eight samples.
#[inline(always)]
fn curve_values<S: Simd>(simd: S, shape: Shape<'_>, [t, sine, cosine]: [f64x8<S>; 3]) -> f64x8<S> {
    match shape {
        Shape::Sines(p) => t + sine * polynomial_x8(simd, p, cosine),
        Shape::HalfCosine => 0.5 - cosine * 0.5,
    }
}

/// Splits the first `n` values off.
#[inline(always)]
fn split_front<'a>(rest: &mut &'a mut [f64], n: u32) -> &'a mut [f64] {
    let front = rest.split_off_mut(..n as usize);
    debug_assert!(front.is_some(), "fewer than {n} values left");
    front.unwrap_or_default()
}

/// Writes `start + delta * C` for tabulated values `C`, of which there are at least as many as there
/// is room for.
#[inline(always)]
fn scale(simd: impl Simd, start: f64, delta: f64, values: &[f64], out: &mut [f64]) {
    let values = &values[..out.len()];
    let (start_x4, delta_x4) = (f64x4::splat(simd, start), f64x4::splat(simd, delta));
    let ((values, last_values), (out, last)) =
        (values.as_chunks::<SHORT_LANES>(), out.as_chunks_mut::<SHORT_LANES>());
    for (out, values) in out.iter_mut().zip(values) {
        (start_x4 + delta_x4 * f64x4::load_array_ref(simd, values)).store_array(out);
    }
    for (out, value) in last.iter_mut().zip(last_values) {
        *out = start + delta * value;
    }
}

/// Writes eight samples, or as many as there is room for.
#[inline(always)]
fn store<S: Simd>(out: &mut [f64], samples: f64x8<S>) {
    match out.first_chunk_mut() {
        Some(out) => samples.store_array(out),
        None => out.copy_from_slice(&samples.to_array()[..out.len()]),
    }
}
