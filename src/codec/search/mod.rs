//! Searches for the cheapest cuts.

mod encoder;
#[cfg(test)]
mod exactness;
mod fit;
mod goal;
mod hearing;
mod join;
mod lengths;
mod polish;
mod settings;
mod sums;
mod window;

pub use encoder::{Energies, SearchEncoder};
pub use goal::{Goal, Outcome, PriceSearch};
pub use settings::{Effort, Price, Pruning, SearchSettings, Weight};
