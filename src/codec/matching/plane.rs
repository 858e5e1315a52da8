//! The search where points have two coordinates: for every cell of a grid, all points that can be
//! nearest somewhere in it.

use fearless_simd::f32x8;
use fearless_simd::prelude::*;

use super::LANES;
use super::block::BLOCK;
use super::grid::{self, ALL_CELLS, CELLS, SIDE};
use super::points::Point;
use super::query::Query;
use super::scan::{Scan, least};
use crate::codec::curves::{CURVE_COUNT, SINES};

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
        let [columns, rows] = [0, 1].map(|m| -> Vec<Strip> {
            (0..CELLS[m]).map(|index| Strip::new(points, m, index)).collect()
        });
        for row in &rows {
            for column in &columns {
                first.push(near.ordinal.len() as u16);
                near.extend(&nearest_in(points, column, row));
            }
        }
        first.push(near.ordinal.len() as u16);
        near.extend(&[Point { coordinates: [0; SINES], ordinal: 0 }; BLOCK]);
        Self { all: Scan::new(points), first, near }
    }

    /// The ordinal nearest to a query among the first `curves`.
    #[inline(always)]
    pub fn nearest<S: Simd>(&self, simd: S, query: &Query, curves: u8) -> u8 {
        let cell = grid::index(simd, [query.narrow[0], query.narrow[1]]);
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
fn nearest_in(points: &[Point], column: &Strip, row: &Strip) -> Vec<Point> {
    if column.edge || row.edge {
        return Vec::new();
    }
    // From everywhere in the cell, some point is at least so near.
    let reach = column.most.iter().zip(&row.most).map(|(x, y)| x + y).min().unwrap_or(0);
    let near = column.least.iter().zip(&row.least).map(|(x, y)| x + y <= reach);
    let within: Vec<Point> =
        points.iter().zip(near).filter(|(_, near)| *near).map(|(point, _)| *point).collect();
    let corners = row.bounds.map(|y| column.bounds.map(|x| [x, y]));
    let distance = |point: &Point, [x, y]: [i32; 2]| {
        let [u, v] = point.plane();
        (u - x).pow(2) + (v - y).pow(2)
    };
    // The difference of two squared distances is linear: what is further away than another point
    // in all corners is so everywhere.
    let beaten = |point: &Point| {
        let by = |other: &Point| {
            let further = |&corner: &[i32; 2]| distance(point, corner) > distance(other, corner);
            corners.as_flattened().iter().all(further)
        };
        within.iter().any(by)
    };
    let near: Vec<Point> = within.iter().filter(|point| !beaten(point)).copied().collect();
    if near.len() <= BLOCK { near } else { Vec::new() }
}
