//! What is searched for.

use super::LANES;
use super::block::Best;
use crate::codec::curves::HALF_COSINE;

/// A place to which the nearest point is sought.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// Twice the place.
    pub projection: [f64; LANES],
    /// The score of the half cosine, infinite where that does not compete.
    pub half_cosine: f64,
}

impl Query {
    /// The projections that count, in `f32`.
    #[inline(always)]
    pub fn narrow<const D: usize>(&self) -> [f32; D] {
        let mut narrow = [0.0; D];
        for (narrow, &projection) in narrow.iter_mut().zip(&self.projection) {
            *narrow = projection as f32;
        }
        narrow
    }

    /// What the points have to beat.
    #[inline(always)]
    pub fn best(&self) -> Best {
        if self.half_cosine < f64::INFINITY {
            Best { score: self.half_cosine, ordinal: HALF_COSINE }
        } else {
            Best::NONE
        }
    }
}
