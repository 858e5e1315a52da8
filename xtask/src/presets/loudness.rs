//! How much louder or quieter a preset makes its input, by ITU-R BS.1770.

use anyhow::Result;
use ebur128::{EbuR128, Mode};
use extrema::effect::EffectSettings;

use super::Kind;
use crate::sound::play::play;
use crate::track::Track;

/// The most by which a preset may change the loudness, in LU, and on how many of 12 kinds of material it
/// has to stay within that.
pub const LIMIT_LU: f64 = 3.0;
pub const KINDS_OF_TWELVE: usize = 10;

/// The same with *Auto gain* on.
pub const AUTO_GAIN_LIMIT_LU: f64 = 2.0;

/// Whether `count` of `kinds` is as large a share as [`KINDS_OF_TWELVE`] of 12.
pub fn enough(count: usize, kinds: usize) -> bool {
    12 * count >= KINDS_OF_TWELVE * kinds
}

/// A loop is switched on this far into a track, so that there is something to freeze.
const LOOP_AFTER_SECONDS: f64 = 2.0;

/// What a preset makes of a track. A loop is switched on after [`LOOP_AFTER_SECONDS`].
pub fn wet(track: &Track, settings: EffectSettings) -> Track {
    let enters = first_frame(track, settings);
    play(track, |frame| EffectSettings { looping: settings.looping && frame >= enters, ..settings })
}

/// Integrated loudness in LUFS of what a preset makes of a track, less that of the track.
pub fn change(kind: &Kind, settings: EffectSettings) -> Result<f64> {
    let from = first_frame(&kind.track, settings);
    let wet = wet(&kind.track, settings);
    Ok(integrated(&wet, from)? - integrated(&kind.track, from)?)
}

fn first_frame(track: &Track, settings: EffectSettings) -> usize {
    let frames = (LOOP_AFTER_SECONDS * f64::from(track.sample_rate)) as usize;
    if settings.looping { frames } else { 0 }
}

/// Integrated loudness in LUFS from a frame on.
pub fn integrated(track: &Track, from: usize) -> Result<f64> {
    let channels = track.channels.len() as u32;
    let mut meter = EbuR128::new(channels, track.sample_rate, Mode::I)?;
    let planes: Vec<_> = track.channels.iter().map(|channel| &channel[from..]).collect();
    meter.add_frames_planar_f32(&planes)?;
    Ok(meter.loudness_global()?)
}
