//! What has to hold on Ardour's tracks.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use extrema::effect::{Control, EffectSettings, Latency};

use super::ardour::{Ardour, position};
use super::clock;
use super::expected::{self, CYCLE, Cycles, Ramp};
use super::live;
use super::session::{SAMPLE_RATE, Session};
use crate::track::Track;

/// Mixing in the DAW's `f32` may differ from ours by one rounding at full scale.
const ROUNDING: f32 = 1.0 / (1 << 24) as f32;

/// Runs all checks.
pub fn run(ardour: &Ardour, audio: &Track) -> Result<()> {
    let start = Instant::now();
    // From -56 to -19 dBFS.
    let ramp = Ramp { positions: (2..=12).map(|sixteenth| f64::from(sixteenth) / 16.0).collect() };
    let setup = [ramp.setup(), position(Control::Curves, 100.0), "Output=-6".to_owned()];
    let setup: Vec<&str> = setup.iter().map(String::as_str).collect();
    let session = ardour.create("ramp", &setup, audio)?;
    export_is_the_effect(ardour, &session, audio, &ramp)?;
    reload_changes_nothing(ardour, &session)?;
    latency_is_compensated(ardour, audio)?;
    half_the_mix_is_half_of_each(ardour, audio)?;
    mix_acts_on_the_audio_that_enters_with_it(ardour, audio)?;
    clock::controls_act_on_the_audio_that_enters_with_them(ardour, audio)?;
    live::equals_export(ardour, audio, &ramp)?;
    println!("All checks passed in Ardour ({:.1} s).", start.elapsed().as_secs_f64());
    Ok(())
}

/// An automated export is what the effect plays, to the bit, and the same twice.
fn export_is_the_effect(
    ardour: &Ardour,
    session: &Session,
    audio: &Track,
    ramp: &Ramp,
) -> Result<()> {
    let exported = ardour.export(session, audio.frames())?;
    let again = ardour.export(session, audio.frames())?;
    if exported.channels != again.channels {
        // Rarely Ardour starts at another position of its cycles, and follows the ramp differently.
        let third = ardour.export(session, audio.frames())?;
        let same = third.channels == exported.channels || third.channels == again.channels;
        ensure!(same, "three exports differ");
    }
    println!("ok: two exports of a threshold ramp are identical");

    let settings = EffectSettings { curves: 100, output_db: -6.0, ..EffectSettings::default() };
    let constant = expected::play(audio, settings);
    ensure!(exported.largest_difference(&constant) > 1e-3, "the export does not follow the ramp");
    // The position of Ardour's cycles is not known, so it is searched for, in the beginning first.
    let beginning = audio.map(|channel| channel[..2 * 48_000].to_vec());
    let at = |phase| Cycles { length: CYCLE, phase };
    let fits = |phase: &usize| {
        let played = expected::play_ramp(&beginning, settings, ramp, at(*phase));
        // The excerpt ends the stream here, but not in the export.
        let frames = played.frames() - 8192;
        played.channels.iter().zip(&exported.channels).all(|(a, b)| a[..frames] == b[..frames])
    };
    // Several positions may fit the beginning.
    let fits_all = |phase: &usize| {
        expected::play_ramp(audio, settings, ramp, at(*phase)).channels == exported.channels
    };
    let phase = (1..=CYCLE).filter(fits).find(fits_all).with_context(|| {
        let nearest = expected::play_ramp(audio, settings, ramp, at(CYCLE / 4));
        format!(
            "the export is not what the effect plays, at any position of Ardour's cycles; at one of \
             them, {}",
            difference(&nearest, &exported)
        )
    })?;
    println!("ok: the export is what the effect plays, in cycles of {CYCLE} from {phase} on");
    Ok(())
}

/// Values, automation and the editor's window survive closing and opening.
fn reload_changes_nothing(ardour: &Ardour, session: &Session) -> Result<()> {
    session.edit_state(r#"\"width\":960"#, r#"\"width\":987"#)?;
    let (state, automation) = (session.state()?, session.automation()?);
    ensure!(
        automation.len() == 1 && automation[0].contains("b38400 0.75"),
        "the ramp is not in the session: {automation:?}"
    );
    let values = ardour.reload(session)?;
    let (curves, points) = (position(Control::Curves, 100.0), position(Control::Points, 16.0));
    for value in [&*curves, "Output=-6", &*points, "Mix=100", "Bypass=0"] {
        let (label, wanted) = value.split_once('=').context("a value without `=`")?;
        let found = values.iter().find_map(|line| line.strip_prefix(label)?.strip_prefix('='));
        let found: f32 =
            found.with_context(|| format!("Ardour lists no {label}: {values:?}"))?.parse()?;
        ensure!(found == wanted.parse::<f32>()?, "{label} has become {found}");
    }
    ensure!(session.automation()? == automation, "the automation has changed");
    let saved = session.state()?;
    ensure!(
        without_threshold(&saved) == without_threshold(&state),
        "the state has changed from {state} to {saved}"
    );
    println!("ok: values, automation and the editor's window survive closing and opening");
    Ok(())
}

/// The saved state without the automated value.
fn without_threshold(state: &str) -> String {
    let (before, rest) = state.split_once(r#""threshold":"#).unwrap_or((state, ""));
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// At a mix of 0 % the track sounds like a dry one, at the same time.
fn latency_is_compensated(ardour: &Ardour, audio: &Track) -> Result<()> {
    let session = ardour.create("dry", &["Mix=0"], audio)?;
    let alone = ardour.export(&session, audio.frames())?;
    ensure!(
        alone.channels == audio.channels,
        "a mix of 0 % is not dry: {}",
        difference(audio, &alone)
    );
    let session = ardour.create("null", &["Mix=0", "dry"], audio)?;
    let sum = ardour.export(&session, audio.frames())?;
    let silence = audio.map(|channel| vec![0.0; channel.len()]);
    ensure!(
        sum.channels == silence.channels,
        "wet and inverted dry do not cancel: {}",
        difference(&silence, &sum)
    );
    println!("ok: a dry track of opposite polarity cancels it to silence");
    Ok(())
}

/// At a mix of 50 % the track is half dry and half wet.
fn half_the_mix_is_half_of_each(ardour: &Ardour, audio: &Track) -> Result<()> {
    let session = ardour.create("half", &["Mix=50"], audio)?;
    let exported = ardour.export(&session, audio.frames())?;
    let wet = expected::play(audio, EffectSettings::default());
    let halves =
        audio.channels.iter().zip(&wet.channels).map(|(dry, wet)| {
            dry.iter().zip(wet).map(|(dry, wet)| 0.5 * dry + 0.5 * wet).collect()
        });
    let halves = audio.with(halves.collect());
    let largest = halves.largest_difference(&exported);
    ensure!(
        largest <= ROUNDING,
        "a mix of 50 % is not half of each: {}",
        difference(&halves, &exported)
    );
    println!("ok: a mix of 50 % is half of each, within {largest:e}");
    Ok(())
}

/// Beside an inverted dry track, silence ends where the mix of the audio that Ardour sends with it
/// begins to rise. Ardour times automation by what is heard, so it sends the plugin every value later
/// by its latency.
fn mix_acts_on_the_audio_that_enters_with_it(ardour: &Ardour, audio: &Track) -> Result<()> {
    let session = ardour.create("clock", &["Mix@0:0,2:0,4:100", "dry"], audio)?;
    let sum = ardour.export(&session, audio.frames())?;
    let latency = Latency::Full.samples(f64::from(SAMPLE_RATE)) as usize;
    let rises = 2 * SAMPLE_RATE as usize + latency;
    let first =
        sum.channels.iter().filter_map(|channel| channel.iter().position(|&x| x != 0.0)).min();
    let first = first.context("the mix never rises")?;
    // The next value comes with the next cycle, and the smallest of mixes is too little to hear.
    ensure!(
        (rises..=rises + 2 * CYCLE).contains(&first),
        "the mix rises at frame {first}, and not within two cycles from {rises} on"
    );
    println!("ok: the mix acts on the audio that enters with it: from frame {first} on");
    Ok(())
}

/// Where two tracks differ, in words.
fn difference(wanted: &Track, found: &Track) -> String {
    wanted.difference(found).unwrap_or_else(|| "they have the same bits".to_owned())
}
