//! One clock: controls act on the audio that Ardour sends with them.

use anyhow::{Context, Result, ensure};
use extrema::effect::{Control, EffectSettings, Latency};
use test_signals::clock;

use super::ardour::Ardour;
use super::expected::{self, CYCLE};
use super::session::SAMPLE_RATE;
use crate::track::Track;

/// Seconds from one change to the next.
const SPACING: f64 = 0.625;

/// Duration of a change in seconds: Ardour moves in straight lines only. Both ends lie on its grid of
/// musical time.
const STEP: f64 = 1.0 / 128.0;

/// Frames after a change in which the codec may still come from the settings before it.
const SETTLING: usize = 12_000;

/// A segment that is open at a change of the codec is encoded with the settings after it, from its
/// start on. None is longer here, and half a latency is still seen.
const OPEN: usize = 1024;

/// What a host's rounding of values may change.
const ROUNDING: f32 = 1e-6;

/// Controls that change what is made of the audio for longer than [`SETTLING`]: the constant settings that
/// the export is compared with would not lead to the same state.
const LASTING: [Control; 7] = [
    Control::Follow,
    Control::Zoom,
    Control::Loss,
    Control::LossRun,
    Control::LossMode,
    Control::Loop,
    Control::LoopLength,
];

/// Changes one control after another in one export, all but the [`LASTING`] ones. Up to a change the
/// export has to be what the effect plays with the settings before it, and soon after the change with
/// those after it.
pub fn controls_act_on_the_audio_that_enters_with_them(
    ardour: &Ardour,
    audio: &Track,
) -> Result<()> {
    let mut changes = clock::changes();
    changes.retain(|change| !LASTING.contains(&change.control));
    let count = changes.len();
    let times: Vec<f64> = (1..=count).map(|index| index as f64 * SPACING).collect();
    let end = (count + 1) as f64 * SPACING;
    ensure!(
        audio.seconds() > end,
        "{:.1} s of audio are too few for {count} controls",
        audio.seconds()
    );
    let mut values: Vec<f64> = Control::ALL.iter().map(|control| control.spec().default).collect();
    // A threshold that follows the wave remembers it for too long as well.
    values[Control::Follow as usize] = 0.0;
    let mut setup = vec![format!("{}=0", Control::Follow.spec().name)];
    let mut targets = Vec::new();
    for (change, time) in changes.iter().zip(&times) {
        let control = change.control;
        let value = |text| {
            let value = control.parse(text, f64::from(SAMPLE_RATE)).context("a test's value")?;
            anyhow::Ok(as_host_passes_it(control, value))
        };
        let (from, to) = (value(change.from.0)?, value(change.to.0)?);
        let (name, moved) = (control.spec().name, time + STEP);
        let (low, high) = (control.to_host(from), control.to_host(to));
        setup.push(format!("{name}@0:{low},{time}:{low},{moved}:{high}"));
        values[control as usize] = from;
        targets.push((control, to));
    }
    let setup: Vec<&str> = setup.iter().map(String::as_str).collect();
    let session = ardour.create("every-control", &setup, audio)?;
    let exported = ardour.export(&session, audio.frames())?;

    let latency = Latency::Full.samples(f64::from(SAMPLE_RATE)) as usize;
    let settings = |values: &[f64]| EffectSettings::from_values(|control| values[control as usize]);
    let mut before = expected::play(audio, settings(&values));
    let mut settled = 0;
    for ((control, to), time) in targets.into_iter().zip(times) {
        let id = control.spec().id;
        values[control as usize] = to;
        // By the time at which a sample is heard, so that it reaches the plugin later by its latency.
        let at = (time * f64::from(SAMPLE_RATE)).round() as usize + latency;
        let first = first_difference(&exported, &before, settled);
        let first = first.with_context(|| format!("{id} is not heard"))?;
        let after = expected::play(audio, settings(&values));
        // With some sounds both settings play the same for a while.
        let differs = first_difference(&after, &before, at);
        let differs = differs.with_context(|| format!("{id} makes no difference"))?;
        let earliest = if control.spec().is_codec { at - OPEN } else { at };
        let latest = differs + CYCLE + (STEP * f64::from(SAMPLE_RATE)) as usize;
        ensure!(
            (earliest..=latest).contains(&first),
            "{id} is heard from frame {first} on, and not within a cycle from {at} on"
        );
        settled = at + SETTLING;
        before = after;
    }
    let rest = first_difference(&exported, &before, settled);
    ensure!(
        rest.is_none(),
        "with these controls changed the export differs from frame {rest:?} on"
    );
    println!("ok: {count} controls act on the audio that enters with them");
    Ok(())
}

/// A value with the rounding of VST3's normalised values.
fn as_host_passes_it(control: Control, value: f64) -> f64 {
    let (low, high) = control.host_range();
    control.from_host(control.position(value) * (high - low) + low)
}

/// The first frame from `from` on at which two tracks differ by more than rounding.
fn first_difference(a: &Track, b: &Track, from: usize) -> Option<usize> {
    let pairs = a.channels.iter().zip(&b.channels);
    let differs = |(a, b): (&f32, &f32)| (a - b).abs() > ROUNDING;
    pairs
        .filter_map(|(a, b)| Some(from + a[from..].iter().zip(&b[from..]).position(differs)?))
        .min()
}
