//! What a search is asked for.

use std::fmt;
use std::str::FromStr;

use super::sample::FULL_SCALE;

/// How hard cuts are searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Effort {
    /// Curves of up to 32 samples at first.
    Fast,
    #[default]
    /// Curves of up to 64 samples at first.
    Best,
}

/// What counts of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Weight {
    /// All of it, as in the SNR.
    #[default]
    None,
    /// The more, the less there is around it to cover it.
    Hearing,
}

/// The price of a record: how much squared error it has to save, in squared 16-bit steps.
///
/// It is stored as a whole number of 1/1024 of that unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(u64);

impl Price {
    /// The lowest and the highest price in squared steps. At full scale a sample's squared error is up
    /// to 2^32.
    pub const RANGE: std::ops::RangeInclusive<f64> = 1.0 / 1024.0..=(1_u64 << 40) as f64;

    /// From squared 16-bit steps; what is out of range counts as the nearest end of it.
    pub fn from_squared_steps(squared_steps: f64) -> Self {
        let within = squared_steps.max(*Self::RANGE.start()).min(*Self::RANGE.end());
        Self((within * 1024.0).round() as u64)
    }

    /// In squared 16-bit steps.
    pub fn squared_steps(self) -> f64 {
        self.0 as f64 / 1024.0
    }

    /// As a squared sample, where full scale is 1.
    pub fn squared_amplitude(self) -> f64 {
        self.squared_steps() / (FULL_SCALE * FULL_SCALE)
    }

    /// Rounded to three digits, so that it can be read, typed and compared.
    pub fn rounded(self) -> Self {
        let steps = self.squared_steps();
        let unit = libm::pow(10.0, libm::floor(libm::log10(steps)) - 2.0);
        Self::from_squared_steps((steps / unit).round() * unit)
    }

    /// In 1/1024 of a squared step: what files store.
    pub(crate) fn to_bits(self) -> u64 {
        self.0
    }

    /// Undoes [`Self::to_bits`]; [`None`] if it is out of range.
    pub(crate) fn from_bits(bits: u64) -> Option<Self> {
        (1..=1 << 50).contains(&bits).then_some(Self(bits))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.squared_steps().fmt(f)
    }
}

impl FromStr for Price {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number| Self::RANGE.contains(number));
        number.map(Self::from_squared_steps).ok_or_else(|| {
            format!("{text:?} is not a price; write 0.001 to 1e12, in squared 16-bit steps")
        })
    }
}

impl Default for Price {
    /// As much as 20 samples that are off by 50 steps.
    fn default() -> Self {
        Self::from_squared_steps(50_000.0)
    }
}

/// How the cuts of a file were searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SearchSettings {
    /// How hard.
    pub effort: Effort,
    /// What a record costs.
    pub price: Price,
    /// What counts of the error.
    pub weight: Weight,
}

/// What is left out of the search, since it hardly ever helps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pruning {
    /// The longest curve in samples for which all cuts are tried. Longer ones are made by joining.
    pub longest: u32,
    /// Longer segments are not looked at once those of eight lengths in a row all cost more than this
    /// share of what they are allowed to, to be the cheapest: 1 leaves out only those behind eight that
    /// are too dear, less leaves out more. Infinite to look at all.
    pub margin: f64,
    /// A start is not looked at if it costs more than a later one that was, plus this share of a price:
    /// a shorter segment nearly always fits better. Infinite to look at all.
    pub dominance: f64,
}

impl Pruning {
    /// Nothing is left out.
    pub const fn none(longest: u32) -> Self {
        Self { longest, margin: f64::INFINITY, dominance: f64::INFINITY }
    }
}

impl Effort {
    /// What is left out with this effort.
    pub const fn pruning(self) -> Pruning {
        match self {
            Self::Fast => Pruning { longest: 32, margin: 0.5, dominance: -0.5 },
            Self::Best => Pruning { longest: 64, margin: 2.0 / 3.0, dominance: -0.15 },
        }
    }
}
