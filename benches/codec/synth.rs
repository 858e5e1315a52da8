//! Synthesis alone, by the length of the curve.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use extrema::codec::synth::CurveSynth;
use extrema::codec::{Codebook, Record};

/// The least number of samples drawn in a measurement.
const SAMPLES: usize = 16_384;

pub fn bench(c: &mut Criterion) {
    let codebook = Codebook::standard();
    let tables = codebook.synth_tables();
    let mut group = c.benchmark_group("synthesise");
    for length in [1_usize, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 257, 1024, 4096] {
        let count = SAMPLES.div_ceil(length);
        let mut out = vec![0.0; length];
        group.throughput(Throughput::Elements((count * length) as u64));
        group.bench_function(BenchmarkId::new("curves, by length", length), |b| {
            b.iter(|| {
                for i in 0..count {
                    let ordinal = (i % 255) as u8 + 1;
                    let record = Record::curve(ordinal, length as u16, 20_000);
                    CurveSynth::new(black_box(record), -20_000).draw(tables, black_box(&mut out));
                }
            });
        });
    }
    group.finish();
}
