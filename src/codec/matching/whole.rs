//! Points in blocks of eight, scored side by side in whole numbers.

use fearless_simd::prelude::*;
use fearless_simd::{i16x16, i32x8};

use super::block::BLOCK;
use super::grid::LISTED;
use super::points::Point;
use super::scan::MOST_BLOCKS;

/// What a query, twice the place, is multiplied with before it is rounded to whole numbers.
pub const SCALE: i32 = 64;

/// By how much each coordinate of a rounded query errs at most: rounding, and that of `f32` before.
pub const ROUNDED: f32 = 0.502;

/// What scores are multiplied with, so that the number of the block finds room below.
pub const TAG: i32 = MOST_BLOCKS as i32;

/// Up to [`BLOCK`] points, coordinates by pairs; places that are left over hold one that never wins.
///
/// With `A` for a rounded query, the score of a point is `SCALE |S|² − A·S`, that is [`SCALE`] times
/// the one that decides, as far as `A` is right. What is computed is [`TAG`] times that, and the
/// number of the block.
///
/// `A` is an `i16` and a coordinate, folded or not, at most 256, so nothing overflows.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub struct Whole<const PAIRS: usize> {
    /// `−TAG S`: for each pair of coordinates, that of all points.
    pairs: [[i16; 2 * BLOCK]; PAIRS],
    /// `TAG SCALE |S|²`, and the number of the block.
    offset: [i32; BLOCK],
}

impl<const PAIRS: usize> Whole<PAIRS> {
    /// Arranges up to [`BLOCK`] points in the block of a number below [`MOST_BLOCKS`].
    pub fn new(points: &[Point], number: usize) -> Self {
        let coordinate = |at: usize, m: usize| points.get(at).map_or(0, |p| p.coordinates[m]);
        Self {
            pairs: std::array::from_fn(|pair| {
                std::array::from_fn(|i| (-TAG * coordinate(i / 2, 2 * pair + i % 2)) as i16)
            }),
            offset: std::array::from_fn(|i| {
                let score = points.get(i).map_or(i32::MAX / 2 / TAG, |p| SCALE * p.norm());
                TAG * score + number as i32
            }),
        }
    }

    /// The scores of all points for a rounded query, every pair of coordinates in all lanes.
    #[inline(always)]
    pub fn scores<S: Simd>(&self, simd: S, query: &[i16x16<S>; PAIRS]) -> i32x8<S> {
        let mut sum = i32x8::load_array_ref(simd, &self.offset);
        for (row, query) in self.pairs.iter().zip(query) {
            sum += i16x16::load_array_ref(simd, row).pairwise_dot_product(*query);
        }
        sum
    }
}

/// The lowest scores.
#[derive(Debug, Clone, Copy)]
pub struct Lowest<S: Simd> {
    /// The lowest of every lane, and the second lowest.
    pub first: i32x8<S>,
    pub second: i32x8<S>,
    /// The lowest of all.
    least: i32,
}

impl<S: Simd> Lowest<S> {
    /// The lowest of some blocks.
    #[inline(always)]
    pub fn of([a, b, c, d, e, f]: &[i32x8<S>; LISTED]) -> Self {
        let (ab, cd, ef) = (a.min(*b), c.min(*d), e.min(*f));
        let second = a.max(*b).min(c.max(*d)).min(e.max(*f));
        let (abcd, second) = (ab.min(cd), second.min(ab.max(cd)));
        Self::new(abcd.min(ef), second.min(abcd.max(ef)))
    }

    /// The lowest of all blocks.
    #[inline(always)]
    pub fn of_all<const PAIRS: usize>(
        simd: S,
        blocks: &[Whole<PAIRS>],
        query: &[i16x16<S>; PAIRS],
    ) -> Self {
        let mut first = i32x8::splat(simd, i32::MAX);
        let mut second = first;
        for block in blocks {
            let scores = block.scores(simd, query);
            second = second.min(first.max(scores));
            first = first.min(scores);
        }
        Self::new(first, second)
    }

    #[inline(always)]
    fn new(first: i32x8<S>, second: i32x8<S>) -> Self {
        let (low, high) = first.split();
        let [a, b, c, d] = low.min(high).to_array();
        Self { first, second, least: a.min(c).min(b.min(d)) }
    }

    /// The score without the number of the block.
    #[inline(always)]
    pub fn score(&self) -> f32 {
        (self.least >> TAG.trailing_zeros()) as f32
    }

    /// The number of the block.
    #[inline(always)]
    pub fn number(&self) -> usize {
        (self.least & (TAG - 1)) as usize
    }

    /// What is further than so much above the lowest, whatever its block.
    #[inline(always)]
    pub fn beyond(&self, simd: S, slack: i32) -> i32x8<S> {
        i32x8::splat(simd, (self.least | (TAG - 1)) + slack)
    }
}
