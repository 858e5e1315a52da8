//! The instruments of the demo piece. All arithmetic is our own or `libm`'s, so that the piece is
//! the same on every machine.

use std::f64::consts::TAU;

/// In Hz.
pub const SAMPLE_RATE: f64 = 44_100.0;

/// A note: frequency in Hz, how long it is held in seconds, and loudness from 0 to 1.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    pub frequency: f64,
    pub held: f64,
    pub velocity: f64,
}

/// The frequency of a MIDI key.
pub fn frequency(key: f64) -> f64 {
    440.0 * libm::exp2((key - 69.0) / 12.0)
}

/// The times of so many seconds of samples.
fn times(seconds: f64) -> impl Iterator<Item = f64> {
    (0..(seconds * SAMPLE_RATE) as usize).map(|i| i as f64 / SAMPLE_RATE)
}

/// Rises in `attack` seconds, and after `held` falls away with the time constant `release`.
fn gate(t: f64, attack: f64, held: f64, release: f64) -> f64 {
    let rise = (t / attack).min(1.0);
    let fall = if t > held { libm::exp((held - t) / release) } else { 1.0 };
    rise * fall
}

/// A two-pole low-pass filter.
#[derive(Default)]
struct LowPass {
    state: [f64; 2],
}

impl LowPass {
    /// Filters a sample at a cutoff in Hz; a lower damping resonates more.
    fn next(&mut self, x: f64, cutoff: f64, damping: f64) -> f64 {
        let g = libm::tan(TAU / 2.0 * cutoff.min(18_000.0) / SAMPLE_RATE);
        let [a, b] = self.state;
        let band = (a + g * (x - b)) / (1.0 + g * (g + damping));
        let low = b + g * band;
        self.state = [2.0 * band - a, 2.0 * low - b];
        low
    }
}

/// A sawtooth whose steps are rounded off, so that it does not alias audibly.
#[derive(Default)]
struct Saw {
    phase: f64,
}

impl Saw {
    fn next(&mut self, frequency: f64) -> f64 {
        let step = frequency / SAMPLE_RATE;
        self.phase = (self.phase + step).fract();
        let p = self.phase;
        let correction = if p < step {
            let x = p / step;
            x + x - x * x - 1.0
        } else if p > 1.0 - step {
            let x = (p - 1.0) / step;
            x * x + x + x + 1.0
        } else {
            0.0
        };
        2.0 * p - 1.0 - correction
    }
}

/// Noise from a generator of our own.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// From −1 to 1.
    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// An electric piano: a sine that bends another, brighter when struck hard, and a short tine.
pub fn piano(note: Note) -> Vec<f64> {
    let Note { frequency, held, velocity } = note;
    let sample = |t: f64| {
        let body = libm::exp(-t / 1.4) * gate(t, 0.002, held, 0.12);
        let bend = (0.4 + 1.6 * velocity) * libm::exp(-t / 0.35);
        let angle = TAU * frequency * t;
        let tine = 0.12 * velocity * libm::exp(-t / 0.06) * libm::sin(14.0 * angle);
        velocity * body * (libm::sin(angle + bend * libm::sin(angle)) + tine)
    };
    times(held + 0.8).map(sample).collect()
}

/// A bass: a sawtooth behind a filter that closes, and the fundamental below it.
pub fn bass(note: Note) -> Vec<f64> {
    let Note { frequency, held, velocity } = note;
    let (mut saw, mut filter) = (Saw::default(), LowPass::default());
    let sample = |t: f64| {
        let cutoff = 140.0 + 1500.0 * velocity * libm::exp(-t / 0.09);
        let bright = filter.next(saw.next(frequency), cutoff, 0.9);
        let deep = libm::sin(TAU * frequency * t);
        velocity * gate(t, 0.004, held, 0.035) * (0.75 * bright + 0.55 * deep)
    };
    times(held + 0.25).map(sample).collect()
}

/// A lead: two sawtooths slightly apart, a filter that opens, and a vibrato that comes late.
pub fn lead(note: Note) -> Vec<f64> {
    let Note { frequency, held, velocity } = note;
    let (mut low, mut high, mut filter) = (Saw::default(), Saw::default(), LowPass::default());
    let sample = |t: f64| {
        let depth = 0.006 * ((t - 0.18) / 0.3).clamp(0.0, 1.0);
        let pitch = frequency * (1.0 + depth * libm::sin(TAU * 5.4 * t));
        let both = low.next(pitch * 0.9975) + high.next(pitch * 1.0025);
        let opening = 1.0 - libm::exp(-t / 0.05);
        let cutoff = 500.0 + frequency * (1.2 + 3.0 * velocity * opening * libm::exp(-t / 0.9));
        0.5 * velocity * gate(t, 0.012, held, 0.08) * filter.next(both, cutoff, 0.7)
    };
    times(held + 0.5).map(sample).collect()
}

/// A bass drum: a sine that falls from a click to a thump.
pub fn kick(velocity: f64) -> Vec<f64> {
    let mut phase = 0.0;
    let sample = |t: f64| {
        phase += (46.0 + 190.0 * libm::exp(-t / 0.022)) / SAMPLE_RATE;
        velocity * gate(t, 0.0008, 0.0, 0.13) * libm::sin(TAU * phase)
    };
    times(0.75).map(sample).collect()
}

/// A snare drum: a short tone and filtered noise.
pub fn snare(velocity: f64, seed: u64) -> Vec<f64> {
    let (mut noise, mut dark) = (Noise::new(seed), LowPass::default());
    let sample = |t: f64| {
        let tone = libm::sin(TAU * 188.0 * t) * libm::exp(-t / 0.05);
        let raw = dark.next(noise.next(), 7_500.0, 1.2);
        velocity * (t / 0.0006).min(1.0) * (0.5 * tone + 0.6 * raw * libm::exp(-t / 0.085))
    };
    times(0.6).map(sample).collect()
}

/// A hi-hat: the top of noise, short or, when open, longer.
pub fn hat(velocity: f64, open: bool, seed: u64) -> Vec<f64> {
    let (mut noise, mut below) = (Noise::new(seed), LowPass::default());
    let length = if open { 0.11 } else { 0.028 };
    let sample = |t: f64| {
        let raw = noise.next();
        let top = raw - below.next(raw, 7_000.0, 1.4);
        velocity * (t / 0.0004).min(1.0) * libm::exp(-t / length) * top
    };
    times(8.0 * length).map(sample).collect()
}
