//! The matcher against every curve drawn at every sample point, errors summed in `f64`.

use extrema::codec::curves::{CURVE_COUNT, LINE};
use extrema::codec::matching::{MAX_POINTS, Resampler, brute_force};
use extrema::codec::{Codebook, Settings};

use crate::common::{self, Random};

/// The error that each of the first `curves` curves leaves at `t = j/n`, `j = 1 … n − 1`.
fn errors(wave: &[f64], start: f64, end: f64, curves: u8, table: &[Vec<f64>]) -> Vec<f64> {
    let drawn = |value: &f64| start + (end - start) * value;
    (0..usize::from(curves))
        .map(|curve| {
            let values = table[curve].iter();
            wave.iter().zip(values).map(|(x, value)| (x - drawn(value)).powi(2)).sum()
        })
        .collect()
}

/// Every curve at `n` sample points.
fn table(n: u32) -> Vec<Vec<f64>> {
    (1..=CURVE_COUNT)
        .map(|k| (1..n).map(|j| Codebook::standard().curves().value(k, j, n)).collect())
        .collect()
}

/// Half-waves of music, noise, and curves of the codebook themselves, loud and quiet.
fn wave(random: &mut Random, n: u32, kind: u64, table: &[Vec<f64>]) -> (Vec<f64>, f64, f64) {
    let level = |random: &mut Random| (random.sample() * 32767.0).round() / 32767.0;
    let (start, mut end) = (level(random), level(random));
    if kind.is_multiple_of(4) {
        // As close as two levels can be.
        end = start + 1.0 / 32767.0;
    }
    let rise = end - start;
    let bends: Vec<f64> = (0..9).map(|_| random.sample() * 0.4).collect();
    let exact = &table[(random.bits() % u64::from(CURVE_COUNT)) as usize];
    let wave = (1..n).map(|j| {
        let t = f64::from(j) / f64::from(n);
        match kind {
            0 | 1 => random.sample(),
            2 | 3 => start + rise * exact[j as usize - 1],
            _ => {
                let bend = bends.iter().zip(1..).map(|(bend, m)| {
                    bend / f64::from(m) * libm::sin(std::f64::consts::PI * f64::from(m) * t)
                });
                start + rise * (t + bend.sum::<f64>())
            }
        }
    });
    (wave.collect(), start, end)
}

/// What the matcher finds for a wave, without its end.
fn closest(wave: &[f64], start: f64, end: f64, curves: u8) -> u8 {
    let segment = [wave, &[end]].concat();
    let mut resampler = Resampler::new();
    let sample_points = resampler.sample_points(&segment, MAX_POINTS as u8);
    Codebook::standard().matcher().closest(sample_points, start, end, curves)
}

#[test]
fn no_curve_is_ever_better_than_the_one_found() {
    let mut random = Random::new(40);
    let mut searched = 0;
    let rounds = if cfg!(debug_assertions) { 60 } else { 36_000 };
    for n in 2..=MAX_POINTS as u32 {
        let table = table(n);
        for round in 0..rounds {
            let (wave, start, end) = wave(&mut random, n, round % 8, &table);
            if start == end {
                continue;
            }
            let curves = [255, 255, 254, 64, 16, 3, 2, 1][(random.bits() % 8) as usize];
            let found = closest(&wave, start, end, curves);
            let errors = errors(&wave, start, end, curves, &table);
            let least = errors.iter().copied().fold(f64::INFINITY, f64::min);
            let energy: f64 = wave.iter().map(|x| (x - start).powi(2)).sum();
            let error = errors[usize::from(found) - 1];
            assert!(
                error <= least * (1.0 + 1e-6) + 1e-12 * energy,
                "n = {n}, {curves} curves: curve {found} leaves {error:e}, the best {least:e}"
            );
            searched += 1;
        }
    }
    println!("{searched} segments");
}

#[test]
fn curves_that_draw_the_same_give_way_to_the_first() {
    let mut random = Random::new(41);
    for n in 2..7 {
        let table = table(n);
        for round in 0..2000 {
            let (wave, start, end) = wave(&mut random, n, round % 8, &table);
            let found = closest(&wave, start, end, CURVE_COUNT);
            let same = |k: u8| {
                let (a, b) = (&table[usize::from(k) - 1], &table[usize::from(found) - 1]);
                a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
            };
            assert!((1..found).all(|k| !same(k)), "n = {n}: {found}");
        }
    }
}

#[test]
fn hostile_values_find_some_curve() {
    for value in [0.0, 1e-300, 1e30, -1e39, f64::from(f32::MAX) * 16.0] {
        for n in 2..=MAX_POINTS {
            let wave: Vec<f64> = (1..n).map(|j| if j % 2 == 0 { value } else { -value }).collect();
            for curves in [1, 2, 3, 255] {
                let found = closest(&wave, 0.0, 1.0 / 32767.0, curves);
                assert!((LINE..=curves).contains(&found));
            }
        }
    }
}

#[test]
fn what_is_too_loud_to_be_projected_is_decided_alike_on_every_path() {
    let codebook = Codebook::standard();
    for loud in [1e30, 1e200, 1e308, f64::MAX] {
        for n in 2..=MAX_POINTS {
            for pattern in 1..4 {
                let sign = |j: usize| if j.is_multiple_of(pattern) { 1.0 } else { -1.0 };
                let wave: Vec<f64> = (1..n).map(|j| loud * sign(j)).collect();
                for curves in [255, 254, 49, 48, 2, 1] {
                    let found = closest(&wave, 0.0, 1e-4, curves);
                    let expected = brute_force(codebook.curves(), &wave, 0.0, 1e-4, curves);
                    assert_eq!(found, expected, "n = {n}, {curves} curves, {loud:e}");
                }
            }
        }
    }
}

#[test]
fn the_encoder_takes_the_closest_curve() {
    let mut random = Random::new(42);
    // All lengths up to 80, some of them often, and at the end what cannot be projected.
    let mut wave = common::music(44_100.0, 0.5, 43);
    wave.extend(common::noise(4000, 0.9, 44));
    for _ in 0..600 {
        let (length, share) = (1 + random.bits() % 80, 0.3 + random.sample().abs());
        let (from, to) = (wave[wave.len() - 1], random.sample());
        let t = (1..=length).map(|i| i as f64 / length as f64);
        wave.extend(t.map(|t| from + (to - from) * libm::pow(t, share)));
    }
    wave.extend((0..200).map(|i| if i % 3 == 0 { 1e308 } else { -1e308 }));
    for points in [2, 3, 4, 5, 6, 9, 13, 14, 16, 17, 18, 33, 64] {
        for curves in [CURVE_COUNT, 254, 64, 16, 2, 1] {
            let settings = Settings { points, curves, ..Settings::default() };
            let records = common::encode(&[&wave], 44_100.0, settings).remove(0);
            common::expect_closest(&wave, &records, points, curves);
        }
    }
}

#[test]
fn sample_points_lie_between_the_samples() {
    // 6 samples at 4 points: t = 1/4 is half way from the first to the second, t = 1/2 is the third,
    // t = 3/4 is half way from the fourth to the fifth.
    let samples = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
    let mut resampler = Resampler::new();
    assert_eq!(resampler.sample_points(&samples, 4).values(), [1.5, 4.0, 12.0]);
    assert_eq!(resampler.sample_points(&samples, 16).values(), &samples[..5]);
    assert_eq!(resampler.sample_points(&samples[..1], 16).values(), [0.0; 0]);
    // 3 samples at 2 points: t = 1/2 is half way from the first to the second.
    assert_eq!(resampler.sample_points(&samples[..3], 2).values(), [1.5]);
}
