//! The tracks to train and to measure on.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use extrema::audio_file::AudioReader;

/// What is used of a track at most, from its middle, in seconds.
const LONGEST_SECONDS: f64 = 60.0;

/// The first channel of a file.
pub struct Track {
    pub name: String,
    /// In Hz.
    pub sample_rate: f64,
    pub samples: Vec<f64>,
    /// Whether it is not trained on, but measured on.
    pub is_held_out: bool,
}

impl Track {
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / self.sample_rate
    }

    /// Up to so many samples from its middle.
    pub fn middle(&self, most: usize) -> &[f64] {
        middle(&self.samples, most)
    }
}

fn middle(samples: &[f64], most: usize) -> &[f64] {
    let count = samples.len().min(most);
    let from = (samples.len() - count) / 2;
    &samples[from..from + count]
}

/// All WAV files of a folder, sorted by name. Every `hold_out`th is held out, none if that is 0.
pub fn read(folder: &Path, hold_out: usize) -> Result<Vec<Track>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it.eq_ignore_ascii_case("wav")));
    ensure!(!paths.is_empty(), "there are no .wav files in {}", folder.display());
    paths.sort();
    let track = |(number, path): (usize, &PathBuf)| {
        let mut reader = AudioReader::open(path)?;
        let sample_rate = f64::from(reader.sample_rate());
        let samples = reader.read_all()?.swap_remove(0);
        ensure!(samples.iter().any(|&x| x != 0.0), "{} is silent; take it out", path.display());
        Ok(Track {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            sample_rate,
            samples: middle(&samples, (LONGEST_SECONDS * sample_rate) as usize).to_vec(),
            is_held_out: hold_out > 0 && number.is_multiple_of(hold_out),
        })
    };
    (1..).zip(&paths).map(track).collect()
}
