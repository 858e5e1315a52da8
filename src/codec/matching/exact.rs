//! Fixed-point scores, and `f64` where they are inconclusive.
//!
//! Fixed-point scores are quick, two products to an instruction, and their error has a bound. Where
//! it leaves one candidate that one has won; where it leaves several, their scores in `f64` decide.

use std::hint::select_unpredictable;

use fearless_simd::prelude::*;
use fearless_simd::{f64x8, i16x16, i32x8};

use super::grid::{Cell, Grid, LISTED, score_error};
use super::points::{
    BLOCK_POINTS, Best, CurvePoint, INDEX_BITS, LANES, MAX_BLOCKS, ROUNDING_ERROR, SCALE,
};
use super::projection::Target;
use crate::codec::curves::{HALF_COSINE, LINE};

/// The exhaustive search in `f64`, the fallback of all others.
#[derive(Debug)]
pub struct ExhaustiveSearch<const D: usize>(Vec<ExactBlock<D>>);

/// Up to [`BLOCK_POINTS`] points of which the first `D` coordinates count.
#[derive(Debug, Clone)]
struct ExactBlock<const D: usize> {
    coordinates: [[f64; BLOCK_POINTS]; D],
    norm: [f64; BLOCK_POINTS],
    ordinals: [f64; BLOCK_POINTS],
}

impl<const D: usize> ExhaustiveSearch<D> {
    /// Arranges groups of up to [`BLOCK_POINTS`] points.
    pub fn new<'a>(groups: impl IntoIterator<Item = &'a [CurvePoint]>) -> Self {
        let each = |points: &[CurvePoint], value: &dyn Fn(&CurvePoint) -> i32| {
            std::array::from_fn(|i| points.get(i).map_or(f64::INFINITY, |p| f64::from(value(p))))
        };
        let block = |points| ExactBlock {
            coordinates: std::array::from_fn(|m| each(points, &|point| point.coordinates[m])),
            norm: each(points, &CurvePoint::norm),
            ordinals: each(points, &|point| point.ordinal.into()),
        };
        Self(groups.into_iter().map(block).collect())
    }

    /// The best of the first `curves` curves.
    #[inline(always)]
    pub fn nearest<S: Simd>(&self, simd: S, target: &Target, curves: u8) -> u8 {
        let competing = f64x8::splat(simd, f64::from(curves));
        let mut scores = f64x8::splat(simd, Best::NONE.score);
        let mut ordinals = f64x8::splat(simd, f64::from(Best::NONE.ordinal));
        for block in &self.0 {
            let mut score = f64x8::load_array_ref(simd, &block.norm);
            for (row, &a) in block.coordinates.iter().zip(&target.projection) {
                score -= f64x8::load_array_ref(simd, row) * a;
            }
            let ordinal = f64x8::load_array_ref(simd, &block.ordinals);
            let tie = score.simd_eq(scores) & ordinal.simd_lt(ordinals);
            let wins = (score.simd_lt(scores) | tie) & ordinal.simd_le(competing);
            scores = wins.select(score, scores);
            ordinals = wins.select(ordinal, ordinals);
        }
        let mut best = Best::NONE;
        best.challenge(target.half_cosine, HALF_COSINE);
        for (score, ordinal) in scores.to_array().into_iter().zip(ordinals.to_array()) {
            best.challenge(score, ordinal as u8);
        }
        best.ordinal
    }

    /// Lets one point challenge the best.
    #[inline(always)]
    fn challenge(&self, best: &mut Best, block: usize, lane: usize, projection: &[f64; LANES]) {
        let Some(block) = self.0.get(block) else {
            debug_assert!(false, "block {block} holds no points");
            return;
        };
        let rows = block.coordinates.iter().zip(projection);
        let score = rows.fold(block.norm[lane], |score, (row, a)| score - row[lane] * a);
        best.challenge(score, block.ordinals[lane] as u8);
    }
}

/// Up to [`BLOCK_POINTS`] points in fixed point, coordinates by pairs; lanes that are left over hold
/// one that never wins.
///
/// With `A` for a fixed-point target, what is computed for a point is
/// `(SCALE |S|² − A·S) << INDEX_BITS`, and the index of the block below that. `A` is an `i16`, a
/// coordinate at most 256 and the sum of all six at most 768, so nothing overflows.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct FixedPointBlock<const PAIRS: usize> {
    /// `−S << INDEX_BITS`: for each pair of coordinates, that of all points.
    pairs: [[i16; 2 * BLOCK_POINTS]; PAIRS],
    /// `SCALE |S|² << INDEX_BITS`, and the index.
    offset: [i32; BLOCK_POINTS],
}

impl<const PAIRS: usize> FixedPointBlock<PAIRS> {
    /// Above every score: with six coordinates of up to 128, `SCALE |S|²` is up to 201 million and
    /// `A·S` up to 805 million, both shifted. That is just below 2^30.
    const NEVER: i32 = (1 << 30) >> INDEX_BITS;

    fn new(points: &[CurvePoint], index: usize) -> Self {
        let coordinate = |at: usize, m: usize| points.get(at).map_or(0, |p| p.coordinates[m]);
        Self {
            pairs: std::array::from_fn(|pair| {
                std::array::from_fn(|i| (-coordinate(i / 2, 2 * pair + i % 2) << INDEX_BITS) as i16)
            }),
            offset: std::array::from_fn(|i| {
                let score = points.get(i).map_or(Self::NEVER, |point| SCALE * point.norm());
                score << INDEX_BITS | index as i32
            }),
        }
    }

    /// The scores of all points for a target, each pair of its coordinates in all lanes, halved some times.
    #[inline(always)]
    fn scores<S: Simd>(&self, simd: S, target: &[i16x16<S>; PAIRS], halvings: u32) -> i32x8<S> {
        let mut score = i32x8::load_array_ref(simd, &self.offset);
        if halvings > 0 {
            let index = i32x8::splat(simd, MAX_BLOCKS as i32 - 1);
            score = ((score >> halvings) & !index) | (score & index);
        }
        for (row, target) in self.pairs.iter().zip(target) {
            score += i16x16::load_array_ref(simd, row).pairwise_dot_product(*target);
        }
        score
    }
}

/// The lowest scores of some blocks.
#[derive(Debug, Clone, Copy)]
struct LowestScores<S: Simd> {
    /// The lowest of every lane, and the second lowest.
    first: i32x8<S>,
    second: i32x8<S>,
    lowest: i32,
}

impl<S: Simd> LowestScores<S> {
    /// A tournament, which is shorter than a comparison of one after another.
    #[inline(always)]
    fn of([a, b, c, d, e, f]: &[i32x8<S>; LISTED]) -> Self {
        let (ab, cd, ef) = (a.min(*b), c.min(*d), e.min(*f));
        let second = a.max(*b).min(c.max(*d)).min(e.max(*f));
        let (abcd, second) = (ab.min(cd), second.min(ab.max(cd)));
        Self::new(abcd.min(ef), second.min(abcd.max(ef)))
    }

    #[inline(always)]
    fn new(first: i32x8<S>, second: i32x8<S>) -> Self {
        let (low, high) = first.split();
        let [a, b, c, d] = low.min(high).to_array();
        Self { first, second, lowest: a.min(c).min(b.min(d)) }
    }

    /// The lowest score, without the index.
    #[inline(always)]
    fn score(&self) -> f32 {
        (self.lowest >> INDEX_BITS) as f32
    }

    /// The block that it is from.
    #[inline(always)]
    fn block(&self) -> usize {
        self.lowest as usize % MAX_BLOCKS
    }

    /// The upper limit for candidates: the lowest score and `score_error`, whatever the index.
    #[inline(always)]
    fn limit(&self, simd: S, score_error: i32) -> i32x8<S> {
        i32x8::splat(simd, (self.lowest | (MAX_BLOCKS as i32 - 1)) + score_error)
    }
}

/// The search among points of `D` coordinates, that is `PAIRS` of them.
#[derive(Debug)]
pub struct BlockSearch<const D: usize, const PAIRS: usize> {
    /// The last ones may be empty, so that an index needs no check.
    blocks: Box<[FixedPointBlock<PAIRS>; MAX_BLOCKS]>,
    /// By block and lane. Apart from the blocks, whose size then is a power of two.
    ordinals: Box<[[i32; BLOCK_POINTS]; MAX_BLOCKS]>,
    exact: ExhaustiveSearch<D>,
    grid: Grid,
    /// The most by which a score is off, rather than the difference of two.
    absolute_error: f32,
    /// The most by which the difference of two scores that were halved is off, with the index of a block in its
    /// low bits.
    halved_score_error: i32,
}

/// Each pair of coordinates, in all lanes.
#[inline(always)]
fn in_all_lanes<S: Simd, const PAIRS: usize>(
    simd: S,
    pairs: &[i32; LANES / 2],
) -> [i16x16<S>; PAIRS] {
    let mut wide = [i16x16::splat(simd, 0); PAIRS];
    for (wide, &pair) in wide.iter_mut().zip(pairs) {
        *wide = i32x8::splat(simd, pair).bitcast();
    }
    wide
}

impl<const D: usize, const PAIRS: usize> BlockSearch<D, PAIRS> {
    /// Arranges the groups that the grid was made for.
    pub fn new(groups: &[Vec<CurvePoint>], grid: Grid) -> Self {
        let points = || groups.iter().flatten();
        let length = |point: &CurvePoint| point.coordinates.iter().map(|u| u.abs()).sum::<i32>();
        let longest = points().map(length).max().unwrap_or(0);
        let group = |index: usize| groups.get(index).map_or(&[][..], Vec::as_slice);
        Self {
            blocks: Box::new(std::array::from_fn(|k| FixedPointBlock::new(group(k), k))),
            ordinals: Box::new(std::array::from_fn(|k| {
                std::array::from_fn(|i| group(k).get(i).map_or(LINE, |p| p.ordinal).into())
            })),
            exact: ExhaustiveSearch::new(groups.iter().map(Vec::as_slice)),
            grid,
            // Both scores are below 2^26, which `f32` holds to within 2 each, or so far from each other that it
            // does not matter; and halving leaves off up to 1.
            absolute_error: ROUNDING_ERROR * longest as f32 + 5.0,
            // Two points are at most twice the longest way apart, and halving leaves off up to 1 of each score.
            halved_score_error: ((2.0 * ROUNDING_ERROR * longest as f32) as i32 + 3) << INDEX_BITS,
        }
    }

    /// The scores of a block's points. Unless `ALL` curves compete, those after the first `curves`
    /// score [`i32::MAX`].
    #[inline(always)]
    fn scores<S: Simd, const ALL: bool>(
        &self,
        simd: S,
        block: usize,
        wide: &[i16x16<S>; PAIRS],
        halvings: u32,
        curves: u8,
    ) -> i32x8<S> {
        let scores = self.blocks[block].scores(simd, wide, halvings);
        if ALL {
            return scores;
        }
        let ordinals = i32x8::load_array_ref(simd, &self.ordinals[block]);
        let excluded = ordinals.simd_gt(i32::from(curves));
        excluded.select(i32x8::splat(simd, i32::MAX), scores)
    }

    /// The nearest of the first `curves` curves, 2 at least; `ALL` if those are all.
    #[inline(always)]
    pub fn nearest<S: Simd, const ALL: bool>(&self, simd: S, target: &Target, curves: u8) -> u8 {
        let cell = self.grid.cell(target.cell);
        let wide = in_all_lanes(simd, &target.pairs);
        let mut scores = [i32x8::splat(simd, i32::MAX); LISTED];
        for (scores, &block) in scores.iter_mut().zip(&cell.blocks) {
            let block = usize::from(block) % MAX_BLOCKS;
            *scores = self.scores::<S, ALL>(simd, block, &wide, 0, curves);
        }
        let lowest = LowestScores::of(&scores);
        // A NaN fails the comparison.
        let certain = target.energy + lowest.score() < cell.min_unlisted_dist_sq;
        if !certain {
            // Rare, and long enough for a call to cost nothing beside it.
            return simd.vectorize(
                #[inline(always)]
                || self.nearest_of_all::<S, ALL>(simd, target, curves),
            );
        }
        let limit = lowest.limit(simd, cell.score_error);
        match self.only_candidate(target.half_cosine_score, &lowest, limit) {
            Some(ordinal) => ordinal,
            None => self.resolve_exact::<S, ALL>(simd, target, &wide, cell, limit, curves),
        }
    }

    /// [`Self::nearest`] where the blocks that the cell lists do not suffice.
    #[inline(always)]
    fn nearest_of_all<S: Simd, const ALL: bool>(&self, simd: S, target: &Target, curves: u8) -> u8 {
        let Some(halved) = target.halved(simd) else {
            return self.exact.nearest(simd, target, curves);
        };
        let wide = in_all_lanes(simd, &halved.pairs);
        let mut first = i32x8::splat(simd, i32::MAX);
        let mut second = first;
        for block in 0..self.exact.0.len().min(MAX_BLOCKS) {
            let scores = self.scores::<S, ALL>(simd, block, &wide, halved.halvings, curves);
            second = second.min(first.max(scores));
            first = first.min(scores);
        }
        let lowest = LowestScores::new(first, second);
        let score_error = match halved.halvings {
            0 => score_error(target.energy + lowest.score()),
            _ => self.halved_score_error,
        };
        let limit = lowest.limit(simd, score_error);
        self.only_candidate(halved.half_cosine_score, &lowest, limit).unwrap_or_else(
            #[inline(always)]
            || self.exact.nearest(simd, target, curves),
        )
    }

    /// The curve that wins if no other scores below the limit, the half cosine included.
    #[inline(always)]
    fn only_candidate<S: Simd>(
        &self,
        half_cosine_score: f32,
        lowest: &LowestScores<S>,
        limit: i32x8<S>,
    ) -> Option<u8> {
        let near = lowest.first.simd_lt(limit).to_bitmask();
        let several = (near & near.wrapping_sub(1)) | lowest.second.simd_lt(limit).to_bitmask();
        let lead = half_cosine_score - lowest.score();
        // One branch for two rare conditions: it is nearly always predicted.
        if (several != 0) | (lead.abs() <= self.absolute_error) {
            return None;
        }
        let lane = near.trailing_zeros() as usize % BLOCK_POINTS;
        let ordinal = self.ordinals[lowest.block()][lane] as u8;
        Some(select_unpredictable(lead < 0.0, HALF_COSINE, ordinal))
    }

    /// The lowest score in `f64` of all listed points below the limit.
    #[inline(always)]
    fn resolve_exact<S: Simd, const ALL: bool>(
        &self,
        simd: S,
        target: &Target,
        wide: &[i16x16<S>; PAIRS],
        cell: &Cell,
        limit: i32x8<S>,
        curves: u8,
    ) -> u8 {
        let mut best = Best::NONE;
        best.challenge(target.half_cosine, HALF_COSINE);
        // Scored again, since this is rare and keeping the scores costs every search.
        let mut candidates = 0;
        for (listed, &block) in cell.blocks.iter().enumerate() {
            let block = usize::from(block) % MAX_BLOCKS;
            let scores = self.scores::<S, ALL>(simd, block, wide, 0, curves);
            candidates |= scores.simd_lt(limit).to_bitmask() << (listed * BLOCK_POINTS);
        }
        // One loop over all of them, whose end is mispredicted once.
        while candidates != 0 {
            let at = candidates.trailing_zeros() as usize;
            candidates &= candidates - 1;
            let block = usize::from(cell.blocks[at / BLOCK_POINTS % LISTED]);
            self.exact.challenge(&mut best, block, at % BLOCK_POINTS, &target.projection);
        }
        best.ordinal
    }
}
