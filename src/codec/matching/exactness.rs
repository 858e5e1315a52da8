//! The search against the definition: the score in `f64` of every point.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::block::Block;
use super::*;
use crate::codec::Codebook;

/// Reproducible numbers.
struct Random(TestRng);

impl Random {
    fn new() -> Self {
        Self(TestRng::deterministic_rng(RngAlgorithm::XorShift))
    }

    fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From −1 to 1.
    fn unit(&mut self) -> f64 {
        2.0 * (self.bits() as f64 / u64::MAX as f64) - 1.0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.bits() as usize % from.len()]
    }
}

fn distance(point: &Point, a: &[f64; SINES]) -> f64 {
    let differences = point.coordinates.iter().zip(a).map(|(&u, a)| (f64::from(u) - a).powi(2));
    differences.sum()
}

/// The ordinal and the score that the definition gives.
fn defined(points: &[Point], query: &Query) -> (u8, f64) {
    let mut best = query.best(CURVE_COUNT);
    for point in points {
        let block = Block::<SINES>::new(std::slice::from_ref(point));
        best.challenge(block.exact_score(0, &query.projection), point.ordinal);
    }
    (best.ordinal, best.score)
}

/// A place to search from, of one of eight kinds, many of them as far from two points.
fn place(random: &mut Random, points: &[Point], used: usize, kind: u64) -> [f64; SINES] {
    let (one, other) = (*random.pick(points), *random.pick(points));
    let mut a: [f64; SINES] = std::array::from_fn(|k| {
        let (u, v) = (f64::from(one.coordinates[k]), f64::from(other.coordinates[k]));
        match kind {
            0 => (u + v) / 2.0,
            1 => (u + v) / 2.0 + random.unit() * 0.02,
            2 | 3 => u + random.unit() * 20.0,
            4 => random.unit() * 300.0,
            5 => (random.bits() % 256) as f64 - 128.0,
            // Away from a point in the coordinates that the grid knows, and in no other.
            6 => u + random.unit() * if k < 2 { 30.0 } else { 0.0 },
            // Where rounding is as wrong as it can be.
            _ => ((u + v) * 64.0).round() / 128.0 + random.unit().signum() / 256.0,
        }
    });
    a[used..].fill(0.0);
    if kind == 2 {
        // At the corner of a cell.
        for a in &mut a[..2] {
            *a = (*a / 4.0).round() * 4.0 + random.unit() * 1e-3;
        }
    }
    if kind == 3 {
        // As far from the nearest point as from one of the next.
        let mut near: Vec<&Point> = points.iter().collect();
        near.sort_by(|p, q| distance(p, &a).total_cmp(&distance(q, &a)));
        let (p, q) = (near[0], near[1 + random.bits() as usize % 2]);
        let way: [f64; SINES] =
            std::array::from_fn(|k| f64::from(q.coordinates[k] - p.coordinates[k]));
        let square: f64 = way.iter().map(|u| u * u).sum();
        let share = (distance(q, &a) - distance(p, &a)) / (2.0 * square);
        let share = share * (1.0 + random.unit() * 0.02);
        a.iter_mut().zip(way).for_each(|(a, u)| *a += share * u);
    }
    a
}

#[test]
fn every_path_finds_what_the_definition_says() {
    let codebook = Codebook::standard();
    let (matcher, rows) = (codebook.matcher(), codebook.curves().rows());
    let mut random = Random::new();
    let rounds = if cfg!(debug_assertions) { 300 } else { 30_000 };
    let levels = [Level::new(), Level::baseline()];
    for n in [3, 4, 5, 6, 7, 8, 16, 64] {
        let points = points(rows, n);
        let used = (n - 1).min(SINES);
        for round in 0..rounds {
            let a = place(&mut random, &points, used, round % 8);
            let mut query = Query { count: n as u32 - 1, ..Query::EMPTY };
            query.projection[..SINES].copy_from_slice(&a.map(|a| 2.0 * a));
            // The half cosine far away, level with the best point, or all but level.
            let (_, best) = defined(&points, &query);
            query.half_cosine = match round % 5 {
                0 => best,
                1 => best + random.unit() * 3.0,
                2 => best * (1.0 + random.unit() * 1e-15),
                3 => f64::INFINITY,
                _ => random.unit() * 1e4,
            };
            let (expected, _) = defined(&points, &query);
            for level in levels {
                let found = dispatch!(level, simd => {
                    query.round(simd);
                    matcher.nearest(simd, &query, CURVE_COUNT)
                });
                assert_eq!(found, expected, "{level:?}, {n} places, {a:?}, {}", query.half_cosine);
            }
        }
    }
}

#[test]
fn two_and_three_places_are_decided_as_the_definition_says() {
    let codebook = Codebook::standard();
    let (matcher, rows) = (codebook.matcher(), codebook.curves().rows());
    let mut random = Random::new();
    let rounds = if cfg!(debug_assertions) { 10_000 } else { 300_000 };
    for n in [2, 3] {
        let points = points(rows, n);
        for round in 0..rounds {
            let level = |random: &mut Random| (random.unit() * 32767.0).round() / 32767.0;
            let start = level(&mut random);
            let end = if round % 3 == 0 { start + 1.0 / 32767.0 } else { level(&mut random) };
            if start == end {
                continue;
            }
            let rise = end - start;
            let a = place(&mut random, &points, n - 1, round % 8);
            let wave = |j: usize| {
                let t = j as f64 / n as f64;
                let sine = |k: usize| libm::sin(std::f64::consts::PI * (k + 1) as f64 * t);
                let bend: f64 = (0..n - 1).map(|k| a[k] * sine(k)).sum();
                start + rise * (t + bend / 256.0)
            };
            let values: [f64; 4] =
                std::array::from_fn(|j| if j + 1 < n { wave(j + 1) } else { 1e9 });
            let wave = Wave::new(&values, n - 1);
            let (found, expected) = dispatch!(Level::new(), simd => {
                let mut query = Query::EMPTY;
                matcher.project(simd, wave, start, rise, &mut query);
                let expected = defined(&points, &query).0;
                (matcher.closest_with(simd, wave, start, end - start, CURVE_COUNT), expected)
            });
            assert_eq!(found, expected, "{n} places, {a:?}");
        }
    }
}
