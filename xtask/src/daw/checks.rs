//! What has to hold on Ardour's tracks.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use extrema::effect::EffectSettings;

use super::ardour::Ardour;
use super::live;
use super::playback::{self, CYCLE, Cycles, Ramp};
use super::session::Session;
use crate::track::Track;

/// Mixing in the DAW's `f32` may differ from ours by this much: one rounding at full scale.
const ROUNDING: f32 = 1.0 / (1 << 24) as f32;

/// Runs all of them.
pub fn run(ardour: &Ardour, audio: &Track) -> Result<()> {
    let start = Instant::now();
    let ramp = Ramp { levels: (0..=10).map(|second| -80.0 + 6.0 * f64::from(second)).collect() };
    let setup = [ramp.setup(), "Curves=100".to_owned(), "Output=-6".to_owned()];
    let setup: Vec<&str> = setup.iter().map(String::as_str).collect();
    let session = ardour.create("ramp", &setup, audio)?;
    export_is_playback(ardour, &session, audio, &ramp)?;
    reload_changes_nothing(ardour, &session)?;
    latency_is_compensated(ardour, audio)?;
    half_the_mix_is_half_of_each(ardour, audio)?;
    live::equals_export(ardour, audio, &ramp)?;
    println!("All of it holds in Ardour ({:.1} s).", start.elapsed().as_secs_f64());
    Ok(())
}

/// An automated export is what the effect plays, to the bit, and comes out the same twice.
fn export_is_playback(
    ardour: &Ardour,
    session: &Session,
    audio: &Track,
    ramp: &Ramp,
) -> Result<()> {
    let exported = ardour.export(session, audio.frames())?;
    let again = ardour.export(session, audio.frames())?;
    if exported.channels != again.channels {
        // Rarely Ardour begins in another part of a cycle, where the ramp is another one.
        let third = ardour.export(session, audio.frames())?;
        let same = third.channels == exported.channels || third.channels == again.channels;
        ensure!(same, "three exports differ");
    }
    println!("ok: two exports of a threshold ramp are identical");

    let settings = EffectSettings { curves: 100, output_db: -6.0, ..EffectSettings::default() };
    let still = playback::play(audio, settings);
    ensure!(furthest(&exported, &still) > 1e-3, "the export does not follow the ramp");
    // Which part of a cycle the start of the track falls into is Ardour's own affair.
    let beginning = audio.with(audio.channels.iter().map(|c| c[..2 * 48_000].to_vec()).collect());
    let at = |phase| Cycles { length: CYCLE, phase };
    let fits = |phase: &usize| {
        let played = playback::play_ramp(&beginning, settings, ramp, at(*phase));
        // The end of the excerpt is an end of the stream here and not in the export.
        let frames = played.frames() - 8192;
        played.channels.iter().zip(&exported.channels).all(|(a, b)| a[..frames] == b[..frames])
    };
    // A few may fit the beginning; only one fits it all.
    let fits_all = |phase: &usize| {
        playback::play_ramp(audio, settings, ramp, at(*phase)).channels == exported.channels
    };
    let phase = (1..=CYCLE).filter(fits).find(fits_all).with_context(|| {
        let nearest = playback::play_ramp(audio, settings, ramp, at(CYCLE / 4));
        format!(
            "the export is not the effect with the threshold moved at any position of Ardour's \
             cycles; {}",
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
        automation.len() == 1 && automation[0].contains("b38400 -20"),
        "the ramp is not in the session: {automation:?}"
    );
    let values = ardour.reload(session)?;
    for value in ["Curves=100", "Output=-6", "Points=16", "Mix=100", "Bypass=0"] {
        let (label, wanted) = value.split_once('=').context("a value")?;
        let found = values.iter().find_map(|line| line.strip_prefix(label)?.strip_prefix('='));
        let found: f32 = found.with_context(|| format!("no {label} in {values:?}"))?.parse()?;
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

/// The saved state without the value that the automation moves.
fn without_threshold(state: &str) -> String {
    let (before, rest) = state.split_once(r#""threshold":"#).unwrap_or((state, ""));
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// With no mix the track is the dry one, at the same time.
fn latency_is_compensated(ardour: &Ardour, audio: &Track) -> Result<()> {
    let session = ardour.create("dry", &["Mix=0"], audio)?;
    let alone = ardour.export(&session, audio.frames())?;
    ensure!(alone.channels == audio.channels, "no mix: {}", difference(audio, &alone));
    let session = ardour.create("null", &["Mix=0", "dry"], audio)?;
    let sum = ardour.export(&session, audio.frames())?;
    let silence = audio.with(vec![vec![0.0; audio.frames()]; 2]);
    ensure!(sum.channels == silence.channels, "no null: {}", difference(&silence, &sum));
    println!("ok: against a dry track of opposite polarity nothing is left");
    Ok(())
}

/// At 50 % the track is half dry and half what the codec makes of it.
fn half_the_mix_is_half_of_each(ardour: &Ardour, audio: &Track) -> Result<()> {
    let session = ardour.create("half", &["Mix=50"], audio)?;
    let exported = ardour.export(&session, audio.frames())?;
    let wet = playback::play(audio, EffectSettings::default());
    let halves =
        audio.channels.iter().zip(&wet.channels).map(|(dry, wet)| {
            dry.iter().zip(wet).map(|(dry, wet)| 0.5 * dry + 0.5 * wet).collect()
        });
    let halves = audio.with(halves.collect());
    let furthest = furthest(&halves, &exported);
    ensure!(furthest <= ROUNDING, "half the mix: {}", difference(&halves, &exported));
    println!("ok: half the mix is half of each, within {furthest:e}");
    Ok(())
}

/// The largest difference of two samples.
fn furthest(a: &Track, b: &Track) -> f32 {
    let pairs = a.channels.iter().zip(&b.channels).flat_map(|(a, b)| a.iter().zip(b));
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// In words, where two tracks part.
pub fn difference(wanted: &Track, found: &Track) -> String {
    let at = (0..wanted.frames()).find(|&frame| {
        wanted.channels.iter().zip(&found.channels).any(|(a, b)| a[frame] != b[frame])
    });
    match at {
        None => "no difference".to_owned(),
        Some(frame) => {
            let sample = |track: &Track| [track.channels[0][frame], track.channels[1][frame]];
            format!(
                "they part at frame {frame}, {:?} for {:?}, by {:e} at most",
                sample(found),
                sample(wanted),
                furthest(wanted, found)
            )
        }
    }
}
