//! Finds the price at which records come out at a rate, or with an SNR.

use super::encoder::Energies;
use crate::codec::record::Record;
use crate::codec::search_settings::Price;

/// What a file should become.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Bits of records per second, in thousands.
    KilobitsPerSecond(f64),
    /// The signal-to-noise ratio in dB, of all channels together.
    Snr(f64),
}

/// What came of a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Thousands of bits of records per second.
    pub kilobits_per_second: f64,
    /// Of all channels together, in dB; infinite if nothing is lost.
    pub snr_db: f64,
}

impl Outcome {
    /// Of streams that last for some seconds.
    pub fn new(energies: &[Energies], seconds: f64) -> Self {
        let sum = |value: fn(&Energies) -> f64| energies.iter().map(value).sum::<f64>();
        let records: u64 = energies.iter().map(|energies| energies.records).sum();
        let bits = records as f64 * 8.0 * Record::BYTES as f64;
        let (signal, noise) = (sum(|all| all.signal), sum(|all| all.noise));
        Self {
            kilobits_per_second: if seconds > 0.0 { bits / seconds / 1000.0 } else { 0.0 },
            snr_db: if noise > 0.0 { 10.0 * libm::log10(signal / noise) } else { f64::INFINITY },
        }
    }
}

impl Goal {
    /// How far a rate may be off: 1 %.
    pub const RATE_TOLERANCE: f64 = 0.01;
    /// How far an SNR may be off, in dB.
    pub const SNR_TOLERANCE_DB: f64 = 0.1;

    /// How far the outcome is above the goal, in tolerances.
    pub fn excess(self, outcome: Outcome) -> f64 {
        match self {
            Self::KilobitsPerSecond(goal) => {
                (outcome.kilobits_per_second / goal - 1.0) / Self::RATE_TOLERANCE
            }
            Self::Snr(goal) => (outcome.snr_db - goal) / Self::SNR_TOLERANCE_DB,
        }
    }

    /// Whether the outcome is near enough. Where nothing is lost, or nothing is there, no price can
    /// bring it nearer.
    pub fn is_met(self, outcome: Outcome) -> bool {
        self.excess(outcome).abs() <= 1.0
            || (matches!(self, Self::Snr(_)) && outcome.snr_db == f64::INFINITY)
    }
}

/// Narrows the price down, outcome by outcome. A higher price gives a lower rate and a lower SNR.
#[derive(Debug, Clone)]
pub struct PriceSearch {
    goal: Goal,
    /// The highest price known to be too low, and the lowest known to be too high, as logarithms.
    low: Option<(f64, f64)>,
    high: Option<(f64, f64)>,
    next: f64,
}

impl PriceSearch {
    /// A search from the default price.
    pub fn new(goal: Goal) -> Self {
        Self::from(goal, Price::default())
    }

    /// A search from a price that is likely.
    pub fn from(goal: Goal, price: Price) -> Self {
        Self { goal, low: None, high: None, next: libm::log(price.squared_steps()) }
    }

    /// The price to try next.
    pub fn price(&self) -> Price {
        Price::from_squared_steps(libm::exp(self.next)).rounded()
    }

    /// Takes what came of [`Self::price`]. Returns whether another is worth trying.
    pub fn tell(&mut self, outcome: Outcome) -> bool {
        if self.goal.is_met(outcome) {
            return false;
        }
        let tried = self.price();
        let (at, excess) = (libm::log(tried.squared_steps()), self.excess(outcome));
        *(if excess > 0.0 { &mut self.low } else { &mut self.high }) = Some((at, excess));
        self.next = match (self.low, self.high) {
            // Where a line through both crosses 0, but not too near to either.
            (Some((low, above)), Some((high, below))) => {
                let share = (above / (above - below)).clamp(0.1, 0.9);
                low + share * (high - low)
            }
            // A record more or less changes about as much everywhere.
            _ => at + (excess * self.slope()).clamp(-4.0, 4.0),
        };
        self.price() != tried
    }

    /// The excess, finite.
    fn excess(&self, outcome: Outcome) -> f64 {
        self.goal.excess(outcome).clamp(-1e4, 1e4)
    }

    /// By how much the logarithm of a price changes for a tolerance, about, and a little more, so that
    /// the goal comes to lie between two prices.
    fn slope(&self) -> f64 {
        match self.goal {
            Goal::KilobitsPerSecond(_) => 0.03,
            Goal::Snr(_) => 0.04,
        }
    }
}
