//! What is searched for.

use fearless_simd::prelude::*;
use fearless_simd::{f32x8, f64x8, i32x4, i32x8};

use super::block::Best;
use super::whole::SCALE;
use super::{LANES, grid};
use crate::codec::curves::{HALF_COSINE, SINES};

/// A place to which the nearest point is sought.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// Twice the place, then what does not count here.
    pub(super) projection: [f64; LANES],
    /// [`SCALE`] times that, rounded to `i16`, by pairs.
    pub(super) pairs: [i32; LANES / 2],
    /// The cell of the grid in which that lies.
    pub(super) cell: u32,
    /// The square of what is rounded, as scores in whole numbers count.
    pub(super) square: f32,
    /// At how many places the wave was looked at, less one.
    pub(super) count: u32,
    /// The score of the half cosine, infinite where that does not compete.
    pub(super) half_cosine: f64,
    /// [`SCALE`] times that.
    pub(super) half_cosine_score: f32,
    /// For whom this is searched.
    pub(in crate::codec) number: u32,
}

impl Query {
    /// A search for nothing yet.
    pub const EMPTY: Self = Self {
        projection: [0.0; LANES],
        pairs: [0; LANES / 2],
        cell: 0,
        square: 0.0,
        count: 0,
        half_cosine: f64::INFINITY,
        half_cosine_score: f32::INFINITY,
        number: 0,
    };

    /// Sets what is sought: twice the projections on the sines. The half cosine scores so much, less
    /// its own projection.
    #[inline(always)]
    pub(super) fn set<S: Simd>(&mut self, projection: f64x8<S>, half_cosine: f64) {
        projection.store_array(&mut self.projection);
        self.half_cosine = half_cosine - projection.to_array()[SINES];
    }

    /// Fills in what is rounded of that.
    #[inline(always)]
    pub(in crate::codec) fn round<S: Simd>(&mut self, simd: S) {
        const SINES_ONLY: [f32; LANES] = {
            let mut scale = [0.0; LANES];
            let mut m = 0;
            while m < SINES {
                scale[m] = SCALE as f32;
                m += 1;
            }
            scale
        };
        let (low, high) = f64x8::load_array_ref(simd, &self.projection).split();
        let scale = f32x8::load_array_ref(simd, &SINES_ONLY);
        let rounded = (low.narrow(high) * scale).round_ties_even();
        let [a, b, c, d] = {
            let (low, high) = (rounded * rounded).split();
            (low + high).to_array()
        };
        // The square of a place is a quarter of that of twice the place.
        self.square = ((a + c) + (b + d)) * (1.0 / (4 * SCALE) as f32);
        let (low, high) = i32x8::truncate_from(rounded).split();
        let whole = low.saturating_narrow(high);
        self.cell = grid::index(simd, whole);
        whole.bitcast::<i32x4<S>>().store_array(&mut self.pairs);
        self.half_cosine_score = (self.half_cosine * f64::from(SCALE)) as f32;
    }

    /// What the points have to beat, if so many curves compete.
    #[inline(always)]
    pub(super) fn best(&self, curves: u8) -> Best {
        if curves >= HALF_COSINE && self.half_cosine < f64::INFINITY {
            Best { score: self.half_cosine, ordinal: HALF_COSINE }
        } else {
            Best::NONE
        }
    }
}
