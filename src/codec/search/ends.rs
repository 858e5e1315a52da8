//! The levels that segments may end on.

use crate::codec::levels::LevelGrid;
use crate::codec::sample::quantise;
use crate::codec::settings::Levels;

/// A level's unit is as large as its lowest bit is worth: a record takes 25 bits when it is packed, so a bit may
/// cost a 25th of its price. Rounded to multiples of `2^u` instead of half of that, an end is off by `4^u / 16`
/// squared steps more, in as many samples as two thirds of a segment: 20, as at low rates, where segments are long
/// and coarse levels cost most.
const PRICE_OVER_SQUARED_UNIT: f64 = 25.0 * 20.0 / 16.0;

/// The levels that segments may end on.
#[derive(Debug)]
pub struct EndLevels {
    grid: LevelGrid,
    /// They are multiples of two to this power.
    unit: u32,
}

impl EndLevels {
    /// The levels of a grid.
    pub fn new(levels: Levels) -> Self {
        Self { grid: LevelGrid::new(levels), unit: 0 }
    }

    /// As coarse as pays if records are packed, each at a price in squared 16-bit steps: the lower bits of a level
    /// look random, so packing cannot save them. A grid that is not [off](LevelGrid::is_off) stays.
    pub fn coarse(levels: Levels, price: f64) -> Self {
        let ends = Self::new(levels);
        if !ends.grid.is_off() {
            return ends;
        }
        let halves = libm::log2((price / PRICE_OVER_SQUARED_UNIT).max(1.0)) / 2.0;
        // Sixteen levels are left on each side.
        Self { unit: (halves as u32).min(11), ..ends }
    }

    /// The level nearest to a sample.
    pub fn nearest(&self, sample: f64) -> i16 {
        let level = i32::from(self.grid.nearest(quantise(sample)));
        let half = (1 << self.unit) >> 1;
        let rounded = (level + half) >> self.unit << self.unit;
        // What has been rounded beyond full scale.
        rounded.min(i32::from(i16::MAX) >> self.unit << self.unit) as i16
    }
}
