//! The search of all points.

use fearless_simd::prelude::*;
use fearless_simd::{f32x4, f32x8};

use super::block::{BLOCK, Block};
use super::points::Point;
use super::query::Query;
use crate::codec::curves::SINES;

/// A score in `f32` takes two roundings a product and one a sum, each of at most 2^-24 of what is
/// rounded; the rest is reserve.
pub const ROUNDING: f32 = 32.0 / 16_777_216.0;

/// The most blocks that a codebook fills.
pub const MOST_BLOCKS: usize = 32;

/// All points, of which at most `D` coordinates are not 0, by rising ordinal.
#[derive(Debug)]
pub struct Scan<const D: usize> {
    blocks: Vec<Block<D>>,
    errors: Errors,
}

/// By how much scores in `f32` err at most: more, the further away the query.
#[derive(Debug, Clone, Copy)]
pub struct Errors {
    constant: f32,
    by_square: f32,
}

impl Errors {
    /// The bounds for a set of points.
    fn new(points: &[Point]) -> Self {
        let largest =
            |value: &dyn Fn(&Point) -> i32| points.iter().map(value).max().unwrap_or(0) as f32;
        let norm = largest(&Point::norm);
        let coordinate =
            largest(&|point| point.coordinates.iter().map(|u| u.abs()).max().unwrap_or(0));
        // A score errs by what is rounded, |S|² + Σ|a||S|, and |a| <= (c + a²/c)/2 for any c.
        const C: f32 = 64.0;
        Self {
            constant: ROUNDING * (norm + coordinate * SINES as f32 * C / 2.0),
            by_square: ROUNDING * coordinate / (2.0 * C),
        }
    }

    /// The most by which the score of any point errs.
    #[inline(always)]
    pub fn of(&self, query: &Query) -> f32 {
        let twice = &query.projection[..SINES];
        self.constant + self.by_square * twice.iter().map(|a| a * a).sum::<f64>() as f32
    }
}

impl<const D: usize> Scan<D> {
    /// The points, at most 256, come by rising ordinal.
    pub fn new(points: &[Point]) -> Self {
        Self { blocks: points.chunks(BLOCK).map(Block::new).collect(), errors: Errors::new(points) }
    }

    /// The ordinal nearest to a query among the first `curves`, all points being looked at.
    #[inline(always)]
    pub fn nearest<S: Simd>(&self, simd: S, query: &Query, curves: u8) -> u8 {
        // Rare, and long enough for a call to cost nothing beside it.
        simd.vectorize(
            #[inline(always)]
            || self.scan(simd, query, curves),
        )
    }

    #[inline(always)]
    fn scan<S: Simd>(&self, simd: S, query: &Query, curves: u8) -> u8 {
        let mut wide = [f32x8::splat(simd, 0.0); D];
        for (wide, &a) in wide.iter_mut().zip(&query.projection) {
            *wide = f32x8::splat(simd, a as f32);
        }
        let mut scores = [f32x8::splat(simd, f32::INFINITY); MOST_BLOCKS];
        let mut lowest = scores[0];
        for (scores, block) in scores.iter_mut().zip(&self.blocks) {
            *scores = block.scores_within(simd, &wide, curves);
            lowest = lowest.min(*scores);
        }
        let limit = f32x8::splat(simd, least(lowest) + self.errors.of(query));
        let mut best = query.best(curves);
        for (scores, block) in scores.iter().zip(&self.blocks) {
            // Written so that a NaN is a candidate.
            let mut candidates = !scores.simd_gt(limit).to_bitmask() & ((1 << BLOCK) - 1);
            if candidates != 0 {
                candidates &= block.within(curves);
            }
            while candidates != 0 {
                let lane = candidates.trailing_zeros() as usize;
                candidates &= candidates - 1;
                let score = block.exact_score(lane, &query.projection);
                best.challenge(score, block.ordinal(lane));
            }
        }
        best.ordinal
    }
}

/// The lowest of eight scores.
#[inline(always)]
pub fn least<S: Simd>(scores: f32x8<S>) -> f32 {
    // Unlike `f32::min` this does not mind NaN, and is one instruction.
    let lower = |a: f32, b: f32| if a < b { a } else { b };
    let (low, high) = scores.split();
    let four: f32x4<S> = low.min(high);
    let [a, b, c, d] = four.to_array();
    lower(lower(a, c), lower(b, d))
}
