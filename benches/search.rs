//! What the search gains and costs on real audio, beside both detectors:
//! `EXTREMA_TRACKS=FOLDER cargo bench --no-default-features --bench search`.
//!
//! A row for every WAV file of 16 bits: the rate and SNR of V0.1's settings (slope, 50 steps) and of
//! the peak detector at a like rate, the SNR of the search at equal bytes with its speed on one core,
//! and its share of the bytes at an equal SNR.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use extrema::codec::search::{Goal, Outcome, PriceSearch};
use extrema::codec::{
    Codebook, Decoder, Detector, Effort, Encoder, Price, Record, SearchEncoder, SearchSettings,
    Settings, Threshold, Weight,
};

fn main() {
    let Some(folder) = std::env::var_os("EXTREMA_TRACKS") else {
        eprintln!("EXTREMA_TRACKS=FOLDER names no folder of WAV files");
        return;
    };
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    files.retain(|path| path.to_string_lossy().contains(&only));
    files.sort();
    let efforts: Vec<Effort> = match std::env::var("EFFORT").as_deref() {
        Ok("fast") => vec![Effort::Fast],
        Ok("both") => vec![Effort::Fast, Effort::Best],
        _ => vec![Effort::Best],
    };
    for effort in efforts {
        println!("{effort:?}");
        println!(
            "{:<14} {:>7} {:>6} | {:>6} {:>7} {:>6} | {:>6} | {:>6} {:>6}",
            "file", "kbit/s", "slope", "best", "gain", "speed", "bytes", "peak", "gain"
        );
        let rows: Vec<[f64; 4]> = files.iter().map(|path| row(path, effort)).collect();
        for (column, name) in ["gain dB", "speed", "bytes", "over peak dB"].iter().enumerate() {
            let mut values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
            values.sort_by(f64::total_cmp);
            println!(
                "{name:<14} median {:.2}, worst {:.2} to {:.2}",
                (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0,
                values[0],
                values[values.len() - 1]
            );
        }
    }
}

fn row(path: &PathBuf, effort: Effort) -> [f64; 4] {
    let mut reader = hound::WavReader::open(path).unwrap();
    let rate = f64::from(reader.spec().sample_rate);
    let channels = usize::from(reader.spec().channels);
    let samples: Vec<f64> = reader
        .samples::<i16>()
        .step_by(channels)
        .map(|x| f64::from(x.unwrap()) / 32767.0)
        .collect();
    let codebook = Codebook::standard();
    let slope = live(&codebook, &samples, rate, Settings::default());
    let peak = |steps| {
        let threshold = Threshold::from_steps(steps);
        let settings = Settings { detector: Detector::Peak, threshold, ..Settings::default() };
        live(&codebook, &samples, rate, settings)
    };
    // The peak detector at the slope detector's rate.
    let (mut low, mut high) = (0.01_f64, 8000.0_f64);
    for _ in 0..20 {
        let middle = (low * high).sqrt();
        if peak(middle).kilobits_per_second > slope.kilobits_per_second {
            low = middle;
        } else {
            high = middle;
        }
    }
    let peak = peak(high);
    let run = |goal, tolerance| {
        let mut search = PriceSearch::new(goal);
        let mut best: Option<(Outcome, f64)> = None;
        for _ in 0..8 {
            let found = searched(&codebook, &samples, rate, effort, search.price());
            let nearer = best.is_none_or(|(outcome, _): (Outcome, f64)| {
                goal.excess(found.0).abs() < goal.excess(outcome).abs()
            });
            if nearer {
                best = Some(found);
            }
            if goal.excess(found.0).abs() <= tolerance || !search.tell(found.0) {
                break;
            }
        }
        best.unwrap()
    };
    let (equal_rate, speed) = run(Goal::KilobitsPerSecond(slope.kilobits_per_second), 1.0);
    let gain = equal_rate.snr_db - slope.snr_db;
    if std::env::var_os("BRIEF").is_some() {
        println!(
            "{:<14} {:7.1} {:6.2} | {:6.2} {gain:+7.2} {speed:6.1}",
            path.file_stem().unwrap().to_string_lossy(),
            slope.kilobits_per_second,
            slope.snr_db,
            equal_rate.snr_db,
        );
        return [gain, speed, 0.0, 0.0];
    }
    let (equal_snr, _) = run(Goal::Snr(slope.snr_db), 1.0);
    let (equal_peak, _) = run(Goal::KilobitsPerSecond(peak.kilobits_per_second), 1.0);
    let bytes = equal_snr.kilobits_per_second / slope.kilobits_per_second;
    let over_peak = equal_peak.snr_db - peak.snr_db;
    println!(
        "{:<14} {:7.1} {:6.2} | {:6.2} {:+7.2} {:6.1} | {:6.3} | {:6.2} {:+6.2}",
        path.file_stem().unwrap().to_string_lossy(),
        slope.kilobits_per_second,
        slope.snr_db,
        equal_rate.snr_db,
        gain,
        speed,
        bytes,
        peak.snr_db,
        over_peak
    );
    [gain, speed, bytes, over_peak]
}

/// What comes of a search, and its speed on one core in multiples of real time.
fn searched(
    codebook: &Arc<Codebook>,
    samples: &[f64],
    rate: f64,
    effort: Effort,
    price: Price,
) -> (Outcome, f64) {
    let search = SearchSettings { effort, price, weight: Weight::None };
    let settings = Settings { search: Some(search), ..Settings::default() };
    let mut records = Vec::new();
    let mut emit = |_, found: &[Record]| records.extend_from_slice(found);
    let start = processor_seconds();
    let mut encoder = SearchEncoder::new(codebook, settings, rate, 1);
    encoder.process(&[samples], &mut emit);
    encoder.finish(&mut emit);
    let seconds = samples.len() as f64 / rate;
    let speed = seconds / (processor_seconds() - start);
    let own = Outcome::new(encoder.energies(), seconds);
    let decoded = outcome(codebook, samples, rate, &records);
    assert!((own.snr_db - decoded.snr_db).abs() < 1e-3, "{own:?} is {decoded:?}");
    assert!((own.kilobits_per_second - decoded.kilobits_per_second).abs() < 0.1);
    (decoded, speed)
}

/// The time that this thread has spent on a processor, where the system tells; else that of a clock.
fn processor_seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = spent.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |spent| spent / 1e9)
}

fn live(codebook: &Arc<Codebook>, samples: &[f64], rate: f64, settings: Settings) -> Outcome {
    let mut records = Vec::new();
    let mut encoder = Encoder::offline(codebook, settings, rate, 1);
    let mut emit = |_, found: &[Record]| records.extend_from_slice(found);
    encoder.process(&[samples], &mut emit);
    encoder.finish(&mut emit);
    outcome(codebook, samples, rate, &records)
}

/// Decodes, and merges holds as a file does.
fn outcome(codebook: &Arc<Codebook>, samples: &[f64], rate: f64, records: &[Record]) -> Outcome {
    let mut decoder = Decoder::new(codebook, 1);
    decoder.push(0, records);
    let mut decoded = vec![0.0; decoder.available()];
    decoder.read(&mut [&mut decoded], |_| ());
    assert_eq!(decoded.len(), samples.len());
    let noise: f64 = samples.iter().zip(&decoded).map(|(x, y)| (x - y) * (x - y)).sum();
    let signal: f64 = samples.iter().map(|x| x * x).sum();
    let merged = records.windows(2).filter(|pair| pair.iter().all(|record| record.is_hold()));
    let count = records.len() - merged.count();
    let bits = 40.0 * count as f64;
    Outcome {
        kilobits_per_second: bits / (samples.len() as f64 / rate) / 1000.0,
        snr_db: 10.0 * (signal / noise).log10(),
    }
}
