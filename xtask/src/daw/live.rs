//! Playing live is the export.

use anyhow::{Result, ensure};
use extrema::effect::EffectSettings;

use super::ardour::Ardour;
use super::checks::difference;
use super::jack::{self, Jack};
use super::playback::{self, Cycles, Ramp};
use crate::track::Track;

/// Silence before the first sound, in frames: while Ardour begins to roll it fades in.
const SILENCE: usize = 48_000;

/// How often it is recorded if frames are lost, as they are now and then on a busy machine.
const ATTEMPTS: usize = 3;

/// What is recorded while Ardour plays equals its export, and with a ramp the effect that is told the
/// threshold in JACK's cycles.
pub fn equals_export(ardour: &Ardour, audio: &Track, ramp: &Ramp) -> Result<()> {
    let late = |channel: &Vec<f32>| [&vec![0.0; SILENCE][..], channel].concat();
    let audio = audio.with(audio.channels.iter().map(late).collect());
    let settings = EffectSettings { curves: 100, output_db: -6.0, ..EffectSettings::default() };
    let jack = Jack::start()?;

    let session = ardour.create("live", &["Curves=100", "Output=-6"], &audio)?;
    let exported = from_first_sound(&ardour.export(&session, audio.frames())?);
    attempt("playing live is the export", || {
        same(&exported, &from_first_sound(&ardour.play(&session, &jack, audio.frames())?))
    })?;

    let setup = [&ramp.setup(), "Curves=100", "Output=-6"];
    let session = ardour.create("live-ramp", &setup, &audio)?;
    let cycles = Cycles { length: jack::CYCLE, phase: jack::CYCLE };
    let moved = from_first_sound(&playback::play_ramp(&audio, settings, ramp, cycles));
    attempt("a ramp that is played live is what the effect plays, in JACK's cycles", || {
        same(&moved, &from_first_sound(&ardour.play(&session, &jack, audio.frames())?))
    })
}

fn attempt(what: &str, mut check: impl FnMut() -> Result<()>) -> Result<()> {
    let mut result = check();
    for _ in 1..ATTEMPTS {
        if let Err(error) = &result {
            println!("once more: {error:#}");
            result = check();
        }
    }
    result.inspect(|()| println!("ok: {what}"))
}

/// The track without the silence before it.
fn from_first_sound(track: &Track) -> Track {
    let sounds = |frame: &usize| track.channels.iter().any(|channel| channel[*frame] != 0.0);
    let first = (0..track.frames()).find(sounds).unwrap_or(0);
    track.with(track.channels.iter().map(|channel| channel[first..].to_vec()).collect())
}

/// The recording, which goes on longer, is the track.
fn same(wanted: &Track, played: &Track) -> Result<()> {
    ensure!(played.frames() >= wanted.frames(), "{} frames are too few", played.frames());
    let cut = |channel: &Vec<f32>| channel[..wanted.frames()].to_vec();
    let played = wanted.with(played.channels.iter().map(cut).collect());
    ensure!(played.channels == wanted.channels, "live: {}", difference(wanted, &played));
    Ok(())
}
