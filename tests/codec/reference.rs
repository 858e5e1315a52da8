//! The records against an independent reference.
//!
//! `tests/reference/reference.py` was written from the definition of the algorithm and shares
//! nothing with this crate but the table of curves. Cuts, lengths and ends must be equal, and every
//! ordinal as good as the best; decoded samples must agree within 1e-12.

use crate::common;

use std::path::{Path, PathBuf};
use std::process::Command;

use extrema::codec::{Detector, HoldMerger, MaxLength, Record, Settings, Threshold, sanitise};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");
const CODEBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/codec/codebook1.csv");

/// How samples are stored in the file that the reference reads.
#[derive(Clone, Copy)]
enum Stored {
    Int16,
    Float32,
}

/// Writes a WAV file and returns the samples it holds as the codec takes them.
fn store(path: &Path, wave: &[f64], sample_rate: u32, stored: Stored) -> Vec<f64> {
    let (bits_per_sample, sample_format) = match stored {
        Stored::Int16 => (16, hound::SampleFormat::Int),
        Stored::Float32 => (32, hound::SampleFormat::Float),
    };
    let spec = hound::WavSpec { channels: 1, sample_rate, bits_per_sample, sample_format };
    let mut writer = hound::WavWriter::create(path, spec).expect("a WAV file");
    let samples = match stored {
        Stored::Int16 => {
            let wave = common::to_16_bit(wave);
            for x in &wave {
                writer.write_sample((x * 32767.0).round() as i16).expect("a sample");
            }
            wave
        }
        Stored::Float32 => {
            let wave = common::to_f32(wave);
            for &x in &wave {
                writer.write_sample(x).expect("a sample");
            }
            wave.iter().map(|&x| f64::from(x)).collect()
        }
    };
    writer.finalize().expect("a finished file");
    samples
}

/// Encodes a file's samples and lets the reference judge the records and what they decode to.
fn judge(
    wav: &Path,
    samples: &[f64],
    sample_rate: f64,
    settings: Settings,
    milliseconds: Option<f64>,
) {
    let clean: Vec<f64> = samples.iter().map(|&x| sanitise(x)).collect();
    let records = common::encode(&[&clean], sample_rate, settings);
    let decoded = common::decode(&records);
    assert_eq!(decoded[0].len(), samples.len());

    let mut merger = HoldMerger::default();
    let mut merged: Vec<Record> = Vec::new();
    for &record in &records[0] {
        merged.extend(merger.push(record));
    }
    merged.extend(merger.finish());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let raw = folder.path().join("records.raw");
    let bytes: Vec<u8> = merged.iter().flat_map(|record| record.to_bytes()).collect();
    std::fs::write(&raw, bytes).expect("the raw stream");
    let out = folder.path().join("decoded.f64");
    let bytes: Vec<u8> = decoded[0].iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(&out, bytes).expect("the decoded samples");

    let mut command = Command::new("python3");
    command.arg("reference.py").current_dir(FOLDER);
    command.arg("check").arg(wav).arg(&raw).args(["--curves-csv", CODEBOOK, "--strict-ties"]);
    command.arg("--decoded").arg(&out);
    command.arg("--threshold").arg(settings.threshold.steps().to_string());
    command.arg("--points").arg(settings.points.to_string());
    command.arg("--curves").arg(settings.curves.to_string());
    command.arg("--detector").arg(match settings.detector {
        Detector::Slope => "slope",
        Detector::Peak => "peak",
    });
    if let Some(milliseconds) = milliseconds {
        command.arg("--longest").arg(milliseconds.to_string());
    }
    let result = command.output().expect("python3 runs");
    let said = String::from_utf8_lossy(&result.stdout);
    let errors = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "{settings:?}\n{said}{errors}");
    println!("{}", said.trim());
}

/// Judges a wave at every setting that the two detectors tell apart.
fn judge_all(wave: &[f64], sample_rate: u32, stored: Stored) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wav = folder.path().join("wave.wav");
    let samples = store(&wav, wave, sample_rate, stored);
    let base = Settings::default();
    let steps = Threshold::from_steps;
    let rate = f64::from(sample_rate);
    for detector in [Detector::Slope, Detector::Peak] {
        for (threshold, points, curves, milliseconds) in [
            (Threshold::OFF, 16, 255, None),
            (steps(50.0), 16, 255, Some(46.4)),
            (steps(200.0), 64, 40, Some(3.3)),
            (steps(1000.0), 5, 255, Some(0.5)),
            (steps(4000.5), 2, 3, Some(0.1)),
        ] {
            let longest = milliseconds
                .map_or(MaxLength::FORMAT, |bound| MaxLength::milliseconds(bound, rate));
            let settings =
                Settings { threshold, points, curves, detector, max_length: longest, ..base };
            judge(&wav, &samples, rate, settings, milliseconds);
        }
    }
}

#[test]
fn music_16_bit() {
    judge_all(&common::music(44_100.0, 1.5, 1), 44_100, Stored::Int16);
}

#[test]
fn music_float_at_96_khz() {
    judge_all(&common::music(96_000.0, 0.5, 2), 96_000, Stored::Float32);
}

#[test]
fn noise_16_bit() {
    judge_all(&common::noise(8_000, 0.8, 3), 44_100, Stored::Int16);
}

#[test]
fn clipped_noise_and_silence_float() {
    let mut wave = common::noise(4_000, 2.5, 4);
    wave.extend(vec![0.0; 3_000]);
    wave.extend((0..20_000).map(|i| 0.9 * libm::sin(f64::from(i) * 0.0007)));
    wave.extend((0..3_000).map(|i| f64::from(i) * 1e-5));
    judge_all(&wave, 48_000, Stored::Float32);
}

/// The peak detector calls the wave flat 5 ms, 220 samples here, after an extreme: a fall one sample
/// earlier or later makes another cut.
#[test]
fn plateaus_about_as_long_as_the_pause() {
    let mut wave = Vec::new();
    for plateau in 215..226 {
        wave.extend((0..40).map(|i| f64::from(i) / 50.0));
        wave.extend(vec![0.78; plateau]);
        wave.extend((0..30).map(|i| 0.5 - f64::from(i) / 50.0));
        wave.extend(vec![-0.1; plateau]);
    }
    judge_all(&wave, 44_100, Stored::Int16);
}

/// Speech from a real recording: `EXTREMA_SPEECH`, which `cargo xtask test` fetches and names.
#[test]
fn speech() {
    let Some(path) = std::env::var_os("EXTREMA_SPEECH").map(PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none(), "EXTREMA_SPEECH names no recording");
        println!("skipped: EXTREMA_SPEECH names no recording; `cargo xtask test` fetches one");
        return;
    };
    let mut reader = hound::WavReader::open(&path).expect("a WAV file");
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.bits_per_sample), (1, 16), "{}", path.display());
    let wave: Vec<f64> = reader
        .samples::<i16>()
        .map(|sample| f64::from(sample.expect("a sample")) / 32767.0)
        .collect();
    judge_all(&wave, spec.sample_rate, Stored::Int16);
}

/// The reference is held to hand-computed cases of its own.
#[test]
fn the_reference_itself() {
    let mut command = Command::new("python3");
    command.args(["-m", "unittest", "-q", "test_reference"]).current_dir(FOLDER);
    let result = command.output().expect("python3 runs");
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
}
