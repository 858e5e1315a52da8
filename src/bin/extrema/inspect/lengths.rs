//! Ranges of the lengths of records.

use serde::Serialize;

/// A range of lengths, in samples, both ends included. There are two for each power of two, up to the
/// longest record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LengthRange {
    pub from: u32,
    pub to: u32,
    pub curves: u64,
    pub holds: u64,
}

impl LengthRange {
    /// The number of the range that a length is in: 1, 2, 3, 4 to 5, 6 to 7, 8 to 11 and so on.
    pub fn number_of(length: u32) -> usize {
        match length {
            0 | 1 => 0,
            _ => {
                let octave = length.ilog2();
                let is_upper = length >> (octave - 1) & 1;
                (2 * octave - 1 + is_upper) as usize
            }
        }
    }

    /// A range by its number, empty.
    pub fn empty(number: usize) -> Self {
        let first = |number: usize| match number {
            0 => 1_u64,
            _ => (2 + (number as u64 + 1) % 2) << (number.div_ceil(2) - 1),
        };
        let (from, to) = (first(number) as u32, (first(number + 1) - 1) as u32);
        Self { from, to, curves: 0, holds: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_in_the_range_of_its_number() {
        let lengths = (1..5000).chain([65_535, 65_536, u32::MAX - 1, u32::MAX]);
        for length in lengths {
            let range = LengthRange::empty(LengthRange::number_of(length));
            assert!((range.from..=range.to).contains(&length), "{length}: {range:?}");
        }
        for number in 0..62 {
            let [one, next] = [number, number + 1].map(LengthRange::empty);
            assert_eq!(u64::from(one.to) + 1, u64::from(next.from));
        }
    }
}
