//! What a search for cuts reads, and what it goes by.

use std::ops::Range;

use super::lengths::Lengths;
use crate::codec::codebook::Codebook;
use crate::codec::search_settings::Pruning;

/// What is searched: one stream, or two that are cut together.
#[derive(Debug)]
pub struct Part<'a> {
    pub samples: &'a [f64],
    /// The level of every sample, on which a segment would end there.
    pub levels: &'a [i16],
    /// The level on which the window starts.
    pub start: i16,
    /// How much the squared error of every sample counts, or nothing if all count once.
    pub weights: Option<&'a [f64]>,
}

impl Part<'_> {
    /// The mean weight of some samples, at least one.
    pub fn weight(&self, range: Range<usize>) -> f64 {
        let count = range.len() as f64;
        self.weights.map_or(1.0, |weights| weights[range].iter().sum::<f64>() / count)
    }
}

/// The settings of a search.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    pub codebook: &'a Codebook,
    pub lengths: &'a Lengths,
    /// What a record costs, as a squared error.
    pub price: f64,
    pub curves: u8,
    pub pruning: Pruning,
}
