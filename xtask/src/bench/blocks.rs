//! The worst single block that a host may ask for: 64 frames of stereo at 192 kHz.

use std::hint::black_box;
use std::time::Instant;

use extrema::codec::{CURVE_COUNT, Codebook};
use extrema::effect::{Control, Effect, EffectSettings, Latency};

use super::report::Report;
use super::signals;
use super::timing::{highest, lowest};
use test_signals::{DETECTORS, settings};

const SAMPLE_RATE: f64 = 192_000.0;
const BLOCK: usize = 64;

/// More than twice the latency, so that curves are drawn while others are matched.
const FRAMES: usize = 20_480;

/// Every block is timed in this many replays, of which the fastest counts: what the block itself
/// costs, it costs in all of them. On a busy machine interruptions by other programs get into a median.
const REPLAYS: usize = 3;

/// All settings and inputs are gone through this many times, because a shared machine may be slower for a
/// minute than in the next.
const ROUNDS: usize = 5;

/// What a block may take: 1 % of its duration.
const ALLOWED_NS: f64 = 0.01 * BLOCK as f64 / SAMPLE_RATE * 1e9;

/// Measures the worst block for each setting, over all the inputs that are hard on the codec.
pub fn measure(report: &mut Report) {
    report.section("worst block", "The worst block", "a minute");
    let mut waves = signals::hostile(FRAMES);
    waves.push(("music".to_owned(), signals::music(FRAMES)));
    for length in 1..=signals::LONGEST {
        waves.push((format!("segments of {length}"), signals::constant(FRAMES, length)));
    }
    waves.push(("silence, then noise".to_owned(), silence_then_noise()));
    let noise = waves.iter().position(|(signal, _)| signal == NOISE).unwrap_or(0);
    let settings = all_settings();
    // The fastest times of each block, by setting and wave.
    let mut fastest = vec![vec![Vec::new(); waves.len()]; settings.len()];
    for _ in 0..ROUNDS {
        for ((_, effect), fastest) in settings.iter().zip(&mut fastest) {
            for ((_, wave), fastest) in waves.iter().zip(fastest) {
                let times = times(wave, *effect);
                if fastest.is_empty() {
                    *fastest = times;
                } else {
                    fastest.iter_mut().zip(times).for_each(|(a, b)| *a = a.min(b));
                }
            }
        }
    }
    let (mut worst_block, mut worst_ratio) = (0.0_f64, 0.0_f64);
    for ((setting, _), fastest) in settings.iter().zip(&fastest) {
        let mean = fastest[noise].iter().sum::<f64>() / fastest[noise].len() as f64;
        let (mut worst, mut on) = (0.0, "");
        for ((signal, _), times) in waves.iter().zip(fastest) {
            let block = highest(times);
            if block > worst {
                (worst, on) = (block, signal);
            }
        }
        worst_block = worst_block.max(worst);
        worst_ratio = worst_ratio.max(worst / mean);
        report.add(NOISE, setting, "mean block", mean / 1000.0, "µs");
        report.add(on, setting, "worst block", worst / 1000.0, "µs");
    }
    report.goal(
        "worst block of 64, stereo, 192 kHz, against its deadline",
        &format!("{:.1} µs, {:.2} %", worst_block / 1000.0, worst_block / ALLOWED_NS),
        "≤ 1 %",
        worst_block <= ALLOWED_NS,
    );
    report.goal(
        "the same against white noise's mean block",
        &format!("{worst_ratio:.1} ×"),
        "≤ 4 ×",
        worst_ratio <= 4.0,
    );
}

/// The name of white noise among the hostile signals.
const NOISE: &str = "white noise";

/// What is measured: each detector with few and many points and with few and many curves, and everything
/// that shapes the sound at once.
fn all_settings() -> Vec<(String, EffectSettings)> {
    let mut all = Vec::new();
    for (name, detector, steps) in DETECTORS {
        let by_points = [16, 64].map(|points| (points, CURVE_COUNT));
        // All of them are in the line before.
        let by_curves = signals::CURVES.map(|curves| (16, curves));
        let by_curves = by_curves.into_iter().filter(|&(_, curves)| curves != CURVE_COUNT);
        let original = EffectSettings {
            threshold: settings(detector, steps).threshold,
            detector,
            ..EffectSettings::original()
        };
        for (points, curves) in by_points.into_iter().chain(by_curves) {
            let setting = format!("{name}, {points} points, {curves} curves");
            all.push((setting, EffectSettings { points, curves, ..original }));
        }
        for looping in [0.0, 1.0] {
            let everything = EffectSettings::from_values(|control| match control {
                Control::Detector => f64::from(detector as u8),
                Control::Points => 64.0,
                Control::Stereo | Control::Zoom | Control::LevelScale | Control::LossMode => 1.0,
                Control::Flats | Control::AutoGain => 1.0,
                Control::Follow | Control::Edge | Control::Mix => 50.0,
                Control::Levels => 6.0,
                Control::Loss => 30.0,
                Control::LossRun => 2.0,
                Control::Loop => looping,
                Control::Input | Control::Output => 3.0,
                _ => control.spec().default,
            });
            let looping = if looping > 0.0 { ", loop" } else { "" };
            let threshold = original.threshold;
            let everything = EffectSettings { threshold, ..everything };
            all.push((format!("{name}, everything on{looping}"), everything));
        }
    }
    all
}

/// Silence for longer than the latency, and then the hardest work all at once.
fn silence_then_noise() -> Vec<f64> {
    let mut wave = signals::noise(FRAMES);
    wave[..FRAMES / 2].fill(0.0);
    wave
}

/// Nanoseconds of each block.
fn times(wave: &[f64], settings: EffectSettings) -> Vec<f64> {
    let wave: Vec<f32> = wave.iter().map(|&x| x as f32).collect();
    let mut effect = Effect::new(&Codebook::standard(), SAMPLE_RATE, 2, Latency::default());
    effect.set(settings);
    let mut replays = vec![Vec::new(); FRAMES / BLOCK];
    for _ in 0..REPLAYS {
        effect.reset();
        for (times, block) in replays.iter_mut().zip(wave.chunks_exact(BLOCK)) {
            let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
            left.copy_from_slice(block);
            // Quieter, so that there is a side as well as a mid.
            right.iter_mut().zip(block).for_each(|(right, left)| *right = 0.5 * left);
            let start = Instant::now();
            effect.process(black_box(&mut [&mut left, &mut right]), &mut ());
            times.push(start.elapsed().as_nanos() as f64);
        }
    }
    replays.iter().map(|times| lowest(times)).collect()
}
