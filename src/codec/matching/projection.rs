//! Projects a segment onto the sines: what the search looks for.

use fearless_simd::prelude::*;
use fearless_simd::{f32x8, f64x4, f64x8, i16x8, i32x4, i32x8};

use super::grid;
use super::points::{Chord, LANES, QUAD, SCALE};
use super::resample::SamplePoints;
use crate::codec::curves::SINES;
use crate::codec::trig::sin_cos_pi;

/// What the search looks for: a segment's projection, exactly and in fixed point.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// `2 a` by sine, then lanes that the score does not use.
    pub projection: [f64; LANES],
    /// The score of the half cosine, infinite where that is the line and does not compete.
    pub half_cosine: f64,
    /// [`SCALE`] times `2 a`, rounded to `i16`, two to an `i32`.
    pub pairs: [i32; LANES / 2],
    /// [`SCALE`] times `|a|²`, so that energy and score add up to a squared distance.
    pub energy: f32,
    /// [`SCALE`] times the score of the half cosine.
    pub half_cosine_score: f32,
    /// The cell of the grid that it lies in.
    pub cell: u32,
    /// The number of sample points.
    pub n: u32,
    /// Which segment of a batch this is.
    pub segment: u32,
}

/// The most that scores are halved: then lanes without a point, which never win, still score more than the
/// line.
const MOST_HALVINGS: u32 = 16;

/// A target for scores that are halved some times; see [`Target`].
#[derive(Debug, Clone, Copy)]
pub struct HalvedTarget {
    pub pairs: [i32; LANES / 2],
    pub half_cosine_score: f32,
    pub halvings: u32,
}

impl Target {
    /// Not yet projected.
    pub const EMPTY: Self = Self {
        projection: [0.0; LANES],
        half_cosine: f64::INFINITY,
        pairs: [0; LANES / 2],
        energy: 0.0,
        half_cosine_score: f32::INFINITY,
        cell: 0,
        n: 0,
        segment: 0,
    };

    /// Fills in the fixed-point fields.
    #[inline(always)]
    pub fn round<S: Simd>(&mut self, simd: S) {
        let rounded = self.rounded(simd, SCALE as f32);
        let [a, b, c, d] = {
            let (low, high) = (rounded * rounded).split();
            (low + high).to_array()
        };
        // (SCALE · 2 a)² = 4 SCALE · SCALE a².
        self.energy = ((a + c) + (b + d)) * (1.0 / (4 * SCALE) as f32);
        let fixed = to_fixed(rounded);
        self.cell = grid::cell_index(simd, fixed);
        fixed.bitcast::<i32x4<S>>().store_array(&mut self.pairs);
        self.half_cosine_score = (self.half_cosine * f64::from(SCALE)) as f32;
    }

    /// The fixed-point fields that scores are made of, with all scores halved as often as it takes for the
    /// projection to fit into `i16`. [`None`] if that is more than [`MOST_HALVINGS`], or if it is NaN.
    #[inline(always)]
    pub fn halved<S: Simd>(&self, simd: S) -> Option<HalvedTarget> {
        let sines = &self.projection[..SINES];
        let largest = sines.iter().fold(0.0, |most: f64, a| most.max(a.abs()));
        if sines.iter().any(|a| a.is_nan()) {
            return None;
        }
        let over = largest as f32 * (SCALE as f32 / f32::from(i16::MAX));
        let halvings = match over {
            ..=1.0 => 0,
            // One more than the exponent, so that rounding up does not matter.
            _ => (over.to_bits() >> 23) - (127 - 1),
        };
        if halvings > MOST_HALVINGS {
            return None;
        }
        let share = f32::from_bits((127 - halvings) << 23);
        let mut pairs = [0; LANES / 2];
        let fixed = to_fixed(self.rounded(simd, SCALE as f32 * share));
        fixed.bitcast::<i32x4<S>>().store_array(&mut pairs);
        let half_cosine_score = self.half_cosine_score * share;
        Some(HalvedTarget { pairs, half_cosine_score, halvings })
    }

    /// `scale` times `2 a`, rounded to whole numbers.
    #[inline(always)]
    fn rounded<S: Simd>(&self, simd: S, scale: f32) -> f32x8<S> {
        const SINES_ONLY: [f32; LANES] = {
            let mut mask = [0.0; LANES];
            let mut m = 0;
            while m < SINES {
                mask[m] = 1.0;
                m += 1;
            }
            mask
        };
        let (low, high) = f64x8::load_array_ref(simd, &self.projection).split();
        let scale = f32x8::load_array_ref(simd, &SINES_ONLY) * scale;
        (low.narrow(high) * scale).round_ties_even()
    }
}

/// Whole numbers as `i16`, clamped.
#[inline(always)]
fn to_fixed<S: Simd>(rounded: f32x8<S>) -> i16x8<S> {
    let (low, high) = i32x8::truncate_from(rounded).split();
    low.saturating_narrow(high)
}

/// The basis of the discrete sine transform at `n` sample points, and the half cosine beside it.
#[derive(Debug)]
pub struct Projection {
    /// For `j = 1 … n − 1`, and 0 in what is left over of the last quad.
    quads: Vec<Quad>,
    /// `(131072/n) Σ h²`, the norm of the half cosine. Infinite at 2 sample points, where it is the
    /// line.
    half_cosine_norm: f64,
}

/// The basis at some sample points.
#[derive(Debug, Clone, Copy)]
struct Quad {
    /// `j / n`.
    ramp: [f64; QUAD],
    /// For each `j`, by lane: `(1024/n) sin(m π j/n)`, then `(262144/n) h(j/n)` where
    /// `h(t) = (1 − cos π t)/2 − t`. The 2 of `2 a·S` is in both.
    weights: [[f64; LANES]; QUAD],
}

impl Projection {
    /// The basis at `n` sample points.
    pub fn new(n: u32) -> Self {
        let scale = 1.0 / f64::from(n.max(1));
        let sines: Vec<f64> = (0..=n).map(|i| sin_cos_pi(i, n).0).collect();
        let h = |j| (0.5 - 0.5 * sin_cos_pi(j, n).1) - f64::from(j) / f64::from(n);
        let weight = |j, lane| match lane {
            // Higher sines are aliased into the points, so the basis ends at n − 1.
            m if m < SINES && (m as u32) + 1 < n => {
                let (angle, full) = ((m as u32 + 1) * j % (2 * n), 2 * n);
                let sine =
                    if angle > n { -sines[(full - angle) as usize] } else { sines[angle as usize] };
                1024.0 * scale * sine
            }
            SINES => 262_144.0 * scale * h(j),
            _ => 0.0,
        };
        let quad = |from: u32| {
            let mut quad = Quad { ramp: [0.0; QUAD], weights: [[0.0; LANES]; QUAD] };
            let lanes = quad.ramp.iter_mut().zip(&mut quad.weights);
            for (j, (ramp, weights)) in (from..n).zip(lanes) {
                *ramp = f64::from(j) / f64::from(n);
                *weights = std::array::from_fn(|lane| weight(j, lane));
            }
            quad
        };
        let norm = 131_072.0 * scale * (1..n).map(|j| h(j) * h(j)).sum::<f64>();
        Self {
            quads: (1..n).step_by(QUAD).map(quad).collect(),
            half_cosine_norm: if n > 2 { norm } else { f64::INFINITY },
        }
    }

    /// `j / n` and the weights of the sample point with index `j − 1`.
    pub fn basis(&self, index: usize) -> (f64, [f64; LANES]) {
        let quad = &self.quads[index / QUAD];
        (quad.ramp[index % QUAD], quad.weights[index % QUAD])
    }

    /// The score of the half cosine when its lane of a projection is 0.
    pub fn half_cosine_norm(&self) -> f64 {
        self.half_cosine_norm
    }

    /// The squared error of the straight line at the sample points before the end.
    #[inline(always)]
    pub fn line_error<S: Simd>(&self, simd: S, samples: SamplePoints<'_>, chord: Chord) -> f64 {
        let [start, delta] = [chord.start, chord.delta].map(|x| f64x4::splat(simd, x));
        let zero = f64x4::splat(simd, 0.0);
        let mut sum = zero;
        for (x, quad) in samples.quads().iter().zip(&self.quads) {
            let ramp = f64x4::load_array_ref(simd, &quad.ramp);
            let residuals = (f64x4::load_array_ref(simd, x) - start) - ramp * delta;
            // What fills up the last quad does not count.
            let residuals = ramp.simd_gt(zero).select(residuals, zero);
            sum += residuals * residuals;
        }
        let [a, b, c, d] = sum.to_array();
        (a + c) + (b + d)
    }

    /// Projects a segment.
    #[inline(always)]
    pub fn project<S: Simd>(
        &self,
        simd: S,
        samples: SamplePoints<'_>,
        chord: Chord,
        target: &mut Target,
    ) {
        self.project_quads(simd, samples.quads(), &self.quads, chord, target);
    }

    /// [`Self::project`] where the number of quads is known when compiling.
    #[inline(always)]
    pub fn project_few<S: Simd, const QUADS: usize>(
        &self,
        simd: S,
        samples: &[[f64; QUAD]; QUADS],
        chord: Chord,
        target: &mut Target,
    ) {
        debug_assert_eq!(self.quads.len(), QUADS);
        if let Some(quads) = self.quads.first_chunk::<QUADS>() {
            self.project_quads(simd, samples, quads, chord, target);
        }
    }

    #[inline(always)]
    fn project_quads<S: Simd>(
        &self,
        simd: S,
        samples: &[[f64; QUAD]],
        quads: &[Quad],
        chord: Chord,
        target: &mut Target,
    ) {
        let [start, delta] = [chord.start, chord.delta].map(|x| f64x4::splat(simd, x));
        // Two sums, for even and odd indices, halve the chain of additions that wait for each other.
        let (mut even, mut odd) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 0.0));
        let term = |residual: f64, weights: &[f64; LANES]| {
            f64x8::load_array_ref(simd, weights) * f64x8::splat(simd, residual)
        };
        for (x, quad) in samples.iter().zip(quads) {
            let line = f64x4::load_array_ref(simd, &quad.ramp) * delta;
            let residuals = (f64x4::load_array_ref(simd, x) - start) - line;
            let ([a, b, c, d], [at_a, at_b, at_c, at_d]) = (residuals.to_array(), &quad.weights);
            even += term(a, at_a);
            odd += term(b, at_b);
            even += term(c, at_c);
            odd += term(d, at_d);
        }
        let projection = (even + odd) * (1.0 / chord.delta);
        projection.store_array(&mut target.projection);
        target.half_cosine = self.half_cosine_norm - projection.to_array()[SINES];
    }
}
