//! What the detector *Best* gains and costs on real audio, beside the peak detector at the same threshold
//! and the offline search at the same bytes:
//! `EXTREMA_TRACKS=FOLDER cargo bench --no-default-features --bench best`.
//!
//! `SECONDS` limits how much of every file is read, `THRESHOLDS` names thresholds in dBFS.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use extrema::codec::search::{Goal, Outcome, PriceSearch};
use extrema::codec::{
    Codebook, Decoder, Detector, Effort, Encoder, Record, SearchEncoder, SearchSettings, Settings,
    Threshold,
};

fn main() {
    let Some(folder) = std::env::var_os("EXTREMA_TRACKS") else {
        eprintln!("EXTREMA_TRACKS=FOLDER names no folder of WAV files");
        return;
    };
    let variable = |name, default: &str| std::env::var(name).unwrap_or(default.to_owned());
    let seconds: f64 = variable("SECONDS", "5").parse().unwrap();
    let only = variable("ONLY", "");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    files.retain(|path| only.split(',').any(|name| path.to_string_lossy().contains(name)));
    files.sort();
    let tracks: Vec<Track> = files.iter().map(|path| Track::read(path, seconds)).collect();
    for threshold in variable("THRESHOLDS", "-56,-40,-30,-20").split(',') {
        let threshold: f64 = threshold.parse().unwrap();
        println!("{threshold} dBFS");
        println!(
            "{:<14} {:>7} {:>6} | {:>7} {:>6} {:>7} {:>7} | {:>6} {:>6}",
            "file", "peak", "dB", "best", "dB", "share %", "block %", "search", "loss"
        );
        let rows: Vec<[f64; 5]> = tracks.iter().map(|track| track.row(threshold)).collect();
        let names = ["records", "gain dB", "share of a core %", "worst block %", "loss dB"];
        for (column, name) in names.iter().enumerate() {
            let mut values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
            values.sort_by(f64::total_cmp);
            println!(
                "{name:<18} median {:.2}, {:.2} to {:.2}",
                (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0,
                values[0],
                values[values.len() - 1]
            );
        }
    }
}

struct Track {
    name: String,
    rate: f64,
    samples: Vec<f64>,
    codebook: Arc<Codebook>,
}

impl Track {
    fn read(path: &Path, seconds: f64) -> Self {
        let mut reader = hound::WavReader::open(path).unwrap();
        let rate = f64::from(reader.spec().sample_rate);
        let channels = usize::from(reader.spec().channels);
        let samples = reader.samples::<i16>().step_by(channels);
        Self {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            rate,
            samples: samples
                .map(|x| f64::from(x.unwrap()) / 32767.0)
                .skip((rate * 2.0) as usize)
                .take((rate * seconds) as usize)
                .collect(),
            codebook: Codebook::standard(),
        }
    }

    fn row(&self, dbfs: f64) -> [f64; 5] {
        let settings = |detector| Settings {
            detector,
            threshold: Threshold::from_dbfs(dbfs),
            ..Settings::default()
        };
        let (peak, ..) = self.live(settings(Detector::Peak));
        let (best, seconds, worst) = self.live(settings(Detector::Best));
        let length = self.samples.len() as f64 / self.rate;
        // Two channels, at 48 kHz.
        let share = 200.0 * seconds / self.samples.len() as f64 * 48_000.0;
        let block = 200.0 * worst / (64.0 / 48_000.0);
        let mut found = Outcome { kilobits_per_second: 0.0, snr_db: f64::NAN };
        if std::env::var_os("BRIEF").is_none() {
            let mut search = PriceSearch::new(Goal::KilobitsPerSecond(best.kilobits_per_second));
            for _ in 0..6 {
                let other = self.searched(search.price(), length);
                let off = |outcome: Outcome| {
                    (outcome.kilobits_per_second - best.kilobits_per_second).abs()
                };
                if found.snr_db.is_nan() || off(other) < off(found) {
                    found = other;
                }
                if !search.tell(other) {
                    break;
                }
            }
        }
        let loss = found.snr_db - best.snr_db;
        println!(
            "{:<14} {:7.1} {:6.2} | {:7.1} {:6.2} {share:7.2} {block:7.2} | {:6.2} {loss:6.2}",
            self.name,
            peak.kilobits_per_second,
            peak.snr_db,
            best.kilobits_per_second,
            best.snr_db,
            found.snr_db
        );
        let records = best.kilobits_per_second / peak.kilobits_per_second;
        [records, best.snr_db - peak.snr_db, share, block, loss]
    }

    /// What comes of encoding in blocks of 64, the seconds it takes, and those of the slowest block.
    fn live(&self, settings: Settings) -> (Outcome, f64, f64) {
        let mut records = Vec::new();
        let mut encoder = Encoder::with_latency(&self.codebook, settings, self.rate, 1, 2048);
        let mut emit = |_, found: &[Record]| records.extend_from_slice(found);
        let (start, mut worst, mut before) = (processor_seconds(), 0.0_f64, 0.0);
        for block in self.samples.chunks(64) {
            let clock = Instant::now();
            encoder.process(&[block], &mut emit);
            let spent = clock.elapsed().as_secs_f64();
            // Of two in a row: an interruption hardly ever meets both.
            worst = worst.max(spent.min(before));
            before = spent;
        }
        let seconds = processor_seconds() - start;
        encoder.finish(&mut emit);
        let mut decoder = Decoder::new(&self.codebook, 1);
        decoder.push(0, &records);
        let mut decoded = vec![0.0; decoder.available()];
        decoder.read(&mut [&mut decoded], |_| ());
        assert_eq!(decoded.len(), self.samples.len());
        let noise: f64 = self.samples.iter().zip(&decoded).map(|(x, y)| (x - y) * (x - y)).sum();
        let signal: f64 = self.samples.iter().map(|x| x * x).sum();
        let merged = records.windows(2).filter(|pair| pair.iter().all(|record| record.is_hold()));
        let bits = 40.0 * (records.len() - merged.count()) as f64;
        let outcome = Outcome {
            kilobits_per_second: bits / (self.samples.len() as f64 / self.rate) / 1000.0,
            snr_db: 10.0 * (signal / noise).log10(),
        };
        (outcome, seconds, worst)
    }

    fn searched(&self, price: extrema::codec::Price, length: f64) -> Outcome {
        let search = SearchSettings { effort: Effort::Fast, price, ..SearchSettings::default() };
        let settings = Settings { search: Some(search), ..Settings::default() };
        let mut encoder = SearchEncoder::new(&self.codebook, settings, self.rate, 1);
        encoder.process(&[&self.samples], &mut |_, _| ());
        encoder.finish(&mut |_, _| ());
        Outcome::new(encoder.energies(), length)
    }
}

/// The time that this thread has spent on a processor, where the system tells; else that of a clock.
fn processor_seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = spent.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |spent| spent / 1e9)
}
