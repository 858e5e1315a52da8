//! Draws records: sample `i` of `n` is `s + (e − s) C((i + 1) / n)`.

use std::sync::OnceLock;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x4, f64x8};

use super::curves::{CURVE_COUNT, Curves, LINE, Shape};
use super::record::Record;
use super::sample::level_to_sample;
use super::trig::{polynomial_x8, sin_cos_pi_x8};

/// Curves of up to so many samples are kept ready, since most of them are short: 0.3 MB.
pub(super) const SHORT_MAX: u32 = 16;

/// Up to this length the sines and cosines are, 0.8 MB of all lengths. Beyond, they are computed.
const TABLE: u32 = 256;

/// How many samples are drawn at once from what is ready, and how many from sines and cosines.
const LANES: usize = 4;
const TURNS: usize = 8;

/// What drawing the curves of a codebook looks up.
#[derive(Debug)]
pub struct SynthTables {
    curves: Curves,
    /// `C_k(i/n)` for `i = 1 … n`, for every curve, for every `n` up to [`SHORT_MAX`].
    values: Vec<f64>,
    /// By `n`, for every `n` above that up to [`TABLE`]: `i/n` for `i = 1 … n`, then `sin(π i/n)`,
    /// then `cos(π i/n)`, and what is read beyond. They are made when they are first needed.
    turns: [OnceLock<Box<[f64]>>; TABLE as usize + 1],
}

/// How many samples all lengths below `n` have.
const fn below(n: u32) -> u32 {
    n * (n - 1) / 2
}

impl SynthTables {
    /// Builds all there is, so that nothing is left to be built while drawing.
    pub(super) fn complete(&self) {
        for n in SHORT_MAX + 1..=TABLE {
            self.turns(n);
        }
    }

    pub(super) fn new(curves: &Curves) -> Self {
        // What is drawn ahead reads beyond its curve.
        let count = below(SHORT_MAX + 1) as usize * usize::from(CURVE_COUNT) + SHORT_MAX as usize;
        let mut values = vec![0.0; count];
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || fill_values(simd, curves, &mut values)
        ));
        Self { curves: curves.clone(), values, turns: [const { OnceLock::new() }; _] }
    }

    /// A curve of `n` samples, `n` up to [`SHORT_MAX`], and what comes after it.
    #[inline(always)]
    fn ready(&self, ordinal: u8, n: u32) -> &[f64] {
        let from = below(n) * u32::from(CURVE_COUNT) + u32::from(ordinal.max(LINE) - LINE) * n;
        &self.values[from as usize..]
    }

    /// Draws the whole of a record that has up to [`SHORT_MAX`] samples, from the sample value `start`
    /// to `end`. What of `out` comes after it is written as well, so that no time is lost on where
    /// exactly it ends.
    #[inline(always)]
    pub(super) fn draw_short(
        &self,
        simd: impl Simd,
        record: Record,
        start: f64,
        end: f64,
        out: &mut [f64; SHORT_MAX as usize],
    ) {
        // A hold is a curve that does not rise.
        let values = self.ready(record.ordinal(), record.length());
        scale(simd, start, end - start, &values[..SHORT_MAX as usize], out);
    }

    /// Places, sines and cosines for `n` samples, `n` above [`SHORT_MAX`] and up to [`TABLE`], and what
    /// comes after each of them.
    #[inline(always)]
    fn turns(&self, n: u32) -> [&[f64]; 3] {
        let turns = self.turns[n as usize].get_or_init(|| turns(n));
        let n = n as usize;
        [0, n, 2 * n].map(|from| &turns[from..from + n + TURNS])
    }
}

/// Writes all curves of up to [`SHORT_MAX`] samples.
#[inline(always)]
fn fill_values(simd: impl Simd, curves: &Curves, mut out: &mut [f64]) {
    for n in 1..=SHORT_MAX {
        let all = [0, TURNS].map(|first| places(simd, first, n));
        for shape in (LINE..=CURVE_COUNT).map(|ordinal| curves.shape(ordinal)) {
            for (out, places) in take(&mut out, n).chunks_mut(TURNS).zip(all) {
                put(out, value(simd, shape, places));
            }
        }
    }
}

/// What [`SynthTables::turns`] keeps for `n` samples.
#[cold]
fn turns(n: u32) -> Box<[f64]> {
    let mut turns = vec![0.0; 3 * n as usize + TURNS];
    let mut rest = &mut turns[..];
    let mut rows = [(); 3].map(|()| take(&mut rest, n).chunks_mut(TURNS));
    dispatch!(Level::new(), simd => simd.vectorize(
        #[inline(always)]
        || {
            for first in (0..n as usize).step_by(TURNS) {
                for (row, places) in rows.iter_mut().zip(places(simd, first, n)) {
                    row.next().into_iter().for_each(|out| put(out, places));
                }
            }
        }
    ));
    turns.into_boxed_slice()
}

/// A record being drawn, as far as it has come.
#[derive(Debug, Clone, Copy)]
pub struct CurveSynth {
    ordinal: u8,
    /// Samples of the whole record, and how many of them are drawn.
    length: u32,
    drawn: u32,
    start: f64,
    rise: f64,
}

impl CurveSynth {
    /// Begins to draw a record that starts on the level `start`.
    #[inline]
    #[must_use]
    pub fn new(record: Record, start: i16) -> Self {
        Self::between(record, level_to_sample(start), level_to_sample(record.end(start)))
    }

    /// The same from the sample values on which the record starts and ends.
    #[inline(always)]
    pub(super) fn between(record: Record, start: f64, end: f64) -> Self {
        let (ordinal, length) = (record.ordinal(), record.length());
        Self { ordinal, length, drawn: 0, start, rise: end - start }
    }

    /// A record of which nothing is left.
    #[must_use]
    pub(super) fn finished() -> Self {
        Self::new(Record::hold(0), 0)
    }

    /// How many samples are still to be drawn.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> u32 {
        self.length - self.drawn
    }

    /// Draws as much of the record as is left and as fits into `out`, and returns how many samples
    /// that were.
    pub fn draw(&mut self, tables: &SynthTables, out: &mut [f64]) -> usize {
        let count = out.len().min(self.remaining() as usize);
        dispatch!(Level::new(), simd => self.draw_with(simd, tables, &mut out[..count]))
    }

    /// [`Self::draw`] with chosen instructions, which make no difference to the result. What of
    /// `out` comes after the record may be written as well, so that no time is lost on where exactly
    /// it ends.
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
            let values = tables.ready(self.ordinal, self.length);
            scale(simd, self.start, self.rise, &values[first..], &mut out[..count]);
        } else {
            let most = out.len().min(count.next_multiple_of(TURNS));
            let whole = &mut out[..most];
            self.draw_long(simd, tables, whole);
        }
        self.drawn += count as u32;
        count
    }

    /// Draws part of a record that has more than [`SHORT_MAX`] samples.
    #[inline(always)]
    fn draw_long(&self, simd: impl Simd, tables: &SynthTables, out: &mut [f64]) {
        // A loop for each, without a branch in it.
        match tables.curves.shape(self.ordinal) {
            shape @ Shape::Sines(_) => self.draw_shape(simd, tables, out, shape),
            shape @ Shape::HalfCosine => self.draw_shape(simd, tables, out, shape),
        }
    }

    /// Draws part of a record that has more than [`SHORT_MAX`] samples and a given shape.
    #[inline(always)]
    fn draw_shape<S: Simd>(
        &self,
        simd: S,
        tables: &SynthTables,
        out: &mut [f64],
        shape: Shape<'_>,
    ) {
        let (start, rise) = (f64x8::splat(simd, self.start), f64x8::splat(simd, self.rise));
        let (first, n) = (self.drawn as usize, self.length);
        if n <= TABLE {
            let [t, sine, cosine] = tables.turns(n).map(|row| row[first..].as_chunks().0);
            for (((out, t), sine), cosine) in out.chunks_mut(TURNS).zip(t).zip(sine).zip(cosine) {
                let places = [t, sine, cosine].map(|row| f64x8::load_array_ref(simd, row));
                put(out, start + rise * value(simd, shape, places));
            }
        } else {
            for (out, first) in out.chunks_mut(TURNS).zip((first..).step_by(TURNS)) {
                put(out, start + rise * value(simd, shape, places(simd, first, n)));
            }
        }
    }
}

/// `i/n`, `sin(π i/n)` and `cos(π i/n)` for eight samples from number `first` on, whose `i` is one
/// more; anything beyond `n`.
#[inline(always)]
fn places<S: Simd>(simd: S, first: usize, n: u32) -> [f64x8<S>; 3] {
    let place = f64x8::from_fn(simd, |lane| (first + lane + 1) as i32 as f64);
    let length = f64x8::splat(simd, f64::from(n));
    let (sine, cosine) = sin_cos_pi_x8(simd, place, length);
    [place / length, sine, cosine]
}

/// The values of a curve at eight [`places`], as [`Shape::value`].
#[inline(always)]
fn value<S: Simd>(simd: S, shape: Shape<'_>, [t, sine, cosine]: [f64x8<S>; 3]) -> f64x8<S> {
    match shape {
        Shape::Sines(p) => t + sine * polynomial_x8(simd, p, cosine),
        Shape::HalfCosine => 0.5 - cosine * 0.5,
    }
}

/// Splits the first `n` values off.
#[inline(always)]
fn take<'a>(rest: &mut &'a mut [f64], n: u32) -> &'a mut [f64] {
    rest.split_off_mut(..n as usize).unwrap_or_default()
}

/// `s + (e − s) C` of values `C`, of which there are at least as many as there is room for.
#[inline(always)]
fn scale(simd: impl Simd, start: f64, rise: f64, values: &[f64], out: &mut [f64]) {
    let values = &values[..out.len()];
    let (wide_start, wide_rise) = (f64x4::splat(simd, start), f64x4::splat(simd, rise));
    let ((values, last_values), (out, last)) =
        (values.as_chunks::<LANES>(), out.as_chunks_mut::<LANES>());
    for (out, values) in out.iter_mut().zip(values) {
        (wide_start + wide_rise * f64x4::load_array_ref(simd, values)).store_array(out);
    }
    for (out, value) in last.iter_mut().zip(last_values) {
        *out = start + rise * value;
    }
}

/// Writes as many of eight samples as there is room for.
#[inline(always)]
fn put<S: Simd>(out: &mut [f64], drawn: f64x8<S>) {
    match out.first_chunk_mut() {
        Some(out) => drawn.store_array(out),
        None => out.copy_from_slice(&drawn.to_array()[..out.len()]),
    }
}
