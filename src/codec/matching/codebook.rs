//! The curves as they appear at a number of places, and the search for the nearest.

use std::hint::select_unpredictable;
use std::sync::Arc;

use fearless_simd::prelude::*;
use fearless_simd::{i16x16, i32x8};

use super::block::{BLOCK, Block};
use super::grid::{Cell, FAR, Grid, LISTED, slack};
use super::points::Point;
use super::query::Query;
use super::scan::{MOST_BLOCKS, Scan};
use super::whole::{Lowest, ROUNDED, Whole};
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE};

/// Points of `D` coordinates, that is so many `PAIRS`, in blocks of which the cells of a grid list
/// some.
#[derive(Debug)]
pub struct Codebook<const D: usize, const PAIRS: usize> {
    /// All of them.
    all: Scan<D>,
    /// By where they lie, for the search and for what decides it; the last ones may be empty.
    blocks: Box<[Whole<PAIRS>; MOST_BLOCKS]>,
    ordinals: Box<[[u8; BLOCK]; MOST_BLOCKS]>,
    exact: Box<[Block<D>; MOST_BLOCKS]>,
    grid: Arc<Grid>,
    /// By how much a score in whole numbers errs at most.
    error: f32,
}

impl<const D: usize, const PAIRS: usize> Codebook<D, PAIRS> {
    /// The points come by rising ordinal, and again in the groups that the grid was made for.
    pub fn new(points: &[Point], groups: &[Vec<Point>], grid: Arc<Grid>) -> Self {
        let group = |k: usize| groups.get(k).map_or(&[][..], Vec::as_slice);
        let exact: [_; MOST_BLOCKS] = std::array::from_fn(|k| Block::new(group(k)));
        let length = |point: &Point| point.coordinates.iter().map(|u| u.abs()).sum::<i32>();
        let longest = points.iter().map(length).max().unwrap_or(0);
        let coordinates = points.iter().flat_map(|point| point.coordinates);
        debug_assert!(coordinates.map(i32::abs).max() <= Some(127), "see `FAR`");
        Self {
            all: Scan::new(points),
            blocks: Box::new(std::array::from_fn(|k| Whole::new(group(k), k))),
            ordinals: Box::new(std::array::from_fn(|k| {
                std::array::from_fn(|lane| exact[k].ordinal(lane))
            })),
            exact: Box::new(exact),
            grid,
            // And what is rounded beside it.
            error: ROUNDED * longest as f32 + 4.0,
        }
    }

    /// The ordinal nearest to a query among the first `curves`.
    #[inline(always)]
    pub fn nearest<S: Simd>(&self, simd: S, query: &Query, curves: u8) -> u8 {
        if curves < CURVE_COUNT {
            return self.all.nearest(simd, query, curves);
        }
        let mut wide = [i16x16::splat(simd, 0); PAIRS];
        for (wide, &pair) in wide.iter_mut().zip(&query.pairs) {
            *wide = i32x8::splat(simd, pair).bitcast();
        }
        let cell = self.grid.cell(query.cell);
        let mut scores = [i32x8::splat(simd, i32::MAX); LISTED];
        for (scores, &block) in scores.iter_mut().zip(&cell.blocks) {
            *scores = self.blocks[usize::from(block) % MOST_BLOCKS].scores(simd, &wide);
        }
        let lowest = Lowest::of(&scores);
        // What is not listed is at least so far away. A NaN fails the comparison.
        let settled = query.square + lowest.score() < cell.reach;
        if !settled {
            // Rare, and long enough for a call to cost nothing beside it.
            return simd.vectorize(
                #[inline(always)]
                || self.nearest_of_all(simd, query, &wide),
            );
        }
        let beyond = lowest.beyond(simd, cell.slack);
        match self.clear(query, &lowest, beyond) {
            Some(ordinal) => ordinal,
            None => self.decide(simd, query, &wide, cell, beyond),
        }
    }

    /// [`Self::nearest`] where what the cell lists does not suffice.
    #[inline(always)]
    fn nearest_of_all<S: Simd>(&self, simd: S, query: &Query, wide: &[i16x16<S>; PAIRS]) -> u8 {
        let lowest = Lowest::of_all(simd, &*self.blocks, wide);
        let squared = query.square + lowest.score();
        let clear = if squared < FAR {
            let beyond = lowest.beyond(simd, slack(squared));
            self.clear(query, &lowest, beyond)
        } else {
            None
        };
        clear.unwrap_or_else(
            #[inline(always)]
            || self.all.nearest(simd, query, CURVE_COUNT),
        )
    }

    /// The curve that wins, if it is the only one that scores less than a limit.
    #[inline(always)]
    fn clear<S: Simd>(&self, query: &Query, lowest: &Lowest<S>, beyond: i32x8<S>) -> Option<u8> {
        let near = lowest.first.simd_lt(beyond).to_bitmask();
        let several = (near & near.wrapping_sub(1)) | lowest.second.simd_lt(beyond).to_bitmask();
        let ahead = query.half_cosine_score - lowest.score();
        // One test of what is rare, since branches that could go either way cost more.
        if (several != 0) | (ahead.abs() <= self.error) {
            return None;
        }
        let lane = near.trailing_zeros() as usize;
        let ordinal = self.ordinals[lowest.number()][lane % BLOCK];
        Some(select_unpredictable(ahead < 0.0, HALF_COSINE, ordinal))
    }

    /// Which curve wins, where any listed point that scores less than a limit can be the nearest:
    /// the one whose score is lowest in `f64`.
    #[inline(always)]
    fn decide<S: Simd>(
        &self,
        simd: S,
        query: &Query,
        wide: &[i16x16<S>; PAIRS],
        cell: &Cell,
        beyond: i32x8<S>,
    ) -> u8 {
        let mut best = query.best(CURVE_COUNT);
        for &block in &cell.blocks {
            let block = usize::from(block) % MOST_BLOCKS;
            // Once more, since this is rare and keeping them costs everybody.
            let scores = self.blocks[block].scores(simd, wide);
            let mut candidates = scores.simd_lt(beyond).to_bitmask();
            while candidates != 0 {
                let lane = candidates.trailing_zeros() as usize % BLOCK;
                candidates &= candidates - 1;
                let exact = &self.exact[block];
                best.challenge(exact.exact_score(lane, &query.projection), exact.ordinal(lane));
            }
        }
        best.ordinal
    }
}
