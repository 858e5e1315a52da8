//! Short pairs of dry and wet audio, for people who want to hear before they install.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use extrema::audio_file::{SampleFormat, WavWriter};
use extrema::presets::factory;

use super::{loudness, settings};
use crate::demo;
use crate::track::Track;

const FOLDER: &str = "docs/audio";

/// Where a pair begins in the song, in seconds, and the preset that is heard.
const PAIRS: [(f64, &str); 3] = [(0.5, "Robot 1k"), (4.5, "Stammer"), (8.5, "Staircase")];

/// Length of a pair.
const SECONDS: f64 = 4.0;

/// Writes all pairs: a mono file of 16 bits each, the mid of the song.
pub fn write() -> Result<()> {
    fs::create_dir_all(FOLDER).with_context(|| format!("cannot make {FOLDER}"))?;
    let song = Track::read(Path::new(demo::SONG))?;
    let mid =
        song.channels[0].iter().zip(&song.channels[1]).map(|(left, right)| 0.5 * (left + right));
    let mid = song.with(vec![mid.collect()]);
    let frames = |seconds: f64| (seconds * f64::from(song.sample_rate)) as usize;
    for (number, (from, name)) in (1..).zip(PAIRS) {
        let preset = factory().iter().find(|preset| preset.name() == name);
        let preset = preset.with_context(|| format!("there is no preset {name}"))?;
        // Auto gain needs a moment to settle, so that what comes before is played too.
        let wet = loudness::wet(&mid, settings(preset));
        let file = name.to_lowercase().replace(' ', "-");
        for (track, what) in [(&mid, "dry"), (&wet, "wet")] {
            let part = track.map(|channel| {
                channel.iter().skip(frames(from)).take(frames(SECONDS)).copied().collect()
            });
            write_16_bits(&part, &Path::new(FOLDER).join(format!("{number}-{file}-{what}.wav")))?;
        }
    }
    println!("Written: {FOLDER}");
    Ok(())
}

fn write_16_bits(track: &Track, path: &Path) -> Result<()> {
    let channels = track.channels.len();
    let mut writer = WavWriter::create(path, track.sample_rate, channels, SampleFormat::Int16)?;
    let channels: Vec<Vec<f64>> = track
        .channels
        .iter()
        .map(|channel| channel.iter().map(|&x| f64::from(x)).collect())
        .collect();
    writer.write(&channels.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    writer.finish().with_context(|| format!("cannot complete {}", path.display()))
}
