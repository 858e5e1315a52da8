//! How steep records are: so that the way back to the wave does not click.

use std::cmp::Ordering;

use super::curves::LINE;
use super::record::Record;

/// The mean slope of a record.
#[derive(Debug, Clone, Copy)]
pub struct Slope {
    levels: u16,
    samples: u32,
}

impl Slope {
    /// That of what keeps its level.
    pub const FLAT: Self = Self { levels: 0, samples: 1 };

    /// From one level to another in a number of samples, at least 1.
    pub fn new(start: i16, end: i16, samples: u32) -> Self {
        Self { levels: end.abs_diff(start), samples }
    }

    /// The steeper one.
    pub fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
}

impl PartialEq for Slope {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Slope {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let scaled = |levels: u16, samples: u32| u64::from(levels) * u64::from(samples);
        scaled(self.levels, other.samples).partial_cmp(&scaled(other.levels, self.samples))
    }
}

/// A record that was meant to start on the level `meant` and starts on `heard`: a straight line to its own
/// end if it is a hold, or has further to go. A shape found for a shorter way would jump on a longer one.
pub fn straightened(record: Record, heard: i16, meant: i16) -> Record {
    let end = record.end(meant);
    let goes_further = end.abs_diff(heard) > end.abs_diff(meant);
    match u16::try_from(record.length()) {
        Ok(length) if heard != meant && (record.is_hold() || goes_further) => {
            Record::curve(LINE, length, end)
        }
        _ => record,
    }
}
