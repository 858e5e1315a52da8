//! Encoder and decoder in this process, on one thread.

use std::hint::black_box;

use anyhow::Result;
use extrema::codec::{Codebook, Decoder, Detector, Encoder, Record, Settings};
use test_signals::{DETECTORS, settings};

use super::report::Report;
use super::signals;
use super::timing::{highest, median, nanoseconds};
use super::tracks::Track;

/// Length of the synthetic inputs, in samples.
const FRAMES: usize = 200_000;

/// The records of each stream.
type Records = Vec<Vec<Record>>;

/// Encodes, and returns the nanoseconds per sample and the records.
pub fn encode(channels: &[&[f64]], rate: f64, settings: Settings) -> Result<(f64, Records)> {
    let samples: usize = channels.iter().map(|channel| channel.len()).sum();
    let mut records: Records =
        channels.iter().map(|channel| Vec::with_capacity(channel.len() + 1)).collect();
    let time = nanoseconds(|| {
        records.iter_mut().for_each(Vec::clear);
        let mut encoder = Encoder::offline(&Codebook::standard(), settings, rate, channels.len());
        let mut keep = |stream: usize, more: &[Record]| records[stream].extend_from_slice(more);
        encoder.process(black_box(channels), &mut keep);
        encoder.finish(&mut keep);
    })?;
    Ok((time / samples as f64, records))
}

/// Decodes, and returns the nanoseconds per sample.
pub fn decode(records: &Records) -> Result<f64> {
    /// Records in a chunk of an `.extrema` file.
    const CHUNK: usize = 4096;
    /// Frames read at a time, as by the command line.
    const BLOCK: usize = 8192;
    let length = |record: &Record| u64::from(record.length());
    let samples: u64 = records.iter().flatten().map(length).sum();
    let mut blocks = vec![vec![0.0; BLOCK]; records.len()];
    let time = nanoseconds(|| {
        let mut decoder = Decoder::new(&Codebook::standard(), records.len());
        let mut streams: Vec<_> =
            black_box(records).iter().map(|records| records.chunks(CHUNK)).collect();
        loop {
            let mut more = false;
            for (stream, chunks) in streams.iter_mut().enumerate() {
                if let Some(chunk) = chunks.next() {
                    decoder.push(stream, chunk);
                    more = true;
                }
            }
            if !more {
                break;
            }
            while decoder.available() > 0 {
                let frames = decoder.available().min(BLOCK);
                let mut out: Vec<_> = blocks.iter_mut().map(|block| &mut block[..frames]).collect();
                decoder.read(&mut out, |_| ());
            }
            black_box(&blocks);
        }
    })?;
    Ok(time / samples as f64)
}

/// Measures all tracks and the inputs that are hardest on the codec, for each detector.
pub fn measure(tracks: &[Track], report: &mut Report) -> Result<()> {
    const UNIT: &str = "ns/sample";
    report.section("codec", "Encoder and decoder", "some seconds a track");
    let floats: Vec<_> = tracks.iter().map(Track::as_float).collect();
    let (mut medians, mut worst) = ([0.0_f64; 2], 0.0_f64);
    for (name, detector, steps) in DETECTORS {
        let settings = settings(detector, steps);
        let mut add = |input: &str, encoding: &[f64], decoding: &[f64]| {
            report.add_spread(input, name, "encode", encoding, UNIT);
            report.add_spread(input, name, "decode", decoding, UNIT);
        };
        for (kind, tracks) in [("tracks, 16-bit", tracks), ("tracks, float", &floats)] {
            let (mut encoding, mut decoding) = (Vec::new(), Vec::new());
            for track in tracks {
                let (time, records) = encode(&track.slices(), track.sample_rate, settings)?;
                encoding.push(time);
                decoding.push(decode(&records)?);
            }
            add(kind, &encoding, &decoding);
            medians[0] = medians[0].max(median(&encoding));
            medians[1] = medians[1].max(median(&decoding));
            worst = worst.max(highest(&encoding));
        }
        for (signal, wave) in signals::hostile(FRAMES) {
            let (time, records) = encode(&[&wave], signals::SAMPLE_RATE, settings)?;
            add(&signal, &[time], &[decode(&records)?]);
        }
        let (mut encoding, mut decoding) = (Vec::new(), Vec::new());
        for length in 1..=signals::LONGEST {
            let wave = signals::constant(FRAMES, length);
            let (time, records) = encode(&[&wave], signals::SAMPLE_RATE, settings)?;
            encoding.push(time);
            decoding.push(decode(&records)?);
        }
        add("segments of 1 to 128", &encoding, &decoding);
    }
    for (what, ns, most) in [
        ("encode, per sample, median over tracks", medians[0], 6.0),
        ("decode, per sample, median over tracks", medians[1], 1.5),
        ("encode, per sample, worst track", worst, 12.0),
    ] {
        report.goal(what, &format!("{ns:.1} ns"), &format!("≤ {most} ns"), ns <= most);
    }
    Ok(())
}

/// Nanoseconds per sample for each segment length: to encode by slope, to encode by peak, to
/// decode.
pub fn by_length() -> Result<[Vec<f64>; 3]> {
    let mut series = [const { Vec::new() }; 3];
    for length in 1..=signals::LONGEST {
        let wave = signals::constant(FRAMES / 4, length);
        let (slope, records) =
            encode(&[&wave], signals::SAMPLE_RATE, settings(Detector::Slope, 0.0))?;
        let (peak, _) = encode(&[&wave], signals::SAMPLE_RATE, settings(Detector::Peak, 200.0))?;
        let [slopes, peaks, decoded] = &mut series;
        slopes.push(slope);
        peaks.push(peak);
        decoded.push(decode(&records)?);
    }
    Ok(series)
}
