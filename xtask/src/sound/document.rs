//! docs/SOUND.md.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use extrema::effect::Control;

use super::clicks::{Click, Excess, RAMP_LIMIT_DB, STEP_LIMIT_DB};
use super::levels::{self, DETECTORS, QUIETER_DB, TRAVEL_STEPS};
use super::material::Material;

const DOCUMENT: &str = "docs/SOUND.md";

/// The audible part of a threshold's travel lies between these SNRs, in dB.
const AUDIBLE_SNR_DB: [f64; 2] = [25.0, 3.0];

/// Writes the document.
pub fn write(materials: &[Material], clicks: &[Click]) -> Result<()> {
    let mut text = String::from(
        "# The sound, measured\n\nWritten by `cargo xtask sound`; do not edit. `--tracks FOLDER` moves \
         the threshold over WAV files too, and measures on them how much is lost.\n",
    );
    write_clicks(&mut text, clicks)?;
    write_levels(&mut text, materials)?;
    write_travel(&mut text, materials)?;
    fs::write(DOCUMENT, text).with_context(|| format!("cannot write {DOCUMENT}"))?;
    println!("\nWritten: {DOCUMENT}");
    Ok(())
}

fn write_clicks(text: &mut String, clicks: &[Click]) -> Result<()> {
    write!(
        text,
        "\n## Does it click?\n\nEvery control moves, all others at their defaults, with either detector: in \
         steps between any two of five values (choices: any two) every 103 ms, and in a ramp over its \
         whole travel in 4 s, up and down. The figure is the largest difference of two successive \
         samples while it moves, over the larger one of the settings at rest (ramps: over the \
         largest of 17 settings along the way), in dB; the worst case counts. Limits: {STEP_LIMIT_DB} \
         dB for steps, {RAMP_LIMIT_DB} dB for ramps. **Bold** is beyond.\n\n\
         | control | material | steps | worst step | ramp | worst ramp |\n|---|---|---|---|---|---|\n"
    )?;
    for control in Control::ALL {
        let of_control = |click: &&Click| click.control == control;
        for click in clicks.iter().filter(of_control) {
            let steps = figure(&click.steps, STEP_LIMIT_DB);
            let ramp =
                click.ramp.as_ref().map(|ramp| (figure(ramp, RAMP_LIMIT_DB), &*ramp.movement));
            let (ramp, how) = ramp.unwrap_or(("–".to_owned(), "–"));
            let name = control.spec().name;
            let (material, movement) = (&click.material, &click.steps.movement);
            writeln!(text, "| {name} | {material} | {steps} | {movement} | {ramp} | {how} |")?;
        }
    }
    let beyond = |click: &&Click| {
        let ramp = click.ramp.as_ref().is_some_and(|ramp| ramp.decibels > RAMP_LIMIT_DB);
        click.steps.decibels > STEP_LIMIT_DB || ramp
    };
    let count = clicks.iter().filter(beyond).count();
    writeln!(text, "\n{} of {} rows are within the limits.", clicks.len() - count, clicks.len())?;
    Ok(())
}

fn figure(excess: &Excess, limit: f64) -> String {
    let mark = if excess.decibels > limit { "**" } else { "" };
    format!("{mark}{:+.1} dB{mark}", excess.decibels)
}

fn write_levels(text: &mut String, materials: &[Material]) -> Result<()> {
    write!(
        text,
        "\n## One setting for loud and quiet tracks\n\nSNR in dB at the default setting, of a track as it \
         is and turned down by {} dB. Goal: the same within 1 dB.\n\n\
         | material | Peak | quiet | Slope | quiet |\n|---|---|---|---|---|\n",
        -QUIETER_DB
    )?;
    for material in materials {
        write!(text, "| {} |", material.name)?;
        for (detector, _) in DETECTORS {
            let default = levels::settings(detector, Control::Threshold.spec().default);
            let [loud, quiet] = levels::loud_and_quiet(material, default);
            let mark = if (loud - quiet).abs() > 1.0 { "**" } else { "" };
            write!(text, " {loud:.1} | {mark}{quiet:.1}{mark} |")?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn write_travel(text: &mut String, materials: &[Material]) -> Result<()> {
    let [most, least] = AUDIBLE_SNR_DB;
    write!(
        text,
        "\n## The travel of Threshold\n\nMedian SNR in dB over these tracks along the knob, with Follow at 100 %.\n\n\
         | knob | threshold | Peak | Slope |\n|---|---|---|---|\n"
    )?;
    let mut audible = [0; DETECTORS.len()];
    for step in 0..=TRAVEL_STEPS {
        let measured = DETECTORS.map(|(detector, _)| levels::at_travel(materials, detector, step));
        let knob = 100.0 * f64::from(step) / f64::from(TRAVEL_STEPS);
        let threshold = Control::Threshold.text(measured[0].0, 44_100.0);
        write!(text, "| {knob:.0} % | {threshold} |")?;
        for ((_, snr), audible) in measured.iter().zip(&mut audible) {
            *audible += u32::from((least..=most).contains(snr));
            write!(text, " {snr:.1} |")?;
        }
        writeln!(text)?;
    }
    writeln!(text)?;
    for ((_, name), audible) in DETECTORS.iter().zip(audible) {
        let share = 100.0 * f64::from(audible) / f64::from(TRAVEL_STEPS + 1);
        writeln!(text, "{name}: {share:.0} % of the travel lies between {most} and {least} dB.")?;
    }
    Ok(())
}
