//! Draws records: sample `i` of `n` is `s + (e − s) C((i + 1) / n)`.

use std::sync::LazyLock;

use super::circle::half_turn;
use super::curves::Shape;
use super::level_to_sample;
use super::record::Record;

/// Up to this length the sines and cosines come from a table of half a megabyte, shared by all
/// instances; beyond, they are computed.
const TABLE_LENGTH: u32 = 256;

/// A drawn sample's place on the curve.
#[derive(Debug, Clone, Copy)]
struct Place {
    sine: f64,
    cosine: f64,
}

/// The places of every length up to [`TABLE_LENGTH`], one length after the other.
#[derive(Debug)]
struct Table(Vec<Place>);

impl Table {
    fn shared() -> &'static Self {
        static SHARED: LazyLock<Table> = LazyLock::new(Table::new);
        &SHARED
    }

    fn new() -> Self {
        let lengths = (1..=TABLE_LENGTH).flat_map(|n| (1..=n).map(move |i| Place::new(i, n)));
        Self(lengths.collect())
    }

    fn length(&self, n: u32) -> &[Place] {
        let (first, n) = ((n * (n - 1) / 2) as usize, n as usize);
        &self.0[first..first + n]
    }
}

impl Place {
    #[inline]
    fn new(i: u32, n: u32) -> Self {
        let (sine, cosine) = half_turn(i, n);
        Self { sine, cosine }
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
                let length = u32::from(length);
                let rise = level_to_sample(end) - start;
                let steps = f64::from(length);
                let shape = &self.shape;
                let value = |i: u32, place: Place| {
                    let t = f64::from(i) / steps;
                    start + rise * shape.value(t, place.sine, place.cosine)
                };
                if length <= TABLE_LENGTH {
                    let places = &Table::shared().length(length)[first as usize..];
                    for ((y, &place), i) in out.iter_mut().zip(places).zip(first + 1..) {
                        *y = value(i, place);
                    }
                } else {
                    for (y, i) in out.iter_mut().zip(first + 1..) {
                        *y = value(i, Place::new(i, length));
                    }
                }
            }
        }
        count
    }
}

/// Builds the tables that drawing uses, so that the audio thread does not have to.
pub fn prepare() {
    Table::shared();
}
