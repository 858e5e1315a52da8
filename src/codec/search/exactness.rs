//! The cuts that are found cost as little as the cheapest of all, which a brute force finds.

use std::sync::LazyLock;

use fearless_simd::{Level, Simd, dispatch};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::input::{Part, Search};
use super::lengths::Lengths;
use super::window::CutSearch;
use crate::codec::codebook::Codebook;
use crate::codec::sample::{level_to_sample, quantise};
use crate::codec::search_settings::Pruning;

const LONGEST: u32 = 24;

/// `C(i/n)` of all curves, by `n`.
static CURVES: LazyLock<Vec<Vec<f64>>> = LazyLock::new(|| {
    let codebook = Codebook::standard();
    let values = |n: u32| {
        let curves = (1..=255).map(|ordinal| (1..=n).map(move |i| (ordinal, i)));
        curves.flatten().map(|(ordinal, i)| codebook.curves().value(ordinal, i, n)).collect()
    };
    (0..=LONGEST).map(values).collect()
});

/// The least error of a segment over the first curves, by the definition of drawing.
fn segment_error(curves: u8, samples: &[f64], start: i16, end: i16) -> f64 {
    let (n, start, end) = (samples.len(), level_to_sample(start), level_to_sample(end));
    let error = |curve: &[f64]| -> f64 {
        let drawn = curve.iter().map(|c| start + (end - start) * c);
        drawn.zip(samples).map(|(y, x)| (y - x) * (y - x)).sum()
    };
    let curves = CURVES[n].chunks(n).take(curves.into());
    curves.map(error).fold(f64::INFINITY, f64::min)
}

struct Case {
    samples: Vec<Vec<f64>>,
    levels: Vec<Vec<i16>>,
    weights: Option<Vec<f64>>,
    start: i16,
    price: f64,
    curves: u8,
}

impl Case {
    fn new(samples: Vec<Vec<f64>>, price: f64) -> Self {
        let quantised = |samples: &Vec<f64>| samples.iter().map(|&x| quantise(x)).collect();
        let levels = samples.iter().map(quantised).collect();
        Self { samples, levels, weights: None, start: 0, price, curves: 255 }
    }

    fn weight(&self, from: usize, until: usize) -> f64 {
        let mean =
            |weights: &Vec<f64>| weights[from..until].iter().sum::<f64>() / (until - from) as f64;
        self.weights.as_ref().map_or(1.0, mean)
    }

    /// The cost of the segment between two cuts, infinite if there can be none.
    fn cost(&self, from: usize, until: usize) -> f64 {
        let streams = self.samples.iter().zip(&self.levels);
        let errors = streams.map(|(samples, levels)| {
            let start = from.checked_sub(1).map_or(self.start, |before| levels[before]);
            let (samples, end) = (&samples[from..until], levels[until - 1]);
            if until - from <= LONGEST as usize {
                segment_error(self.curves, samples, start, end)
            } else if levels[from..until].iter().all(|&level| level == start) {
                samples.iter().map(|x| (x - level_to_sample(start)).powi(2)).sum()
            } else {
                f64::INFINITY
            }
        });
        self.price + self.weight(from, until) * errors.sum::<f64>()
    }

    fn check(&self, name: &str) {
        let codebook = Codebook::standard();
        let lengths = Lengths::new(&codebook, LONGEST);
        let search = Search {
            codebook: &codebook,
            lengths: &lengths,
            price: self.price,
            curves: self.curves,
            pruning: Pruning::none(LONGEST),
        };
        let parts: Vec<Part<'_>> = self
            .samples
            .iter()
            .zip(&self.levels)
            .map(|(samples, levels)| Part {
                samples,
                levels,
                start: self.start,
                weights: self.weights.as_deref(),
            })
            .collect();
        let count = self.samples[0].len();
        let mut least = vec![0.0; count + 1];
        for until in 1..=count {
            least[until] = (0..until)
                .map(|from| least[from] + self.cost(from, until))
                .fold(f64::INFINITY, f64::min);
        }
        for level in [Level::new(), Level::baseline()] {
            let found = dispatch!(level, simd => simd.vectorize(
                #[inline(always)]
                || CutSearch::new(search, parts.len()).run(simd, &parts)
            ));
            assert_eq!(found.iter().sum::<u32>() as usize, count, "{name}");
            let mut from = 0;
            let cost: f64 = found
                .iter()
                .map(|&length| {
                    let start = from;
                    from += length as usize;
                    self.cost(start, from)
                })
                .sum();
            let allowed = least[count] * (1.0 + 1e-6) + 1e-11;
            assert!(cost <= allowed, "{name}: {cost} instead of {}", least[count]);
        }
    }
}

/// A tone, a noise, and both at several levels.
fn waves(count: usize) -> Vec<(String, Vec<f64>)> {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let mut all = Vec::new();
    for (tone, noise) in [(0.5, 0.0), (0.0, 0.5), (0.3, 0.02), (0.001, 0.0002), (0.9, 0.9)] {
        for period in [5.0, 23.0, 90.0] {
            let wave = (0..count).map(|i| {
                let phase = std::f64::consts::TAU * i as f64 / period;
                tone * phase.sin() + noise * (unit(&mut random) - 0.5)
            });
            let name = format!("tone {tone}, noise {noise}, period {period}");
            all.push((name, wave.map(|x| x.clamp(-1.0, 1.0)).collect()));
        }
    }
    let square = (0..count).map(|i| if i / 7 % 2 == 0 { 1.0 } else { -1.0 });
    all.push(("square".to_owned(), square.collect()));
    let steps = (0..count).map(|i| (i / 17) as f64 * 0.1);
    all.push(("steps".to_owned(), steps.collect()));
    all
}

/// Uniformly distributed from 0 to 1.
fn unit(random: &mut TestRng) -> f64 {
    random.next_u64() as f64 / u64::MAX as f64
}

#[test]
fn cuts_are_the_cheapest_of_all() {
    for (name, wave) in waves(34) {
        for price in [1e-9, 1e-5, 1e-3, 0.1] {
            let to_16_bit = |x: &f64| level_to_sample(quantise(*x));
            Case::new(vec![wave.iter().map(to_16_bit).collect()], price).check(&name);
        }
        // Samples between two levels.
        Case::new(vec![wave], 1e-4).check(&name);
    }
}

#[test]
fn cuts_of_two_streams_together_are_the_cheapest_of_all() {
    let waves = waves(30);
    for ((name, first), (_, second)) in waves.iter().zip(waves.iter().skip(3)) {
        Case::new(vec![first.clone(), second.clone()], 1e-3).check(name);
    }
}

#[test]
fn weights_few_curves_and_a_start_elsewhere_count() {
    for (name, wave) in waves(30) {
        let weights = (0..30).map(|i| if i < 15 { 0.2 } else { 3.0 }).collect();
        let case = Case::new(vec![wave], 1e-3);
        Case { weights: Some(weights), start: -3000, curves: 20, ..case }.check(&name);
    }
}

/// Across several blocks and restarts of the sums, the cuts stay as good: each segment alone could not
/// be cut better.
#[test]
fn sums_stay_exact_in_long_windows() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let wave: Vec<f64> = (0..5_000)
        .map(|i| 0.9 * (f64::from(i) * 0.02).sin() + 0.05 * (unit(&mut random) - 0.5))
        .collect();
    let case = Case::new(vec![wave], 1e-6);
    let codebook = Codebook::standard();
    let lengths = Lengths::new(&codebook, LONGEST);
    let search = Search {
        codebook: &codebook,
        lengths: &lengths,
        price: case.price,
        curves: 255,
        pruning: Pruning::none(LONGEST),
    };
    let part = Part { samples: &case.samples[0], levels: &case.levels[0], start: 0, weights: None };
    let run = |level: Level, part: &Part<'_>| {
        let parts = std::slice::from_ref(part);
        dispatch!(level, simd => simd.vectorize(
            #[inline(always)]
            || CutSearch::new(search, 1).run(simd, parts)
        ))
    };
    let found = run(Level::new(), &part);
    assert_eq!(found, run(Level::baseline(), &part));
    // The last cuts are those of a search that starts shortly before, where one of its cuts is.
    let mut from = 0;
    let mut rest = &found[..];
    while from < 4700 {
        from += rest[0] as usize;
        rest = &rest[1..];
    }
    let late = Part {
        samples: &part.samples[from..],
        levels: &part.levels[from..],
        start: part.levels[from - 1],
        weights: None,
    };
    assert_eq!(rest, run(Level::new(), &late));
}
