//! What lies on the tracks: real speech, a different sentence at a time on either side.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::ardour::SAMPLE_RATE;
use crate::test::speech;
use crate::track::Track;

/// The recording, in stereo.
pub fn make() -> Result<Track> {
    let known = speech::prepare()?.context("there is nothing to play without a recording")?;
    let folder = known.parent().context("a recording in no folder")?;
    let mut files: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        // The channels' names, spoken; the one file besides is noise.
        .filter(|path| path.file_name().is_some_and(|name| name != "Noise.wav"))
        .collect();
    files.sort();
    let mut sentences = Vec::new();
    for file in &files {
        let track = Track::read(file)?;
        ensure!(track.sample_rate == SAMPLE_RATE, "{} has another rate", file.display());
        sentences.extend(track.channels.into_iter().take(1));
    }
    ensure!(sentences.len() > 1, "too few recordings in {}", folder.display());
    let left = sentences.concat();
    sentences.rotate_left(1);
    let right = sentences.concat();
    let mut track = Track { sample_rate: SAMPLE_RATE, channels: vec![left, right] };
    for channel in &mut track.channels {
        // A click, from which the codec goes on alike however long the silence before it was: a DAW
        // plays some before it comes to the start.
        channel[0] = 0.5;
    }
    Ok(track)
}
