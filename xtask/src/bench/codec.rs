//! Encoder and decoder in this process, on one thread.

use std::hint::black_box;

use anyhow::Result;
use extrema::codec::{Codebook, Decoder, Detector, Encoder, Record, Settings, Threshold};

use super::document::{Row, Section};
use super::signals;
use super::timing::{highest, median, nanoseconds};
use super::tracks::Track;

/// The detectors, with thresholds from none to one that is heard.
pub const DETECTORS: [(&str, Detector, f64); 3] = [
    ("slope, threshold off", Detector::Slope, 0.0),
    ("slope, threshold 50", Detector::Slope, 50.0),
    ("peak, threshold 200", Detector::Peak, 200.0),
];

/// Samples of a hostile signal.
const FRAMES: usize = 200_000;

/// Records by stream.
type Records = Vec<Vec<Record>>;

/// Settings with a detector and a threshold in 16-bit steps.
pub fn settings(detector: Detector, steps: f64) -> Settings {
    Settings { detector, threshold: Threshold::from_steps(steps), ..Settings::default() }
}

/// Nanoseconds per sample that encoding takes, and the records.
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

/// Nanoseconds per sample that decoding takes.
pub fn decode(records: &Records) -> Result<f64> {
    /// Records in a chunk of a file.
    const CHUNK: usize = 4096;
    /// Frames that are read at a time, as the command line does.
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

/// The goals for ns per sample, and a table by detector and kind of input.
pub fn measure(tracks: &[Track], goals: &mut Vec<Row>) -> Result<Section> {
    let mut section = Section::new(
        "Encoder and decoder",
        &["input", "settings", "encode, median", "worst", "decode, median", "worst"],
    );
    let floats: Vec<_> = tracks.iter().map(Track::as_float).collect();
    let (mut medians, mut worst) = ([0.0_f64; 2], 0.0_f64);
    for (name, detector, steps) in DETECTORS {
        let settings = settings(detector, steps);
        for (kind, tracks) in [("tracks, 16-bit", tracks), ("tracks, float", &floats)] {
            let (mut encoding, mut decoding) = (Vec::new(), Vec::new());
            for track in tracks {
                let (time, records) = encode(&track.slices(), track.sample_rate, settings)?;
                encoding.push(time);
                decoding.push(decode(&records)?);
            }
            section.times(kind, name, &encoding, &decoding);
            medians[0] = medians[0].max(median(&encoding));
            medians[1] = medians[1].max(median(&decoding));
            worst = worst.max(highest(&encoding));
        }
        let constant = (1..=signals::LONGEST)
            .map(|length| ("segments of 1 to 128".to_owned(), signals::constant(FRAMES, length)));
        let mut constants = (Vec::new(), Vec::new());
        for (signal, wave) in signals::hostile(FRAMES).into_iter().chain(constant) {
            let (time, records) = encode(&[&wave], signals::SAMPLE_RATE, settings)?;
            let (encoding, decoding) = ([time], [decode(&records)?]);
            if signal.starts_with("segments") {
                constants.0.extend(encoding);
                constants.1.extend(decoding);
            } else {
                section.times(&signal, name, &encoding, &decoding);
            }
        }
        section.times("segments of 1 to 128", name, &constants.0, &constants.1);
    }
    let ns = |x: f64| format!("{x:.1} ns");
    goals.extend([
        Row::new(
            "encode, per sample, median over tracks",
            ns(medians[0]),
            "≤ 6 ns",
            medians[0] <= 6.0,
        ),
        Row::new(
            "decode, per sample, median over tracks",
            ns(medians[1]),
            "≤ 1.5 ns",
            medians[1] <= 1.5,
        ),
        Row::new("encode, per sample, worst track", ns(worst), "≤ 12 ns", worst <= 12.0),
    ]);
    Ok(section)
}

/// Nanoseconds per sample by segment length: encoded by either detector, and decoded.
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
