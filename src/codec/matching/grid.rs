//! Which points to score: a grid over the first two coordinates, in which most of the distance
//! between curves lies.
//!
//! Points are grouped into blocks of eight neighbours. A cell of the grid lists the blocks that come
//! closest to it, and how far away every other point is at least. If the best of the listed points
//! is nearer than that, it is the nearest of all.

use std::sync::Arc;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x4, i16x8, i32x4};

use super::points::{BLOCK_POINTS, CurvePoint, INDEX_BITS, MAX_BLOCKS, ROUNDING_ERROR, SCALE};

/// The side of a cell, a power of two so that a fixed-point target is shifted into its cell.
pub const CELL_SIDE: i32 = 4;

/// Columns and rows: ±128 by ±64, which few segments of music leave. The outermost cells reach to
/// infinity.
pub const CELLS: [usize; 2] = [64, 32];

/// All cells.
pub const CELL_COUNT: usize = CELLS[0] * CELLS[1];

/// Blocks that a cell lists.
pub const LISTED: usize = 6;

/// The most by which a fixed-point target is off in the worst direction, in units of
/// `1 / (2 SCALE)`: [`ROUNDING_ERROR`] in all six coordinates, √6 = 2.4495.
const DIAGONAL_ERROR: f32 = ROUNDING_ERROR * 2.45;

/// A cell's nearest blocks, and a bound for all others. Squared distances are [`SCALE`] times those of the points.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// The blocks that come closest to it.
    pub blocks: [u8; LISTED],
    /// From anywhere in the cell, the points of all other blocks are at least this far away.
    pub min_unlisted_dist_sq: f32,
    /// [`score_error`] for points that are nearer.
    pub score_error: i32,
}

/// The cells, row by row. A clone shares them.
#[derive(Debug, Clone)]
pub struct Grid(Arc<[Cell; CELL_COUNT]>);

impl Grid {
    /// The grid around groups of points, at most [`MAX_BLOCKS`]. Distances of `max_dist_sq` and more
    /// are not relied on.
    pub fn new(groups: &[Vec<CurvePoint>], max_dist_sq: f32) -> Self {
        if groups.len() <= LISTED {
            let score_error = score_error(max_dist_sq);
            let blocks = std::array::from_fn(|block| block as u8);
            let cell = Cell { blocks, min_unlisted_dist_sq: max_dist_sq, score_error };
            return Self(Arc::new([cell; CELL_COUNT]));
        }
        let [columns, rows] = [0, 1].map(|axis| -> Vec<Distances> {
            (0..CELLS[axis]).map(|index| distances(groups, axis, index)).collect()
        });
        let mut grid = Box::new([Cell::EMPTY; CELL_COUNT]);
        // With the best instructions, since SSE2 has no minimum of `u32`.
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || for (cells, row) in grid.chunks_exact_mut(CELLS[0]).zip(&rows) {
                for (cell, column) in cells.iter_mut().zip(&columns) {
                    *cell = Cell::new(row, column, max_dist_sq);
                }
            }
        ));
        Self(grid.into())
    }

    /// The cell of an index from [`cell_index`].
    #[inline(always)]
    pub fn cell(&self, index: u32) -> &Cell {
        debug_assert!((index as usize) < CELL_COUNT);
        &self.0[index as usize % CELL_COUNT]
    }
}

impl Cell {
    const EMPTY: Self = Self { blocks: [0; LISTED], min_unlisted_dist_sq: 0.0, score_error: 0 };

    /// The cell where a row and a column cross.
    #[inline(always)]
    fn new(row: &Distances, column: &Distances, max_dist_sq: f32) -> Self {
        let mut nearest = [i32::MAX; MAX_BLOCKS];
        for (row, column) in row.iter().zip(column) {
            for (nearest, (y, x)) in nearest.iter_mut().zip(row.iter().zip(column)) {
                *nearest = (*nearest).min(x + y);
            }
        }
        let mut keys: [i32; MAX_BLOCKS] =
            std::array::from_fn(|block| nearest[block] << INDEX_BITS | block as i32);
        let (listed, unlisted, _) = keys.select_nth_unstable(LISTED);
        let blocks = std::array::from_fn(|k| (listed[k] % MAX_BLOCKS as i32) as u8);
        // A fixed-point target may be nearer to what is not listed than the true one is, and further
        // from what is listed.
        let off = DIAGONAL_ERROR / (2 * SCALE) as f32;
        let distance = (((*unlisted >> INDEX_BITS) as f32).sqrt() - 2.0 * off).max(0.0);
        // The 8 is more than energy (`f32`, up to 2^21) and score (an integer) are off in all.
        let min_unlisted_dist_sq = (SCALE as f32 * distance * distance - 8.0).min(max_dist_sq);
        Self { blocks, min_unlisted_dist_sq, score_error: score_error(min_unlisted_dist_sq) }
    }
}

/// The most by which the difference of two fixed-point scores is off, with the index of a block in
/// its low bits, if both points are within a squared distance of the target.
///
/// An error `ε` of the target changes the difference by `ε · (S − S')`. The two points are at most
/// two distances apart, and 0.1 is more than rounding adds to a distance.
#[inline(always)]
pub fn score_error(dist_sq: f32) -> i32 {
    let distance = (dist_sq.max(0.0) * (1.0 / SCALE as f32)).sqrt() + 0.1;
    let error = 2.0 * distance * DIAGONAL_ERROR;
    (error as i32 + 2) << INDEX_BITS
}

/// Up to which squared distance fixed-point scores can be relied on. A target with a coordinate
/// beyond ±256 saturates, and then is at least this far from all points.
pub fn max_dist_sq<'a>(points: impl IntoIterator<Item = &'a CurvePoint>) -> f32 {
    let coordinates = points.into_iter().flat_map(|point| point.coordinates);
    let distance = (255 - coordinates.map(i32::abs).max().unwrap_or(0)).max(0);
    (SCALE * distance * distance) as f32
}

/// Splits points into groups of up to [`BLOCK_POINTS`] that lie close together in the first two
/// coordinates: a k-d split at the median of the axis of larger variance, until they fit.
pub fn group(mut points: Vec<CurvePoint>) -> Vec<Vec<CurvePoint>> {
    if points.len() <= BLOCK_POINTS {
        return vec![points];
    }
    let variance = |axis: usize| {
        let values = points.iter().map(|point| i64::from(point.coordinates[axis]));
        let (count, sum) = (points.len() as i64, values.clone().sum::<i64>());
        count * values.map(|x| x * x).sum::<i64>() - sum * sum
    };
    let axis = usize::from(variance(1) > variance(0));
    points.sort_by_key(|point| (point.coordinates[axis], point.ordinal));
    let second = points.split_off(points.len().div_ceil(BLOCK_POINTS) / 2 * BLOCK_POINTS);
    let mut groups = group(points);
    groups.extend(group(second));
    groups
}

/// The cell in which half of `twice` lies, or the nearest one; any cell if that is NaN.
#[inline(always)]
pub fn cell_index_of(simd: impl Simd, twice: [f64; 2]) -> usize {
    let pair = |[x, y]: [f32; 2]| f32x4::load_array(simd, [x, y, 0.0, 0.0]);
    let at = pair(twice.map(|a| a as f32)) * (0.5 / CELL_SIDE as f32);
    let at = at + pair(CELLS.map(|cells| cells as f32 / 2.0));
    let within = at.max(pair([0.0; 2])).min(pair(CELLS.map(|cells| (cells - 1) as f32)));
    let [column, row, ..] = i32x4::truncate_from(within).to_array();
    (row as usize * CELLS[0] + column as usize) % CELL_COUNT
}

/// The cell in which a fixed-point target lies, or the nearest one.
#[inline(always)]
pub fn cell_index<S: Simd>(simd: S, target: i16x8<S>) -> u32 {
    /// Bits of a target within a cell.
    const WITHIN: u32 = (2 * SCALE * CELL_SIDE).trailing_zeros();
    let [columns, rows] = CELLS.map(|cells| cells as i16);
    let pair = |column, row| i16x8::load_array(simd, [column, row, 0, 0, 0, 0, 0, 0]);
    let at = (target >> WITHIN) + pair(columns / 2, rows / 2);
    let within = at.max(pair(0, 0)).min(pair(columns - 1, rows - 1));
    within.pairwise_dot_product(pair(1, columns)).to_array()[0] as u32
}

/// Squared distances by position in the block, then by block.
type Distances = [[i32; MAX_BLOCKS]; BLOCK_POINTS];

/// How far each point is from a column or row of cells, along that axis alone.
fn distances(groups: &[Vec<CurvePoint>], axis: usize, index: usize) -> Distances {
    /// Further than any point is, and small enough for [`INDEX_BITS`] above the sum of two.
    const NOWHERE: i32 = 1 << 24;
    let mut distances = [[NOWHERE; MAX_BLOCKS]; BLOCK_POINTS];
    let low = CELL_SIDE * (index as i32 - CELLS[axis] as i32 / 2);
    for (block, group) in groups.iter().enumerate() {
        for (point, row) in group.iter().zip(&mut distances) {
            let x = point.coordinates[axis];
            let below = if index == 0 { 0 } else { (low - x).max(0) };
            let above = if index == CELLS[axis] - 1 { 0 } else { (x - low - CELL_SIDE).max(0) };
            row[block] = below.max(above).pow(2);
        }
    }
    distances
}
