//! The quick search: points sorted by their first coordinate, a window of them scored in `f32`.

use super::LANES;
use super::exact::{BLOCK, Best};
use super::points::Point;
use crate::codec::curves::{CURVE_COUNT, SINES};

/// How many blocks of points are scored around the first coordinate. Twelve of the 32 find the
/// nearest point of 99 in 100 segments of music.
const WINDOW: usize = 12;

/// The first coordinates for which there is a window of their own: folded points lie within
/// ±3 · 127, and beyond the outermost point the window does not change.
const REACH: i32 = 400;

/// Points by rising first coordinate.
#[derive(Debug)]
pub struct Window {
    blocks: Vec<Block>,
    /// The number of coordinates that are not always zero.
    dimensions: usize,
    /// The window for each first coordinate from −[`REACH`], rounded down.
    spans: Vec<Span>,
    /// All blocks.
    whole: Span,
    /// The largest `|S|²` and the largest coordinate, which bound the rounding errors.
    largest_norm: f32,
    largest_coordinate: f32,
}

#[derive(Debug, Clone, Copy)]
struct Block {
    coordinates: [[f32; BLOCK]; SINES],
    norm: [f32; BLOCK],
    ordinal: [u8; BLOCK],
}

/// Neighbouring blocks, and the first coordinates of the nearest points left out.
#[derive(Debug, Clone, Copy)]
struct Span {
    first: usize,
    count: usize,
    below: f32,
    above: f32,
}

/// The two lowest scores.
#[derive(Debug, Clone, Copy)]
struct Lowest {
    score: f32,
    second: f32,
    ordinal: u8,
}

impl Window {
    /// Arranges the points of a codebook with the given number of coordinates in use.
    pub fn new(points: &[Point], dimensions: usize) -> Self {
        let mut sorted = points.to_vec();
        sorted.sort_by_key(|point| point.coordinates);
        let blocks: Vec<Block> = sorted.chunks(BLOCK).map(Block::new).collect();
        let firsts: Vec<f32> = sorted.iter().map(|point| point.coordinates[0] as f32).collect();
        let span = |first: usize, count: usize| Span {
            first,
            count,
            below: first
                .checked_sub(1)
                .map_or(f32::NEG_INFINITY, |b| firsts[b * BLOCK + BLOCK - 1]),
            above: firsts.get((first + count) * BLOCK).copied().unwrap_or(f32::INFINITY),
        };
        let count = WINDOW.min(blocks.len());
        let best_span = |at: i32| {
            let middle = at as f32 + 0.5;
            let reach = |span: &Span| (middle - span.below).min(span.above - middle);
            (0..=blocks.len() - count)
                .map(|first| span(first, count))
                .max_by(|a, b| reach(a).total_cmp(&reach(b)))
                .unwrap_or(span(0, blocks.len()))
        };
        let largest =
            |value: &dyn Fn(&Point) -> i32| sorted.iter().map(value).max().unwrap_or(0) as f32;
        Self {
            spans: (-REACH..REACH).map(best_span).collect(),
            whole: span(0, blocks.len()),
            largest_norm: largest(&Point::norm),
            largest_coordinate: largest(&|point| {
                point.coordinates.iter().map(|u| u.abs()).max().unwrap_or(0)
            }),
            blocks,
            dimensions,
        }
    }

    /// The ordinal nearest to half of `projection` among the first `curves` and, if it competes,
    /// the half cosine; `None` if `f32` cannot tell.
    #[inline(always)]
    pub fn nearest(
        &self,
        projection: &[f64; LANES],
        curves: u8,
        half_cosine: Option<Best>,
    ) -> Option<u8> {
        match self.dimensions {
            1 => self.nearest_in::<1>(projection, curves, half_cosine),
            2 => self.nearest_in::<2>(projection, curves, half_cosine),
            3 => self.nearest_in::<3>(projection, curves, half_cosine),
            4 => self.nearest_in::<4>(projection, curves, half_cosine),
            5 => self.nearest_in::<5>(projection, curves, half_cosine),
            _ => self.nearest_in::<SINES>(projection, curves, half_cosine),
        }
    }

    #[inline(always)]
    fn nearest_in<const D: usize>(
        &self,
        projection: &[f64; LANES],
        curves: u8,
        half_cosine: Option<Best>,
    ) -> Option<u8> {
        let a: [f32; D] = std::array::from_fn(|m| projection[m] as f32);
        // `f32` errs by 2^-24 in each of two roundings a product and of one a sum; twice as much
        // again covers both competitors, and the rest is reserve.
        let sum: f32 = a.iter().map(|a| a.abs()).sum();
        let error = 32.0 / 16_777_216.0 * (self.largest_norm + self.largest_coordinate * sum);

        let half = 0.5 * a[0];
        let at = half.clamp(-REACH as f32, (REACH - 1) as f32) as i32 + REACH;
        let span = &self.spans[at as usize];
        let mut lowest = self.scan(span, &a, curves);
        // A point outside is at least `gap` away, so it scores at least `gap² − |a|²`.
        let gap = (half - span.below).min(span.above - half);
        let square: f32 = a.iter().map(|a| 0.25 * a * a).sum();
        if gap * gap - square <= lowest.score + error + 1e-5 * square {
            lowest = self.scan(&self.whole, &a, curves);
        }
        if let Some(Best { score, ordinal }) = half_cosine {
            let score = score as f32;
            if score < lowest.score {
                lowest = Lowest { score, second: lowest.score, ordinal };
            } else {
                lowest.second = lowest.second.min(score);
            }
        }
        // False for a NaN, too.
        (lowest.second - lowest.score > error).then_some(lowest.ordinal)
    }

    /// Scores the points of some blocks, as far as they are among the first `curves`.
    #[inline(always)]
    fn scan<const D: usize>(&self, span: &Span, a: &[f32; D], curves: u8) -> Lowest {
        let mut best = [f32::INFINITY; BLOCK];
        let mut second = [f32::INFINITY; BLOCK];
        let mut found = [0_u32; BLOCK];
        let blocks = &self.blocks[span.first..span.first + span.count];
        for (number, block) in (0..).zip(blocks) {
            let mut scores = block.norm;
            for (row, a) in block.coordinates.iter().zip(a) {
                for (score, u) in scores.iter_mut().zip(row) {
                    *score -= u * a;
                }
            }
            if curves < CURVE_COUNT {
                for (score, &ordinal) in scores.iter_mut().zip(&block.ordinal) {
                    *score = if ordinal <= curves { *score } else { f32::INFINITY };
                }
            }
            for i in 0..BLOCK {
                let (score, before) = (scores[i], best[i]);
                let lower = score < before;
                second[i] = second[i].min(if lower { before } else { score });
                found[i] = if lower { number } else { found[i] };
                best[i] = if lower { score } else { before };
            }
        }
        let score = best.iter().copied().fold(f32::INFINITY, f32::min);
        let lane = best.iter().position(|&other| other == score).unwrap_or(0);
        let runner_up = |i: usize| if i == lane { second[i] } else { best[i] };
        Lowest {
            score,
            second: (0..BLOCK).map(runner_up).fold(f32::INFINITY, f32::min),
            ordinal: blocks[found[lane] as usize].ordinal[lane],
        }
    }
}

impl Block {
    /// At most eight points; a shorter block is filled up with points that never win.
    fn new(points: &[Point]) -> Self {
        Self {
            coordinates: std::array::from_fn(|m| {
                std::array::from_fn(|i| points.get(i).map_or(0.0, |p| p.coordinates[m] as f32))
            }),
            norm: std::array::from_fn(|i| {
                points.get(i).map_or(f32::INFINITY, |point| point.norm() as f32)
            }),
            ordinal: std::array::from_fn(|i| points.get(i).map_or(CURVE_COUNT, |p| p.ordinal)),
        }
    }
}
