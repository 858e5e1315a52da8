//! The audio to measure on: real tracks if a folder is given, otherwise the demo's song.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use extrema::audio_file::{AudioReader, SampleFormat, WavWriter};

use crate::demo;

/// A track in the `f64` of the codec, and the WAV file that holds it.
pub struct Track {
    pub path: PathBuf,
    pub sample_rate: f64,
    pub channels: Vec<Vec<f64>>,
}

impl Track {
    fn read(path: PathBuf) -> Result<Self> {
        let mut reader = AudioReader::open(&path)?;
        let channels = reader.read_all()?;
        Ok(Self { path, sample_rate: f64::from(reader.sample_rate()), channels })
    }

    pub fn seconds(&self) -> f64 {
        self.channels[0].len() as f64 / self.sample_rate
    }

    /// As slices, for the codec.
    pub fn slices(&self) -> Vec<&[f64]> {
        self.channels.iter().map(Vec::as_slice).collect()
    }

    /// The track as floats that are not 16-bit levels: at 0.7 of its level, rounded to `f32`.
    pub fn as_float(&self) -> Self {
        let float = |x: &f64| f64::from((0.7 * x) as f32);
        let channels = self.channels.iter().map(|channel| channel.iter().map(float).collect());
        Self { path: self.path.clone(), channels: channels.collect(), ..*self }
    }
}

/// All WAV files of a folder, sorted by name, or the demo's song as a WAV file in `work`.
pub fn all(folder: Option<&Path>, work: &Path) -> Result<Vec<Track>> {
    let Some(folder) = folder else {
        let path = work.join("song.wav");
        join(&[Track::read(demo::SONG.into())?], &path)?;
        return Ok(vec![Track::read(path)?]);
    };
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    ensure!(!paths.is_empty(), "there are no .wav files in {}", folder.display());
    paths.sort();
    paths.into_iter().map(Track::read).collect()
}

/// Writes all tracks with the rate and the channels of the first one into one 16-bit WAV file.
pub fn join(tracks: &[Track], path: &Path) -> Result<()> {
    let [first, ..] = tracks else { return Ok(()) };
    let (rate, channels) = (first.sample_rate, first.channels.len());
    let mut writer = WavWriter::create(path, rate as u32, channels, SampleFormat::Int16)?;
    let alike = |track: &&Track| track.sample_rate == rate && track.channels.len() == channels;
    for track in tracks.iter().filter(alike) {
        writer.write(&track.slices())?;
    }
    Ok(writer.finish()?)
}
