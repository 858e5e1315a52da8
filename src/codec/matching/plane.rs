//! The search where points have two coordinates: for every cell of a grid, all points that can be
//! nearest somewhere in it.

use std::hint::select_unpredictable;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x8, f64x4};

use super::block::BLOCK;
use super::grid::{self, ALL_CELLS, CELLS, SIDE};
use super::points::Point;
use super::query::Query;
use super::scan::Scan;
use super::size::Size;
use crate::codec::curves::{HALF_COSINE, LINE, SINES};

/// Points with two coordinates.
#[derive(Debug)]
pub struct Plane {
    /// All of them.
    all: Scan<2>,
    /// For each cell, row by row, where in `near` its points begin; [`NOWHERE`] where they are too
    /// many, and at the edges, where everything beyond is looked up.
    first: Box<[u16; ALL_CELLS]>,
    /// What can be nearest in each cell, by rising ordinal, then what can be in the next one.
    near: Near,
    /// What projects the two values between the ends, on both sines and on the half cosine, and what
    /// the half cosine scores of its own.
    ramp: [f64; 2],
    weights: [[f64; 4]; 2],
    half_cosine: f64,
}

/// No place in a list.
const NOWHERE: u16 = u16::MAX;

/// Points by coordinate, and at the end some that never win.
#[derive(Debug, Default)]
struct Near {
    x: Vec<f32>,
    y: Vec<f32>,
    norm: Vec<f32>,
    ordinal: Vec<u8>,
}

impl Plane {
    /// The points come by rising ordinal; what projects a wave of two values comes with them.
    pub fn new(points: &[Point], size: &Size) -> Self {
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || Self::build(points, size)
        ))
    }

    #[inline(always)]
    fn build(points: &[Point], size: &Size) -> Self {
        let (mut first, mut near) = (Box::new([NOWHERE; ALL_CELLS]), Near::default());
        let [columns, rows] = [0, 1].map(|m| -> Vec<Strip> {
            (0..CELLS[m]).map(|index| Strip::new(points, m, index)).collect()
        });
        for (firsts, row) in first.chunks_exact_mut(CELLS[0]).zip(&rows) {
            for (first, column) in firsts.iter_mut().zip(&columns) {
                let points = nearest_in(points, column, row);
                if !points.is_empty() {
                    *first = near.ordinal.len() as u16;
                }
                for point in points {
                    near.push(point.plane().map(|u| u as f32), point.norm() as f32, point.ordinal);
                }
            }
        }
        for _ in 0..BLOCK {
            near.push([0.0; 2], f32::INFINITY, LINE);
        }
        let [(a, on_a), (b, on_b)] = [0, 1].map(|at| size.place(at));
        Self {
            all: Scan::new(points),
            first,
            near,
            ramp: [a, b],
            weights: [on_a, on_b].map(|on| [on[0], on[1], on[SINES], 0.0]),
            half_cosine: size.half_cosine(),
        }
    }

    /// The ordinal nearest to a wave of two values, unless too many are near.
    ///
    /// The scores are those that decide. A point of the next cell that comes last in a list is a
    /// point all the same, so nothing has to be left out.
    #[inline(always)]
    pub fn closest<S: Simd>(&self, simd: S, [x, y]: [f64; 2], start: f64, rise: f64) -> Option<u8> {
        let [bend_x, bend_y] =
            [(x - start) - self.ramp[0] * rise, (y - start) - self.ramp[1] * rise];
        let [on_x, on_y] = &self.weights;
        let [on_x, on_y] = [
            f64x4::load_array_ref(simd, on_x) * bend_x,
            f64x4::load_array_ref(simd, on_y) * bend_y,
        ];
        let [a, b, half_cosine, _] = ((on_x + on_y) * (1.0 / rise)).to_array();
        let first = self.first[grid::index_of(simd, [a, b])];
        let (low, high) = self.near.scores(simd, usize::from(first), a, b)?;
        let four = low.min(high).to_array();
        let lower = |a: f64, b: f64| if a < b { a } else { b };
        let lowest = lower(lower(four[0], four[2]), lower(four[1], four[3]));
        let wide = f64x4::splat(simd, lowest);
        let winners = low.simd_eq(wide).to_bitmask() | high.simd_eq(wide).to_bitmask() << 4;
        let ordinal =
            *self.near.ordinal.get(usize::from(first) + winners.trailing_zeros() as usize)?;
        let half_cosine = self.half_cosine - half_cosine;
        let wins = (lowest < half_cosine) | ((lowest == half_cosine) & (ordinal < HALF_COSINE));
        Some(select_unpredictable(wins, ordinal, HALF_COSINE))
    }

    /// The ordinal nearest to a query among the first `curves`, all points being looked at.
    #[inline(always)]
    pub fn nearest(&self, simd: impl Simd, query: &Query, curves: u8) -> u8 {
        self.all.nearest(simd, query, curves)
    }
}

impl Near {
    fn push(&mut self, [x, y]: [f32; 2], norm: f32, ordinal: u8) {
        self.x.push(x);
        self.y.push(y);
        self.norm.push(norm);
        self.ordinal.push(ordinal);
    }

    /// The scores of eight points that decide, as
    /// [`Block::exact_score`](super::block::Block::exact_score), if there are so many.
    #[inline(always)]
    fn scores<S: Simd>(
        &self,
        simd: S,
        first: usize,
        a: f64,
        b: f64,
    ) -> Option<(f64x4<S>, f64x4<S>)> {
        let (x, y) = (self.x.get(first..first + BLOCK)?, self.y.get(first..first + BLOCK)?);
        let norm = self.norm.get(first..first + BLOCK)?;
        let (x, y) = (f32x8::from_slice(simd, x).widen(), f32x8::from_slice(simd, y).widen());
        let norm = f32x8::from_slice(simd, norm).widen();
        Some(((norm.0 - x.0 * a) - y.0 * b, (norm.1 - x.1 * a) - y.1 * b))
    }
}

/// A column or a row of cells.
#[derive(Debug)]
struct Strip {
    /// Whether everything beyond is looked up here.
    edge: bool,
    /// Between which coordinates it lies.
    bounds: [i32; 2],
    /// The square of how far each point is from it at least, and at most, in that direction alone.
    least: Vec<i32>,
    most: Vec<i32>,
}

impl Strip {
    fn new(points: &[Point], coordinate: usize, index: usize) -> Self {
        let low = SIDE * (index as i32 - CELLS[coordinate] as i32 / 2);
        // What lies at the edge of a cell can be taken for part of the next one.
        let (low, high) = (low - 1, low + SIDE + 1);
        let squares = |distance: &dyn Fn(i32) -> i32| {
            points.iter().map(|point| distance(point.coordinates[coordinate]).pow(2)).collect()
        };
        Self {
            edge: index == 0 || index == CELLS[coordinate] - 1,
            bounds: [low, high],
            least: squares(&|x| (low - x).max(x - high).max(0)),
            most: squares(&|x| (x - low).max(high - x)),
        }
    }
}

/// All points that can be nearest in a cell, or none if that is too many, or at the edges.
#[inline(always)]
fn nearest_in(points: &[Point], column: &Strip, row: &Strip) -> Vec<Point> {
    if column.edge || row.edge {
        return Vec::new();
    }
    // From everywhere in the cell, some point is at least so near.
    let most = column.most.iter().zip(&row.most);
    let reach = most.fold(i32::MAX, |reach, (x, y)| reach.min(x + y));
    let corners = row.bounds.map(|y| column.bounds.map(|x| [x, y]));
    let squares = |point: &Point| {
        let [u, v] = point.plane();
        corners.map(|row| row.map(|[x, y]| (u - x).pow(2) + (v - y).pow(2)))
    };
    let mut within = Vec::with_capacity(points.len());
    for ((point, x), y) in points.iter().zip(&column.least).zip(&row.least) {
        if x + y <= reach {
            within.push((*point, squares(point)));
        }
    }
    // The difference of two squared distances is linear: what is further away than another point
    // in all corners is so everywhere.
    let beaten = |own: &[[i32; 2]; 2]| {
        let by = |other: &[[i32; 2]; 2]| {
            let corners = own.as_flattened().iter().zip(other.as_flattened());
            corners.fold(true, |all, (own, other)| all & (own > other))
        };
        within.iter().any(|(_, other)| by(other))
    };
    let near: Vec<Point> =
        within.iter().filter(|(_, own)| !beaten(own)).map(|(point, _)| *point).collect();
    if near.len() <= BLOCK { near } else { Vec::new() }
}
