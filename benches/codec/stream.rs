//! A whole track through the encoder, and back.

use std::fs;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput};
use extrema::codec::{Codebook, Decoder, Encoder, Record, Settings};

use crate::{DETECTORS, settings, signals};

/// One second of the synthetic signals.
const FRAMES: usize = signals::SAMPLE_RATE as usize;

/// The environment variable that names a folder of WAV files.
const TRACKS: &str = "EXTREMA_TRACKS";

pub fn bench(c: &mut Criterion) {
    let mut tracks = vec![("music".to_owned(), signals::music(FRAMES))];
    tracks.extend(signals::hostile(FRAMES));
    if let Some(folder) = std::env::var_os(TRACKS) {
        tracks.extend(read_all(Path::new(&folder)));
    }
    let mut group = c.benchmark_group("encode");
    for (name, detector, steps) in DETECTORS {
        let settings = settings(detector, steps);
        for (track, wave) in &tracks {
            group.throughput(Throughput::Elements(wave.len() as u64));
            group.bench_with_input(BenchmarkId::new(name, track), wave, |b, wave| {
                b.iter(|| encode(wave, settings));
            });
        }
    }
    group.finish();

    let mut group = c.benchmark_group("decode");
    for (name, detector, steps) in DETECTORS {
        for (track, wave) in &tracks {
            let records = encode(wave, settings(detector, steps));
            let mut out = vec![0.0; wave.len()];
            group.throughput(Throughput::Elements(wave.len() as u64));
            group.bench_with_input(BenchmarkId::new(name, track), &records, |b, records| {
                b.iter(|| {
                    let mut decoder = Decoder::new(&Codebook::standard(), 1);
                    decoder.push(0, records);
                    decoder.read(&mut [&mut out], |_| ());
                });
            });
        }
    }
    group.finish();
}

fn encode(wave: &[f64], settings: Settings) -> Vec<Record> {
    let mut encoder = Encoder::offline(&Codebook::standard(), settings, signals::SAMPLE_RATE, 1);
    let mut records = Vec::with_capacity(wave.len());
    encoder.process(&[wave], &mut |_, more| records.extend_from_slice(more));
    encoder.finish(&mut |_, more| records.extend_from_slice(more));
    records
}

/// The first channel of every 16-bit WAV file in a folder.
fn read_all(folder: &Path) -> Vec<(String, Vec<f64>)> {
    let entries = fs::read_dir(folder).expect("the folder in EXTREMA_TRACKS can be read");
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    paths.sort();
    let read = |path: &Path| {
        let mut reader = hound::WavReader::open(path).expect("a WAV file that can be read");
        let channels = usize::from(reader.spec().channels);
        let samples = reader.samples::<i16>().step_by(channels);
        let wave = samples.map(|x| f64::from(x.expect("a 16-bit WAV file")) / 32767.0);
        (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), wave.collect())
    };
    paths.iter().map(|path| read(path)).collect()
}
