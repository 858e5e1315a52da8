//! How fast each stage of the codec is: `cargo bench --no-default-features --bench codec`.
//!
//! With `EXTREMA_TRACKS=FOLDER` it also encodes and decodes the WAV files there.

mod effect;
mod matching;
mod segment;
mod stream;
mod synth;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use test_signals as signals;
use test_signals::{DETECTORS, settings};

/// Short measurements, because there are many; Criterion shows the spread of each.
fn config() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .sample_size(20)
        .nresamples(1000)
}

criterion_group! {
    name = stages;
    config = config();
    targets = segment::bench, matching::bench, synth::bench, stream::bench, effect::bench
}
criterion_main!(stages);
