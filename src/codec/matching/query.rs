//! What is searched for.

use std::hint::select_unpredictable;

use fearless_simd::prelude::*;
use fearless_simd::{f32x8, f64x8};

use super::LANES;
use super::block::Best;
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE, SINES};

/// A place to which the nearest point is sought.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// Twice the place, then what does not count here.
    pub(super) projection: [f64; LANES],
    /// The same in `f32`.
    pub(super) narrow: [f32; LANES],
    /// The sum of the squares of twice the place.
    pub(super) square: f32,
    /// At how many places the wave was looked at, less one.
    pub(super) count: u32,
    /// The score of the half cosine, infinite where that does not compete.
    pub(super) half_cosine: f64,
    /// For whom this is searched.
    pub(in crate::codec) number: u32,
}

impl Query {
    /// A search for nothing yet.
    pub const EMPTY: Self = Self {
        projection: [0.0; LANES],
        narrow: [0.0; LANES],
        square: 0.0,
        count: 0,
        half_cosine: f64::INFINITY,
        number: 0,
    };

    /// Sets what is sought: twice the projections on the sines, where the wave has `count` places.
    #[inline(always)]
    pub(super) fn set<S: Simd>(&mut self, projection: f64x8<S>, half_cosine: f64, count: usize) {
        let values = projection.to_array();
        projection.store_array(&mut self.projection);
        for (narrow, &value) in self.narrow.iter_mut().zip(&values) {
            *narrow = value as f32;
        }
        let [a, b, c, d, e, f, ..] = (projection * projection).to_array();
        self.square = (((a + b) + (c + d)) + (e + f)) as f32;
        self.half_cosine = half_cosine;
        self.count = count as u32;
    }

    /// Twice the place in `f32`, every coordinate in all lanes of a vector.
    #[inline(always)]
    pub(super) fn splat<const D: usize, S: Simd>(&self, simd: S) -> [f32x8<S>; D] {
        let mut wide = [f32x8::splat(simd, 0.0); D];
        for (wide, &a) in wide.iter_mut().zip(&self.narrow[..SINES]) {
            *wide = f32x8::splat(simd, a);
        }
        wide
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

    /// Which of all curves wins, where candidates, a bit each, have as good as the lowest score in
    /// `f32`, which errs by so much: the only one, or the one whose score is lowest in `f64`.
    /// `ordinal` and `exact_score` tell of the candidate of a bit.
    #[inline(always)]
    pub(super) fn decide(
        &self,
        mut candidates: u64,
        lowest: f32,
        error: f32,
        ordinal: impl Fn(usize) -> u8,
        exact_score: impl Fn(usize) -> f64,
    ) -> u8 {
        let first = ordinal(candidates.trailing_zeros() as usize);
        let ahead = self.half_cosine - f64::from(lowest);
        let several = candidates & candidates.wrapping_sub(1) != 0;
        // One test of what is rare, since branches that could go either way cost more.
        if !(several | (ahead.abs() <= f64::from(error))) {
            return select_unpredictable(ahead < 0.0, HALF_COSINE, first);
        }
        let mut best = self.best(CURVE_COUNT);
        while candidates != 0 {
            let at = candidates.trailing_zeros() as usize;
            candidates &= candidates - 1;
            best.challenge(exact_score(at), ordinal(at));
        }
        best.ordinal
    }
}
