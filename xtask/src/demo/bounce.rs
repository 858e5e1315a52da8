//! Plays a track through the finished plugin file, as a DAW does for a bounce.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, anyhow};
use extrema::effect::Control;
use test_host::Instance;

use super::change::Change;
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

/// Plays a track through a new instance, with controls automated to the sample.
pub fn bounce(file: &Path, track: &Track, changes: &[Change]) -> Result<Bounce> {
    let mut instance = Instance::from_file(file)
        .map_err(|error| anyhow!("cannot load {}: {error}", file.display()))?;
    instance.select_channels(track.channels.len());
    let parameters = Control::ALL.map(|control| instance.parameter(control.spec().name));
    let to_event = |change: &Change| {
        let parameter = &parameters[change.control as usize];
        let range = parameter.max - parameter.min;
        test_host::Change {
            sample: change.position as u32,
            id: parameter.id,
            value: parameter.min + f64::from(change.value) * range,
        }
    };
    let events: Vec<_> = changes.iter().map(to_event).collect();

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
