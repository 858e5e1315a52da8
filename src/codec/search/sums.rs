//! Sliding sums: the projections of all segments that end at a sample, whatever their length.

use fearless_simd::f64x8;
use fearless_simd::prelude::*;

use super::lengths::{LANES, LengthVector};
use crate::codec::curves::SINES;

/// Eight lengths by all sines.
pub type SumVector = [[f64; LANES]; SINES];

/// `I(j) = Σ x(j − p) sin(p m π / n)` over `p = 1 … n − 1`, for every length and sine.
///
/// With `θ = m π / n` and `g(j) = x(j) ± x(j − n)`, plus for odd `m`,
///
/// ```text
/// I(j) = 2 cos θ · I(j − 1) − I(j − 2) + sin θ · g(j − 1).
/// ```
#[derive(Debug, Clone)]
pub struct SlidingSums {
    /// At the last sample, and at the one before.
    now: Vec<SumVector>,
    before: Vec<SumVector>,
}

impl SlidingSums {
    /// All sums 0, as if all samples before were.
    pub fn new(vectors: usize) -> Self {
        let zero = vec![[[0.0; LANES]; SINES]; vectors];
        Self { now: zero.clone(), before: zero }
    }

    /// Forgets all samples.
    pub fn clear(&mut self) {
        for sums in [&mut self.now, &mut self.before] {
            sums.fill([[0.0; LANES]; SINES]);
        }
    }

    /// The sums of eight lengths at the last sample.
    #[inline(always)]
    pub fn at(&self, vector: usize) -> &SumVector {
        &self.now[vector]
    }

    /// The sum of one length over the first sine, at the last sample and the one before.
    #[inline(always)]
    pub fn first_sine(&self, n: usize) -> [f64; 2] {
        let (vector, lane) = ((n - 1) / LANES, (n - 1) % LANES);
        [&self.now, &self.before].map(|sums| sums[vector][0][lane])
    }

    /// Moves on by a sample. `past` are the samples before the new one, newest first: one more than
    /// there are lengths.
    #[inline(always)]
    pub fn advance<S: Simd>(&mut self, simd: S, vectors: &[LengthVector], past: &[f64]) {
        let Some((&last, older)) = past.split_first() else { return };
        let last = f64x8::splat(simd, last);
        let older = older.as_chunks::<LANES>().0;
        for (((now, before), vector), older) in
            self.now.iter().zip(&mut self.before).zip(vectors).zip(older)
        {
            let older = f64x8::load_array_ref(simd, older);
            let entering = [last + older, last - older];
            for (m, ((now, before), harmonic)) in
                now.iter().zip(before).zip(&vector.harmonics).enumerate()
            {
                let turned = f64x8::load_array_ref(simd, &harmonic.twice_cos)
                    * f64x8::load_array_ref(simd, now)
                    - f64x8::load_array_ref(simd, before);
                let next = turned + f64x8::load_array_ref(simd, &harmonic.sin) * entering[m % 2];
                next.store_array(before);
            }
        }
        std::mem::swap(&mut self.now, &mut self.before);
    }
}
