//! Matching alone, by the length of the segment.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use extrema::codec::matching::Resampler;
use extrema::codec::{CURVE_COUNT, Codebook};

use crate::signals;

/// Segments a measurement goes through, more than a branch predictor learns by heart.
const SEGMENTS: usize = 4096;

/// Longer than the most points there are.
const LONG: usize = 100;

pub fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("match");
    group.throughput(Throughput::Elements(SEGMENTS as u64));
    for length in 1..=64 {
        let wave = signals::constant(SEGMENTS * length, length);
        let id = BenchmarkId::new("all points, by length", length);
        group.bench_with_input(id, &wave, |b, wave| b.iter(|| scan(wave, length, 64, CURVE_COUNT)));
    }
    for length in [2, 3, 4, 8, 16] {
        let wave = signals::constant(SEGMENTS * length, length);
        for curves in signals::CURVES {
            let id = BenchmarkId::new(format!("length {length}, by curves"), curves);
            group.bench_with_input(id, &wave, |b, wave| b.iter(|| scan(wave, length, 64, curves)));
        }
    }
    let wave = signals::constant(SEGMENTS * LONG, LONG);
    for points in [2, 3, 4, 8, 16, 24, 32, 48, 64] {
        let id = BenchmarkId::new("length 100, by points", points);
        group.bench_with_input(id, &wave, |b, wave| {
            b.iter(|| scan(wave, LONG, points, CURVE_COUNT))
        });
    }
    for length in [3, 4, 8, 16] {
        let wave = signals::ties(SEGMENTS * length, length);
        let id = BenchmarkId::new("ties, by length", length);
        group.bench_with_input(id, &wave, |b, wave| b.iter(|| scan(wave, length, 64, CURVE_COUNT)));
    }
    group.finish();
}

/// Matches all segments of a wave, which are of one length, with the first `curves` curves.
fn scan(wave: &[f64], length: usize, points: u8, curves: u8) {
    let codebook = Codebook::standard();
    let matcher = codebook.matcher();
    let mut resampler = Resampler::new();
    let mut start = 0.0;
    for segment in black_box(wave).chunks_exact(length) {
        let end = segment[length - 1];
        let samples = resampler.sample_points(segment, points);
        black_box(matcher.closest(samples, start, end, curves));
        start = end;
    }
}
