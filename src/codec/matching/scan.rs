//! The search of all points.

use fearless_simd::prelude::*;
use fearless_simd::{f32x4, f32x8};

use super::block::{BLOCK, Block};
use super::points::Point;
use super::query::Query;

/// A score in `f32` takes two roundings a product and one a sum, each of at most 2^-24 of what is
/// rounded; the rest is reserve.
pub const ROUNDING: f32 = 32.0 / 16_777_216.0;

/// All points, by rising ordinal.
#[derive(Debug)]
pub struct Scan {
    blocks: Vec<Block>,
    /// The largest `|S|²` and the largest coordinate, which bound the rounding errors.
    largest_norm: f32,
    largest_coordinate: f32,
}

impl Scan {
    /// The points come by rising ordinal.
    pub fn new(points: &[Point]) -> Self {
        let largest =
            |value: &dyn Fn(&Point) -> i32| points.iter().map(value).max().unwrap_or(0) as f32;
        Self {
            blocks: points.chunks(BLOCK).map(Block::new).collect(),
            largest_norm: largest(&Point::norm),
            largest_coordinate: largest(&|point| {
                point.coordinates.iter().map(|u| u.abs()).max().unwrap_or(0)
            }),
        }
    }

    /// The ordinal nearest to a query among the first `curves`, all points being looked at. At most
    /// `D` coordinates are not 0.
    #[inline(always)]
    pub fn nearest<const D: usize, S: Simd>(&self, simd: S, query: &Query, curves: u8) -> u8 {
        // Rare, and long enough for a call to cost nothing beside it.
        simd.vectorize(
            #[inline(always)]
            || self.scan::<D, S>(simd, query, curves),
        )
    }

    #[inline(always)]
    fn scan<const D: usize, S: Simd>(&self, simd: S, query: &Query, curves: u8) -> u8 {
        let a = query.narrow::<D>();
        let wide = splat(simd, &a);
        let mut lowest = f32x8::splat(simd, f32::INFINITY);
        for block in &self.blocks {
            lowest = lowest.min(block.scores_within(simd, &wide, curves));
            if block.ordinal(BLOCK - 1) >= curves {
                break;
            }
        }
        let limit = f32x8::splat(simd, least(lowest) + self.error(&a));
        let mut best = query.best();
        for block in &self.blocks {
            // Written so that a NaN is a candidate.
            let mut candidates =
                !block.scores(simd, &wide).simd_gt(limit).to_bitmask() & ((1 << BLOCK) - 1);
            if candidates != 0 {
                candidates &= block.within(curves);
            }
            while candidates != 0 {
                let lane = candidates.trailing_zeros() as usize;
                candidates &= candidates - 1;
                let score = block.exact_score::<D>(lane, &query.projection);
                best.challenge(score, block.ordinal(lane));
            }
            if block.ordinal(BLOCK - 1) >= curves {
                break;
            }
        }
        best.ordinal
    }

    /// The most by which the score of any point in `f32` errs.
    #[inline(always)]
    pub fn error<const D: usize>(&self, a: &[f32; D]) -> f32 {
        let sum = a.iter().fold(0.0, |sum, a| sum + a.abs());
        ROUNDING * (self.largest_norm + self.largest_coordinate * sum)
    }
}

/// The same in every lane, coordinate by coordinate.
#[inline(always)]
pub fn splat<const D: usize, S: Simd>(simd: S, a: &[f32; D]) -> [f32x8<S>; D] {
    let mut wide = [f32x8::splat(simd, 0.0); D];
    for (wide, &a) in wide.iter_mut().zip(a) {
        *wide = f32x8::splat(simd, a);
    }
    wide
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
