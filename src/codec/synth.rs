//! Draws records: sample `i` of `n` is `s + (e − s) C((i + 1) / n)`.

use std::sync::LazyLock;

use super::circle::{half_turn, polynomial};
use super::curves::Shape;
use super::level_to_sample;
use super::record::Record;

/// Up to this length the sines and cosines come from a table of half a megabyte, shared by all
/// instances; beyond, they are computed.
const TABLE_LENGTH: u32 = 256;

/// How many samples beyond the table are computed at a time.
const CHUNK: usize = 64;

/// `sin(π i/n)` and `cos(π i/n)` for `i = 1 … n`, for every `n` up to [`TABLE_LENGTH`], one after
/// the other.
#[derive(Debug)]
struct Table {
    sine: Vec<f64>,
    cosine: Vec<f64>,
}

impl Table {
    fn shared() -> &'static Self {
        static SHARED: LazyLock<Table> = LazyLock::new(Table::new);
        &SHARED
    }

    fn new() -> Self {
        let angles = (1..=TABLE_LENGTH).flat_map(|n| (1..=n).map(move |i| half_turn(i, n)));
        let (sine, cosine) = angles.unzip();
        Self { sine, cosine }
    }

    /// Sines and cosines of samples `first` (from 0) to `first + count − 1` of `n`.
    #[inline]
    fn places(&self, n: u32, first: u32, count: usize) -> (&[f64], &[f64]) {
        let from = (n * (n - 1) / 2 + first) as usize;
        (&self.sine[from..from + count], &self.cosine[from..from + count])
    }
}

/// A record being drawn, as far as it has come.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    record: Record,
    start: i16,
    drawn: u32,
    shape: Shape,
}

impl Drawing {
    /// Begins to draw a record that starts on the level `start`.
    #[must_use]
    pub fn new(record: Record, start: i16) -> Self {
        Self { record, start, drawn: 0, shape: Shape::of(record.ordinal()) }
    }

    /// A record of which nothing is left.
    #[must_use]
    pub(super) fn finished() -> Self {
        Self::new(Record::Hold { length: 0 }, 0)
    }

    /// How many samples are still to be drawn.
    #[must_use]
    pub fn remaining(&self) -> u32 {
        self.record.length() - self.drawn
    }

    /// Draws as much of the record as is left and as fits into `out`, and returns how many samples
    /// that were.
    pub fn draw(&mut self, out: &mut [f64]) -> usize {
        let count = out.len().min(self.remaining() as usize);
        let out = &mut out[..count];
        let start = level_to_sample(self.start);
        let first = self.drawn;
        self.drawn += count as u32;
        match self.record {
            Record::Hold { .. } => out.fill(start),
            Record::Curve { length, end, .. } => {
                let line = Line {
                    start,
                    rise: level_to_sample(end) - start,
                    first,
                    length: u32::from(length),
                };
                line.draw(self.shape, out);
            }
        }
        count
    }
}

/// Where a stretch of a curve lies.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: f64,
    rise: f64,
    /// The number of the first sample, from 0.
    first: u32,
    /// Of the whole curve, in samples.
    length: u32,
}

impl Line {
    fn draw(mut self, shape: Shape, out: &mut [f64]) {
        if self.length <= TABLE_LENGTH {
            let (sines, cosines) = Table::shared().places(self.length, self.first, out.len());
            draw(&self, shape, sines, cosines, out);
            return;
        }
        for out in out.chunks_mut(CHUNK) {
            let (mut sines, mut cosines) = ([0.0; CHUNK], [0.0; CHUNK]);
            for ((sine, cosine), i) in sines.iter_mut().zip(&mut cosines).zip(self.first + 1..) {
                if i > self.length {
                    break;
                }
                (*sine, *cosine) = half_turn(i, self.length);
            }
            let count = out.len();
            draw(&self, shape, &sines[..count], &cosines[..count], out);
            self.first += count as u32;
        }
    }
}

/// Below this many samples it is not worth asking what the processor can do.
const SHORT: usize = 8;

/// Draws a stretch of a curve.
#[inline]
fn draw(line: &Line, shape: Shape, sines: &[f64], cosines: &[f64], out: &mut [f64]) {
    if out.len() < SHORT {
        draw_here(line, shape, sines, cosines, out);
    } else {
        draw_wide(line, shape, sines, cosines, out);
    }
}

/// Compiled for AVX2 as well, with the same bits: nothing is fused.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn draw_wide(line: &Line, shape: Shape, sines: &[f64], cosines: &[f64], out: &mut [f64]) {
    draw_here(line, shape, sines, cosines, out);
}

#[inline(always)]
fn draw_here(line: &Line, shape: Shape, sines: &[f64], cosines: &[f64], out: &mut [f64]) {
    let Line { start, rise, first, length } = *line;
    let length = f64::from(length);
    let places = out.iter_mut().zip(sines).zip(cosines);
    match shape {
        Shape::Sines(powers) => {
            for (i, ((y, &sine), &cosine)) in places.enumerate() {
                // Lengths fit into `u16`, so `i32`, which converts quickly, holds every number.
                let t = f64::from(first as i32 + i as i32 + 1) / length;
                *y = start + rise * (t + sine * polynomial(powers, cosine));
            }
        }
        Shape::HalfCosine => {
            for ((y, _), &cosine) in places {
                *y = start + rise * (0.5 - 0.5 * cosine);
            }
        }
    }
}

/// Builds the tables that drawing uses, so that the audio thread does not have to.
pub fn prepare() {
    Table::shared();
}
