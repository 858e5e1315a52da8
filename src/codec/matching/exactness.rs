//! Every path of the search against the definition, for any number of curves and any codebook.

use std::sync::Arc;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::*;
use crate::codec::Codebook;

/// Numbers of curves on both sides of every table's limit.
const CURVES: [u8; 12] = [1, 2, 3, 16, 48, 49, 64, 128, 129, 254, 255, 255];

/// Kinds of projections.
const KINDS: u64 = 10;

/// From −1 to 1.
fn unit(random: &mut TestRng) -> f64 {
    2.0 * (random.next_u64() as f64 / u64::MAX as f64) - 1.0
}

fn pick<'a, T>(random: &mut TestRng, from: &'a [T]) -> &'a T {
    &from[random.next_u64() as usize % from.len()]
}

/// The standard codebook, one of random rows, and some as awkward as `i8` allows.
fn codebooks() -> [(&'static str, Arc<Codebook>); 5] {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let mut any = || random.next_u64() as i8;
    let random_rows = std::array::from_fn(|_| std::array::from_fn(|_| any()));
    let mut extreme = || if any() < 0 { i8::MIN } else { i8::MAX };
    let extreme_rows = std::array::from_fn(|_| std::array::from_fn(|_| extreme()));
    // Closer and closer to 0, so that at 2 sample points each is nearest somewhere.
    let approaching = std::array::from_fn(|k| [(127 - k as i32 / 2).max(0) as i8, 0, 0, 0, 0, 0]);
    [
        ("standard", Codebook::standard()),
        ("random", Codebook::new("random", &random_rows)),
        ("extreme", Codebook::new("extreme", &extreme_rows)),
        ("equal", Codebook::new("equal", &[[i8::MIN; SINES]; CURVE_COUNT as usize])),
        ("approaching", Codebook::new("approaching", &approaching)),
    ]
}

fn distance(point: &CurvePoint, a: &[f64; SINES]) -> f64 {
    point.coordinates.iter().zip(a).map(|(&u, a)| (f64::from(u) - a).powi(2)).sum()
}

/// The ordinal and the score that the definition gives for a target.
fn defined(rows: &Rows, target: &Target, competing: u8) -> (u8, f64) {
    let n = target.n as usize;
    let mut best = Best::NONE;
    for ordinal in LINE..=competing {
        let projection = &target.projection[..SINES.min(n - 1)];
        let score = match ordinal {
            HALF_COSINE => target.half_cosine,
            _ => CurvePoint::new(rows, ordinal, n).score(projection),
        };
        best.challenge(score, ordinal);
    }
    (best.ordinal, best.score)
}

/// `a` of one of [`KINDS`], many of them as far from one point as from another.
fn any_projection(
    random: &mut TestRng,
    points: &[CurvePoint],
    used: usize,
    kind: u64,
) -> [f64; SINES] {
    let (one, other) = (*pick(random, points), *pick(random, points));
    let far = libm::exp10(2.0 + 4.0 * (1.0 + unit(random)));
    let mut a: [f64; SINES] = std::array::from_fn(|k| {
        let (u, v) = (f64::from(one.coordinates[k]), f64::from(other.coordinates[k]));
        match kind {
            0 => (u + v) / 2.0,
            1 => (u + v) / 2.0 + unit(random) * 0.02,
            2 | 3 => u + unit(random) * 20.0,
            4 => unit(random) * 300.0,
            5 => (random.next_u64() % 256) as f64 - 128.0,
            // Away from a point in the coordinates that the grid knows, and in no other.
            // Far away from all points, as where a segment ends near its start.
            8 | 9 => unit(random) * far,
            6 => u + unit(random) * if k < 2 { 30.0 } else { 0.0 },
            // Where rounding is as wrong as it can be.
            _ => ((u + v) * 64.0).round() / 128.0 + unit(random).signum() / 256.0,
        }
    });
    a[used..].fill(0.0);
    if kind == 2 {
        // At the corner of a cell.
        for a in &mut a[..2] {
            *a = (*a / 4.0).round() * 4.0 + unit(random) * 1e-3;
        }
    }
    if [3, 9].contains(&kind) && points.len() > 2 {
        // As far from the nearest point as from one of the next.
        let mut near: Vec<&CurvePoint> = points.iter().collect();
        near.sort_by(|p, q| distance(p, &a).total_cmp(&distance(q, &a)));
        let (p, q) = (near[0], near[1 + random.next_u64() as usize % 2]);
        let way: [f64; SINES] =
            std::array::from_fn(|k| f64::from(q.coordinates[k] - p.coordinates[k]));
        let square: f64 = way.iter().map(|u| u * u).sum();
        let share = (distance(q, &a) - distance(p, &a)) / (2.0 * square);
        let share = share * (1.0 + unit(random) * 0.02);
        a.iter_mut().zip(way).for_each(|(a, u)| *a += share * u);
    }
    a
}

#[test]
fn every_path_finds_what_the_definition_says() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let rounds = if cfg!(debug_assertions) { 120 } else { 12_000 };
    let levels = [Level::new(), Level::baseline()];
    for (name, codebook) in codebooks() {
        let (matcher, rows) = (codebook.matcher(), codebook.curves().rows());
        for n in [2, 3, 4, 5, 6, 7, 8, 16, 64] {
            let every = CURVES.map(|curves| (curves, distinct_points(rows, n, curves)));
            for round in 0..rounds {
                let (curves, points) = pick(&mut random, &every);
                let curves = *curves;
                let a = any_projection(&mut random, points, (n - 1).min(SINES), round % KINDS);
                let mut target = Target { n: n as u32, ..Target::EMPTY };
                target.projection[..SINES].copy_from_slice(&a.map(|a| 2.0 * a));
                // The half cosine far away, level with the best point, or all but level.
                let (_, best) = defined(rows, &target, curves);
                target.half_cosine = match round % 5 {
                    _ if n == 2 => f64::INFINITY,
                    0 => best,
                    1 => best + unit(&mut random) * 3.0,
                    2 => best * (1.0 + unit(&mut random) * 1e-15),
                    3 => f64::INFINITY,
                    _ => unit(&mut random) * 1e4,
                };
                let (expected, _) = defined(rows, &target, curves);
                for level in levels {
                    let found = dispatch!(level, simd => {
                        target.round(simd);
                        match curves {
                            // One curve needs no search.
                            LINE => LINE,
                            CURVE_COUNT => matcher.nearest::<true>(simd, &target, curves),
                            _ => matcher.nearest::<false>(simd, &target, curves),
                        }
                    });
                    assert_eq!(
                        found, expected,
                        "{name}, {level:?}, n = {n}, {curves} curves, {a:?}, {}",
                        target.half_cosine
                    );
                }
            }
        }
    }
}

#[test]
fn every_segment_is_matched_as_brute_force_would() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let rounds = if cfg!(debug_assertions) { 200 } else { 20_000 };
    for (name, codebook) in codebooks() {
        let (matcher, rows) = (codebook.matcher(), codebook.curves().rows());
        for n in [2, 3, 4, 5, 6, 7, 16] {
            // The tables for 2 and 3 are tried more often: at 7 and more there is only one way.
            let rounds = if n < 4 { 10 * rounds } else { rounds };
            let every = CURVES.map(|curves| (curves, distinct_points(rows, n, curves)));
            for round in 0..rounds {
                let level = |random: &mut TestRng| (unit(random) * 32767.0).round() / 32767.0;
                let start = level(&mut random);
                let end = if round % 3 == 0 { start + 1.0 / 32767.0 } else { level(&mut random) };
                let delta = end - start;
                let (curves, points) = pick(&mut random, &every);
                let curves = *curves;
                let a = any_projection(&mut random, points, (n - 1).min(SINES), round % KINDS);
                let sample = |j: usize| {
                    let t = j as f64 / n as f64;
                    let sine = |k: usize| libm::sin(std::f64::consts::PI * (k + 1) as f64 * t);
                    let bend: f64 = (0..SINES).map(|k| a[k] * sine(k)).sum();
                    start + delta * (t + bend / 256.0)
                };
                let mut values = [1e9; MAX_POINTS];
                values[..n - 1].iter_mut().zip(1..).for_each(|(x, j)| *x = sample(j));
                let expected = brute_force(codebook.curves(), &values[..n - 1], start, end, curves);
                let samples = SamplePoints::new(&values, n - 1);
                let found = matcher.closest(samples, start, end, curves);
                assert_eq!(found, expected, "{name}, n = {n}, {curves} curves, {a:?}");
            }
        }
    }
}

#[test]
fn no_unlisted_point_is_nearer_than_its_cell_says() {
    let codebook = Codebook::standard();
    let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    for (n, curves) in [(3, 255), (4, 255), (7, 255), (7, 64), (7, 48)] {
        let groups = grid::group(distinct_points(codebook.curves().rows(), n, curves));
        let grid = Grid::new(&groups, 1e9);
        for round in 0..3000 {
            let mut a = [140.0, 80.0].map(|reach| unit(&mut random) * reach);
            if round % 2 == 0 {
                // At the corner of a cell.
                a = a.map(|a: f64| (a / 4.0).round() * 4.0 + unit(&mut random) * 1e-3);
            }
            let mut target = Target::EMPTY;
            target.projection[..2].copy_from_slice(&a.map(|a| 2.0 * a));
            dispatch!(Level::new(), simd => target.round(simd));
            let cell = grid.cell(target.cell);
            let unlisted = groups.iter().zip(0..).filter(|(_, k)| !cell.blocks.contains(k));
            for point in unlisted.flat_map(|(group, _)| group) {
                let [x, y] = point.plane().map(f64::from);
                let dist_sq = f64::from(points::SCALE) * ((x - a[0]).powi(2) + (y - a[1]).powi(2));
                assert!(
                    dist_sq > f64::from(cell.min_unlisted_dist_sq),
                    "n = {n}, {a:?}, {point:?}"
                );
            }
        }
    }
}
