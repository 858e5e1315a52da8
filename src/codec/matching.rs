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
//! # The search
//!
//! The closest curve is, by definition, the one whose score `|S|² − 2 a·S` is the lowest in `f64`,
//! computed in one fixed order, the lower ordinal winning among equals (`block.rs`).
//! Scores in `f32`, of which the rounding errors have a bound, leave one candidate almost always,
//! and `f64` decides between several. Nor are all points scored: a grid over the first two
//! coordinates lists the blocks of points that come closest to each of its cells, and how far away
//! all others are at least (`grid.rs`). If the best of the listed ones is further than that, all
//! points are scored. So the result never depends on the path or the machine.
//!
//! At `N = 2` there is one coordinate, and a table of who is nearest (`line.rs`); at `N = 3` there
//! are two, and each cell of a grid has all points that can be nearest in it (`plane.rs`).
//!
//! # Real-time considerations
//!
//! [`Matcher::closest`] costs `N` multiply-adds of eight lanes and a scan of at most 255 points,
//! whatever the length of the segment. The tables, about 0.3 MB, are shared by all instances.

mod block;
mod codebook;
mod grid;
mod line;
mod places;
mod plane;
mod points;
mod query;
mod scan;

use std::sync::{Arc, LazyLock};

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x4, f64x8};

pub use places::{Places, Wave};

pub(super) use places::STRIDE;
pub(super) use query::Query;

use codebook::Codebook;
use grid::Grid;
use line::Line;
use plane::Plane;
use points::{Point, points};

use super::circle::half_turn;
use super::curves::{CURVE_COUNT, HALF_COSINE, LINE, SINES, curve_value};

/// The most places at which a segment is compared with the curves.
pub const MAX_POINTS: usize = 64;

/// Six sines, the half cosine, and a spare one that makes the row a whole number of SIMD vectors.
const LANES: usize = 8;

/// From so many places on, no sine folds onto another.
const UNFOLDED: usize = SINES + 1;

/// Finds the closest curve; see the [module's](self) explanation.
#[derive(Debug)]
pub struct Matcher {
    /// For each `N`, from 0: how to project, and among which points to search.
    sizes: Vec<Size>,
    /// The points for `N = 2`, 3 and 4.
    line: Line,
    plane: Plane,
    space: Codebook<3, 4>,
    /// For `N = 5`, 6, and all others.
    codebooks: [Codebook<SINES, { grid::MOST_LISTED }>; UNFOLDED - 4],
}

/// What matching at `N` places needs.
#[derive(Debug)]
struct Size {
    /// For `j = 1 … N−1`, and 0 in the rest of the last one.
    strides: Vec<Stride>,
    /// `(131072/N) Σ h²`, the half cosine's own term.
    half_cosine: f64,
}

/// What projecting takes at a few places.
#[derive(Debug, Clone, Copy)]
struct Stride {
    /// `j / N`.
    ramp: [f64; STRIDE],
    /// For each `j`, by lane: `(1024/N) sin(m π j/N)`, then `(262144/N) h(j/N)` where
    /// `h(t) = (1 − cos π t)/2 − t`. The factors hold the 2 of `2 a·S`.
    weights: [[f64; LANES]; STRIDE],
}

impl Matcher {
    /// The matcher all encoders share. The first call builds the tables, so make it outside the
    /// audio thread.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Matcher> = LazyLock::new(Matcher::new);
        &SHARED
    }

    fn new() -> Self {
        let grouped = |n| {
            let points = points(n);
            let groups = grid::groups(&points);
            (points, groups)
        };
        let planes = |groups: &[Vec<Point>]| -> Vec<[i32; 2]> {
            groups.iter().flatten().map(Point::plane).collect()
        };
        let (points_at_4, groups_at_4) = grouped(4);
        let grid_at_4 = Arc::new(Grid::new(&groups_at_4, 4));
        // From `N = 5` on, the first two coordinates are those of the curves, and so is the grid.
        let (_, groups) = grouped(UNFOLDED);
        let grid = Arc::new(Grid::new(&groups, grid::MOST_LISTED));
        Self {
            sizes: (0..=MAX_POINTS as u32).map(Size::new).collect(),
            line: Line::new(&points(2)),
            plane: Plane::new(&points(3)),
            space: Codebook::new(&points_at_4, &groups_at_4, grid_at_4),
            codebooks: std::array::from_fn(|k| {
                let (points, own) = grouped(k + 5);
                debug_assert_eq!(planes(&own), planes(&groups));
                Codebook::new(&points, &own, grid.clone())
            }),
        }
    }

    /// The ordinal of the curve closest to a wave among the first `curves`, ties going to the
    /// lowest.
    ///
    /// `wave` has at most [`MAX_POINTS`] − 1 values; `start` is the decoded level at `t = 0` and
    /// `end` the one at `t = 1`.
    #[must_use]
    pub fn closest(&self, wave: Wave<'_>, start: f64, end: f64, curves: u8) -> u8 {
        dispatch!(Level::new(), simd => {
            let mut query = Query::EMPTY;
            match self.prepare(simd, wave, start, end, curves, &mut query) {
                Some(ordinal) => ordinal,
                None => self.nearest(simd, &query, curves),
            }
        })
    }

    /// The first half of [`Self::closest`]: the closest curve where that is no question, or else
    /// what has to be searched for. The chosen instructions change the speed and not one bit: the
    /// order of additions is fixed, and nothing is fused.
    #[inline(always)]
    pub(super) fn prepare(
        &self,
        simd: impl Simd,
        wave: Wave<'_>,
        start: f64,
        end: f64,
        curves: u8,
        query: &mut Query,
    ) -> Option<u8> {
        let rise = end - start;
        let size = match (self.sizes.get(wave.count() + 1), wave.count()) {
            (None, _) | (_, 0) => return Some(LINE),
            (Some(size), _) => size,
        };
        if rise == 0.0 {
            return Some(LINE);
        }
        if let (&[x], CURVE_COUNT) = (wave.values(), curves)
            && let Some(ordinal) = self.line.at(size.project_one(x, start, rise))
        {
            return Some(ordinal);
        }
        size.project(simd, wave, start, rise, query);
        None
    }

    /// The second half of [`Self::closest`], the search.
    #[inline(always)]
    pub(super) fn nearest(&self, simd: impl Simd, query: &Query, curves: u8) -> u8 {
        // At N places the basis has N − 1 sines.
        match query.count as usize {
            1 => self.line.nearest(simd, query, curves),
            2 => self.plane.nearest(simd, query, curves),
            3 => self.space.nearest(simd, query, curves),
            n => self.codebooks[n.min(UNFOLDED - 1) - 4].nearest(simd, query, curves),
        }
    }
}

impl Size {
    fn new(n: u32) -> Self {
        let scale = 1.0 / f64::from(n.max(1));
        let bend = |j| curve_value(HALF_COSINE, j, n) - f64::from(j) / f64::from(n);
        // Folded harmonics live in the codebook, so the basis ends at N − 1.
        let weight = |j, lane| match lane {
            m if m < SINES && (m as u32) + 1 < n => {
                let (angle, full) = ((m as u32 + 1) * j % (2 * n), 2 * n);
                let sine =
                    if angle > n { -half_turn(full - angle, n).0 } else { half_turn(angle, n).0 };
                1024.0 * scale * sine
            }
            SINES => 262_144.0 * scale * bend(j),
            _ => 0.0,
        };
        let stride = |from: u32| {
            let mut stride = Stride { ramp: [0.0; STRIDE], weights: [[0.0; LANES]; STRIDE] };
            let places = stride.ramp.iter_mut().zip(&mut stride.weights);
            for (j, (ramp, weights)) in (from..n).zip(places) {
                *ramp = f64::from(j) / f64::from(n);
                *weights = std::array::from_fn(|lane| weight(j, lane));
            }
            stride
        };
        Self {
            strides: (1..n).step_by(STRIDE).map(stride).collect(),
            half_cosine: 131_072.0 * scale * (1..n).map(|j| bend(j) * bend(j)).sum::<f64>(),
        }
    }

    /// What [`Self::project`] gives first for the one value of a wave at 2 places.
    #[inline(always)]
    fn project_one(&self, x: f64, start: f64, rise: f64) -> f64 {
        let Some(Stride { ramp: [ramp, ..], weights: [[weight, ..], ..] }) = self.strides.first()
        else {
            return f64::NAN;
        };
        weight * ((x - start) - ramp * rise) * (1.0 / rise)
    }

    /// Twice the projections `a` of the wave's bend on the sines, and on the half cosine.
    #[inline(always)]
    fn project<S: Simd>(&self, simd: S, wave: Wave<'_>, start: f64, rise: f64, query: &mut Query) {
        let (start, wide_rise) = (f64x4::splat(simd, start), f64x4::splat(simd, rise));
        // Two sums, by parity of the place, halve the chain of dependent additions.
        let (mut even, mut odd) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 0.0));
        let term = |bend: f64, weights: &[f64; LANES]| {
            f64x8::load_array_ref(simd, weights) * f64x8::splat(simd, bend)
        };
        for (x, stride) in wave.strides().iter().zip(&self.strides) {
            let line = f64x4::load_array_ref(simd, &stride.ramp) * wide_rise;
            let bends = (f64x4::load_array_ref(simd, x) - start) - line;
            let ([a, b, c, d], [at_a, at_b, at_c, at_d]) = (bends.to_array(), &stride.weights);
            even += term(a, at_a);
            odd += term(b, at_b);
            even += term(c, at_c);
            odd += term(d, at_d);
        }
        let projection = (even + odd) * (1.0 / rise);
        // At N = 2 the half cosine is the line.
        let competes = wave.count() >= 2;
        let half_cosine = self.half_cosine - projection.to_array()[SINES];
        let half_cosine = if competes { half_cosine } else { f64::INFINITY };
        query.set(projection, half_cosine, wave.count());
    }
}
