//! Helpers that several tests share.

use extrema::codec::matching::Resampler;
use extrema::codec::{Codebook, Decoder, Encoder, Record, Settings, level_to_sample};

pub use test_signals::{Random, white_noise as noise};

/// Plucked chords at any sample rate.
pub fn music(sample_rate: f64, seconds: f64, seed: u64) -> Vec<f64> {
    test_signals::chords(sample_rate, (sample_rate * seconds) as usize, seed)
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
