//! Which points are near: a grid over the first two coordinates, in which most of the distance
//! between curves lies.

use super::block::BLOCK;
use super::points::Point;

/// The side of a cell.
const SIDE: i32 = 4;

/// Cells reach from −`REACH` to `REACH`, the outermost ones to infinity.
const REACH: i32 = 128;

/// Cells in a row, and rows.
const ACROSS: usize = (2 * REACH / SIDE) as usize;

/// The most blocks that a codebook fills.
pub const MOST_BLOCKS: usize = 32;

/// How many blocks a cell lists. Six are enough for 95 in 100 segments of music.
pub const LISTED: usize = 6;

/// What lies around a cell.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// The blocks that come closest to it, the closest first.
    pub blocks: [u8; LISTED],
    /// From anywhere in the cell, the points of the first `k` blocks apart, every point is at least
    /// so far away, squared, by `k − 1`.
    pub reach: [f32; LISTED],
}

/// The cells, row by row.
#[derive(Debug)]
pub struct Grid(Vec<Cell>);

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

/// Squared distances by place in the block, then by block.
type Distances = [[u32; MOST_BLOCKS]; BLOCK];

impl Grid {
    /// The grid around groups of points, at most [`MOST_BLOCKS`] and more than [`LISTED`].
    pub fn new(groups: &[Vec<Point>]) -> Self {
        let [columns, rows] = [0, 1].map(|m| -> Vec<Distances> {
            (0..ACROSS).map(|index| distances(groups, m, index)).collect()
        });
        let cells = rows.iter().flat_map(|row| columns.iter().map(|column| cell(row, column)));
        Self(cells.collect())
    }

    /// The cell a place lies in.
    #[inline(always)]
    pub fn cell(&self, x: f32, y: f32) -> &Cell {
        let index = |at: f32| {
            let at = (at + REACH as f32) / SIDE as f32;
            at.clamp(0.0, (ACROSS - 1) as f32) as i32 as usize
        };
        &self.0[index(y) * ACROSS + index(x)]
    }
}

/// How far each point is from a column or row of cells, in that direction alone, squared.
fn distances(groups: &[Vec<Point>], coordinate: usize, index: usize) -> Distances {
    /// Further than any point is.
    const NOWHERE: u32 = 1 << 24;
    let mut distances = [[NOWHERE; MOST_BLOCKS]; BLOCK];
    let low = SIDE * index as i32 - REACH;
    for (block, group) in groups.iter().enumerate() {
        for (point, row) in group.iter().zip(&mut distances) {
            let x = point.coordinates[coordinate];
            let below = if index == 0 { 0 } else { (low - x).max(0) };
            let above = if index == ACROSS - 1 { 0 } else { (x - low - SIDE).max(0) };
            row[block] = below.max(above).pow(2) as u32;
        }
    }
    distances
}

#[multiversion::multiversion(targets("x86_64+avx2"))]
fn cell(row: &Distances, column: &Distances) -> Cell {
    let mut nearest = [u32::MAX; MOST_BLOCKS];
    for (row, column) in row.iter().zip(column) {
        for ((nearest, y), x) in nearest.iter_mut().zip(row).zip(column) {
            *nearest = (*nearest).min(x + y);
        }
    }
    // With its number below it, the distance of a block can be taken out of the list by value.
    for (nearest, block) in nearest.iter_mut().zip(0..) {
        *nearest = *nearest * MOST_BLOCKS as u32 + block;
    }
    let mut take = || {
        let least = nearest.iter().copied().fold(u32::MAX, u32::min);
        for nearest in &mut nearest {
            *nearest = if *nearest == least { u32::MAX } else { *nearest };
        }
        (least / MOST_BLOCKS as u32, (least % MOST_BLOCKS as u32) as u8)
    };
    let mut cell = Cell { blocks: [take().1; LISTED], reach: [0.0; LISTED] };
    for k in 0..LISTED {
        let (distance, block) = take();
        cell.reach[k] = distance as f32;
        if let Some(next) = cell.blocks.get_mut(k + 1) {
            *next = block;
        }
    }
    cell
}
