//! The curves as points of six integers.

use std::collections::BTreeSet;

use crate::codec::curves::{CURVE_COUNT, HALF_COSINE, Rows, SINES};

/// A curve as it appears at a number of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub coordinates: [i32; SINES],
    pub ordinal: u8,
}

impl Point {
    /// The first two coordinates.
    pub fn plane(&self) -> [i32; 2] {
        [self.coordinates[0], self.coordinates[1]]
    }

    /// The squared distance from the straight line.
    pub fn norm(&self) -> i32 {
        self.coordinates.iter().map(|u| u * u).sum()
    }
}

/// All different points at `n` places by rising ordinal, without the half cosine, which is none. Of
/// curves that draw the same, the first is kept.
pub fn points(rows: &Rows, n: usize) -> Vec<Point> {
    let (mut points, mut seen) = (Vec::new(), BTreeSet::new());
    for (row, ordinal) in rows.iter().zip(1..=CURVE_COUNT) {
        let coordinates = fold(row, n);
        if ordinal != HALF_COSINE && seen.insert(coordinates) {
            points.push(Point { coordinates, ordinal });
        }
    }
    points
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
