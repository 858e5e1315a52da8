//! The records against an independent reference.
//!
//! `tests/reference/reference.py` was written from the definition of the algorithm and shares
//! nothing with this crate but the table of curves. Cuts, lengths and ends must be equal, and every
//! ordinal as good as the best; decoded samples must agree within 1e-12.

use crate::common;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use extrema::codec::{
    Codebook, Detector, Encoder, Flats, HoldMerger, LevelScale, Levels, LossMode, MaxLength,
    Record, Settings, Share, Threshold, sanitise,
};

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

/// The samples with Loop switched on before the first of `looped`, and off before its end.
fn encode(
    samples: &[f64],
    sample_rate: f64,
    settings: Settings,
    looped: Range<usize>,
) -> Vec<Record> {
    let (on, off) = (looped.start.min(samples.len()), looped.end.min(samples.len()));
    let mut encoder = Encoder::offline(&Codebook::standard(), settings, sample_rate, 1);
    let mut records = Vec::new();
    let mut keep = |_: usize, more: &[Record]| records.extend_from_slice(more);
    for (samples, looping) in
        [(&samples[..on], false), (&samples[on..off], true), (&samples[off..], false)]
    {
        if !samples.is_empty() {
            encoder.set(Settings { looping, ..settings });
            encoder.process(&[samples], &mut keep);
        }
    }
    encoder.finish(&mut keep);
    records
}

/// A share in percent, as text.
fn percent(share: Share) -> String {
    (f64::from(share.thousandths()) / 10.0).to_string()
}

/// Encodes a file's samples and lets the reference judge the records and what they decode to. Loop is
/// on for the samples `looped`, with a length in milliseconds.
fn judge(
    wav: &Path,
    samples: &[f64],
    sample_rate: f64,
    settings: Settings,
    milliseconds: Option<f64>,
    (looped, length_ms): (Range<usize>, f64),
) {
    let clean: Vec<f64> = samples.iter().map(|&x| sanitise(x)).collect();
    let records = [encode(&clean, sample_rate, settings, looped.clone())];
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
        Detector::Best => "best",
    });
    if let Some(milliseconds) = milliseconds {
        command.arg("--longest").arg(milliseconds.to_string());
    }
    command.arg("--follow").arg(percent(settings.follow));
    command.arg("--flats").arg(match settings.flats {
        Flats::Hold => "hold",
        Flats::Draw => "draw",
    });
    command.arg("--zoom").arg(settings.zoom.to_string());
    command.arg("--levels").arg((f64::from(settings.levels.tenths_of_bits) / 10.0).to_string());
    command.arg("--level-scale").arg(match settings.levels.scale {
        LevelScale::Linear => "linear",
        LevelScale::Logarithmic => "logarithmic",
    });
    if !looped.is_empty() {
        command.arg("--loop").arg(format!("{}:{}", looped.start, looped.end));
        command.arg("--loop-length").arg(length_ms.to_string());
    }
    command.arg("--loss").arg(percent(settings.loss));
    command.arg("--loss-run").arg(settings.loss_run.to_string());
    command.arg("--loss-mode").arg(match settings.loss_mode {
        LossMode::Hold => "hold",
        LossMode::Repeat => "repeat",
    });
    command.arg("--edge").arg(percent(settings.edge));
    let result = command.output().expect("python3 runs");
    let said = String::from_utf8_lossy(&result.stdout);
    let errors = String::from_utf8_lossy(&result.stderr);
    assert!(
        result.status.success(),
        "{settings:?}, {sample_rate} Hz, looped {looped:?}\n{said}{errors}"
    );
    println!("{}", said.trim());
}

/// Judges a wave at every setting that the two detectors tell apart.
fn judge_all(wave: &[f64], sample_rate: u32, stored: Stored) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wav = folder.path().join("wave.wav");
    let samples = store(&wav, wave, sample_rate, stored);
    let base = Settings::default();
    let from_steps = Threshold::from_steps;
    let rate = f64::from(sample_rate);
    for detector in [Detector::Slope, Detector::Peak] {
        for (threshold, points, curves, milliseconds) in [
            (Threshold::OFF, 16, 255, None),
            (from_steps(50.0), 16, 255, Some(46.4)),
            (from_steps(200.0), 64, 40, Some(3.3)),
            (from_steps(1000.0), 5, 255, Some(0.5)),
            (from_steps(4000.5), 2, 3, Some(0.1)),
        ] {
            let longest = milliseconds
                .map_or(MaxLength::FORMAT, |bound| MaxLength::milliseconds(bound, rate));
            let settings =
                Settings { threshold, points, curves, detector, max_length: longest, ..base };
            judge(&wav, &samples, rate, settings, milliseconds, (0..0, 50.0));
        }
    }
}

/// The reference is slow to search, so these waves are short.
fn judge_best(wave: &[f64], sample_rate: u32, stored: Stored) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wav = folder.path().join("wave.wav");
    let samples = store(&wav, wave, sample_rate, stored);
    let rate = f64::from(sample_rate);
    for (steps, points, curves, milliseconds) in [
        (13.0, 16, 255, None),
        (150.0, 64, 40, Some(5.0)),
        (1700.0, 16, 40, None),
        (90.0, 5, 1, Some(0.3)),
    ] {
        let settings = Settings {
            detector: Detector::Best,
            threshold: Threshold::from_steps(steps),
            points,
            curves,
            max_length: milliseconds
                .map_or(MaxLength::FORMAT, |bound| MaxLength::milliseconds(bound, rate)),
            ..Settings::default()
        };
        judge(&wav, &samples, rate, settings, milliseconds, (0..0, 50.0));
    }
}

#[test]
fn best_in_music_noise_and_silence() {
    judge_best(&common::music(44_100.0, 0.1, 81), 44_100, Stored::Int16);
    judge_best(&common::music(96_000.0, 0.05, 82), 96_000, Stored::Float32);
    let mut wave = common::noise(600, 2.5, 83);
    wave.extend(vec![0.0; 2500]);
    wave.extend((0..3000).map(|i| 0.9 * libm::sin(f64::from(i) * 0.004)));
    judge_best(&wave, 48_000, Stored::Float32);
}

#[test]
fn best_without_a_threshold() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wav = folder.path().join("wave.wav");
    let samples = store(&wav, &common::music(44_100.0, 0.03, 84), 44_100, Stored::Float32);
    let settings =
        Settings { detector: Detector::Best, threshold: Threshold::OFF, ..Settings::default() };
    judge(&wav, &samples, 44_100.0, settings, None, (0..0, 50.0));
}

#[test]
fn best_with_every_control() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let waves = [(44_100_u32, Stored::Int16), (96_000, Stored::Float32)].map(|(rate, stored)| {
        let wav = folder.path().join(format!("{rate}.wav"));
        let mut wave = common::music(f64::from(rate), 0.05, 85);
        wave.extend(vec![0.0; rate as usize / 100]);
        wave.extend(common::music(f64::from(rate), 0.04, 86).iter().map(|x| 0.1 * x));
        let samples = store(&wav, &wave, rate, stored);
        (f64::from(rate), wav, samples)
    });
    let base = Settings { detector: Detector::Best, ..steps(130.0) };
    let half = Share::from_percent(50.0);
    for (number, (settings, (looped, length_ms))) in [
        (Settings { follow: Share::ALL, ..base }, NO_LOOP),
        (Settings { follow: half, flats: Flats::Draw, ..base }, NO_LOOP),
        (Settings { zoom: 5, ..base }, NO_LOOP),
        (
            Settings { levels: Levels { tenths_of_bits: 60, scale: LevelScale::Linear }, ..base },
            NO_LOOP,
        ),
        (Settings { loss: half, loss_run: 3, edge: half, ..base }, NO_LOOP),
        (base, (30.0..60.0, 12.5)),
        (Settings { follow: Share::ALL, flats: Flats::Draw, ..base }, (52.0..70.0, 5.0)),
        (base, (40.0..1000.0, 20.0)),
    ]
    .into_iter()
    .enumerate()
    {
        let (rate, wav, samples) = &waves[number % 2];
        let [on, off] = [looped.start, looped.end].map(|ms| (ms * rate / 1000.0) as usize);
        let milliseconds = [None, None, Some(2.0), Some(7.0)][number % 4];
        let max_length =
            milliseconds.map_or(MaxLength::FORMAT, |bound| MaxLength::milliseconds(bound, *rate));
        let loop_length = Settings::loop_samples(length_ms, *rate);
        let settings = Settings { max_length, loop_length, ..settings };
        judge(wav, samples, *rate, settings, milliseconds, (on..off, length_ms));
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

/// Loud and quiet music with a pause, a burst of noise, and a slope below most thresholds; 0.3 s.
fn eventful(sample_rate: f64) -> Vec<f64> {
    let samples = |seconds: f64| (seconds * sample_rate) as usize;
    let mut wave = common::music(sample_rate, 0.14, 71);
    wave.extend(vec![0.0; samples(0.02)]);
    wave.extend(common::music(sample_rate, 0.08, 72).iter().map(|x| 0.1 * x));
    wave.extend(common::noise(samples(0.01), 0.6, 73));
    let slope = samples(0.05);
    wave.extend((0..slope).map(|i| 0.3 * i as f64 / slope as f64 - 0.2));
    wave
}

/// Judges settings on [`eventful`] in both detectors, as a 16-bit file at 44.1 kHz and a float file at
/// 96 kHz. Beside them stand where Loop is on and its length, both in milliseconds.
fn judge_controls(cases: impl IntoIterator<Item = (Settings, Looped)>, milliseconds: Option<f64>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let waves = [(44_100_u32, Stored::Int16), (96_000, Stored::Float32)].map(|(rate, stored)| {
        let wav = folder.path().join(format!("{rate}.wav"));
        let samples = store(&wav, &eventful(f64::from(rate)), rate, stored);
        (f64::from(rate), wav, samples)
    });
    for (settings, (looped, length_ms)) in cases {
        for (rate, wav, samples) in &waves {
            let [on, off] = [looped.start, looped.end].map(|ms| (ms * rate / 1000.0) as usize);
            let max_length = milliseconds
                .map_or(MaxLength::FORMAT, |bound| MaxLength::milliseconds(bound, *rate));
            for detector in [Detector::Slope, Detector::Peak] {
                let loop_length = Settings::loop_samples(length_ms, *rate);
                let settings = Settings { detector, max_length, loop_length, ..settings };
                judge(wav, samples, *rate, settings, milliseconds, (on..off, length_ms));
            }
        }
    }
}

/// When Loop is on and how long it is, both in milliseconds.
type Looped = (Range<f64>, f64);

const NO_LOOP: Looped = (0.0..0.0, 50.0);

/// What every test of one control starts from. Few curves compete, which makes the reference quicker.
fn steps(steps: f64) -> Settings {
    Settings { threshold: Threshold::from_steps(steps), curves: 40, ..Settings::default() }
}

#[test]
fn follow() {
    for milliseconds in [None, Some(5.0)] {
        judge_controls(
            [(300.0, 100.0), (1000.0, 35.5), (0.0, 100.0)].map(|(threshold, percent)| {
                let follow = Share::from_percent(percent);
                (Settings { follow, ..steps(threshold) }, NO_LOOP)
            }),
            milliseconds,
        );
    }
}

#[test]
fn drawn_flats() {
    for milliseconds in [None, Some(5.0)] {
        judge_controls(
            [50.0, 2000.0]
                .map(|threshold| (Settings { flats: Flats::Draw, ..steps(threshold) }, NO_LOOP)),
            milliseconds,
        );
    }
}

#[test]
fn zoom() {
    for milliseconds in [None, Some(5.0), Some(0.4)] {
        judge_controls(
            [(3, 0.0), (7, 50.0), (15, 400.0)]
                .map(|(zoom, threshold)| (Settings { zoom, ..steps(threshold) }, NO_LOOP)),
            milliseconds,
        );
    }
}

#[test]
fn levels() {
    for milliseconds in [None, Some(5.0)] {
        judge_controls(
            [
                (155, LevelScale::Linear),
                (80, LevelScale::Linear),
                (37, LevelScale::Linear),
                (15, LevelScale::Linear),
                (155, LevelScale::Logarithmic),
                (50, LevelScale::Logarithmic),
                (32, LevelScale::Logarithmic),
            ]
            .map(|(tenths_of_bits, scale)| {
                (Settings { levels: Levels { tenths_of_bits, scale }, ..steps(100.0) }, NO_LOOP)
            }),
            milliseconds,
        );
    }
}

#[test]
fn looped() {
    for (milliseconds, threshold) in [(None, 0.0), (Some(5.0), 150.0), (Some(0.7), 1500.0)] {
        judge_controls(
            [
                (70.0..140.0, 20.0),
                (0.0..90.0, 33.3),
                // Into the pause, out of it, and a release in the noise.
                (150.0..170.0, 4.0),
                (120.0..153.0, 12.5),
                (60.0..245.0, 1.0),
                // Less than a round, and to the end of the stream.
                (80.0..80.5, 30.0),
                (100.0..1000.0, 50.0),
                // A few samples.
                (100.0..130.0, 0.1),
                // Never entered.
                (10.0..40.0, 50.0),
            ]
            .map(|looped| (steps(threshold), looped)),
            milliseconds,
        );
    }
}

#[test]
fn loss() {
    for (milliseconds, threshold) in [(None, 0.0), (Some(5.0), 300.0)] {
        judge_controls(
            [
                (30.0, 1, LossMode::Hold),
                (30.0, 4, LossMode::Hold),
                (80.0, 1, LossMode::Hold),
                (30.0, 1, LossMode::Repeat),
                (45.5, 3, LossMode::Repeat),
                (80.0, 8, LossMode::Repeat),
            ]
            .map(|(percent, loss_run, loss_mode)| {
                let loss = Share::from_percent(percent);
                (Settings { loss, loss_run, loss_mode, ..steps(threshold) }, NO_LOOP)
            }),
            milliseconds,
        );
    }
}

#[test]
fn edge() {
    for (milliseconds, threshold) in [(None, 0.0), (Some(5.0), 300.0)] {
        judge_controls(
            [0.1, 12.5, 50.0, 100.0].map(|percent| {
                (Settings { edge: Share::from_percent(percent), ..steps(threshold) }, NO_LOOP)
            }),
            milliseconds,
        );
    }
}

/// Any of the controls together, each at rest in a good third of the cases.
#[test]
fn controls_together() {
    let mut random = common::Random::new(74);
    for _ in 0..40 {
        let mut pick = |of: usize| (random.bits() % of as u64) as usize;
        let on = pick(250) as f64;
        let length_ms = [0.5, 8.0, 40.0][pick(3)];
        let looped = [NO_LOOP, (on..on + pick(120) as f64 + 0.7, length_ms)][pick(2)].clone();
        let settings = Settings {
            follow: Share::from_percent([0.0, 30.0, 100.0][pick(3)]),
            flats: [Flats::Hold, Flats::Draw][pick(2)],
            zoom: [1, 3, 5, 7, 9, 15][pick(6)],
            levels: Levels {
                tenths_of_bits: [160, 120, 64, 33][pick(4)],
                scale: [LevelScale::Linear, LevelScale::Logarithmic][pick(2)],
            },
            edge: Share::from_percent([0.0, 20.0, 75.0][pick(3)]),
            loss: Share::from_percent([0.0, 10.0, 60.0][pick(3)]),
            loss_run: [1, 2, 5][pick(3)],
            loss_mode: [LossMode::Hold, LossMode::Repeat][pick(2)],
            points: [2, 16, 64][pick(3)],
            ..steps([0.0, 50.0, 600.0][pick(3)])
        };
        judge_controls([(settings, looped)], [None, Some(0.6), Some(8.0)][pick(3)]);
    }
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
