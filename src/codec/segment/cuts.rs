//! The cheapest cuts up to every sample, by dynamic programming: what *Best* decides by.

use fearless_simd::Simd;

use super::super::matching::{Closeness, Matcher, Resampler, SamplePoints};
use super::super::sample_ring::READ_AHEAD;

/// The longest segment in samples that are looked at, 21 ms at 48 kHz: a half-wave of 23 Hz.
pub const WINDOW: usize = 1024;

/// How many samples there is room for. Whenever it is used up, those since the open cut move to its
/// start, which are at most half of it.
const CAPACITY: usize = 2 * WINDOW + 2;

/// Costs count this share of a price. Whole numbers make sums exact, so costs depend on nothing but
/// the segments themselves, and the changes of price since the open cut.
const PRICE: i64 = 1024;

/// The most that an error counts.
const MOST_ERROR: f64 = (1_u64 << 40) as f64;

/// The most that the errors of all segments on a way count after a change of price.
const MOST_ERRORS: f64 = WINDOW as f64 * MOST_ERROR;

/// What a cut costs that is not to be.
const IMPOSSIBLE: i64 = i64::MAX;

/// A start is passed over unless it costs less than the last one that was tried by this much.
const LEAST_SAVING: i64 = PRICE / 4;

/// How many starts are tried for an end, besides that of the segment before.
const MOST_TRIES: usize = 8;

/// The most points at which a segment is compared with the curves. With 64 the search takes a tenth
/// longer and finds nothing better.
const POINTS: usize = 32;

/// What the error of a segment counts.
#[derive(Debug, Clone, Copy)]
pub struct Pricing {
    /// [`PRICE`] over the price of a record as a squared error.
    pub cost_per_error: f64,
    /// How closely segments can be drawn.
    pub closeness: Closeness,
    /// The longest segment in samples that are looked at.
    pub longest: usize,
}

impl Pricing {
    /// For a price as a squared error.
    pub fn new(price: f64, closeness: Closeness, longest: usize) -> Self {
        Self { cost_per_error: PRICE as f64 / price, closeness, longest }
    }
}

/// The latest samples since the cut that is open, and the cheapest way from there to a cut after each.
#[derive(Debug, Clone)]
pub struct Cuts {
    /// By sample, the oldest first. What is left over may be read but does not count.
    wave: Vec<f64>,
    /// What the cheapest way to a cut after a sample costs.
    costs: Vec<i64>,
    /// How many samples the last segment on that way has.
    lengths: Vec<u16>,
    /// The samples after which a cut costs less than after all later ones, in ascending order.
    starts: Vec<u16>,
    /// Working memory of [`Self::reprice`]: how many segments that way has since the open cut.
    counts: Vec<u16>,
    /// [`Pricing::cost_per_error`] of the costs.
    cost_per_error: f64,
    /// The sample before the open segment.
    open: usize,
    newest: usize,
    resampler: Resampler,
}

/// The cheapest way to the newest cut.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// The sample with which its first segment ends.
    pub first: usize,
    /// How many segments it has, at least 1.
    pub segments: usize,
}

/// The best way to a cut so far.
#[derive(Debug, Clone, Copy)]
struct Best {
    cost: i64,
    length: usize,
}

impl Best {
    /// The lower cost wins, among equals the shorter segment.
    fn challenge(&mut self, cost: i64, length: usize) {
        if cost < self.cost || (cost == self.cost && length < self.length) {
            *self = Self { cost, length };
        }
    }
}

impl Cuts {
    /// Working memory, which never grows.
    pub fn new() -> Self {
        let mut resampler = Resampler::new();
        resampler.set_points(POINTS as u8);
        Self {
            wave: vec![0.0; CAPACITY + READ_AHEAD],
            costs: vec![0; CAPACITY],
            lengths: vec![0; CAPACITY],
            starts: {
                let mut starts = Vec::with_capacity(CAPACITY);
                starts.push(0);
                starts
            },
            counts: vec![0; CAPACITY],
            cost_per_error: 1.0,
            open: 0,
            newest: 0,
            resampler,
        }
    }

    /// Starts anew after a sample.
    pub fn restart(&mut self, sample: f64) {
        (self.open, self.newest) = (0, 0);
        (self.wave[0], self.costs[0], self.lengths[0]) = (sample, 0, 0);
        self.starts.clear();
        self.starts.push(0);
    }

    /// How many samples have been read after one.
    pub fn after(&self, sample: usize) -> usize {
        self.newest - sample
    }

    /// Whether the wave stays where it is up to a sample.
    pub fn is_flat(&self, until: usize) -> bool {
        let value = self.wave[self.open];
        self.wave[self.open..=until].iter().all(|&x| x == value)
    }

    /// The cheapest way to the newest cut.
    #[inline(always)]
    pub fn way(&self) -> Option<Way> {
        let (mut at, mut way) = (usize::from(*self.starts.last()?), None);
        while at > self.open {
            let segments = way.map_or(0, |way: Way| way.segments) + 1;
            way = Some(Way { first: at, segments });
            at -= usize::from(self.lengths[at]);
        }
        way
    }

    /// Counts the errors of all segments that are not final at another price.
    #[inline(always)]
    pub fn set_price(&mut self, pricing: &Pricing) {
        if pricing.cost_per_error != self.cost_per_error {
            self.reprice(pricing.cost_per_error);
        }
    }

    /// Kept out of line: with *Follow* a price changes once in 64 samples, otherwise hardly ever.
    #[inline(never)]
    fn reprice(&mut self, cost_per_error: f64) {
        let ratio = cost_per_error / std::mem::replace(&mut self.cost_per_error, cost_per_error);
        let open = self.open;
        self.counts[open] = 0;
        let before = std::mem::take(&mut self.costs[open]);
        self.starts.clear();
        self.starts.push(open as u16);
        for at in open + 1..=self.newest {
            if self.costs[at] == IMPOSSIBLE {
                continue;
            }
            self.counts[at] = self.counts[at - usize::from(self.lengths[at])] + 1;
            let records = i64::from(self.counts[at]) * PRICE;
            let errors = (self.costs[at] - before - records) as f64 * ratio;
            self.costs[at] = records + (errors + 0.5).min(MOST_ERRORS) as i64;
            self.add_start(at);
        }
    }

    /// Reads the next sample, after which there may be a cut unless `is_cut` is false, and finds the
    /// cheapest way to it. If what is open is too long to be a segment, `is_open_too_long`.
    #[inline(always)]
    pub fn push<S: Simd>(
        &mut self,
        simd: S,
        sample: f64,
        (is_cut, is_open_too_long): (bool, bool),
        pricing: &Pricing,
        matcher: &Matcher,
    ) {
        if self.newest + 1 == CAPACITY {
            self.move_to_start();
        }
        let (before, now) = (self.newest, self.newest + 1);
        self.newest = now;
        self.wave[now] = sample;
        (self.costs[now], self.lengths[now]) = (IMPOSSIBLE, 0);
        if !is_cut {
            return;
        }
        let open = self.open;
        let fits = |start: usize| {
            if start == open { !is_open_too_long } else { now - start <= pricing.longest }
        };
        let mut best = Best { cost: IMPOSSIBLE, length: 0 };
        // Where the segment before would be best to start is nearly always a good place.
        let mut guess = (usize::MAX, 0);
        if before > self.open && self.costs[before] != IMPOSSIBLE {
            let start = before - usize::from(self.lengths[before]);
            if fits(start) {
                guess = (start, self.error(simd, start, now, pricing, matcher));
                best.challenge(self.costs[start] + PRICE + guess.1, now - start);
            }
        }
        let (mut rest, mut limit) = (self.starts.len(), i64::MAX);
        for _ in 0..MOST_TRIES {
            let affordable =
                self.starts[..rest].partition_point(|&it| self.costs[usize::from(it)] <= limit);
            let Some(index) = affordable.checked_sub(1) else { break };
            rest = index;
            let start = usize::from(self.starts[index]);
            if !fits(start) {
                break;
            }
            let cost = self.costs[start] + PRICE;
            let error = if start == guess.0 {
                guess.1
            } else {
                self.error(simd, start, now, pricing, matcher)
            };
            // Earlier starts cost less, but what follows them fits worse.
            let room = best.cost - cost;
            if room > 0 && error > room.saturating_mul(2) {
                break;
            }
            best.challenge(cost + error, now - start);
            limit = self.costs[start] - LEAST_SAVING;
        }
        if best.cost != IMPOSSIBLE {
            (self.costs[now], self.lengths[now]) = (best.cost, best.length as u16);
            self.add_start(now);
        }
    }

    /// Ends the open segment with a sample on the cheapest way. What does not lead through it is no
    /// longer possible.
    pub fn cut(&mut self, sample: usize) {
        self.open = sample;
        self.starts.clear();
        self.starts.push(sample as u16);
        for at in sample + 1..=self.newest {
            if self.costs[at] == IMPOSSIBLE {
                continue;
            }
            let start = at - usize::from(self.lengths[at]);
            if start >= sample && self.costs[start] != IMPOSSIBLE {
                self.add_start(at);
            } else {
                self.costs[at] = IMPOSSIBLE;
            }
        }
    }

    /// Adds the latest start: earlier ones that cost no less are never better.
    #[inline(always)]
    fn add_start(&mut self, at: usize) {
        let cost = self.costs[at];
        while self.starts.last().is_some_and(|&start| self.costs[usize::from(start)] >= cost) {
            self.starts.pop();
        }
        self.starts.push(at as u16);
    }

    /// What the least error of a segment counts.
    #[inline(always)]
    fn error<S: Simd>(
        &mut self,
        simd: S,
        start: usize,
        end: usize,
        pricing: &Pricing,
        matcher: &Matcher,
    ) -> i64 {
        let (n, ends) = (end - start, [self.wave[start], self.wave[end]]);
        let error = if n <= POINTS {
            let points = SamplePoints::new(&self.wave[start + 1..], n - 1);
            matcher.least_error(simd, points, ends, pricing.closeness)
        } else {
            let points = self.resampler.interpolate_slice(simd, &self.wave[start + 1..=end]);
            let share = n as f64 / POINTS as f64;
            share * matcher.least_error(simd, points, ends, pricing.closeness)
        };
        let counted = error * pricing.cost_per_error;
        // A NaN fails the comparison.
        (if counted < MOST_ERROR { counted + 0.5 } else { MOST_ERROR }) as i64
    }

    /// Makes room for more samples.
    fn move_to_start(&mut self) {
        let kept = self.open..self.newest + 1;
        self.wave.copy_within(kept.clone(), 0);
        self.costs.copy_within(kept.clone(), 0);
        self.lengths.copy_within(kept, 0);
        let open = self.open;
        self.starts.iter_mut().for_each(|start| *start -= open as u16);
        self.newest -= open;
        self.open = 0;
    }
}
