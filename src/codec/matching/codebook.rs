//! The curves as they appear at a number of places, and the search for the nearest.

use std::sync::Arc;

use fearless_simd::prelude::*;
use fearless_simd::{f32x4, f32x8, mask32x8};

use super::LANES;
use super::block::{BLOCK, Best, Block};
use super::grid::Grid;
use super::line::Line;
use super::points::Point;
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE};

/// A score in `f32` takes two roundings a product and one a sum, each of at most 2^-24 of what is
/// rounded; the rest is reserve.
const ROUNDING: f32 = 32.0 / 16_777_216.0;

/// The points at a number of places, ready to be searched.
#[derive(Debug)]
pub struct Codebook {
    /// By rising ordinal.
    ordered: Vec<Block>,
    /// By where they lie.
    near: Near,
    /// The largest `|S|²` and the largest coordinate, which bound the rounding errors.
    largest_norm: f32,
    largest_coordinate: f32,
}

#[derive(Debug)]
enum Near {
    OnLine(Line),
    InGrid { blocks: Vec<Block>, grid: Arc<Grid> },
}

/// What is looked for: the point nearest to half of `projection`, against the half cosine if that
/// competes.
struct Query<'a, const D: usize, S: Simd> {
    projection: &'a [f64; LANES],
    half_cosine: Option<Best>,
    /// The projections that count, in `f32`.
    a: [f32x8<S>; D],
    /// The most by which a score in `f32` errs.
    error: f32,
}

impl Codebook {
    /// For points that have one coordinate, the others being 0. They come by rising ordinal.
    pub fn on_line(points: &[Point]) -> Self {
        Self::new(points, Near::OnLine(Line::new(points)))
    }

    /// For points with more coordinates. They come by rising ordinal, and again in the groups that
    /// the grid was made for.
    pub fn in_grid(points: &[Point], groups: &[Vec<Point>], grid: Arc<Grid>) -> Self {
        let blocks = groups.iter().map(|group| Block::new(group)).collect();
        Self::new(points, Near::InGrid { blocks, grid })
    }

    fn new(points: &[Point], near: Near) -> Self {
        let largest =
            |value: &dyn Fn(&Point) -> i32| points.iter().map(value).max().unwrap_or(0) as f32;
        Self {
            ordered: points.chunks(BLOCK).map(Block::new).collect(),
            near,
            largest_norm: largest(&Point::norm),
            largest_coordinate: largest(&|point| {
                point.coordinates.iter().map(|u| u.abs()).max().unwrap_or(0)
            }),
        }
    }

    /// The point nearest to half of `projection` among the first `curves` ordinals, against the
    /// half cosine if that competes. At most `D` coordinates are not 0; `K` blocks of a cell are
    /// looked at before all others.
    #[inline(always)]
    pub fn nearest<const D: usize, const K: usize, S: Simd>(
        &self,
        simd: S,
        projection: &[f64; LANES],
        curves: u8,
        half_cosine: Option<Best>,
    ) -> u8 {
        let (mut a, mut wide) = ([0.0; D], [f32x8::splat(simd, 0.0); D]);
        let (mut sum, mut square) = (0.0, 0.0);
        for ((a, wide), &projection) in a.iter_mut().zip(&mut wide).zip(projection) {
            *a = projection as f32;
            *wide = f32x8::splat(simd, *a);
            sum += a.abs();
            square += 0.25 * *a * *a;
        }
        let error = ROUNDING * (self.largest_norm + self.largest_coordinate * sum);
        let query = Query { projection, half_cosine, a: wide, error };
        match &self.near {
            _ if curves < CURVE_COUNT => {}
            Near::OnLine(line) => {
                if let Some(ordinal) = line.nearest(projection[0]) {
                    return ordinal;
                }
            }
            Near::InGrid { blocks, grid } => {
                let cell = grid.cell(0.5 * a[0], 0.5 * a[D.min(2) - 1]);
                let mut scores = [f32x8::splat(simd, f32::INFINITY); K];
                let mut lowest = scores[0];
                for (scores, &block) in scores.iter_mut().zip(&cell.blocks) {
                    *scores = blocks[usize::from(block)].scores(simd, &query.a);
                    lowest = lowest.min(*scores);
                }
                let lowest = least(lowest);
                // What is not listed is at least so far away that it scores more than that. A NaN
                // fails the comparison.
                let unlisted = cell.reach[K - 1] - square * (1.0 + ROUNDING);
                if unlisted > lowest + 2.0 * error {
                    let limit = f32x8::splat(simd, lowest + error);
                    let mut candidates = 0;
                    for (scores, k) in scores.iter().zip(0..) {
                        candidates |= scores.simd_le(limit).to_bitmask() << (k * BLOCK);
                    }
                    return query.decide(candidates, lowest, blocks, &cell.blocks);
                }
            }
        }
        // Rare, and long enough for a call to cost nothing beside it.
        simd.vectorize(
            #[inline(always)]
            || self.nearest_of_all(simd, &query, curves),
        )
    }

    /// The same, all points being looked at.
    #[inline(always)]
    fn nearest_of_all<const D: usize, S: Simd>(
        &self,
        simd: S,
        query: &Query<'_, D, S>,
        curves: u8,
    ) -> u8 {
        let mut lowest = f32x8::splat(simd, f32::INFINITY);
        for block in &self.ordered {
            lowest = lowest.min(query.scores(simd, block, curves));
            if block.ordinal(BLOCK - 1) >= curves {
                break;
            }
        }
        let limit = f32x8::splat(simd, least(lowest) + query.error);
        let mut best = Best::NONE;
        for block in &self.ordered {
            // Written so that a NaN is a candidate.
            let mut candidates = !query.scores(simd, block, curves).simd_gt(limit).to_bitmask();
            candidates &= block.within(curves);
            while candidates != 0 {
                let lane = candidates.trailing_zeros() as usize;
                candidates &= candidates - 1;
                best.challenge(block.exact_score(lane, query.projection), block.ordinal(lane));
            }
            if block.ordinal(BLOCK - 1) >= curves {
                break;
            }
        }
        if let Some(half_cosine) = query.half_cosine {
            best.challenge(half_cosine.score, half_cosine.ordinal);
        }
        best.ordinal
    }
}

impl<const D: usize, S: Simd> Query<'_, D, S> {
    /// The scores of a block, infinite beyond the first `curves` ordinals.
    #[inline(always)]
    fn scores(&self, simd: S, block: &Block, curves: u8) -> f32x8<S> {
        let scores = block.scores(simd, &self.a);
        if block.ordinal(BLOCK - 1) <= curves {
            return scores;
        }
        let within = mask32x8::from_bitmask(simd, block.within(curves));
        within.select(scores, f32x8::splat(simd, f32::INFINITY))
    }

    /// Who wins among the candidates, of which none scores less than `lowest`: the only one, or
    /// whose score is lowest in `f64`. There is a bit for each, `chosen` telling its block.
    #[inline(always)]
    fn decide(&self, mut candidates: u64, lowest: f32, blocks: &[Block], chosen: &[u8]) -> u8 {
        let rival = self.half_cosine.map_or(f64::INFINITY, |best| best.score);
        if rival < f64::from(lowest - self.error) {
            return HALF_COSINE;
        }
        let mut best = self.half_cosine.unwrap_or(Best::NONE);
        loop {
            let at = candidates.trailing_zeros() as usize;
            candidates &= candidates.wrapping_sub(1);
            let Some(&block) = chosen.get(at / BLOCK) else {
                return best.ordinal;
            };
            let (block, lane) = (&blocks[usize::from(block)], at % BLOCK);
            if candidates == 0 && best.score > f64::from(lowest + self.error) {
                return block.ordinal(lane);
            }
            best.challenge(block.exact_score(lane, self.projection), block.ordinal(lane));
        }
    }
}

/// The lowest of eight scores.
#[inline(always)]
fn least<S: Simd>(scores: f32x8<S>) -> f32 {
    // Unlike `f32::min` this does not mind NaN, and is one instruction.
    let lower = |a: f32, b: f32| if a < b { a } else { b };
    let (low, high) = scores.split();
    let four: f32x4<S> = low.min(high);
    let [a, b, c, d] = four.to_array();
    lower(lower(a, c), lower(b, d))
}
