//! docs/PRESETS.md.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use extrema::effect::Control;
use extrema::presets::GROUPS;

use super::distance::MINIMUM_DB;
use super::loudness::{AUTO_GAIN_LIMIT_LU, KINDS_OF_TWELVE, LIMIT_LU, enough};
use super::{Kind, Measured};

const DOCUMENT: &str = "docs/PRESETS.md";

/// Writes the document.
pub fn write(kinds: &[Kind], all: &[Measured]) -> Result<()> {
    let mut text = format!(
        "# The presets that come with Extrema\n\nWritten by `cargo xtask presets`; do not edit. `--tracks \
         FOLDER` measures on WAV files, one for each kind of material.\n\n\
         {} presets. The change of loudness is integrated loudness by ITU-R BS.1770, wet less dry, in LU, \
         on {} kinds of material. Limits: within ±{LIMIT_LU} LU on {KINDS_OF_TWELVE} of 12 kinds, and \
         within ±{AUTO_GAIN_LIMIT_LU} LU with *Auto gain* on. *Auto gain* does not act on *Delta*, \
         so the second limit does not apply there. Presets that loop are loaded 2 s into the track. **Bold** \
         is beyond a limit.\n\n\
         The distance to the nearest other preset is the root mean square of the differences in level, in \
         16 bands of half an octave from 70 Hz up and frames of 25 ms, of what both make of four of the \
         kinds; at least {MINIMUM_DB} dB.\n",
        all.len(),
        kinds.len(),
    );
    for group in GROUPS {
        writeln!(text, "\n## {group}\n")?;
        writeln!(
            text,
            "| preset | what it is | within ±3 LU | within ±2 LU, auto gain | nearest | distance |"
        )?;
        writeln!(text, "|---|---|---|---|---|---|")?;
        for measured in all.iter().filter(|measured| measured.preset.group() == group) {
            let within = |changes: &[f64], limit: f64| {
                let count = changes.iter().filter(|change| change.abs() <= limit).count();
                let mark = if enough(count, kinds.len()) { "" } else { "**" };
                format!("{mark}{count} of {}{mark}", kinds.len())
            };
            let preset = measured.preset;
            let is_delta = preset.value(Control::Delta) == Some(1.0);
            let auto = if is_delta {
                "–".to_owned()
            } else {
                within(&measured.with_auto_gain, AUTO_GAIN_LIMIT_LU)
            };
            let (nearest, distance) = measured.nearest;
            let mark = if distance < MINIMUM_DB { "**" } else { "" };
            writeln!(
                text,
                "| {} | {} | {} | {auto} | {nearest} | {mark}{distance:.1} dB{mark} |",
                preset.name(),
                preset.description(),
                within(&measured.changes, LIMIT_LU),
            )?;
        }
    }
    writeln!(text, "\n## Change of loudness by kind, in LU\n")?;
    let names: Vec<_> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    writeln!(text, "| preset | {} |", names.join(" | "))?;
    writeln!(text, "|---|{}", "---|".repeat(names.len()))?;
    for measured in all {
        write!(text, "| {} |", measured.preset.name())?;
        for change in &measured.changes {
            let mark = if change.abs() > LIMIT_LU { "**" } else { "" };
            write!(text, " {mark}{change:+.1}{mark} |")?;
        }
        writeln!(text)?;
    }
    fs::write(DOCUMENT, text).with_context(|| format!("cannot write {DOCUMENT}"))?;
    println!("\nWritten: {DOCUMENT}");
    Ok(())
}
