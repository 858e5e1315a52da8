//! What a segment may start on: the latest samples of a stream, and what it costs to draw from them.

use fearless_simd::f64x8;
use fearless_simd::prelude::*;

use super::input::{Part, Search};
use super::lengths::LANES;
use super::sums::SlidingSums;
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE, SINES};
use crate::codec::matching::{Matcher, Target};
use crate::codec::sample::level_to_sample;

/// Samples between two restarts of the prefix sums, which keeps them small and so exact.
pub(super) const BLOCK: usize = 256;

/// Blocks between two restarts of the sliding sums. Their rounding errors grow with the root of the
/// number of steps; over 4096 they stay below 1e-11.
const BLOCKS_PER_RESTART: usize = 16;

/// The samples of a stream in a block and as many before it as the longest curve has, newest first,
/// so that what a segment may start on lies in ascending order of its length.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) samples: Vec<f64>,
    /// The sample value of the level there.
    pub(super) levels: Vec<f64>,
    /// Sums of all samples in here up to this one: of `x`, of `x²`, and of `x` times the time since
    /// the block began.
    pub(super) sum: Vec<f64>,
    pub(super) squares: Vec<f64>,
    pub(super) ramp: Vec<f64>,
    /// Sum of the weights.
    pub(super) weights: Vec<f64>,
    pub(super) sums: SlidingSums,
}

#[inline(always)]
fn load<S: Simd>(simd: S, row: &[f64; LANES]) -> f64x8<S> {
    f64x8::load_array_ref(simd, row)
}

/// The vector from an index on.
#[inline(always)]
fn load_at<S: Simd>(simd: S, row: &[f64], from: usize) -> f64x8<S> {
    load(simd, row[from..].first_chunk().unwrap_or(&[0.0; LANES]))
}

impl Past {
    /// Takes the samples of the next block, and keeps as many before as a curve can reach back.
    #[inline(always)]
    #[expect(clippy::too_many_arguments)]
    pub(super) fn begin_block<S: Simd>(
        &mut self,
        simd: S,
        search: &Search<'_>,
        part: &Part<'_>,
        from: usize,
        frames: usize,
        reach: usize,
        number: usize,
    ) {
        let kept = reach + LANES;
        if number > 0 {
            for row in [&mut self.samples, &mut self.levels] {
                row.copy_within(..kept, BLOCK);
            }
        }
        let range = from..from + frames;
        let newest = BLOCK - frames..BLOCK;
        for (to, &x) in
            self.samples[newest.clone()].iter_mut().rev().zip(&part.samples[range.clone()])
        {
            *to = x;
        }
        for (to, &level) in self.levels[newest.clone()].iter_mut().rev().zip(&part.levels[range]) {
            *to = level_to_sample(level);
        }
        let (mut sum, mut squares, mut ramp, mut weights) = (0.0, 0.0, 0.0, 0.0);
        for at in (newest.start..BLOCK + kept).rev() {
            let x = self.samples[at];
            let time = (BLOCK + kept - at) as f64;
            sum += x;
            squares += x * x;
            ramp += time * x;
            if let Some(all) = part.weights {
                let position = (from + BLOCK - 1).checked_sub(at);
                weights += position.map_or(0.0, |position| all[position]);
            }
            (self.sum[at], self.squares[at], self.ramp[at]) = (sum, squares, ramp);
            self.weights[at] = weights;
        }
        if number > 0 && number.is_multiple_of(BLOCKS_PER_RESTART) {
            self.restart_sums(simd, search, reach);
        }
    }

    /// Builds the sliding sums anew from the samples that they cover.
    #[inline(always)]
    fn restart_sums<S: Simd>(&mut self, simd: S, search: &Search<'_>, reach: usize) {
        self.sums.clear();
        // What is older counts as 0; no sum covers it, nor did one a sample ago.
        let mut past = vec![0.0; 2 * reach + LANES];
        past[..=reach].copy_from_slice(&self.samples[BLOCK..=BLOCK + reach]);
        for at in (1..=reach).rev() {
            self.sums.advance(simd, &search.lengths.vectors, &past[at..]);
        }
    }

    /// The least weighted error of segments of eight lengths that end here, whatever their curve.
    #[inline(always)]
    pub(super) fn lower_bound<S: Simd>(
        &self,
        simd: S,
        vector: &super::lengths::LengthVector,
        at: usize,
        index: usize,
        is_weighted: bool,
    ) -> f64x8<S> {
        let from = at + 1 + index * LANES;
        let (start, end) = (load_at(simd, &self.levels, from), f64x8::splat(simd, self.levels[at]));
        let (both, delta) = (start + end, end - start);
        let height = delta.abs();
        let ends = [both, delta];
        let (mut explained, mut beyond) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 0.0));
        for (m, (sums, harmonic)) in self.sums.at(index).iter().zip(&vector.harmonics).enumerate() {
            let projected = load(simd, sums) - load(simd, &harmonic.half_cot) * ends[m % 2];
            let out_of_reach = (projected.abs() - load(simd, &harmonic.reach) * height)
                .max(f64x8::splat(simd, 0.0));
            explained += projected * projected;
            beyond += out_of_reach * out_of_reach;
        }
        let error = self.line_error(simd, vector, at, from, start, delta);
        let least = (error - load(simd, &vector.twice_per_n) * (explained - beyond))
            .max(f64x8::splat(simd, 0.0));
        if is_weighted {
            let weight = (f64x8::splat(simd, self.weights[at])
                - load_at(simd, &self.weights, from))
                * load(simd, &vector.per_n);
            least * weight
        } else {
            least
        }
    }

    /// The squared error of the straight lines of eight lengths.
    #[inline(always)]
    fn line_error<S: Simd>(
        &self,
        simd: S,
        vector: &super::lengths::LengthVector,
        at: usize,
        from: usize,
        start: f64x8<S>,
        delta: f64x8<S>,
    ) -> f64x8<S> {
        let n = load(simd, &vector.n);
        let sum = f64x8::splat(simd, self.sum[at]) - load_at(simd, &self.sum, from);
        let squares = f64x8::splat(simd, self.squares[at]) - load_at(simd, &self.squares, from);
        let ramp = f64x8::splat(simd, self.ramp[at]) - load_at(simd, &self.ramp, from);
        // Σ (q/n) x: times count from the oldest sample of the block, q from the segment's start.
        let started = f64x8::splat(simd, (self.sum.len() - at) as f64) - n;
        let ramp = (ramp - started * sum) * load(simd, &vector.per_n);
        let offset = squares - start * (sum + sum - n * start);
        let tilt = ramp - start * load(simd, &vector.ramp_sum);
        offset - delta * (tilt + tilt - delta * load(simd, &vector.ramp_squares))
    }

    /// The weighted error of the segment of `n` samples that ends here with its closest curve.
    #[inline(always)]
    pub(super) fn error<S: Simd>(
        &self,
        simd: S,
        search: Search<'_>,
        matcher: &Matcher,
        at: usize,
        n: usize,
    ) -> f64 {
        let (index, lane) = ((n - 1) / LANES, (n - 1) % LANES);
        let vector = &search.lengths.vectors[index];
        let (start, end) = (self.levels[at + n], self.levels[at]);
        let delta = end - start;
        let sum = self.sum[at] - self.sum[at + n];
        let squares = self.squares[at] - self.squares[at + n];
        let length = n as f64;
        let started = (self.sum.len() - at) as f64 - length;
        let ramp = ((self.ramp[at] - self.ramp[at + n]) - started * sum) * vector.per_n[lane];
        let offset = squares - start * (sum + sum - length * start);
        let tilt = ramp - start * vector.ramp_sum[lane];
        let line = offset - delta * (tilt + tilt - delta * vector.ramp_squares[lane]);
        let weight = if self.weights[at] > 0.0 {
            (self.weights[at] - self.weights[at + n]) * vector.per_n[lane]
        } else {
            1.0
        };
        if delta == 0.0 || n == 1 {
            return weight * line.max(0.0);
        }
        let per_delta = 1.0 / delta;
        let mut target = Target::EMPTY;
        target.n = n as u32;
        let ends = [start + end, delta];
        let scale = 1024.0 * vector.per_n[lane] * per_delta;
        let sums = self.sums.at(index);
        for m in 0..SINES {
            let projected = sums[m][lane] - vector.harmonics[m].half_cot[lane] * ends[m % 2];
            let signed = if m % 2 == 0 { projected } else { -projected };
            target.projection[m] = scale * signed;
        }
        if n > 2 {
            let half_cosine = {
                let each = search.lengths.length(n);
                let [now, before] = self.sums.first_sine(n);
                // Σ x cos(p π/n) over p = 0 … n − 1, from the sums over the sine.
                let cosine = (each.cos * now - before) * each.per_sin
                    + (self.samples[at] + self.samples[at + n]);
                // Over q = 1 … n − 1: half of Σ x, of Σ x cos(q π/n) = −(cosine − x_end), and Σ x q/n.
                let x = self.samples[at];
                let inner = 0.5 * (sum - x) + 0.5 * (cosine - x) - (ramp - x);
                inner - delta * each.half_cosine_ramp
            };
            let projected = 262_144.0 * vector.per_n[lane] * per_delta * half_cosine;
            target.projection[SINES] = projected;
            target.half_cosine = search.lengths.length(n).projection.half_cosine_norm() - projected;
        }
        target.round(simd);
        let ordinal = if search.curves == CURVE_COUNT {
            matcher.nearest::<true>(simd, &target, CURVE_COUNT)
        } else {
            matcher.nearest::<false>(simd, &target, search.curves)
        };
        let score = if ordinal == HALF_COSINE {
            target.half_cosine
        } else {
            search.lengths.score(n, ordinal, &target.projection)
        };
        let scale = length * (1.0 / 131_072.0) * (delta * delta);
        weight * (line + scale * score).max(0.0)
    }
}
