//! The curves as they appear at a number of places, and the search for the nearest.

use std::sync::Arc;

use fearless_simd::f32x8;
use fearless_simd::prelude::*;

use super::block::{BLOCK, Block};
use super::grid::{Grid, MOST_LISTED};
use super::points::Point;
use super::query::Query;
use super::scan::{MOST_BLOCKS, ROUNDING, Scan, least};
use crate::codec::curves::CURVE_COUNT;

/// Points of `D` coordinates, in blocks of which the cells of a grid list `K`.
#[derive(Debug)]
pub struct Codebook<const D: usize, const K: usize> {
    /// All of them.
    all: Scan<D>,
    /// By where they lie; the last ones may be empty.
    blocks: Box<[Block<D>; MOST_BLOCKS]>,
    grid: Arc<Grid>,
}

impl<const D: usize, const K: usize> Codebook<D, K> {
    /// The points come by rising ordinal, and again in the groups that the grid was made for.
    pub fn new(points: &[Point], groups: &[Vec<Point>], grid: Arc<Grid>) -> Self {
        let block = |k| Block::new(groups.get(k).map_or(&[], Vec::as_slice));
        Self { all: Scan::new(points), blocks: Box::new(std::array::from_fn(block)), grid }
    }

    /// The ordinal nearest to a query among the first `curves`.
    #[inline(always)]
    pub fn nearest(&self, simd: impl Simd, query: &Query, curves: u8) -> u8 {
        if curves < CURVE_COUNT {
            return self.all.nearest(simd, query, curves);
        }
        let wide = query.splat(simd);
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
            return self.all.nearest(simd, query, curves);
        }
        let limit = f32x8::splat(simd, lowest + error);
        let mut candidates = 0;
        for (scores, k) in scores.iter().zip(0..).take(K) {
            candidates |= scores.simd_le(limit).to_bitmask() << (k * BLOCK);
        }
        let find = |at: usize| (self.block(cell.blocks[at % (K * BLOCK) / BLOCK]), at % BLOCK);
        query.decide(
            candidates,
            lowest,
            error,
            #[inline(always)]
            |at| {
                let (block, lane) = find(at);
                block.ordinal(lane)
            },
            #[inline(always)]
            |at| {
                let (block, lane) = find(at);
                block.exact_score(lane, &query.projection)
            },
        )
    }

    #[inline(always)]
    fn block(&self, number: u8) -> &Block<D> {
        &self.blocks[usize::from(number) % MOST_BLOCKS]
    }
}
