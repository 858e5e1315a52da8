//! Plays a track through the finished plugin file, as a DAW does for a bounce.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, anyhow};
use test_host::Instance;

use super::automation::Change;
use crate::track::Track;

/// Frames in a block.
const BLOCK: usize = 512;

/// A bounced track.
pub struct Bounce {
    /// The plugin's output, moved back by its latency.
    pub track: Track,
    /// In samples.
    pub latency: u32,
    /// Time spent inside the plugin.
    pub time: Duration,
}

/// Plays a track through a new instance, with the threshold automated to the sample and *Delta* on
/// or off throughout.
pub fn bounce(file: &Path, track: &Track, automation: &[Change], delta: bool) -> Result<Bounce> {
    let mut instance = Instance::from_file(file)
        .map_err(|error| anyhow!("cannot load {}: {error}", file.display()))?;
    instance.select_channels(track.channels.len());
    let delta = instance.change("Delta", if delta { "on" } else { "off" });
    instance.flush(&[delta]);
    let id = instance.parameter("Threshold").id;
    let to_event = |change: &Change| test_host::Change {
        sample: change.position as u32,
        id,
        value: change.value,
    };
    let events: Vec<_> = automation.iter().map(to_event).collect();

    let mut player = instance.activate(f64::from(track.sample_rate), BLOCK as u32);
    let latency = instance.latency();
    let silence = vec![0.0; latency as usize];
    let padded = track.map(|channel| [&channel[..], &silence].concat());
    let slices: Vec<&[f32]> = padded.channels.iter().map(Vec::as_slice).collect();
    let output = track.with(player.track(&slices, BLOCK, &events));
    let time = player.time;
    instance.deactivate(player);
    Ok(Bounce { track: output.map(|channel| channel[latency as usize..].to_vec()), latency, time })
}
