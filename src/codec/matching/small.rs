//! Segments of 2 and 3 samples, which have one and two coordinates: found by table lookup.

use std::hint::select_unpredictable;

use fearless_simd::prelude::*;
use fearless_simd::{f32x8, f64x4};

use super::grid::{CELL_COUNT, CELL_SIDE, CELLS, cell_index_of};
use super::points::{BLOCK_POINTS, Chord, CurvePoint};
use super::projection::Projection;
use crate::codec::curves::{HALF_COSINE, LINE, SINES};

/// The search at 2 sample points.
///
/// With one coordinate, all decision boundaries lie at integers of `2 a`: halfway between two points
/// it is an integer. So between two integers the order of all points is the same.
#[derive(Debug)]
pub struct TwoPointTable {
    /// For each such interval, the ordinals that are nearer than all before them, ascending; the last
    /// is repeated. All 0 where they are too many, as no codebook is known to have them.
    nearest: Box<[[u8; Self::MINIMA]; Self::INTERVALS]>,
    ramp: f64,
    weight: f64,
}

impl TwoPointTable {
    /// `|2 a|` at the outermost points: three `i8` alias to the first sine.
    const REACH: i32 = 2 * 3 * 128;
    const INTERVALS: usize = 2 * Self::REACH as usize;
    const MINIMA: usize = 8;

    /// Nearer than this to an integer, rounding could have crossed it.
    const MARGIN: f64 = 1e-6;

    /// The table for distinct points at 2 sample points.
    pub fn new(points: &[CurvePoint], projection: &Projection) -> Self {
        let mut nearest = Box::new([[0; Self::MINIMA]; Self::INTERVALS]);
        for (found, low) in nearest.iter_mut().zip(-Self::REACH..) {
            let (mut least, mut count) = (i32::MAX, 0);
            for point in points {
                // Four times the distance from the middle of the interval.
                let distance = (4 * point.coordinates[0] - (2 * low + 1)).abs();
                if distance < least {
                    least = distance;
                    if let Some(rest) = found.get_mut(count..) {
                        rest.fill(point.ordinal);
                    }
                    count += 1;
                }
            }
            if count > Self::MINIMA {
                *found = [0; Self::MINIMA];
            }
        }
        let (ramp, [weight, ..]) = projection.basis(0);
        Self { nearest, ramp, weight }
    }

    /// The nearest of the first `curves` curves, `ALL` if those are all; [`None`] if `2 a` is too
    /// close to an integer or out of reach.
    #[inline(always)]
    pub fn nearest<const ALL: bool>(&self, [x]: [f64; 1], chord: Chord, curves: u8) -> Option<u8> {
        let Chord { start, delta } = chord;
        let twice = self.weight * ((x - start) - self.ramp * delta) * (1.0 / delta);
        let at = twice + f64::from(Self::REACH);
        let interval = at as u32;
        let part = at - f64::from(interval);
        // What is NaN or lies below the table fails here, what lies above it in `get`.
        if part > Self::MARGIN && part < 1.0 - Self::MARGIN {
            let minima = self.nearest.get(interval as usize)?;
            let ordinal = if ALL {
                minima[Self::MINIMA - 1]
            } else {
                let latest = |found, &ordinal: &u8| if ordinal <= curves { ordinal } else { found };
                minima.iter().fold(0, latest)
            };
            (ordinal > 0).then_some(ordinal)
        } else {
            None
        }
    }
}

/// The search among all curves at 3 sample points: for every cell of a grid, all points that can be
/// nearest somewhere in it.
///
/// They are so few that all there is to do is to score them, in `f64` and eight at a time.
#[derive(Debug)]
pub struct ThreePointTable {
    /// Where a cell's candidates begin; [`Self::NOWHERE`] if they are too many.
    first: Box<[u16; CELL_COUNT]>,
    candidates: CandidateList,
    ramp: [f64; 2],
    /// Both sines and the half cosine.
    weights: [[f64; 4]; 2],
    half_cosine_norm: f64,
}

/// The candidates of one cell after another, in ascending order of ordinals, and at the end some that never win.
#[derive(Debug, Default)]
struct CandidateList {
    x: Vec<f32>,
    y: Vec<f32>,
    norm: Vec<f32>,
    ordinal: Vec<u8>,
}

impl ThreePointTable {
    const NOWHERE: u16 = u16::MAX;

    /// The table for distinct points at 3 sample points, in ascending order of ordinals.
    pub fn new(points: &[CurvePoint], projection: &Projection) -> Self {
        let mut first = Box::new([Self::NOWHERE; CELL_COUNT]);
        let mut candidates = CandidateList::default();
        let [columns, rows] = [0, 1].map(|axis| -> Vec<Vec<[i32; 2]>> {
            (0..CELLS[axis]).map(|index| edge_distances(points, axis, index)).collect()
        });
        for row in 0..CELLS[1] {
            for column in 0..CELLS[0] {
                let nearest = Candidate::in_cell(points, &columns[column], &rows[row]);
                if nearest.len() <= BLOCK_POINTS {
                    first[row * CELLS[0] + column] = candidates.ordinal.len() as u16;
                    for point in nearest {
                        let [x, y] = point.plane().map(|u| u as f32);
                        candidates.push(x, y, point.norm() as f32, point.ordinal);
                    }
                }
            }
        }
        for _ in 0..BLOCK_POINTS {
            candidates.push(0.0, 0.0, f32::INFINITY, LINE);
        }
        let [(a, on_a), (b, on_b)] = [0, 1].map(|index| projection.basis(index));
        Self {
            first,
            candidates,
            ramp: [a, b],
            weights: [on_a, on_b].map(|on| [on[0], on[1], on[SINES], 0.0]),
            half_cosine_norm: projection.half_cosine_norm(),
        }
    }

    /// The nearest of all curves; [`None`] if the table has no entry.
    ///
    /// The eight points that are scored may include some of the next cell. They are curves as well,
    /// so nothing has to be masked.
    #[inline(always)]
    pub fn nearest<S: Simd>(&self, simd: S, [x, y]: [f64; 2], chord: Chord) -> Option<u8> {
        let Chord { start, delta } = chord;
        let residual = |x: f64, ramp: f64| (x - start) - ramp * delta;
        let [on_x, on_y] = &self.weights;
        let on_x = f64x4::load_array_ref(simd, on_x) * residual(x, self.ramp[0]);
        let on_y = f64x4::load_array_ref(simd, on_y) * residual(y, self.ramp[1]);
        let [a, b, half_cosine, _] = ((on_x + on_y) * (1.0 / delta)).to_array();
        // No cell's candidates are right for what is infinite or NaN.
        if !(a.is_finite() & b.is_finite()) {
            return None;
        }
        let first = usize::from(self.first[cell_index_of(simd, [a, b])]);
        let (low, high) = self.candidates.scores(simd, first, a, b)?;
        let four = low.min(high).to_array();
        let lower = |a: f64, b: f64| if a < b { a } else { b };
        let lowest = lower(lower(four[0], four[2]), lower(four[1], four[3]));
        let wide = f64x4::splat(simd, lowest);
        let winners = low.simd_eq(wide).to_bitmask() | high.simd_eq(wide).to_bitmask() << 4;
        let ordinal = *self.candidates.ordinal.get(first + winners.trailing_zeros() as usize)?;
        let half_cosine = self.half_cosine_norm - half_cosine;
        let wins = (lowest < half_cosine) | ((lowest == half_cosine) & (ordinal < HALF_COSINE));
        Some(select_unpredictable(wins, ordinal, HALF_COSINE))
    }
}

impl CandidateList {
    fn push(&mut self, x: f32, y: f32, norm: f32, ordinal: u8) {
        self.x.push(x);
        self.y.push(y);
        self.norm.push(norm);
        self.ordinal.push(ordinal);
    }

    /// The scores of eight points, as [`CurvePoint::score`], if there are so many.
    #[inline(always)]
    fn scores<S: Simd>(
        &self,
        simd: S,
        first: usize,
        a: f64,
        b: f64,
    ) -> Option<(f64x4<S>, f64x4<S>)> {
        let eight = first..first + BLOCK_POINTS;
        let (x, y) = (self.x.get(eight.clone())?, self.y.get(eight.clone())?);
        let norm = f32x8::from_slice(simd, self.norm.get(eight)?).widen();
        let (x, y) = (f32x8::from_slice(simd, x).widen(), f32x8::from_slice(simd, y).widen());
        Some(((norm.0 - x.0 * a) - y.0 * b, (norm.1 - x.1 * a) - y.1 * b))
    }
}

/// The squared distances of points, along one axis, from both edges of a column or row of cells, less the square
/// of the edge itself, which is the same for all points.
fn edge_distances(points: &[CurvePoint], axis: usize, index: usize) -> Vec<[i32; 2]> {
    /// Where the outermost cells are taken to end. Between two points, the difference of squared distances is linear
    /// and changes by at least 2 a unit, or not at all, since coordinates are whole numbers. At the inner edge it is
    /// below 2^19, so a sign that is the same out here never changes beyond.
    const INFINITY: i32 = 1 << 18;
    let low = CELL_SIDE * (index as i32 - CELLS[axis] as i32 / 2);
    // Computing the cell in `f32` can move a target across an edge.
    let edges = [
        if index == 0 { -INFINITY } else { low - 1 },
        if index == CELLS[axis] - 1 { INFINITY } else { low + CELL_SIDE + 1 },
    ];
    let distance = |x: i32, edge: i32| x * x - 2 * x * edge;
    points.iter().map(|point| edges.map(|edge| distance(point.coordinates[axis], edge))).collect()
}

/// A point, and its squared distances from the corners of a cell.
#[derive(Debug, Clone, Copy)]
struct Candidate<'a> {
    point: &'a CurvePoint,
    corners: [i32; 4],
}

impl<'a> Candidate<'a> {
    /// All points that can be nearest somewhere in a cell, given their [`edge_distances`] from its
    /// column and row.
    fn in_cell(
        points: &'a [CurvePoint],
        column: &[[i32; 2]],
        row: &[[i32; 2]],
    ) -> Vec<&'a CurvePoint> {
        let all = points.iter().zip(column).zip(row);
        let all = all.map(|((point, &[left, right]), &[top, bottom])| Self {
            point,
            corners: [left + top, right + top, left + bottom, right + bottom],
        });
        // Most are dominated by the point nearest to the middle.
        let sum = |own: &Self| own.corners.iter().sum::<i32>();
        let Some(middle) = all.clone().min_by_key(sum) else { return Vec::new() };
        let near: Vec<Self> = all.filter(|own| !middle.dominates(own)).collect();
        let dominated = |own| near.iter().any(|other| other.dominates(own));
        near.iter().filter(|own| !dominated(own)).map(|own| own.point).collect()
    }

    /// Whether another point is further away at all corners, and so everywhere in the cell: the
    /// difference of two squared distances is linear.
    fn dominates(&self, other: &Self) -> bool {
        let corners = self.corners.iter().zip(&other.corners);
        // Without a branch for each.
        corners.fold(true, |all, (own, other)| all & (own < other))
    }
}
