//! Draws records: sample `i` of `n` is `s + (e − s) C((i + 1) / n)`.

use std::sync::LazyLock;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x4, f64x8};

use super::circle::{half_turn, half_turns};
use super::curves::{CURVE_COUNT, LINE, Shape};
use super::level_to_sample;
use super::record::Record;

/// Curves of up to so many samples are kept ready, since most of them are short: 0.3 MB.
pub(super) const READY: u32 = 16;

/// Up to this length the sines and cosines are: 0.5 MB. Beyond, they are computed.
const TABLE: u32 = 256;

/// How many samples are drawn at once from what is ready, and how many from sines and cosines.
const LANES: usize = 4;
const TURNS: usize = 8;

/// What drawing looks up, shared by all instances.
#[derive(Debug)]
struct Tables {
    /// `C_k(i/n)` for `i = 1 … n`, for every curve, for every `n` up to [`READY`].
    values: Vec<f64>,
    /// `sin(π i/n)` and `cos(π i/n)` for `i = 1 … n`, for every `n` above that up to [`TABLE`].
    sine: Vec<f64>,
    cosine: Vec<f64>,
}

/// How many samples all lengths below `n` have.
const fn below(n: u32) -> u32 {
    n * (n - 1) / 2
}

impl Tables {
    fn shared() -> &'static Self {
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
        // What is drawn ahead reads beyond its curve.
        values.extend([0.0; READY as usize]);
        let (mut sine, mut cosine): (Vec<_>, Vec<_>) = (READY + 1..=TABLE).flat_map(turns).unzip();
        sine.extend([0.0; TURNS]);
        cosine.extend([0.0; TURNS]);
        Self { values, sine, cosine }
    }

    /// A curve of `n` samples, `n` up to [`READY`], and what comes after it.
    #[inline(always)]
    fn ready(&self, ordinal: u8, n: u32) -> &[f64] {
        let from = below(n) * u32::from(CURVE_COUNT) + u32::from(ordinal.max(LINE) - LINE) * n;
        &self.values[from as usize..]
    }

    /// Sines and cosines for `n` samples, `n` above [`READY`] and up to [`TABLE`], and what comes
    /// after them.
    #[inline(always)]
    fn turns(&self, n: u32) -> (&[f64], &[f64]) {
        let from = (below(n) - below(READY + 1)) as usize;
        let range = from..from + n as usize + TURNS;
        (&self.sine[range.clone()], &self.cosine[range])
    }
}

/// Builds the tables, so that the audio thread does not have to.
pub fn prepare() {
    Tables::shared();
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
        Self::new(Record::Hold { length: 0 }, 0)
    }

    /// How many samples are still to be drawn.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> u32 {
        self.length - self.drawn
    }

    /// Whether [`Self::draw_ahead`] may be used.
    #[inline(always)]
    pub(super) fn is_short(&self) -> bool {
        self.length <= READY && self.drawn == 0
    }

    /// Draws as much of the record as is left and as fits into `out`, and returns how many samples
    /// that were.
    pub fn draw(&mut self, out: &mut [f64]) -> usize {
        dispatch!(Level::new(), simd => self.draw_with(simd, out))
    }

    /// [`Self::draw`] with chosen instructions, which make no difference to the result.
    #[inline(always)]
    pub(super) fn draw_with(&mut self, simd: impl Simd, out: &mut [f64]) -> usize {
        let first = self.drawn as usize;
        let count = out.len().min(self.remaining() as usize);
        let out = &mut out[..count];
        if self.ordinal == 0 {
            out.fill(self.start);
        } else if self.length <= READY {
            let values = Tables::shared().ready(self.ordinal, self.length);
            self.scale(simd, &values[first..], out);
        } else {
            simd.vectorize(
                #[inline(always)]
                || self.draw_long(simd, out),
            );
        }
        self.drawn += count as u32;
        count
    }

    /// Draws the whole of a record that has up to [`READY`] samples and has not been begun. What of
    /// `out` comes after it may be written as well, so that no time is lost on where exactly it
    /// ends. Returns how many samples that were.
    #[inline(always)]
    pub(super) fn draw_ahead(&self, simd: impl Simd, out: &mut [f64; READY as usize]) -> usize {
        // A hold is a curve that does not rise.
        let values = Tables::shared().ready(self.ordinal, self.length);
        self.scale(simd, &values[..READY as usize], out);
        self.length as usize
    }

    /// `s + (e − s) C` of values `C`, of which there are at least as many as there is room for.
    #[inline(always)]
    fn scale(&self, simd: impl Simd, values: &[f64], out: &mut [f64]) {
        let values = &values[..out.len()];
        let (start, rise) = (f64x4::splat(simd, self.start), f64x4::splat(simd, self.rise));
        let ((values, last_values), (out, last)) =
            (values.as_chunks::<LANES>(), out.as_chunks_mut::<LANES>());
        for (out, values) in out.iter_mut().zip(values) {
            (start + rise * f64x4::load_array_ref(simd, values)).store_array(out);
        }
        for (out, value) in last.iter_mut().zip(last_values) {
            *out = self.start + self.rise * value;
        }
    }

    /// Draws part of a record that has more than [`READY`] samples.
    #[inline(always)]
    fn draw_long(&self, simd: impl Simd, out: &mut [f64]) {
        let (shape, n) = (Shape::of(self.ordinal), self.length);
        let table = (n <= TABLE).then(|| Tables::shared().turns(n));
        let (start, rise) = (f64x8::splat(simd, self.start), f64x8::splat(simd, self.rise));
        let length = f64x8::splat(simd, f64::from(n));
        for (out, at) in out.chunks_mut(TURNS).zip((self.drawn as usize..).step_by(TURNS)) {
            let place = f64x8::from_fn(simd, |lane| (at + lane + 1) as i32 as f64);
            let (sine, cosine) = match table {
                Some((sine, cosine)) => (
                    f64x8::from_slice(simd, &sine[at..at + TURNS]),
                    f64x8::from_slice(simd, &cosine[at..at + TURNS]),
                ),
                None => half_turns(place, length),
            };
            let drawn = start + rise * shape.values(place / length, sine, cosine);
            match out.first_chunk_mut() {
                Some(out) => drawn.store_array(out),
                None => out.copy_from_slice(&drawn.to_array()[..out.len()]),
            }
        }
    }
}
