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
use extrema::codec::{Detector, Settings, Threshold};
use test_signals as signals;

/// The detectors, with thresholds in 16-bit steps: off, the default, and an audible one.
const DETECTORS: [(&str, Detector, f64); 3] = [
    ("slope, threshold off", Detector::Slope, 0.0),
    ("slope, threshold 50", Detector::Slope, 50.0),
    ("peak, threshold 200", Detector::Peak, 200.0),
];

/// Settings with a detector and a threshold in 16-bit steps.
fn settings(detector: Detector, steps: f64) -> Settings {
    Settings { detector, threshold: Threshold::from_steps(steps), ..Settings::default() }
}

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
