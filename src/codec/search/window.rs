//! Dynamic programming over all cuts of a window.

use std::ops::Range;

use fearless_simd::f64x8;
use fearless_simd::prelude::*;

use super::Pruning;
use super::lengths::{LANES, Lengths};
use super::sums::SlidingSums;
use crate::codec::codebook::Codebook;
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE, SINES};
use crate::codec::matching::{Matcher, Target};
use crate::codec::sample::level_to_sample;

/// Samples between two restarts of the prefix sums, which keeps them small and so exact.
const BLOCK: usize = 256;

/// Blocks between two restarts of the sliding sums. Their rounding errors grow with the root of the
/// number of steps; over 4096 they stay below 1e-11.
const BLOCKS_PER_RESTART: usize = 16;

/// What is searched: one stream, or two that are cut together.
#[derive(Debug)]
pub struct Part<'a> {
    pub samples: &'a [f64],
    /// The level of every sample, on which a segment would end there.
    pub levels: &'a [i16],
    /// The level on which the window starts.
    pub start: i16,
    /// How much the squared error of every sample counts, or nothing if all count once.
    pub weights: Option<&'a [f64]>,
}

impl Part<'_> {
    /// The mean weight of some samples, at least one.
    pub fn weight(&self, range: Range<usize>) -> f64 {
        let count = range.len() as f64;
        self.weights.map_or(1.0, |weights| weights[range].iter().sum::<f64>() / count)
    }
}

/// The settings of a search.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    pub codebook: &'a Codebook,
    pub lengths: &'a Lengths,
    /// What a record costs, as a squared error.
    pub price: f64,
    pub curves: u8,
    pub pruning: Pruning,
}

/// The samples of a stream in a block and as many before it as the longest curve has, newest first,
/// so that what a segment may start on lies in ascending order of its length.
#[derive(Debug)]
struct Past {
    samples: Vec<f64>,
    /// The sample value of the level there.
    levels: Vec<f64>,
    /// Sums of all samples in here up to this one: of `x`, of `x²`, and of `x` times the time since
    /// the block began.
    sum: Vec<f64>,
    squares: Vec<f64>,
    ramp: Vec<f64>,
    /// Sum of the weights.
    weights: Vec<f64>,
    sums: SlidingSums,
}

/// The best way to a sample.
#[derive(Debug, Clone, Copy)]
struct Best {
    cost: f64,
    length: usize,
}

/// The cheapest hold that goes on: what it costs so far without its own price, and its length.
#[derive(Debug, Clone, Copy)]
struct OpenHold {
    cost: f64,
    length: usize,
}

/// Finds the cheapest cuts; see the [module's](super) explanation.
#[derive(Debug)]
pub struct CutSearch<'a> {
    search: Search<'a>,
    matcher: &'a Matcher,
    /// Lengths that fit into the tables, a multiple of [`LANES`].
    reach: usize,
    pasts: Vec<Past>,
    /// The least cost of the samples in the block and before it, newest first.
    costs: Vec<f64>,
    /// By sample, the length of the segment that ends there.
    lengths: Vec<u32>,
}

impl<'a> CutSearch<'a> {
    /// Working memory for `streams` streams that are cut together.
    pub fn new(search: Search<'a>, streams: usize) -> Self {
        let reach = search.lengths.vectors.len() * LANES;
        // One more for the sample before the oldest start.
        let size = BLOCK + reach + LANES;
        let past = || Past {
            samples: vec![0.0; size],
            levels: vec![0.0; size],
            sum: vec![0.0; size],
            squares: vec![0.0; size],
            ramp: vec![0.0; size],
            weights: vec![0.0; size],
            sums: SlidingSums::new(search.lengths.vectors.len()),
        };
        Self {
            search,
            matcher: search.codebook.matcher(),
            reach,
            pasts: (0..streams).map(|_| past()).collect(),
            costs: vec![f64::INFINITY; size],
            lengths: Vec::new(),
        }
    }

    /// The lengths of the segments with the least cost, of which the last ends with the window.
    /// Streams are equally long, and have at least one sample.
    #[inline(always)]
    pub fn run<S: Simd>(&mut self, simd: S, parts: &[Part<'_>]) -> Vec<u32> {
        let count = parts[0].samples.len();
        self.lengths.clear();
        self.lengths.resize(count, 0);
        self.costs.fill(f64::INFINITY);
        // The window starts on the last sample before it.
        self.costs[BLOCK] = 0.0;
        for (past, part) in self.pasts.iter_mut().zip(parts) {
            past.samples.fill(0.0);
            past.levels.fill(level_to_sample(part.start));
            past.sums.clear();
        }
        let mut hold = None;
        let mut guess = 0;
        for (number, from) in (0..count).step_by(BLOCK).enumerate() {
            let frames = BLOCK.min(count - from);
            if number > 0 {
                self.costs.copy_within(..self.reach + LANES, BLOCK);
            }
            for (past, part) in self.pasts.iter_mut().zip(parts) {
                past.begin_block(simd, &self.search, part, from, frames, self.reach, number);
            }
            for offset in 0..frames {
                let best = self.step(simd, parts, from + offset, offset, guess, &mut hold);
                guess = best.length + 1;
                self.lengths[from + offset] = best.length as u32;
                self.costs[BLOCK - 1 - offset] = best.cost;
            }
        }
        self.trace(count)
    }

    /// Follows the segments back from the end.
    fn trace(&self, count: usize) -> Vec<u32> {
        let (mut lengths, mut end) = (Vec::new(), count);
        while end > 0 {
            let length = self.lengths[end - 1].max(1);
            lengths.push(length);
            end -= (length as usize).min(end);
        }
        lengths.reverse();
        lengths
    }

    /// The cheapest way to the next sample.
    #[inline(always)]
    fn step<S: Simd>(
        &mut self,
        simd: S,
        parts: &[Part<'_>],
        position: usize,
        offset: usize,
        guess: usize,
        hold: &mut Option<OpenHold>,
    ) -> Best {
        let at = BLOCK - 1 - offset;
        let vectors = &self.search.lengths.vectors;
        for past in &mut self.pasts {
            let Past { samples, sums, .. } = past;
            sums.advance(simd, vectors, &samples[at + 1..]);
        }
        let mut best = Best { cost: f64::INFINITY, length: 1 };
        // Where the segment before would be best to start is nearly always a good place.
        if guess > 1 && guess <= self.search.lengths.longest() {
            self.challenge(simd, &mut best, at, guess);
        }
        let price = f64x8::splat(simd, self.search.price);
        // What a start may cost, now that some have been looked at.
        let mut limit = f64::INFINITY;
        let spread = self.search.pruning.dominance * self.search.price;
        for (index, vector) in vectors.iter().enumerate() {
            let mut error = f64x8::splat(simd, 0.0);
            for past in &self.pasts {
                error += past.lower_bound(simd, vector, at, index, parts[0].weights.is_some());
            }
            let starts =
                *self.costs[at + 1 + index * LANES..].first_chunk().unwrap_or(&[0.0; LANES]);
            let starts =
                f64x8::load_array(simd, starts) + f64x8::load_array_ref(simd, &vector.excluded);
            let least = starts + (price + error);
            let mut candidates = least.simd_lt(f64x8::splat(simd, best.cost)).to_bitmask();
            if candidates != 0 {
                let least = least.to_array();
                while candidates != 0 {
                    let lane = candidates.trailing_zeros() as usize;
                    candidates &= candidates - 1;
                    let n = index * LANES + lane + 1;
                    let start = self.costs[at + n];
                    if least[lane % LANES] < best.cost && start <= limit {
                        self.challenge(simd, &mut best, at, n);
                        limit = limit.min(start + spread);
                    }
                }
            }
            if index > 0 && self.search.pruning.margin.is_finite() {
                let room = (f64x8::splat(simd, best.cost) - starts) * self.search.pruning.margin;
                if (price + error).simd_gt(room).all_true() {
                    break;
                }
            }
        }
        self.extend_hold(parts, position, at, hold);
        if let Some(OpenHold { cost, length }) = *hold
            && cost + self.search.price <= best.cost
        {
            best = Best { cost: cost + self.search.price, length };
        }
        best
    }

    /// Lets the segment of `n` samples that ends here challenge the best.
    #[inline(always)]
    fn challenge<S: Simd>(&self, simd: S, best: &mut Best, at: usize, n: usize) {
        let start = self.costs[at + n];
        let mut cost = start + self.search.price;
        for past in &self.pasts {
            if cost >= best.cost {
                return;
            }
            cost += past.error(simd, self.search, self.matcher, at, n);
        }
        if cost < best.cost {
            *best = Best { cost, length: n };
        }
    }

    /// A hold goes on while the levels of all streams stay, or starts on the sample before.
    #[inline(always)]
    fn extend_hold(
        &self,
        parts: &[Part<'_>],
        position: usize,
        at: usize,
        hold: &mut Option<OpenHold>,
    ) {
        let stays = self.pasts.iter().all(|past| past.levels[at] == past.levels[at + 1]);
        if !stays {
            *hold = None;
            return;
        }
        let started = OpenHold { cost: self.costs[at + 1], length: 0 };
        let open = hold.filter(|open| open.cost <= started.cost).unwrap_or(started);
        let mut error = 0.0;
        for (past, part) in self.pasts.iter().zip(parts) {
            let off = past.samples[at] - past.levels[at];
            let weight = part.weights.map_or(1.0, |weights| weights[position]);
            error += weight * (off * off);
        }
        *hold = Some(OpenHold { cost: open.cost + error, length: open.length + 1 });
    }
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
    fn begin_block<S: Simd>(
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
    fn lower_bound<S: Simd>(
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
    fn error<S: Simd>(
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
