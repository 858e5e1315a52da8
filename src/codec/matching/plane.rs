//! The search where points have two coordinates: for every cell of a grid, all points that can be
//! nearest somewhere in it.

use fearless_simd::prelude::*;
use fearless_simd::{f32x4, f32x8, i32x4};

use super::LANES;
use super::block::BLOCK;
use super::points::Point;
use super::query::Query;
use super::scan::{Scan, least};
use crate::codec::curves::{CURVE_COUNT, SINES};

/// The side of a cell.
const SIDE: i32 = 4;

/// How many cells there are in each direction.
const CELLS: [usize; 2] = [64, 32];

/// How many cells there are.
const ALL_CELLS: usize = CELLS[0] * CELLS[1];

/// Points with two coordinates.
#[derive(Debug)]
pub struct Plane {
    /// All of them.
    all: Scan<2>,
    /// For each cell, row by row, where in `near` its points begin; at the end, where the last ones
    /// end.
    first: Vec<u16>,
    /// What can be nearest in each cell. Nothing where that is too many, and at the edges, where
    /// everything beyond is looked up.
    near: Near,
}

/// Points by coordinate, and at the end some that fill a vector.
#[derive(Debug, Default)]
struct Near {
    x: Vec<f32>,
    y: Vec<f32>,
    ordinal: Vec<u8>,
}

impl Plane {
    /// The points come by rising ordinal.
    pub fn new(points: &[Point]) -> Self {
        let (mut first, mut near) = (Vec::with_capacity(ALL_CELLS + 1), Near::default());
        for index in 0..ALL_CELLS {
            first.push(near.ordinal.len() as u16);
            near.extend(&nearest_in(points, [index % CELLS[0], index / CELLS[0]]));
        }
        first.push(near.ordinal.len() as u16);
        near.extend(&[Point { coordinates: [0; SINES], ordinal: 0 }; BLOCK]);
        Self { all: Scan::new(points), first, near }
    }

    /// The ordinal nearest to a query among the first `curves`.
    #[inline(always)]
    pub fn nearest<S: Simd>(&self, simd: S, query: &Query, curves: u8) -> u8 {
        let cell = cell(simd, [query.narrow[0], query.narrow[1]]);
        let [first, end] = [self.first[cell], self.first[cell + 1]].map(usize::from);
        if first == end || curves < CURVE_COUNT {
            return self.all.nearest(simd, query, curves);
        }
        let load = |row: &[f32]| f32x8::from_slice(simd, &row[first..first + BLOCK]);
        let (x, y) = (load(&self.near.x), load(&self.near.y));
        let scores = x * (x - query.narrow[0]) + y * (y - query.narrow[1]);
        let lane = f32x8::load_array(simd, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        let own = lane.simd_lt(f32x8::splat(simd, (end - first) as f32));
        let scores = own.select(scores, f32x8::splat(simd, f32::INFINITY));
        let lowest = least(scores);
        let error = self.all.errors().of(query);
        let candidates = scores.simd_le(f32x8::splat(simd, lowest + error)).to_bitmask();
        query.decide(
            candidates,
            lowest,
            error,
            #[inline(always)]
            |at| self.near.ordinal[first + at % BLOCK],
            #[inline(always)]
            |at| self.near.exact_score(first + at % BLOCK, &query.projection),
        )
    }
}

impl Near {
    fn extend(&mut self, points: &[Point]) {
        self.x.extend(points.iter().map(|point| point.coordinates[0] as f32));
        self.y.extend(points.iter().map(|point| point.coordinates[1] as f32));
        self.ordinal.extend(points.iter().map(|point| point.ordinal));
    }

    /// The score that decides, as [`Block::exact_score`](super::block::Block::exact_score).
    #[inline(always)]
    fn exact_score(&self, at: usize, projection: &[f64; LANES]) -> f64 {
        let (x, y) = (f64::from(self.x[at]), f64::from(self.y[at]));
        x * x + y * y - x * projection[0] - y * projection[1]
    }
}

/// The number of the cell in which half of a place lies, or the nearest one; of any cell if that is
/// NaN.
#[inline(always)]
fn cell(simd: impl Simd, twice: [f32; 2]) -> usize {
    let pair = |[x, y]: [f32; 2]| f32x4::load_array(simd, [x, y, 0.0, 0.0]);
    let at = pair(twice) * (0.5 / SIDE as f32) + pair(CELLS.map(|cells| cells as f32 / 2.0));
    let within = at.max(pair([0.0; 2])).min(pair(CELLS.map(|cells| (cells - 1) as f32)));
    let [column, row, ..] = i32x4::truncate_from(within).to_array();
    (row as usize * CELLS[0] + column as usize) % ALL_CELLS
}

/// All points that can be nearest in a cell, or none if that is too many, or at the edges.
fn nearest_in(points: &[Point], cell: [usize; 2]) -> Vec<Point> {
    if cell.iter().zip(CELLS).any(|(&index, cells)| index == 0 || index == cells - 1) {
        return Vec::new();
    }
    let low = [0, 1].map(|m| SIDE * (cell[m] as i32 - CELLS[m] as i32 / 2));
    // What a place can be mistaken for that lies at the edge of a cell.
    let (low, high) = (low.map(|x| x - 1), low.map(|x| x + SIDE + 1));
    let outside = |x: i32, m: usize| (low[m] - x).max(x - high[m]).max(0);
    let furthest = |x: i32, m: usize| (x - low[m]).abs().max((high[m] - x).abs());
    let squares = |point: &Point, distance: &dyn Fn(i32, usize) -> i32| {
        let [x, y] = point.plane();
        distance(x, 0).pow(2) + distance(y, 1).pow(2)
    };
    // From everywhere in the cell, some point is at least so near.
    let reach = points.iter().map(|point| squares(point, &furthest)).min().unwrap_or(0);
    let within: Vec<Point> =
        points.iter().filter(|point| squares(point, &outside) <= reach).copied().collect();
    let corners = [[low[0], low[1]], [high[0], low[1]], [low[0], high[1]], [high[0], high[1]]];
    let distance = |point: &Point, [x, y]: [i32; 2]| {
        let [u, v] = point.plane();
        (u - x).pow(2) + (v - y).pow(2)
    };
    // The difference of two squared distances is linear: what is further away than another point
    // in all corners is so everywhere.
    let beaten = |point: &Point| {
        let by = |other: &Point| {
            corners.iter().all(|&corner| distance(point, corner) > distance(other, corner))
        };
        within.iter().any(by)
    };
    let near: Vec<Point> = within.iter().filter(|point| !beaten(point)).copied().collect();
    if near.len() <= BLOCK { near } else { Vec::new() }
}
