//! Live playback equals the export.

use anyhow::{Result, ensure};
use extrema::effect::{Control, EffectSettings};

use super::ardour::{Ardour, position};
use super::expected::{self, Cycles, Ramp};
use super::jack::{self, Jack};
use super::session::SAMPLE_RATE;
use crate::track::Track;

/// Frames of silence before the first sound: Ardour fades in when it starts to roll.
const SILENCE: usize = 48_000;

/// How often a recording is made in all, if frames are lost, which happens on a busy machine.
const ATTEMPTS: usize = 3;

/// A recording of Ardour playing equals its export; with a ramp it equals the effect with the
/// threshold set in JACK's cycles.
pub fn equals_export(ardour: &Ardour, audio: &Track, ramp: &Ramp) -> Result<()> {
    let audio = audio.map(|channel| [&vec![0.0; SILENCE][..], channel].concat());
    let settings = EffectSettings { curves: 100, output_db: -6.0, ..EffectSettings::default() };
    let jack = Jack::start(SAMPLE_RATE)?;

    let curves = position(Control::Curves, 100.0);
    let session = ardour.create("live", &[&curves, "Output=-6"], &audio)?;
    let exported = from_first_sound(&ardour.export(&session, audio.frames())?);
    attempt("live playback equals the export", || {
        same(&exported, &from_first_sound(&ardour.play(&session, &jack, audio.frames())?))
    })?;

    let setup = [&ramp.setup(), &curves, "Output=-6"];
    let session = ardour.create("live-ramp", &setup, &audio)?;
    let cycles = Cycles { length: jack::CYCLE, phase: jack::CYCLE };
    let moved = from_first_sound(&expected::play_ramp(&audio, settings, ramp, cycles));
    attempt("a ramp played live is what the effect plays, in JACK's cycles", || {
        same(&moved, &from_first_sound(&ardour.play(&session, &jack, audio.frames())?))
    })
}

fn attempt(what: &str, mut check: impl FnMut() -> Result<()>) -> Result<()> {
    let mut result = check();
    for _ in 1..ATTEMPTS {
        if let Err(error) = &result {
            println!("trying again: {error:#}");
            result = check();
        }
    }
    result.inspect(|()| println!("ok: {what}"))
}

/// The track without the silence before it.
fn from_first_sound(track: &Track) -> Track {
    let sounds = |frame: &usize| track.channels.iter().any(|channel| channel[*frame] != 0.0);
    let first = (0..track.frames()).find(sounds).unwrap_or(0);
    track.map(|channel| channel[first..].to_vec())
}

/// Fails unless the recording, which is longer, begins with the track.
fn same(wanted: &Track, played: &Track) -> Result<()> {
    ensure!(
        played.frames() >= wanted.frames(),
        "the recording has only {} frames",
        played.frames()
    );
    let played = played.map(|channel| channel[..wanted.frames()].to_vec());
    let difference = wanted.difference(&played).unwrap_or_default();
    ensure!(played.channels == wanted.channels, "live playback: {difference}");
    Ok(())
}
