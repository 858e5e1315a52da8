//! The whole effect as a host calls it: by block size, and with the inputs that are hardest on it.

use criterion::{BenchmarkId, Criterion, Throughput};
use extrema::codec::Codebook;
use extrema::effect::{Effect, EffectSettings, Latency};

use crate::{DETECTORS, settings, signals};

/// A whole number of every block size.
const FRAMES: usize = 40_960;

/// The highest common sample rate, and the block that leaves least time.
const HIGH_RATE: f64 = 192_000.0;
const SMALL_BLOCK: usize = 64;

pub fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("effect");
    group.throughput(Throughput::Elements(2 * FRAMES as u64));
    let music = to_f32(&signals::music(FRAMES));
    for block in [1, 16, 64, 512, 4096] {
        let id = BenchmarkId::new("stereo music, by block", block);
        group.bench_with_input(id, &music, |b, wave| {
            let mut effect =
                Effect::new(&Codebook::standard(), signals::SAMPLE_RATE, 2, Latency::default());
            b.iter(|| play(&mut effect, wave, block));
        });
    }
    let mut waves = signals::hostile(FRAMES);
    for length in [1, 2, 3, 8, signals::LONGEST] {
        waves.push((format!("segments of {length}"), signals::constant(FRAMES, length)));
    }
    for (name, detector, steps) in DETECTORS {
        for (signal, wave) in &waves {
            let id = BenchmarkId::new(format!("blocks of 64 at 192 kHz, {name}"), signal);
            group.bench_with_input(id, &to_f32(wave), |b, wave| {
                let mut effect =
                    Effect::new(&Codebook::standard(), HIGH_RATE, 2, Latency::default());
                let threshold = settings(detector, steps).threshold;
                effect.set(EffectSettings { threshold, detector, ..EffectSettings::original() });
                b.iter(|| play(&mut effect, wave, SMALL_BLOCK));
            });
        }
    }
    group.finish();
}

/// Plays the wave on both channels, in blocks.
fn play(effect: &mut Effect, wave: &[f32], block: usize) {
    let (mut left, mut right) = (wave.to_vec(), wave.to_vec());
    for (left, right) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
        effect.process(&mut [left, right], &mut ());
    }
}

fn to_f32(wave: &[f64]) -> Vec<f32> {
    wave.iter().map(|&x| x as f32).collect()
}
