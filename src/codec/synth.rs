//! Draws records: sample `i` of `n` is `s + (e − s) C((i + 1) / n)`.

use std::sync::LazyLock;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x4, f64x8};

use super::circle::{half_turn, half_turns, polynomials};
use super::curves::{CURVE_COUNT, LINE, Shape};
use super::level_to_sample;
use super::record::Record;

/// Curves of up to so many samples are kept ready, since most of them are short: 0.3 MB.
pub(super) const READY: u32 = 16;

/// Up to this length the sines and cosines are: 0.8 MB. Beyond, they are computed.
const TABLE: u32 = 256;

/// How many samples are drawn at once from what is ready, and how many from sines and cosines.
const LANES: usize = 4;
const TURNS: usize = 8;

/// What drawing looks up, shared by all instances.
#[derive(Debug)]
pub(super) struct Tables {
    /// `C_k(i/n)` for `i = 1 … n`, for every curve, for every `n` up to [`READY`].
    values: Vec<f64>,
    /// For every `n` above that up to [`TABLE`]: `i/n` for `i = 1 … n`, then `sin(π i/n)`, then
    /// `cos(π i/n)`.
    turns: Vec<f64>,
}

/// How many samples all lengths below `n` have.
const fn below(n: u32) -> u32 {
    n * (n - 1) / 2
}

impl Tables {
    /// The tables. The first call builds them, so make it outside the audio thread.
    pub(super) fn shared() -> &'static Self {
        static SHARED: LazyLock<Tables> = LazyLock::new(Tables::new);
        &SHARED
    }

    fn new() -> Self {
        let turns = |n: u32| (1..=n).map(move |i| half_turn(i, n));
        let mut values = Vec::with_capacity(below(READY + 1) as usize * usize::from(CURVE_COUNT));
        for n in 1..=READY {
            let places: Vec<_> =
                (1..=n).map(|i| f64::from(i) / f64::from(n)).zip(turns(n)).collect();
            for shape in (LINE..=CURVE_COUNT).map(Shape::of) {
                values
                    .extend(places.iter().map(|&(t, (sine, cosine))| shape.value(t, sine, cosine)));
            }
        }
        let mut table = Vec::with_capacity(3 * (below(TABLE + 1) - below(READY + 1)) as usize);
        for n in READY + 1..=TABLE {
            table.extend((1..=n).map(|i| f64::from(i) / f64::from(n)));
            table.extend(turns(n).map(|(sine, _)| sine));
            table.extend(turns(n).map(|(_, cosine)| cosine));
        }
        // What is drawn ahead reads beyond its curve.
        values.extend([0.0; READY as usize]);
        table.extend([0.0; TURNS]);
        Self { values, turns: table }
    }

    /// A curve of `n` samples, `n` up to [`READY`], and what comes after it.
    #[inline(always)]
    fn ready(&self, ordinal: u8, n: u32) -> &[f64] {
        let from = below(n) * u32::from(CURVE_COUNT) + u32::from(ordinal.max(LINE) - LINE) * n;
        &self.values[from as usize..]
    }

    /// Draws the whole of a record that has up to [`READY`] samples, from the sample value `start`
    /// to `end`. What of `out` comes after it is written as well, so that no time is lost on where
    /// exactly it ends.
    #[inline(always)]
    pub(super) fn draw_short(
        &self,
        simd: impl Simd,
        record: Record,
        start: f64,
        end: f64,
        out: &mut [f64; READY as usize],
    ) {
        // A hold is a curve that does not rise.
        let values = self.ready(record.ordinal(), record.length());
        scale(simd, start, end - start, &values[..READY as usize], out);
    }

    /// Places, sines and cosines for `n` samples, `n` above [`READY`] and up to [`TABLE`], and what
    /// comes after each of them.
    #[inline(always)]
    fn turns(&self, n: u32) -> [&[f64]; 3] {
        let from = 3 * (below(n) - below(READY + 1)) as usize;
        let (n, turns) = (n as usize, &self.turns[from..]);
        [0, n, 2 * n].map(|from| &turns[from..from + n + TURNS])
    }
}

/// A record being drawn, as far as it has come.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    ordinal: u8,
    /// Samples of the whole record, and how many of them are drawn.
    length: u32,
    drawn: u32,
    start: f64,
    rise: f64,
}

impl Drawing {
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
    pub fn draw(&mut self, out: &mut [f64]) -> usize {
        let count = out.len().min(self.remaining() as usize);
        dispatch!(Level::new(), simd => self.draw_with(simd, &mut out[..count]))
    }

    /// [`Self::draw`] with chosen instructions, which make no difference to the result. What of
    /// `out` comes after the record may be written as well, so that no time is lost on where exactly
    /// it ends.
    #[inline(always)]
    pub(super) fn draw_with(&mut self, simd: impl Simd, out: &mut [f64]) -> usize {
        let first = self.drawn as usize;
        let count = out.len().min(self.remaining() as usize);
        if count == 0 {
            return 0;
        }
        if self.ordinal == 0 {
            out[..count].fill(self.start);
        } else if self.length <= READY {
            let values = Tables::shared().ready(self.ordinal, self.length);
            scale(simd, self.start, self.rise, &values[first..], &mut out[..count]);
        } else {
            let most = out.len().min(count.next_multiple_of(TURNS));
            let whole = &mut out[..most];
            self.draw_long(simd, whole);
        }
        self.drawn += count as u32;
        count
    }

    /// Draws part of a record that has more than [`READY`] samples.
    #[inline(always)]
    fn draw_long<S: Simd>(&self, simd: S, out: &mut [f64]) {
        match Shape::of(self.ordinal) {
            Shape::Sines(p) => self.draw_shape(
                simd,
                out,
                #[inline(always)]
                |t, sine, cosine| t + sine * polynomials(simd, p, cosine),
            ),
            Shape::HalfCosine => self.draw_shape(
                simd,
                out,
                #[inline(always)]
                |_, _, cosine| 0.5 - cosine * 0.5,
            ),
        }
    }

    /// Draws part of a record that has more than [`READY`] samples and a given shape.
    #[inline(always)]
    fn draw_shape<S: Simd>(
        &self,
        simd: S,
        out: &mut [f64],
        value: impl Fn(f64x8<S>, f64x8<S>, f64x8<S>) -> f64x8<S>,
    ) {
        let (start, rise) = (f64x8::splat(simd, self.start), f64x8::splat(simd, self.rise));
        let (first, n) = (self.drawn as usize, self.length);
        if n <= TABLE {
            let [t, sine, cosine] = Tables::shared().turns(n).map(|row| row[first..].as_chunks().0);
            for (((out, t), sine), cosine) in out.chunks_mut(TURNS).zip(t).zip(sine).zip(cosine) {
                let [t, sine, cosine] = [
                    f64x8::load_array_ref(simd, t),
                    f64x8::load_array_ref(simd, sine),
                    f64x8::load_array_ref(simd, cosine),
                ];
                put(out, start + rise * value(t, sine, cosine));
            }
        } else {
            let length = f64x8::splat(simd, f64::from(n));
            for (out, at) in out.chunks_mut(TURNS).zip((first..).step_by(TURNS)) {
                let place = f64x8::from_fn(simd, |lane| (at + lane + 1) as i32 as f64);
                let (sine, cosine) = half_turns(simd, place, length);
                put(out, start + rise * value(place / length, sine, cosine));
            }
        }
    }
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
