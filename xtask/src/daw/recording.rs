//! The audio on the tracks: recorded speech, with another sentence on either side at any time.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::session::SAMPLE_RATE;
use crate::test::speech;
use crate::track::Track;

/// Puts the recordings one after the other, in stereo.
pub fn make() -> Result<Track> {
    let known = speech::prepare()?.context("this check needs a recording of speech")?;
    let folder = known.parent().context("the recording has no folder")?;
    let mut files: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        // All are spoken names of channels but this one.
        .filter(|path| path.file_name().is_some_and(|name| name != "Noise.wav"))
        .collect();
    files.sort();
    let mut sentences = Vec::new();
    for file in &files {
        let track = Track::read(file)?;
        ensure!(track.sample_rate == SAMPLE_RATE, "{} is not at {SAMPLE_RATE} Hz", file.display());
        sentences.extend(track.channels.into_iter().take(1));
    }
    ensure!(sentences.len() > 1, "too few recordings in {}", folder.display());
    let left = sentences.concat();
    sentences.rotate_left(1);
    let right = sentences.concat();
    let mut track = Track { sample_rate: SAMPLE_RATE, channels: vec![left, right] };
    for channel in &mut track.channels {
        // A DAW plays some silence before the start. After a click the codec's state no longer
        // depends on how long that was.
        channel[0] = 0.5;
    }
    Ok(track)
}
