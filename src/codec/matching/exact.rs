//! The definition of the closest curve: a scan of all points in `f64`.

use super::LANES;
use super::points::Point;
use crate::codec::curves::{CURVE_COUNT, LINE, SINES};

/// How many curves are scored side by side.
pub const BLOCK: usize = 8;

/// Different points by rising ordinal, in blocks of coordinate rows.
#[derive(Debug)]
pub struct Exact {
    blocks: Vec<Block>,
    /// How many points belong to the first `curves` ordinals, by `curves`.
    count: [u8; CURVE_COUNT as usize + 1],
}

#[derive(Debug, Clone, Copy)]
struct Block {
    coordinates: [[f64; BLOCK]; SINES],
    /// `|S|²`.
    norm: [f64; BLOCK],
    ordinal: [u8; BLOCK],
}

/// The best curve so far.
#[derive(Debug, Clone, Copy)]
pub struct Best {
    pub score: f64,
    pub ordinal: u8,
}

impl Best {
    /// The lower score wins, then the lower ordinal.
    #[inline]
    pub fn challenge(&mut self, score: f64, ordinal: u8) {
        if score < self.score || (score == self.score && ordinal < self.ordinal) {
            *self = Self { score, ordinal };
        }
    }
}

impl Exact {
    /// Arranges the points of a codebook, which come by rising ordinal.
    pub fn new(points: &[Point]) -> Self {
        let mut count = [0; CURVE_COUNT as usize + 1];
        for (curves, count) in count.iter_mut().enumerate() {
            let within = points.iter().filter(|point| usize::from(point.ordinal) <= curves);
            *count = within.count() as u8;
        }
        let blocks = points.chunks(BLOCK).map(|chunk| {
            // The last block is filled up with its last point; `count` keeps those from competing.
            let at = |i: usize| &chunk[i.min(chunk.len() - 1)];
            Block {
                coordinates: std::array::from_fn(|m| {
                    std::array::from_fn(|i| f64::from(at(i).coordinates[m]))
                }),
                norm: std::array::from_fn(|i| f64::from(at(i).norm())),
                ordinal: std::array::from_fn(|i| at(i).ordinal),
            }
        });
        Self { blocks: blocks.collect(), count }
    }

    /// The point nearest to half of `projection` among those of the first `curves` ordinals.
    #[inline(always)]
    pub fn nearest(&self, projection: &[f64; LANES], curves: u8) -> Best {
        let count = usize::from(self.count[usize::from(curves.clamp(LINE, CURVE_COUNT))]);
        let mut best = [Best { score: f64::INFINITY, ordinal: u8::MAX }; BLOCK];
        let (whole, rest) = self.blocks.split_at(count / BLOCK);
        for block in whole {
            let scores = block.scores(projection);
            for i in 0..BLOCK {
                // Ordinals rise, so the first of equals stays.
                if scores[i] < best[i].score {
                    best[i] = Best { score: scores[i], ordinal: block.ordinal[i] };
                }
            }
        }
        let mut nearest = Best { score: f64::INFINITY, ordinal: u8::MAX };
        for lane in best {
            nearest.challenge(lane.score, lane.ordinal);
        }
        if let Some(block) = rest.first() {
            let scores = block.scores(projection);
            for (&score, &ordinal) in scores.iter().zip(&block.ordinal).take(count % BLOCK) {
                nearest.challenge(score, ordinal);
            }
        }
        nearest
    }
}

impl Block {
    /// `|S|² − 2 a·S` of eight points, added in a fixed order.
    #[inline(always)]
    fn scores(&self, projection: &[f64; LANES]) -> [f64; BLOCK] {
        let mut scores = self.norm;
        for (row, a) in self.coordinates.iter().zip(projection) {
            for (score, u) in scores.iter_mut().zip(row) {
                *score -= u * a;
            }
        }
        scores
    }
}
