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
//! computed in one fixed order, the lower ordinal winning among equals (`block.rs`). The result
//! never depends on the path or the machine, since every shorter way knows when it cannot tell:
//!
//! * At `N = 2` there is one coordinate, and a table of who is nearest (`line.rs`).
//! * At `N = 3` there are two, and each cell of a grid has all points that can be nearest in it
//!   (`neighbours.rs`). They are so few that their scores in `f64` are all there is to do
//!   (`plane.rs`).
//! * From `N = 4` on, `a` is rounded, and scores are whole numbers of which two products at a time
//!   take one instruction (`whole.rs`). Rounding has a bound, so that one point is left almost
//!   always, and `f64` decides between several. Nor are all points scored: a grid over the first two
//!   coordinates lists the blocks of points that come closest to each of its cells, and how far away
//!   all others are at least (`grid.rs`). If the best of the listed ones is further than that, all
//!   points are scored (`codebook.rs`).
//!
//! # Real-time considerations
//!
//! [`Matcher::closest`] costs `N` multiply-adds of eight lanes and a scan of at most 255 points,
//! whatever the length of the segment. The tables, about 0.4 MB, are shared by all instances.

pub(super) mod batch;
mod block;
mod codebook;
#[cfg(test)]
mod exactness;
mod grid;
mod line;
mod neighbours;
mod places;
mod plane;
mod points;
mod query;
mod scan;
mod size;
mod whole;

use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};

pub use places::{Places, Wave};

pub(super) use places::STRIDE;
pub(super) use query::Query;

use codebook::Codebook;
use grid::Grid;
use line::Line;
use plane::Plane;
use points::{Point, points};
use size::Size;

use super::curves::{CURVE_COUNT, Curves, LINE, SINES};

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
    space: Codebook<3, 2>,
    /// For `N = 5`, 6, and all others.
    codebooks: [Codebook<SINES, 3>; UNFOLDED - 4],
}

impl Matcher {
    /// Builds the tables for a codebook's curves. Encoders share those of
    /// [`Codebook::matcher`](super::Codebook::matcher).
    #[must_use]
    pub fn new(curves: &Curves) -> Self {
        let points = |n| points(curves.rows(), n);
        let grouped = |n| {
            let points = points(n);
            let groups = grid::groups(&points);
            (points, groups)
        };
        let planes = |groups: &[Vec<Point>]| -> Vec<[i32; 2]> {
            groups.iter().flatten().map(Point::plane).collect()
        };
        let (points_at_4, groups_at_4) = grouped(4);
        let grid_at_4 = Arc::new(Grid::new(&groups_at_4));
        // From `N = 5` on, the first two coordinates are those of the curves, and so is the grid.
        let (_, groups) = grouped(UNFOLDED);
        let grid = Arc::new(Grid::new(&groups));
        Self {
            sizes: (0..=MAX_POINTS as u32).map(Size::new).collect(),
            line: Line::new(&points(2), &Size::new(2)),
            plane: Plane::new(&points(3), &Size::new(3)),
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
        dispatch!(Level::new(), simd => self.closest_with(simd, wave, start, end - start, curves))
    }

    /// [`Self::closest`] with chosen instructions, which change the speed and not one bit: the order
    /// of additions is fixed, and nothing is fused. `rise` is how much higher the end is.
    #[inline(always)]
    pub(super) fn closest_with(
        &self,
        simd: impl Simd,
        wave: Wave<'_>,
        start: f64,
        rise: f64,
        curves: u8,
    ) -> u8 {
        if wave.count() == 0 || rise == 0.0 {
            return LINE;
        }
        let found = match (wave.values(), curves) {
            (&[x], CURVE_COUNT) => self.closest_of_two(x, start, rise),
            (&[x, y], CURVE_COUNT) => self.closest_of_three(simd, [x, y], start, rise),
            _ => None,
        };
        match found {
            Some(ordinal) => ordinal,
            None => {
                let mut query = Query::EMPTY;
                self.project(simd, wave, start, rise, &mut query);
                query.round(simd);
                self.nearest(simd, &query, curves)
            }
        }
    }

    /// The closest of all curves to a wave at 2 places, unless two are about as close.
    #[inline(always)]
    pub(super) fn closest_of_two(&self, x: f64, start: f64, rise: f64) -> Option<u8> {
        self.line.closest(x, start, rise)
    }

    /// The closest of all curves to a wave at 3 places, unless too many are close.
    #[inline(always)]
    pub(super) fn closest_of_three(
        &self,
        simd: impl Simd,
        wave: [f64; 2],
        start: f64,
        rise: f64,
    ) -> Option<u8> {
        self.plane.closest(simd, wave, start, rise)
    }

    /// The first half of [`Self::closest`]: sets what has to be searched for.
    #[inline(always)]
    pub(super) fn project(
        &self,
        simd: impl Simd,
        wave: Wave<'_>,
        start: f64,
        rise: f64,
        query: &mut Query,
    ) {
        if let Some(size) = self.sizes.get(wave.count() + 1) {
            size.project(simd, wave, start, rise, query);
        }
    }

    /// [`Self::project`] at `n` places that lie in so many strides.
    #[inline(always)]
    pub(super) fn project_few<const STRIDES: usize>(
        &self,
        simd: impl Simd,
        wave: &[[f64; STRIDE]; STRIDES],
        n: usize,
        start: f64,
        rise: f64,
        query: &mut Query,
    ) {
        if let Some(size) = self.sizes.get(n) {
            size.project_few(simd, wave, start, rise, query);
            query.count = n as u32 - 1;
        }
    }

    /// The second half of [`Self::closest`], the search.
    #[inline(always)]
    pub(super) fn nearest(&self, simd: impl Simd, query: &Query, curves: u8) -> u8 {
        // At N places the basis has N − 1 sines.
        match query.count {
            0 => LINE,
            1 => self.line.nearest(simd, query, curves),
            2 => self.plane.nearest(simd, query, curves),
            3 => self.nearest_of_four(simd, query, curves),
            _ => self.nearest_of_many(simd, query, curves),
        }
    }

    /// [`Self::nearest`] at 4 places.
    #[inline(always)]
    pub(super) fn nearest_of_four(&self, simd: impl Simd, query: &Query, curves: u8) -> u8 {
        self.space.nearest(simd, query, curves)
    }

    /// [`Self::nearest`] at 5 places or more.
    #[inline(always)]
    pub(super) fn nearest_of_many(&self, simd: impl Simd, query: &Query, curves: u8) -> u8 {
        let codebook = (query.count as usize).clamp(4, UNFOLDED - 1) - 4;
        self.codebooks[codebook].nearest(simd, query, curves)
    }
}
