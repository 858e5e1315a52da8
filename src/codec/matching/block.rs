//! Points in blocks of eight, scored side by side.

use fearless_simd::prelude::*;
use fearless_simd::{f32x8, mask32x8};

use super::LANES;
use super::points::Point;
use crate::codec::curves::LINE;

/// How many points are scored side by side.
pub const BLOCK: usize = 8;

/// Up to [`BLOCK`] points of which at most `D` coordinates are not 0; places that are left over hold
/// one that never wins.
///
/// Coordinates and norms are whole numbers below 2^24, so `f32` holds them exactly.
#[derive(Debug, Clone)]
#[repr(align(32))]
pub struct Block<const D: usize> {
    coordinates: [[f32; BLOCK]; D],
    /// `|S|²`.
    norm: [f32; BLOCK],
    ordinal: [u8; BLOCK],
}

impl<const D: usize> Block<D> {
    /// Arranges up to [`BLOCK`] points.
    pub fn new(points: &[Point]) -> Self {
        Self {
            coordinates: std::array::from_fn(|m| {
                std::array::from_fn(|i| points.get(i).map_or(0.0, |p| p.coordinates[m] as f32))
            }),
            norm: std::array::from_fn(|i| points.get(i).map_or(f32::INFINITY, |p| p.norm() as f32)),
            ordinal: std::array::from_fn(|i| points.get(i).map_or(u8::MAX, |p| p.ordinal)),
        }
    }

    /// Which curve a point stands for.
    #[inline(always)]
    pub fn ordinal(&self, lane: usize) -> u8 {
        self.ordinal[lane]
    }

    /// A bit for each point that stands for one of the first `curves` ordinals.
    #[inline(always)]
    pub fn within(&self, curves: u8) -> u64 {
        let lanes = self.ordinal.iter().zip(0..);
        lanes.fold(0, |mask, (&ordinal, lane)| mask | u64::from(ordinal <= curves) << lane)
    }

    /// `|S|² − 2 a·S` of all points, where `a` holds twice the projections on the sines.
    #[inline(always)]
    pub fn scores<S: Simd>(&self, simd: S, a: &[f32x8<S>; D]) -> f32x8<S> {
        // Several sums, so that few additions have to wait for each other.
        let mut sums = [f32x8::load_array_ref(simd, &self.norm), f32x8::splat(simd, 0.0)];
        for ((row, a), m) in self.coordinates.iter().zip(a).zip(0..) {
            sums[m % 2] -= f32x8::load_array_ref(simd, row) * *a;
        }
        sums[0] + sums[1]
    }

    /// [`Self::scores`], infinite beyond the first `curves` ordinals.
    #[inline(always)]
    pub fn scores_within<S: Simd>(&self, simd: S, a: &[f32x8<S>; D], curves: u8) -> f32x8<S> {
        let scores = self.scores(simd, a);
        if self.ordinal[BLOCK - 1] <= curves {
            return scores;
        }
        let within = mask32x8::from_bitmask(simd, self.within(curves));
        within.select(scores, f32x8::splat(simd, f32::INFINITY))
    }

    /// The score that decides: the same in `f64`, subtracted in the order of the sines.
    #[inline(always)]
    pub fn exact_score(&self, lane: usize, projection: &[f64; LANES]) -> f64 {
        let norm = f64::from(self.norm[lane]);
        let rows = self.coordinates.iter().zip(projection);
        rows.fold(norm, |score, (row, a)| score - f64::from(row[lane]) * a)
    }
}

/// The best curve so far.
#[derive(Debug, Clone, Copy)]
pub struct Best {
    pub score: f64,
    pub ordinal: u8,
}

impl Best {
    /// What any curve beats.
    pub const NONE: Self = Self { score: f64::INFINITY, ordinal: LINE };

    /// The lower score wins, then the lower ordinal. Which one it is nobody can foresee, so there is
    /// no branch.
    #[inline(always)]
    pub fn challenge(&mut self, score: f64, ordinal: u8) {
        let tie = (score == self.score) & (ordinal < self.ordinal);
        let wins = (score < self.score) | tie;
        self.score = if wins { score } else { self.score };
        self.ordinal = if wins { ordinal } else { self.ordinal };
    }
}
