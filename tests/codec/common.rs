//! Signals and helpers that several tests share.

use extrema::codec::matching::Resampler;
use extrema::codec::{Codebook, Decoder, Encoder, Record, Settings, level_to_sample};

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

    /// Evenly distributed from −1 to 1.
    pub fn sample(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// Plucked chords over a bass, with a little noise and a pause at the end of every phrase: holds,
/// long and short curves, quiet and loud ones. The same values on every machine.
pub fn music(sample_rate: f64, seconds: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let frames = (sample_rate * seconds) as usize;
    let mut out = vec![0.0; frames];
    let note = (sample_rate * 0.25) as usize;
    for (index, chunk) in out.chunks_mut(note).enumerate() {
        if index % 8 == 7 {
            continue;
        }
        let root = 55.0 * libm::exp2(((index * 5) % 12) as f64 / 12.0);
        let partials: Vec<_> = (1..=9)
            .map(|k| (root * f64::from(k), 0.25 / f64::from(k), 1.0 + f64::from(k)))
            .collect();
        for (i, sample) in chunk.iter_mut().enumerate() {
            let t = i as f64 / sample_rate;
            let tone: f64 = partials
                .iter()
                .map(|(frequency, level, decay)| {
                    level * libm::exp(-decay * t) * libm::sin(std::f64::consts::TAU * frequency * t)
                })
                .sum();
            *sample = tone + 0.003 * random.sample() * libm::exp(-8.0 * t);
        }
    }
    out
}

/// White noise of the given peak.
pub fn noise(frames: usize, peak: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..frames).map(|_| peak * random.sample()).collect()
}

/// Rounds to what a 16-bit file holds.
pub fn to_16_bit(wave: &[f64]) -> Vec<f64> {
    wave.iter().map(|x| (x * 32767.0).round().clamp(-32768.0, 32767.0) / 32767.0).collect()
}

/// Rounds to what a float file or a host holds.
pub fn to_f32(wave: &[f64]) -> Vec<f32> {
    wave.iter().map(|&x| x as f32).collect()
}

/// Encodes channels and returns the records of each stream, unmerged.
pub fn encode(channels: &[&[f64]], sample_rate: f64, settings: Settings) -> Vec<Vec<Record>> {
    let mut encoder =
        Encoder::offline(&Codebook::standard(), settings, sample_rate, channels.len());
    let mut records = vec![Vec::new(); channels.len()];
    let mut keep = |stream: usize, more: &[Record]| records[stream].extend_from_slice(more);
    encoder.process(channels, &mut keep);
    encoder.finish(&mut keep);
    records
}

/// Decodes the records of each stream.
pub fn decode(records: &[Vec<Record>]) -> Vec<Vec<f64>> {
    let mut decoder = Decoder::new(&Codebook::standard(), records.len());
    for (stream, records) in records.iter().enumerate() {
        decoder.push(stream, records);
    }
    let mut out = vec![vec![0.0; decoder.available()]; records.len()];
    let mut slices: Vec<_> = out.iter_mut().map(Vec::as_mut_slice).collect();
    decoder.read(&mut slices, |_| ());
    out
}

/// Checks that records of a mono wave have the closest of so many curves, and all of its samples.
pub fn expect_closest(wave: &[f64], records: &[Record], points: u8, curves: u8) {
    let (mut from, mut level) = (0, 0);
    let mut resampler = Resampler::new();
    for record in records {
        let (to, end) = (from + record.length() as usize, record.end(level));
        if !record.is_hold() {
            let at = resampler.sample_points(&wave[from..to], points);
            let [start, end] = [level, end].map(level_to_sample);
            let expected = Codebook::standard().matcher().closest(at, start, end, curves);
            assert_eq!(record.ordinal(), expected, "{points} points, sample {from}");
        }
        (from, level) = (to, end);
    }
    assert_eq!(from, wave.len());
}
