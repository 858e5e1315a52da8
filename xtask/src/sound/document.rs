//! docs/SOUND.md.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use extrema::effect::Control;

use super::clicks::{Click, Excess, RAMP_LIMIT_DB, STARTS, STEP_LIMIT_DB};
use super::detectors;
use super::levels::{self, QUIETER_DB, TRAVEL_STEPS};
use super::material::Material;
use crate::parallel;

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

/// The names of all detectors as cells of a table's head.
fn names() -> String {
    let names: Vec<_> = detectors::all().into_iter().map(|(_, name)| name).collect();
    names.join(" | ")
}

fn write_clicks(text: &mut String, clicks: &[Click]) -> Result<()> {
    let names = names();
    let rule = "|---".repeat(4 + 2 * detectors::all().len());
    write!(
        text,
        "\n## Does it click?\n\nEvery control moves, all others at their defaults, with each detector: in \
         steps between any two of five values (choices: any two) every 103 ms, and in a ramp over its \
         whole travel in 4 s, up and down. *Detector* steps from each to the others. The figure is the largest \
         difference of two successive samples while it moves, over the larger one of the settings at rest \
         (ramps: over the largest of 17 settings along the way), in dB; the worst case counts. Limits: \
         {STEP_LIMIT_DB} dB for steps, {RAMP_LIMIT_DB} dB for ramps. **Bold** is beyond.\n\n\
         | control | material | steps: {names} | worst step | ramps: {names} | worst ramp |\n{rule}|\n"
    )?;
    for click in clicks {
        let name = click.control.spec().name;
        write!(text, "| {name} | {} |", click.material)?;
        let steps = click.movements.iter().map(|movements| Some(&movements.steps));
        write_cells(text, steps, STEP_LIMIT_DB)?;
        let ramps = click.movements.iter().map(|movements| movements.ramp.as_ref());
        write_cells(text, ramps, RAMP_LIMIT_DB)?;
        writeln!(text)?;
    }
    let is_within = |click: &&Click| {
        let is_within = |excess: &Excess, limit| excess.decibels <= limit;
        click.movements.iter().all(|movements| {
            is_within(&movements.steps, STEP_LIMIT_DB)
                && movements.ramp.as_ref().is_none_or(|ramp| is_within(ramp, RAMP_LIMIT_DB))
        })
    };
    let count = clicks.iter().filter(is_within).count();
    writeln!(text, "\n{count} of {} rows are within the limits.", clicks.len())?;
    writeln!(
        text,
        "\nWhere *Best* cuts depends on all its cuts before, so its largest jump depends on where it \
         began. Where one of its steps seems to exceed the limit, the step and both settings at rest \
         are played from {STARTS} places in the first 50 ms, and the largest jump of each counts."
    )?;
    Ok(())
}

/// A cell for the excess with each detector, and one for the worst movement.
fn write_cells<'a>(
    text: &mut String,
    excesses: impl Iterator<Item = Option<&'a Excess>>,
    limit: f64,
) -> Result<()> {
    let mut worst: Option<&Excess> = None;
    for excess in excesses {
        let Some(excess) = excess else {
            write!(text, " – |")?;
            continue;
        };
        let mark = if excess.decibels > limit { "**" } else { "" };
        write!(text, " {mark}{:+.1}{mark} |", excess.decibels)?;
        if worst.is_none_or(|worst| excess.decibels > worst.decibels) {
            worst = Some(excess);
        }
    }
    write!(text, " {} |", worst.map_or("–", |worst| &worst.movement))?;
    Ok(())
}

fn write_levels(text: &mut String, materials: &[Material]) -> Result<()> {
    let detectors = detectors::all();
    let head: String = detectors.iter().map(|(_, name)| format!(" {name} | quiet |")).collect();
    let rule = "|---".repeat(1 + 2 * detectors.len());
    write!(
        text,
        "\n## One setting for loud and quiet tracks\n\nSNR in dB at the default setting, of a track as it \
         is and turned down by {} dB. Goal: the same within 1 dB.\n\n\
         | material |{head}\n{rule}|\n",
        -QUIETER_DB
    )?;
    let rows = parallel::map(materials, |material| {
        let of = |&(detector, _): &(f64, &str)| {
            let default = levels::settings(detector, Control::Threshold.spec().default);
            levels::loud_and_quiet(material, default)
        };
        detectors.iter().map(of).collect::<Vec<_>>()
    });
    for (material, row) in materials.iter().zip(rows) {
        write!(text, "| {} |", material.name)?;
        for [loud, quiet] in row {
            let mark = if (loud - quiet).abs() > 1.0 { "**" } else { "" };
            write!(text, " {loud:.1} | {mark}{quiet:.1}{mark} |")?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn write_travel(text: &mut String, materials: &[Material]) -> Result<()> {
    let detectors = detectors::all();
    let rule = "|---".repeat(2 + detectors.len());
    write!(
        text,
        "\n## The travel of Threshold\n\nMedian SNR in dB over these tracks along the knob, with Follow at 100 %. *Slope* and *Peak* \
         cut at turns and flat places of the wave, however low the threshold, and that limits what \
         they keep. With *Best* the threshold is the price of a record, and near *Off* nearly every \
         sample is a record.\n\n\
         | knob | threshold | {} |\n{rule}|\n",
        names()
    )?;
    let steps: Vec<u8> = (0..=TRAVEL_STEPS).collect();
    let rows = parallel::map(&steps, |&step| {
        let of = |&(detector, _): &(f64, &str)| levels::at_travel(materials, detector, step);
        detectors.iter().map(of).collect::<Vec<_>>()
    });
    let text_of = |step: u8| Control::Threshold.text(levels::threshold(step), 44_100.0);
    for (&step, row) in steps.iter().zip(&rows) {
        let knob = 100.0 * f64::from(step) / f64::from(TRAVEL_STEPS);
        write!(text, "| {knob:.0} % | {} |", text_of(step))?;
        for snr in row {
            write!(text, " {snr:.1} |")?;
        }
        writeln!(text)?;
    }
    let [most, least] = AUDIBLE_SNR_DB;
    writeln!(text)?;
    for (number, (_, name)) in detectors.iter().enumerate() {
        let is_audible = |&&step: &&u8| (least..=most).contains(&rows[usize::from(step)][number]);
        let audible: Vec<u8> = steps.iter().filter(is_audible).copied().collect();
        let [Some(&first), Some(&last)] = [audible.first(), audible.last()] else { continue };
        writeln!(
            text,
            "- {name}: {:.0} % of the travel, from {} to {}, lies between {most} and {least} dB.",
            100.0 * audible.len() as f64 / steps.len() as f64,
            text_of(first),
            text_of(last)
        )?;
    }
    Ok(())
}
