//! The curves of a codebook as points of six integers, and the numbers that the files here share.

use std::collections::BTreeSet;

use crate::codec::curves::{HALF_COSINE, LINE, Rows, SINES};

/// The most sample points at which a segment is compared with the curves.
pub const MAX_POINTS: usize = 64;

/// Sample points are read four at a time. What follows the last one up to a multiple of four is read
/// along and weighted by 0, which saves handling a remainder.
pub const QUAD: usize = 4;

/// Six sines, the half cosine, and a spare one that fills up the SIMD vector.
pub const LANES: usize = 8;

/// From this many sample points on, no sine aliases to another.
pub const UNALIASED_POINTS: usize = SINES + 1;

/// Points that are scored side by side: eight `i32` are one AVX2 register.
pub const BLOCK_POINTS: usize = 8;

/// Blocks that hold a whole codebook.
pub const MAX_BLOCKS: usize = 32;

/// The low bits of a fixed-point score, which hold the index of the point's block.
pub const INDEX_BITS: u32 = MAX_BLOCKS.trailing_zeros();

/// Fixed-point scores and squared distances are this many times those of the definition, and a
/// fixed-point target is this many times `2 a`. With 64 a target just fits into `i16` as long as
/// every coordinate stays within ±256, twice what a row of `i8` can reach.
pub const SCALE: i32 = 64;

/// The most by which a coordinate of a fixed-point target is wrong: one half from rounding to an
/// integer, and 2^-9 from rounding to `f32` before, at the top of the range of `i16`.
pub const ROUNDING_ERROR: f32 = 0.502;

/// A curve as it appears at some number of sample points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurvePoint {
    /// What is left of the row `S` after aliasing; from the number of sample points − 1 on, 0.
    pub coordinates: [i32; SINES],
    /// Which curve this is, 1 to 255.
    pub ordinal: u8,
}

impl CurvePoint {
    /// Curve `ordinal` at `n` sample points, where `sin(m π j/n)` with `m >= n` equals a lower
    /// harmonic, its negative, or nothing.
    pub fn new(rows: &Rows, ordinal: u8, n: usize) -> Self {
        let mut coordinates = [0; SINES];
        for (&s, m) in rows[usize::from(ordinal) - 1].iter().zip(1..) {
            let m = m % (2 * n);
            if !m.is_multiple_of(n) {
                let (at, sign) = if m < n { (m, 1) } else { (2 * n - m, -1) };
                coordinates[at - 1] += sign * i32::from(s);
            }
        }
        Self { coordinates, ordinal }
    }

    /// The coordinates in which curves differ most, and by which the grid sorts them.
    pub fn plane(&self) -> [i32; 2] {
        [self.coordinates[0], self.coordinates[1]]
    }

    /// `|S|²`, at most 6 · 256².
    pub fn norm(&self) -> i32 {
        self.coordinates.iter().map(|u| u * u).sum()
    }

    /// The score that decides, `|S|² − 2 a·S`, subtracted in the order of the sines; `projection`
    /// holds `2 a` for as many sines as differ at this number of sample points.
    pub fn score(&self, projection: &[f64]) -> f64 {
        let terms = self.coordinates.iter().zip(projection);
        terms.fold(f64::from(self.norm()), |score, (&u, a)| score - f64::from(u) * a)
    }
}

/// The points of the first `curves` curves at `n` sample points, in ascending order of ordinals. Of curves that
/// coincide there only the first is kept, and the half cosine is left out, since it is no sum of
/// sines.
pub fn distinct_points(rows: &Rows, n: usize, curves: u8) -> Vec<CurvePoint> {
    let mut seen = BTreeSet::new();
    (LINE..=curves)
        .filter(|&ordinal| ordinal != HALF_COSINE)
        .map(|ordinal| CurvePoint::new(rows, ordinal, n))
        .filter(|point| seen.insert(point.coordinates))
        .collect()
}

/// The straight line from the start of a segment to its end, in sample values.
#[derive(Debug, Clone, Copy)]
pub struct Chord {
    pub start: f64,
    /// End minus start.
    pub delta: f64,
}

/// The best curve so far.
#[derive(Debug, Clone, Copy)]
pub struct Best {
    pub score: f64,
    pub ordinal: u8,
}

impl Best {
    /// No curve yet; it stays the line if every score is NaN.
    pub const NONE: Self = Self { score: f64::INFINITY, ordinal: LINE };

    /// The lower score wins, among equals the lower ordinal. Without a branch, since a processor
    /// cannot predict who wins.
    #[inline(always)]
    pub fn challenge(&mut self, score: f64, ordinal: u8) {
        let tie = (score == self.score) & (ordinal < self.ordinal);
        let wins = (score < self.score) | tie;
        self.score = if wins { score } else { self.score };
        self.ordinal = if wins { ordinal } else { self.ordinal };
    }
}
