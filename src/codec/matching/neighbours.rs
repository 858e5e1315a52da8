//! All points that can be nearest somewhere in a cell of the grid: of those that can be so in a
//! square of cells, some can in each of its quarters.

use super::grid::{CELLS, SIDE};
use super::points::Point;

/// Hands each cell's number, which counts row by row, and all points that can be nearest in it, in the
/// order they are given, to `found`; the order of the cells is that of the squares. Cells at the
/// edges, where everything beyond is looked up, are left out.
pub fn in_each_cell<'a>(points: &'a [Point], found: &mut impl FnMut(usize, &[&'a Point])) {
    let seen: Vec<_> = points.iter().map(|point| Seen { point, corners: [0; 4] }).collect();
    let [columns, rows] = CELLS;
    for column in (0..columns).step_by(rows) {
        Square { column, row: 0, side: rows }.search(&seen, found);
    }
}

/// A point as it is seen from the corners of a square: the squares of its distances.
#[derive(Debug, Clone, Copy)]
struct Seen<'a> {
    point: &'a Point,
    corners: [i32; 4],
}

impl Seen<'_> {
    /// Whether another point is further away in all corners, and so everywhere: the difference of two
    /// squared distances is linear.
    fn beats(&self, other: &Self) -> bool {
        // Without a branch for each.
        let corners = self.corners.iter().zip(&other.corners);
        corners.fold(true, |all, (own, other)| all & (own < other))
    }
}

/// Cells in a square, from a first column and row on.
#[derive(Debug, Clone, Copy)]
struct Square {
    column: usize,
    row: usize,
    /// How many cells it has in each direction, a power of two.
    side: usize,
}

impl Square {
    /// Looks in all cells in here for points, of which those are given that can be nearest.
    fn search<'a>(self, points: &[Seen<'a>], found: &mut impl FnMut(usize, &[&'a Point])) {
        let within = self.within(points);
        if self.side > 1 {
            let side = self.side / 2;
            for row in [self.row, self.row + side] {
                for column in [self.column, self.column + side] {
                    Self { column, row, side }.search(&within, found);
                }
            }
        } else if !self.is_at_edge() {
            let beaten = |own| within.iter().fold(false, |any, other| any | other.beats(own));
            let nearest = within.iter().filter(|own| !beaten(own)).map(|own| own.point);
            found(self.row * CELLS[0] + self.column, &nearest.collect::<Vec<_>>());
        }
    }

    /// Of some points, all that can be nearest to a place in here, and a few more.
    fn within<'a>(&self, points: &[Seen<'a>]) -> Vec<Seen<'a>> {
        let [columns, rows] = [(self.column, CELLS[0]), (self.row, CELLS[1])].map(|(at, cells)| {
            let edge = |at: usize| SIDE * (at as i32 - cells as i32 / 2);
            // What lies at the edge of a cell can be taken for part of the next one.
            [edge(at) - 1, edge(at + self.side) + 1]
        });
        let seen = points.iter().map(|&Seen { point, .. }| {
            let [u, v] = point.plane();
            let [left, right] = columns.map(|x| (u - x).pow(2));
            let [top, bottom] = rows.map(|y| (v - y).pow(2));
            Seen { point, corners: [left + top, right + top, left + bottom, right + bottom] }
        });
        let mut within: Vec<_> = seen.collect();
        // Most are beaten by the one nearest to the middle. Which ones nobody can foresee, so all are
        // copied, and some overwritten.
        let middle = within.iter().copied().min_by_key(|seen| seen.corners.iter().sum::<i32>());
        let mut kept = 0;
        for at in 0..within.len() {
            let seen = within[at];
            within[kept] = seen;
            kept += usize::from(middle.is_none_or(|middle| !middle.beats(&seen)));
        }
        within.truncate(kept);
        within
    }

    fn is_at_edge(&self) -> bool {
        let [columns, rows] = CELLS;
        [self.column, self.row].contains(&0)
            || self.column + self.side == columns
            || self.row + self.side == rows
    }
}
