//! The search where points have two coordinates: for every cell of a grid, all points that can be
//! nearest somewhere in it.

use std::hint::select_unpredictable;

use fearless_simd::prelude::*;
use fearless_simd::{f32x8, f64x4};

use super::block::BLOCK;
use super::grid::{self, ALL_CELLS};
use super::neighbours::in_each_cell;
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
    /// What can be nearest in each cell, by rising ordinal, then what can be in the cell
    /// found after it.
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
        let (mut first, mut near) = (Box::new([NOWHERE; ALL_CELLS]), Near::default());
        in_each_cell(points, &mut |cell, points| {
            if points.len() <= BLOCK {
                first[cell] = near.ordinal.len() as u16;
                for point in points {
                    let plane = point.plane().map(|u| u as f32);
                    near.push(plane, point.norm() as f32, point.ordinal);
                }
            }
        });
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
