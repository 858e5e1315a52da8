//! What is measured on: made signals, speech, the song in the tree, and tracks of a folder.

use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::demo;
use crate::test::speech;
use crate::track::Track;

const SAMPLE_RATE: u32 = 44_100;

/// Length of what is measured.
pub const SECONDS: f64 = 4.0;

/// A piece of audio with a name.
pub struct Material {
    pub name: String,
    pub track: Track,
}

/// The first so many of [`standard`] are made, not recorded.
pub const MADE: usize = 2;

/// A sine, a chord, speech where it can be had, and a stereo mix.
pub fn standard() -> Result<Vec<Material>> {
    let mut all = vec![
        made("sine", &[(220.0, 0.5)]),
        made("chord", &[(220.0, 0.2), (277.2, 0.2), (329.6, 0.2)]),
    ];
    if let Some(path) = speech::prepare()? {
        all.push(Material { name: "speech".to_owned(), track: repeated(Track::read(&path)?) });
    }
    let song = Track::read(Path::new(demo::SONG))?;
    all.push(Material { name: "stereo mix".to_owned(), track: part(&song, 4.0) });
    Ok(all)
}

/// [`SECONDS`] from the middle of each WAV file of a folder.
pub fn tracks(folder: &Path) -> Result<Vec<Material>> {
    let mut all = Vec::new();
    for path in wav_files(folder)? {
        let track = Track::read(&path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let middle = (0.5 * (track.seconds() - SECONDS)).max(0.0);
        all.push(Material { name, track: part(&track, middle) });
    }
    Ok(all)
}

/// The WAV files of a folder, by name.
pub fn wav_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder);
    let entries = entries.with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    ensure!(!paths.is_empty(), "there are no .wav files in {}", folder.display());
    paths.sort();
    Ok(paths)
}

/// Sines of frequencies in Hz and amplitudes.
fn made(name: &str, partials: &[(f64, f64)]) -> Material {
    let frames = (SECONDS * f64::from(SAMPLE_RATE)) as u32;
    let sample = |i: u32| {
        let time = f64::from(i) / f64::from(SAMPLE_RATE);
        partials
            .iter()
            .map(|(hertz, amplitude)| amplitude * (TAU * hertz * time).sin())
            .sum::<f64>()
    };
    let channel = (0..frames).map(|i| sample(i) as f32).collect();
    Material {
        name: name.to_owned(),
        track: Track { sample_rate: SAMPLE_RATE, channels: vec![channel] },
    }
}

/// [`SECONDS`] of a track from a time on.
fn part(track: &Track, from_seconds: f64) -> Track {
    let frames = |seconds: f64| (seconds * f64::from(track.sample_rate)) as usize;
    let cut = |channel: &Vec<f32>| {
        channel.iter().skip(frames(from_seconds)).take(frames(SECONDS)).copied().collect()
    };
    track.map(cut)
}

/// A track over and over, up to [`SECONDS`].
fn repeated(track: Track) -> Track {
    let frames = (SECONDS * f64::from(track.sample_rate)) as usize;
    track.map(|channel| channel.iter().cycle().take(frames).copied().collect())
}
