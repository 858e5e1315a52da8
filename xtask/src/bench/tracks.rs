//! What is measured on: real tracks if a folder is given, else the demo's piece.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use extrema::audio_file::{AudioReader, SampleFormat, WavWriter};

use crate::demo;

/// A track, and the file that holds it.
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

    /// As slices, for the codec.
    pub fn slices(&self) -> Vec<&[f64]> {
        self.channels.iter().map(Vec::as_slice).collect()
    }

    /// The same track as floats that are no 16-bit levels.
    pub fn as_float(&self) -> Self {
        let float = |x: &f64| f64::from((0.7 * x) as f32);
        let channels = self.channels.iter().map(|channel| channel.iter().map(float).collect());
        Self { path: self.path.clone(), channels: channels.collect(), ..*self }
    }
}

/// All WAV files of a folder by name, or the demo's piece, written into `work`.
pub fn all(folder: Option<&Path>, work: &Path) -> Result<Vec<Track>> {
    let Some(folder) = folder else {
        return Ok(vec![Track::read(piece(work)?)?]);
    };
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    ensure!(!paths.is_empty(), "{} holds no .wav files", folder.display());
    paths.sort();
    paths.into_iter().map(Track::read).collect()
}

fn piece(work: &Path) -> Result<PathBuf> {
    let path = work.join("piece.wav");
    let piece = demo::piece();
    let wide = |channel: &Vec<f32>| channel.iter().map(|&x| f64::from(x)).collect();
    let channels: Vec<Vec<f64>> = piece.channels.iter().map(wide).collect();
    let slices: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
    let format = SampleFormat::Int16;
    let mut writer = WavWriter::create(&path, piece.sample_rate, slices.len(), format)?;
    writer.write(&slices)?;
    writer.finish()?;
    Ok(path)
}

/// Writes all tracks that are like the first one into one file of 16 bits, one after the other.
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
