//! Segmentation alone.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use extrema::codec::Codebook;
use extrema::codec::segment::{Segmenter, SegmenterParams};

use crate::{DETECTORS, settings, signals};

/// A thousand blocks of 128 samples.
const FRAMES: usize = 128_000;

pub fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("segment");
    group.throughput(Throughput::Elements(FRAMES as u64));
    let waves = [
        ("music", signals::music(FRAMES)),
        ("white noise", signals::noise(FRAMES)),
        ("sawtooth of period 8", signals::sawtooth(FRAMES)),
    ];
    for (name, detector, steps) in DETECTORS {
        let settings = settings(detector, steps);
        let params = SegmenterParams::new(&settings, signals::SAMPLE_RATE);
        for (signal, wave) in &waves {
            group.bench_with_input(BenchmarkId::new(name, signal), wave, |b, wave| {
                b.iter(|| {
                    let mut segmenter = Segmenter::new(detector, &Codebook::standard());
                    let mut segments = Vec::new();
                    for block in black_box(wave).chunks(128) {
                        segments.clear();
                        segmenter.process(block, &params, &mut segments);
                        black_box(&segments);
                    }
                });
            });
        }
    }
    group.finish();
}
