//! Finds the curve closest to a segment.
//!
//! # The mathematics
//!
//! Let the segment run from `s` to `e = s + d`, and let `x_j` be the wave at `t = j/N`, for
//! `j = 1 … N−1`; at `t = 1` all curves agree. With the straight line taken away,
//! `r_j = x_j − s − d j/N`, curve `k` leaves the squared error
//!
//! ```text
//! Σ_j (r_j − (d/256) Σ_m S[k][m] sin(m π j/N))².
//! ```
//!
//! The sines are the basis of the discrete sine transform, orthogonal with `Σ_j sin² = N/2`. With
//! `a_m = (512/N) Σ_j r_j sin(m π j/N) / d` the error is therefore
//!
//! ```text
//! Σ r² + (N/2) (d/256)² (|S[k]|² − 2 a·S[k]),
//! ```
//!
//! and the closest curve is the nearest neighbour of `a` among 255 points of six integers, the same
//! for every `N >= 7`. A worked example: let a segment be the straight line plus `d/8` of the first
//! sine. Then `a = (32, 0, 0, 0, 0, 0)`, and the curve whose row comes closest to that wins.
//!
//! For `N < 7` the higher sines fold onto the lower ones (`sin(3 π j/2) = −sin(π j/2)`), whole
//! numbers onto whole numbers, so that many curves coincide. Only the first of equal ones is kept,
//! which is what decides ties.
//!
//! The half cosine is no sum of sines and has a seventh projection of its own.
//!
//! # Real-time considerations
//!
//! [`Matcher::closest`] costs `N` multiply-adds of eight lanes and a scan of at most 255 points,
//! whatever the length of the segment. The tables, about 0.5 MB, are shared by all instances.

use std::sync::LazyLock;

use super::circle::half_turn;
use super::curves::{CURVE_COUNT, HALF_COSINE, LINE, SINES, TABLE, curve_value};

/// The most places at which a segment is compared with the curves.
pub const MAX_POINTS: usize = 64;

/// Six sines, the half cosine, and a spare one that makes the row a whole number of SIMD vectors.
const LANES: usize = 8;

/// How many curves are scored side by side.
const BLOCK: usize = 8;

/// Finds the closest curve; see the [module's](self) explanation.
#[derive(Debug)]
pub struct Matcher {
    /// For each `N`, from 0: how to project, and among which points to search.
    sizes: Vec<Size>,
    /// For `N < 7` a set of its own, the last for all others.
    codebooks: Vec<Codebook>,
}

/// What matching at `N` places needs.
#[derive(Debug)]
struct Size {
    /// `j / N` for `j = 1 … N−1`.
    ramp: Vec<f64>,
    /// For each `j`, by lane: `(1024/N) sin(m π j/N)`, then `(262144/N) h(j/N)` where
    /// `h(t) = (1 − cos π t)/2 − t`. The factors hold the 2 of `2 a·S`.
    weights: Vec<[f64; LANES]>,
    /// `(131072/N) Σ h²`, the half cosine's own term.
    half_cosine: f64,
    codebook: usize,
}

/// Different points by rising ordinal, in blocks of coordinate rows.
#[derive(Debug)]
struct Codebook {
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
#[derive(Clone, Copy)]
struct Best {
    score: f64,
    ordinal: u8,
}

impl Best {
    /// The lower score wins, then the lower ordinal.
    #[inline]
    fn challenge(&mut self, score: f64, ordinal: u8) {
        if score < self.score || (score == self.score && ordinal < self.ordinal) {
            *self = Self { score, ordinal };
        }
    }
}

impl Matcher {
    /// The matcher all encoders share. The first call builds the tables, so make it outside the
    /// audio thread.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Matcher> = LazyLock::new(Matcher::new);
        &SHARED
    }

    fn new() -> Self {
        let codebooks: Vec<_> = (0..=7).map(Codebook::new).collect();
        let sizes = (0..=MAX_POINTS as u32).map(Size::new).collect();
        Self { sizes, codebooks }
    }

    /// The ordinal of the curve closest to a wave among the first `curves`, ties going to the
    /// lowest.
    ///
    /// `wave` holds the `N − 1` values at `t = j/N` for `j = 1 … N−1`, as [`Places::wave`] gives
    /// them, at most [`MAX_POINTS`] − 1; `start` is the decoded level at `t = 0` and `end` the one
    /// at `t = 1`.
    #[must_use]
    pub fn closest(&self, wave: &[f64], start: f64, end: f64, curves: u8) -> u8 {
        let rise = end - start;
        let Some(size) = self.sizes.get(wave.len() + 1) else {
            return LINE;
        };
        if wave.is_empty() || rise == 0.0 {
            return LINE;
        }
        let projection = size.project(wave, start, rise);
        let mut best = self.codebooks[size.codebook].nearest(&projection, curves);
        // At N = 2 the half cosine is the line.
        if curves >= HALF_COSINE && wave.len() >= 2 {
            best.challenge(size.half_cosine - projection[SINES], HALF_COSINE);
        }
        best.ordinal
    }
}

impl Size {
    fn new(n: u32) -> Self {
        let scale = 1.0 / f64::from(n.max(1));
        let bend = |j| curve_value(HALF_COSINE, j, n) - f64::from(j) / f64::from(n);
        let weights = (1..n).map(|j| {
            std::array::from_fn(|lane| match lane {
                // Folded harmonics live in the codebook, so the basis ends at N − 1.
                m if m < SINES && (m as u32) + 1 < n => {
                    let (angle, full) = ((m as u32 + 1) * j % (2 * n), 2 * n);
                    let sine = if angle > n {
                        -half_turn(full - angle, n).0
                    } else {
                        half_turn(angle, n).0
                    };
                    1024.0 * scale * sine
                }
                SINES => 262_144.0 * scale * bend(j),
                _ => 0.0,
            })
        });
        Self {
            ramp: (1..n).map(|j| f64::from(j) / f64::from(n)).collect(),
            weights: weights.collect(),
            half_cosine: 131_072.0 * scale * (1..n).map(|j| bend(j) * bend(j)).sum::<f64>(),
            codebook: n.min(7) as usize,
        }
    }

    /// Twice the projections `a` of the wave's bend on the sines, and on the half cosine.
    #[inline]
    fn project(&self, wave: &[f64], start: f64, rise: f64) -> [f64; LANES] {
        // Two sums, by parity of the place, halve the chain of dependent additions.
        let mut sums = [[0.0; LANES]; 2];
        for (j, ((&x, &t), row)) in wave.iter().zip(&self.ramp).zip(&self.weights).enumerate() {
            let bend = (x - start) - t * rise;
            let sum = &mut sums[j % 2];
            for lane in 0..LANES {
                sum[lane] += bend * row[lane];
            }
        }
        let scale = 1.0 / rise;
        std::array::from_fn(|lane| (sums[0][lane] + sums[1][lane]) * scale)
    }
}

impl Codebook {
    /// The points for `n` places; `n >= 7` has them all.
    fn new(n: usize) -> Self {
        let mut points: Vec<([i32; SINES], u8)> = Vec::new();
        let mut count = [0; CURVE_COUNT as usize + 1];
        for (row, ordinal) in TABLE.iter().zip(1..=CURVE_COUNT) {
            let point = fold(row, n);
            if ordinal != HALF_COSINE && points.iter().all(|(other, _)| *other != point) {
                points.push((point, ordinal));
            }
            count[usize::from(ordinal)] = points.len() as u8;
        }
        let blocks = points.chunks(BLOCK).map(|chunk| {
            // The last block is filled up with its last point; `count` keeps those from competing.
            let at = |i: usize| &chunk[i.min(chunk.len() - 1)];
            Block {
                coordinates: std::array::from_fn(|m| {
                    std::array::from_fn(|i| f64::from(at(i).0[m]))
                }),
                norm: std::array::from_fn(|i| {
                    f64::from(at(i).0.iter().map(|u| u * u).sum::<i32>())
                }),
                ordinal: std::array::from_fn(|i| at(i).1),
            }
        });
        Self { blocks: blocks.collect(), count }
    }

    /// The point nearest to half of `projection` among those of the first `curves` ordinals.
    #[inline]
    fn nearest(&self, projection: &[f64; LANES], curves: u8) -> Best {
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
    #[inline]
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

/// The row of a curve as it appears at `n` places, where `sin(m π j/n)` with `m >= n` equals a lower
/// harmonic, its negative, or nothing.
fn fold(row: &[i8; SINES], n: usize) -> [i32; SINES] {
    let mut point = [0; SINES];
    if n == 0 {
        return point;
    }
    for (&s, m) in row.iter().zip(1..) {
        let m = m % (2 * n);
        if !m.is_multiple_of(n) {
            let (at, sign) = if m < n { (m, 1) } else { (2 * n - m, -1) };
            point[at - 1] += sign * i32::from(s);
        }
    }
    point
}

/// Room for the values a segment is compared at.
#[derive(Debug, Clone)]
pub struct Places([f64; MAX_POINTS]);

impl Places {
    /// Empty room.
    #[must_use]
    pub fn new() -> Self {
        Self([0.0; MAX_POINTS])
    }

    /// The wave at `t = j/N`, `j = 1 … N−1`, with `N` the smaller of `length` and `points`.
    ///
    /// Sample `i` of the segment, given by `sample`, lies at `t = (i + 1) / length`; between samples
    /// the wave is interpolated linearly, from `start` at `t = 0`. `length` is at least 1 and below
    /// 2^26, `points` at most [`MAX_POINTS`].
    pub fn wave(
        &mut self,
        length: u32,
        points: u8,
        start: f64,
        sample: impl Fn(u32) -> f64,
    ) -> &[f64] {
        let points = u32::from(points).min(MAX_POINTS as u32);
        let n = length.min(points).max(1);
        let wave = &mut self.0[..n as usize - 1];
        if length <= points {
            for (value, i) in wave.iter_mut().zip(0..) {
                *value = sample(i);
            }
        } else {
            for (value, j) in wave.iter_mut().zip(1..) {
                let (whole, part) = (j * length / n, j * length % n);
                let before = if whole == 0 { start } else { sample(whole - 1) };
                *value = if part == 0 {
                    before
                } else {
                    before + (sample(whole) - before) * (f64::from(part) / f64::from(n))
                };
            }
        }
        wave
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}
