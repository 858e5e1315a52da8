//! The projection of a wave on the sines.

use fearless_simd::prelude::*;
use fearless_simd::{f64x4, f64x8};

use super::places::STRIDE;
use super::query::Query;
use super::{LANES, Wave};
use crate::codec::curves::{SINES, half_cosine};
use crate::codec::trig::sin_cos_pi;

/// What matching at `N` places needs.
#[derive(Debug)]
pub struct Size {
    /// For `j = 1 … N−1`, and 0 in the rest of the last one.
    strides: Vec<Stride>,
    /// `(131072/N) Σ h²`, the half cosine's own term. Infinite where that is the line and does not
    /// compete.
    half_cosine: f64,
}

/// What projecting takes at a few places.
#[derive(Debug, Clone, Copy)]
struct Stride {
    /// `j / N`.
    ramp: [f64; STRIDE],
    /// For each `j`, by lane: `(1024/N) sin(m π j/N)`, then `(262144/N) h(j/N)` where
    /// `h(t) = (1 − cos π t)/2 − t`. The factors hold the 2 of `2 a·S`.
    weights: [[f64; LANES]; STRIDE],
}

impl Size {
    /// What matching at `n` places needs.
    pub fn new(n: u32) -> Self {
        let scale = 1.0 / f64::from(n.max(1));
        let sines: Vec<f64> = (0..=n).map(|i| sin_cos_pi(i, n).0).collect();
        let bend = |j| half_cosine(j, n) - f64::from(j) / f64::from(n);
        // Folded harmonics live in the codebook, so the basis ends at N − 1.
        let weight = |j, lane| match lane {
            m if m < SINES && (m as u32) + 1 < n => {
                let (angle, full) = ((m as u32 + 1) * j % (2 * n), 2 * n);
                let sine =
                    if angle > n { -sines[(full - angle) as usize] } else { sines[angle as usize] };
                1024.0 * scale * sine
            }
            SINES => 262_144.0 * scale * bend(j),
            _ => 0.0,
        };
        let stride = |from: u32| {
            let mut stride = Stride { ramp: [0.0; STRIDE], weights: [[0.0; LANES]; STRIDE] };
            let places = stride.ramp.iter_mut().zip(&mut stride.weights);
            for (j, (ramp, weights)) in (from..n).zip(places) {
                *ramp = f64::from(j) / f64::from(n);
                *weights = std::array::from_fn(|lane| weight(j, lane));
            }
            stride
        };
        let energy = 131_072.0 * scale * (1..n).map(|j| bend(j) * bend(j)).sum::<f64>();
        Self {
            strides: (1..n).step_by(STRIDE).map(stride).collect(),
            half_cosine: if n > 2 { energy } else { f64::INFINITY },
        }
    }

    /// What projects a value, counted from 0: its `j/N`, and the weights.
    pub fn place(&self, at: usize) -> (f64, [f64; LANES]) {
        let stride = &self.strides[at / STRIDE];
        (stride.ramp[at % STRIDE], stride.weights[at % STRIDE])
    }

    /// The half cosine's own term.
    pub fn half_cosine(&self) -> f64 {
        self.half_cosine
    }

    /// Sets as a query twice the projections `a` of the bend of a wave of `N − 1` values.
    #[inline(always)]
    pub fn project<S: Simd>(
        &self,
        simd: S,
        wave: Wave<'_>,
        start: f64,
        rise: f64,
        query: &mut Query,
    ) {
        let strides = wave.strides();
        let strides = &strides[..self.strides.len().min(strides.len())];
        self.project_strides(simd, strides, &self.strides, start, rise, query);
        query.count = wave.count() as u32;
    }

    /// [`Self::project`] where the number of strides is known beforehand and `N` at least 3.
    #[inline(always)]
    pub fn project_few<S: Simd, const STRIDES: usize>(
        &self,
        simd: S,
        wave: &[[f64; STRIDE]; STRIDES],
        start: f64,
        rise: f64,
        query: &mut Query,
    ) {
        if let Some(strides) = self.strides.first_chunk::<STRIDES>() {
            self.project_strides(simd, wave, strides, start, rise, query);
        }
    }

    #[inline(always)]
    fn project_strides<S: Simd>(
        &self,
        simd: S,
        wave: &[[f64; STRIDE]],
        strides: &[Stride],
        start: f64,
        rise: f64,
        query: &mut Query,
    ) {
        let (start, wide_rise) = (f64x4::splat(simd, start), f64x4::splat(simd, rise));
        // Two sums, by parity of the place, halve the chain of dependent additions.
        let (mut even, mut odd) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 0.0));
        let term = |bend: f64, weights: &[f64; LANES]| {
            f64x8::load_array_ref(simd, weights) * f64x8::splat(simd, bend)
        };
        for (x, stride) in wave.iter().zip(strides) {
            let line = f64x4::load_array_ref(simd, &stride.ramp) * wide_rise;
            let bends = (f64x4::load_array_ref(simd, x) - start) - line;
            let ([a, b, c, d], [at_a, at_b, at_c, at_d]) = (bends.to_array(), &stride.weights);
            even += term(a, at_a);
            odd += term(b, at_b);
            even += term(c, at_c);
            odd += term(d, at_d);
        }
        query.set((even + odd) * (1.0 / rise), self.half_cosine);
    }
}
