//! Dynamic programming over all cuts of a window.

use fearless_simd::f64x8;
use fearless_simd::prelude::*;

use super::input::{Part, Search};
use super::lengths::LANES;
use super::past::{BLOCK, Past};
use super::sums::SlidingSums;
use crate::codec::matching::Matcher;
use crate::codec::sample::level_to_sample;

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
