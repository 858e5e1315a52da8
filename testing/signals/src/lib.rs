//! Deterministic signals for tests and benchmarks: music-like ones, and those that are hardest on
//! the codec. All arithmetic is `libm`'s, so they are the same to the bit on every machine, and the
//! hashes in `tests/codec/identity.rs` depend on them.

pub mod clock;

use std::f64::consts::{PI, TAU};

use extrema::codec::{CURVE_COUNT, Codebook, Detector, Settings, Threshold};

/// The sample rate of [`music`].
pub const SAMPLE_RATE: f64 = 44_100.0;

/// The largest `length` that benchmarks pass to [`constant`].
pub const LONGEST: usize = 128;

/// The detectors, with thresholds in 16-bit steps: off, the default, and an audible one.
pub const DETECTORS: [(&str, Detector, f64); 3] = [
    ("slope, threshold off", Detector::Slope, 0.0),
    ("slope, threshold 50", Detector::Slope, 50.0),
    ("peak, threshold 200", Detector::Peak, 200.0),
];

/// Settings with a detector and a threshold in 16-bit steps.
pub fn settings(detector: Detector, steps: f64) -> Settings {
    Settings { detector, threshold: Threshold::from_steps(steps), ..Settings::default() }
}

/// How many curves compete in measurements by that: few, all, and both sides of what is all.
pub const CURVES: [u8; 6] = [1, 2, 16, 64, 254, CURVE_COUNT];

/// A reproducible stream of pseudo-random numbers (Marsaglia's xorshift64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Uniformly distributed from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniformly distributed from −1 to 1.
    pub fn sample(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }
}

/// Plucked chords over a bass with a little noise, and a pause after every seventh note: holds,
/// long and short curves, quiet and loud ones.
pub fn chords(sample_rate: f64, frames: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut out = vec![0.0; frames];
    for (index, note) in out.chunks_mut((sample_rate * 0.25) as usize).enumerate() {
        if index % 8 == 7 {
            continue;
        }
        let root = 55.0 * libm::exp2(((index * 5) % 12) as f64 / 12.0);
        for (i, sample) in note.iter_mut().enumerate() {
            let t = i as f64 / sample_rate;
            let partial = |k: i32| {
                let k = f64::from(k);
                0.25 / k * libm::exp(-(1.0 + k) * t) * libm::sin(TAU * (root * k) * t)
            };
            let hiss = 0.003 * random.sample() * libm::exp(-8.0 * t);
            *sample = (1..=9).map(partial).sum::<f64>() + hiss;
        }
    }
    out
}

/// [`chords`] as benchmarks use them.
pub fn music(frames: usize) -> Vec<f64> {
    chords(SAMPLE_RATE, frames, 1)
}

/// A decaying tone with overtones and a pause, over and over; `pitch` is in Hz at 44.1 kHz.
pub fn tone(frames: usize, pitch: f64) -> Vec<f32> {
    let sample = |i: usize| {
        let t = (i % 9000) as f64 / SAMPLE_RATE;
        let partial = |k: i32| libm::sin(TAU * pitch * f64::from(k) * t) / f64::from(k);
        let tone: f64 = (1..6).map(partial).sum();
        if i % 9000 < 8000 { (0.4 * tone * libm::exp(-6.0 * t)) as f32 } else { 0.0 }
    };
    (0..frames).map(sample).collect()
}

/// White noise of a peak amplitude.
pub fn white_noise(frames: usize, peak: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..frames).map(|_| peak * random.sample()).collect()
}

/// White noise at half of full scale.
pub fn noise(frames: usize) -> Vec<f64> {
    white_noise(frames, 0.5, 2)
}

/// A sawtooth with a period of 8 samples.
pub fn sawtooth(frames: usize) -> Vec<f64> {
    (0..frames).map(|i| 0.2 * (i % 8) as f64 - 0.7).collect()
}

/// Segments of a constant length, alternately rising and falling, with random ends and curvature.
pub fn constant(frames: usize, length: usize) -> Vec<f64> {
    let mut random = Random::new(3);
    segments(frames, length, move |end| {
        // Beyond 1/π the segment would have an extremum of its own and be cut there.
        let bend = 0.6 * (random.unit() - 0.5);
        let level = end * (0.3 + 0.6 * random.unit());
        (level, move |t: f64| t + bend * libm::sin(PI * t))
    })
}

/// Segments of a constant length, at least 3, midway between two curves, so that only the exact
/// search can decide which is closer.
pub fn ties(frames: usize, length: usize) -> Vec<f64> {
    let shape = |ordinal: u8| -> Vec<f64> {
        (0..=length as u32)
            .map(|i| Codebook::standard().curves().value(ordinal, i, length as u32))
            .collect()
    };
    let shapes: Vec<_> = (1..=CURVE_COUNT).map(shape).collect();
    let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
    let midway = |a: &Vec<f64>| {
        let apart: Vec<(f64, &Vec<f64>)> = shapes.iter().map(|b| (distance(a, b), b)).collect();
        let (_, b) = *apart
            .iter()
            .filter(|(distance, _)| *distance > 1e-9)
            .min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let middle: Vec<f64> = a.iter().zip(b).map(|(a, b)| 0.5 * (a + b)).collect();
        // Shapes that are not monotonic would be cut into shorter segments.
        middle.windows(2).all(|pair| pair[1] - pair[0] > 0.01 / length as f64).then_some(middle)
    };
    let middles: Vec<_> = shapes.iter().filter_map(midway).collect();
    let mut random = Random::new(4);
    segments(frames, length, move |end| {
        let middle = middles[random.bits() as usize % middles.len()].clone();
        // The segment must end on a 16-bit level, or quantising would break the tie.
        let level = end * (0.3 + 0.6 * random.unit());
        let level = (level * 32767.0).round() / 32767.0;
        (level, move |t: f64| middle[(t * length as f64).round() as usize])
    })
}

/// Joins segments: `next` gets 1 and −1 in turn, and returns the level to end on and a shape from 0
/// to 1 that leads there.
fn segments<S: Fn(f64) -> f64>(
    frames: usize,
    length: usize,
    mut next: impl FnMut(f64) -> (f64, S),
) -> Vec<f64> {
    let (mut start, mut side) = (0.0, 1.0);
    let mut out = vec![0.0; frames];
    for segment in out.chunks_mut(length) {
        let (end, shape) = next(side);
        for (sample, i) in segment.iter_mut().zip(1..) {
            *sample = start + (end - start) * shape(f64::from(i) / length as f64);
        }
        (start, side) = (end, -side);
    }
    out
}

/// The inputs that cost the codec most, with their names, apart from [`constant`] ones.
pub fn hostile(frames: usize) -> Vec<(String, Vec<f64>)> {
    let mut all = vec![
        ("white noise".to_owned(), noise(frames)),
        ("sawtooth of period 8".to_owned(), sawtooth(frames)),
    ];
    for length in [3, 4, 5, 7, 8, 16, 32] {
        all.push((format!("ties of length {length}"), ties(frames, length)));
    }
    all
}
