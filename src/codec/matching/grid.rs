//! Which points are near: a grid over the first two coordinates, in which most of the distance
//! between curves lies.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x4, i16x8, i32x4, u32x8};

use super::block::BLOCK;
use super::points::Point;
use super::scan::MOST_BLOCKS;
use super::whole::{ROUNDED, SCALE, TAG};

/// The side of a cell.
pub const SIDE: i32 = 4;

/// How many cells there are in each direction. The outermost reach to infinity.
pub const CELLS: [usize; 2] = [64, 32];

/// How many blocks a cell lists.
pub const LISTED: usize = 6;

/// What lies around a cell.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// The blocks that come closest to it, the closest first.
    pub blocks: [u8; LISTED],
    /// From anywhere in the cell, the points of all other blocks are at least so far away, squared
    /// and as scores in whole numbers count.
    pub reach: f32,
    /// By how much the difference of two scores errs at most, both of points that are nearer.
    pub slack: i32,
}

/// Further than that, squared and as scores in whole numbers count, is every query that saturates:
/// that happens at 256, and no coordinate of a point is above 127.
pub const FAR: f32 = (SCALE * 100 * 100) as f32;

/// How much the coordinates of a rounded query err in all at most, in the worst direction.
const DIAGONAL: f32 = ROUNDED * 2.45;

/// How many cells there are.
pub const ALL_CELLS: usize = CELLS[0] * CELLS[1];

/// The cells, row by row.
#[derive(Debug)]
pub struct Grid([Cell; ALL_CELLS]);

/// Splits points into groups of up to [`BLOCK`] that lie close together in the first two
/// coordinates.
pub fn groups(points: &[Point]) -> Vec<Vec<Point>> {
    let mut groups = Vec::new();
    split(points.to_vec(), &mut groups);
    groups
}

/// Halves at the middle of the coordinate in which the points differ most, until they fit.
fn split(mut points: Vec<Point>, groups: &mut Vec<Vec<Point>>) {
    if points.len() <= BLOCK {
        groups.push(points);
        return;
    }
    let spread = |m: usize| {
        let values = points.iter().map(|point| i64::from(point.coordinates[m]));
        let (count, sum) = (points.len() as i64, values.clone().sum::<i64>());
        count * values.map(|x| x * x).sum::<i64>() - sum * sum
    };
    let m = usize::from(spread(1) > spread(0));
    points.sort_by_key(|point| (point.coordinates[m], point.ordinal));
    let half = points.len().div_ceil(BLOCK) / 2 * BLOCK;
    let rest = points.split_off(half);
    split(points, groups);
    split(rest, groups);
}

impl Grid {
    /// The grid around groups of points, at most [`MOST_BLOCKS`] and more than a cell lists.
    pub fn new(groups: &[Vec<Point>]) -> Self {
        let [columns, rows] = [0, 1].map(|m| -> Vec<Distances> {
            (0..CELLS[m]).map(|index| distances(groups, m, index)).collect()
        });
        let mut all = [Cell::EMPTY; ALL_CELLS];
        for (cells, row) in all.chunks_exact_mut(CELLS[0]).zip(&rows) {
            dispatch!(Level::new(), simd => fill(simd, row, &columns, cells));
        }
        Self(all)
    }

    /// The cell of a number that [`index`] gave.
    #[inline(always)]
    pub fn cell(&self, number: u32) -> &Cell {
        &self.0[number as usize % ALL_CELLS]
    }
}

impl Cell {
    const EMPTY: Self = Self { blocks: [0; LISTED], reach: 0.0, slack: 0 };

    /// Sets how far away the points of all other blocks are at least, squared.
    fn set_reach(&mut self, squared: f32) {
        // Seen from the true query, what is not listed may be nearer by as much as the rounded one is
        // off, and what is listed further away.
        let off = DIAGONAL / (2 * SCALE) as f32;
        let within = (squared.sqrt() - 2.0 * off).max(0.0);
        // The last number is for what is rounded beside it.
        self.reach = (SCALE as f32 * within * within - 8.0).min(FAR);
        self.slack = slack(self.reach);
    }
}

/// By how much the difference of two scores errs at most, both of points within a distance from the
/// rounded query that is given squared and as scores in whole numbers count.
#[inline(always)]
pub fn slack(squared: f32) -> i32 {
    let distance = (squared.max(0.0) * (1.0 / SCALE as f32)).sqrt() + 0.1;
    // Two points are up to twice as far apart, and the sum of the differences of their coordinates
    // is greatest on the diagonal.
    let error = 2.0 * distance * DIAGONAL;
    TAG * (error as i32 + 2)
}

/// The number of the cell in which half of a place lies, or of the nearest one; of any cell if that
/// is NaN.
#[inline(always)]
pub fn index_of(simd: impl Simd, twice: [f64; 2]) -> usize {
    let pair = |[x, y]: [f32; 2]| f32x4::load_array(simd, [x, y, 0.0, 0.0]);
    let at = pair(twice.map(|a| a as f32)) * (0.5 / SIDE as f32);
    let at = at + pair(CELLS.map(|cells| cells as f32 / 2.0));
    let within = at.max(pair([0.0; 2])).min(pair(CELLS.map(|cells| (cells - 1) as f32)));
    let [column, row, ..] = i32x4::truncate_from(within).to_array();
    (row as usize * CELLS[0] + column as usize) % ALL_CELLS
}

/// The number of the cell in which a rounded query lies, or of the nearest one.
#[inline(always)]
pub fn index<S: Simd>(simd: S, query: i16x8<S>) -> u32 {
    /// How many bits a rounded query has within a cell.
    const WITHIN: u32 = (2 * SCALE * SIDE).trailing_zeros();
    let [columns, rows] = CELLS.map(|cells| cells as i16);
    let pair = |column, row| i16x8::load_array(simd, [column, row, 0, 0, 0, 0, 0, 0]);
    let at = (query >> WITHIN) + pair(columns / 2, rows / 2);
    let within = at.max(pair(0, 0)).min(pair(columns - 1, rows - 1));
    within.pairwise_dot_product(pair(1, columns)).to_array()[0] as u32
}

/// Squared distances by place in the block, then by block.
type Distances = [[u32; MOST_BLOCKS]; BLOCK];

/// How far each point is from a column or row of cells, in that direction alone.
fn distances(groups: &[Vec<Point>], coordinate: usize, index: usize) -> Distances {
    /// Further than any point is.
    const NOWHERE: u32 = 1 << 24;
    let mut distances = [[NOWHERE; MOST_BLOCKS]; BLOCK];
    let cells = CELLS[coordinate];
    let low = SIDE * (index as i32 - cells as i32 / 2);
    for (block, group) in groups.iter().enumerate() {
        for (point, row) in group.iter().zip(&mut distances) {
            let x = point.coordinates[coordinate];
            let below = if index == 0 { 0 } else { (low - x).max(0) };
            let above = if index == cells - 1 { 0 } else { (x - low - SIDE).max(0) };
            row[block] = below.max(above).pow(2) as u32;
        }
    }
    distances
}

/// Fills a row of cells.
#[inline(always)]
fn fill(simd: impl Simd, row: &Distances, columns: &[Distances], cells: &mut [Cell]) {
    for (to, column) in cells.iter_mut().zip(columns) {
        *to = cell(simd, row, column);
    }
}

/// The cell where a row and a column cross.
#[inline(always)]
fn cell(simd: impl Simd, row: &Distances, column: &Distances) -> Cell {
    const LANES: usize = 8;
    const VECTORS: usize = MOST_BLOCKS / LANES;
    let taken = u32x8::splat(simd, u32::MAX);
    let mut nearest = [taken; VECTORS];
    for (row, column) in row.iter().zip(column) {
        let parts = row.as_chunks().0.iter().zip(column.as_chunks().0);
        for (nearest, (y, x)) in nearest.iter_mut().zip(parts) {
            let distance = u32x8::load_array_ref(simd, x) + u32x8::load_array_ref(simd, y);
            *nearest = nearest.min(distance);
        }
    }
    // With its number below it, the distance of a block can be taken out of the list by value.
    for (nearest, vector) in nearest.iter_mut().zip(0..) {
        let numbers = u32x8::from_fn(simd, |lane| (vector * LANES + lane) as u32);
        *nearest = *nearest * MOST_BLOCKS as u32 + numbers;
    }
    let mut cell = Cell::EMPTY;
    for k in 0..=LISTED {
        let least = nearest[1..].iter().fold(nearest[0], |least, nearest| least.min(*nearest));
        let least = least.to_array().into_iter().fold(u32::MAX, u32::min);
        let wide = u32x8::splat(simd, least);
        for nearest in &mut nearest {
            *nearest = nearest.simd_eq(wide).select(taken, *nearest);
        }
        match cell.blocks.get_mut(k) {
            Some(block) => *block = (least % MOST_BLOCKS as u32) as u8,
            None => cell.set_reach((least / MOST_BLOCKS as u32) as f32),
        }
    }
    cell
}
