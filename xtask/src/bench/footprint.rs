//! What an instance takes in memory and time, and how large the plugin is.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::report::Report;
use super::timing::{RUNS, median};
use crate::bundle::Bundles;
use crate::workspace;

const MEBIBYTE: f64 = 1_048_576.0;

/// Measures the first instance and the next one in fresh processes, and the VST3 binary.
pub fn measure(bundles: &Bundles, report: &mut Report) -> Result<()> {
    report.section("footprint", "Memory, start and size", "some seconds");
    let program = workspace::build_bench("instance")?;
    let mut figures = [const { Vec::new() }; 3];
    for _ in 0..RUNS {
        let printed = workspace::output(&mut Command::new(&program))?;
        let numbers: Vec<f64> =
            printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        ensure!(numbers.len() == figures.len(), "{} has printed {printed}", program.display());
        figures.iter_mut().zip(numbers).for_each(|(figures, number)| figures.push(number));
    }
    let [nanoseconds, tables, instance] = figures.map(|figures| median(&figures));
    let binary = largest_file(&bundles.vst3)? as f64;
    let instance = instance / MEBIBYTE;
    report.add("effect", "each instance", "memory", instance, "MiB");
    for (what, setting, quantity, value, unit, most) in [
        (
            "memory for tables, shared by all instances",
            "shared by all instances",
            "memory",
            tables / MEBIBYTE,
            "MiB",
            2.0,
        ),
        ("time to the first instance", "first instance", "time", nanoseconds / 1e6, "ms", 20.0),
        ("plugin, VST3 binary", "VST3 binary", "size", binary / MEBIBYTE, "MiB", 8.0),
    ] {
        report.add("effect", setting, quantity, value, unit);
        report.goal(
            what,
            &format!("{value:.1} {unit}"),
            &format!("≤ {most} {unit}"),
            value <= most,
        );
    }
    Ok(())
}

/// The size in bytes of the library, which is nearly all of a bundle.
fn largest_file(path: &Path) -> Result<u64> {
    if !path.is_dir() {
        let file = fs::metadata(path);
        return Ok(file.with_context(|| format!("cannot read {}", path.display()))?.len());
    }
    let entries = fs::read_dir(path);
    let entries = entries.with_context(|| format!("cannot read {}", path.display()))?;
    let mut largest = 0;
    for entry in entries {
        largest = largest.max(largest_file(&entry?.path())?);
    }
    Ok(largest)
}
