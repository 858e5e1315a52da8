//! The curves as they appear at a number of places, and the search for the nearest.

use std::sync::Arc;

use fearless_simd::f32x8;
use fearless_simd::prelude::*;

use super::block::{BLOCK, Block};
use super::grid::{Cell, Grid, MOST_LISTED};
use super::points::Point;
use super::query::Query;
use super::scan::{MOST_BLOCKS, ROUNDING, Scan, least};
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE};

/// The points at a number of places that is above 2.
#[derive(Debug)]
pub struct Codebook {
    /// All of them.
    all: Scan,
    /// By where they lie; the last ones may be empty.
    blocks: Box<[Block; MOST_BLOCKS]>,
    grid: Arc<Grid>,
}

impl Codebook {
    /// The points come by rising ordinal, and again in the groups that the grid was made for.
    pub fn new(points: &[Point], groups: &[Vec<Point>], grid: Arc<Grid>) -> Self {
        let block = |k| Block::new(groups.get(k).map_or(&[], Vec::as_slice));
        Self { all: Scan::new(points), blocks: Box::new(std::array::from_fn(block)), grid }
    }

    /// The ordinal nearest to a query among the first `curves`. At most `D` coordinates are not 0,
    /// and the cells of the grid list `K` blocks.
    #[inline(always)]
    pub fn nearest<const D: usize, const K: usize, S: Simd>(
        &self,
        simd: S,
        query: &Query,
        curves: u8,
    ) -> u8 {
        if curves < CURVE_COUNT {
            return self.all.nearest::<D, _>(simd, query, curves);
        }
        let wide = query.splat::<D, _>(simd);
        let cell = self.grid.cell(simd, [query.narrow[0], query.narrow[1]]);
        let mut scores = [f32x8::splat(simd, f32::INFINITY); MOST_LISTED];
        for (scores, &block) in scores.iter_mut().zip(&cell.blocks).take(K) {
            *scores = self.block(block).scores(simd, &wide);
        }
        // A tree, so that few have to wait for each other.
        let [a, b, c, d, e, f] = scores;
        let lowest = least(a.min(b).min(c.min(d)).min(e.min(f)));
        let error = self.all.errors().of(query);
        // What is not listed is at least so far away that it scores more than that. A NaN fails the
        // comparison.
        let elsewhere = cell.reach - 0.25 * (1.0 + ROUNDING) * query.square;
        let settled = elsewhere > lowest + 2.0 * error;
        if !settled {
            return self.all.nearest::<D, _>(simd, query, curves);
        }
        let limit = f32x8::splat(simd, lowest + error);
        let mut candidates = 0;
        for (scores, k) in scores.iter().zip(0..).take(K) {
            candidates |= scores.simd_le(limit).to_bitmask() << (k * BLOCK);
        }
        self.decide::<D, K>(query, cell, candidates, lowest, error)
    }

    #[inline(always)]
    fn block(&self, number: u8) -> &Block {
        &self.blocks[usize::from(number) % MOST_BLOCKS]
    }

    /// Who wins among candidates, a bit each, whose scores in `f32` are as good as equal: the only
    /// one, or the one whose score is lowest in `f64`.
    #[inline(always)]
    fn decide<const D: usize, const K: usize>(
        &self,
        query: &Query,
        cell: &Cell,
        mut candidates: u64,
        lowest: f32,
        error: f32,
    ) -> u8 {
        let find = |candidates: u64| {
            let at = candidates.trailing_zeros() as usize % (K * BLOCK);
            (self.block(cell.blocks[at / BLOCK]), at % BLOCK)
        };
        let (block, lane) = find(candidates);
        let ahead = query.half_cosine - f64::from(lowest);
        let several = candidates & candidates.wrapping_sub(1) != 0;
        // One test of what is rare, since branches that could go either way cost more.
        if !(several | (ahead.abs() <= f64::from(error))) {
            let ordinal = block.ordinal(lane);
            return if ahead < 0.0 { HALF_COSINE } else { ordinal };
        }
        let mut best = query.best(CURVE_COUNT);
        while candidates != 0 {
            let (block, lane) = find(candidates);
            candidates &= candidates - 1;
            best.challenge(block.exact_score::<D>(lane, &query.projection), block.ordinal(lane));
        }
        best.ordinal
    }
}
