//! What the first instance takes, and how large the plugin is.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::document::Row;
use super::timing::{RUNS, median};
use crate::bundle::Bundles;
use crate::workspace;

const MEBIBYTE: f64 = 1_048_576.0;

/// The goals for memory, time and size.
pub fn measure(bundles: &Bundles, goals: &mut Vec<Row>) -> Result<()> {
    let program = workspace::bench("instance")?;
    let mut figures = [const { Vec::new() }; 3];
    for _ in 0..RUNS {
        let printed = workspace::output(&mut Command::new(&program))?;
        let numbers: Vec<f64> =
            printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        ensure!(numbers.len() == figures.len(), "{} has printed {printed}", program.display());
        figures.iter_mut().zip(numbers).for_each(|(figures, number)| figures.push(number));
    }
    let [time, tables, instance] = figures.map(|figures| median(&figures));
    let library = largest_file(&bundles.vst3)? as f64 / MEBIBYTE;
    let (tables, time) = (tables / MEBIBYTE, time / 1e6);
    let of_its_own = format!("{tables:.2} MiB (and {:.2} MiB each)", instance / MEBIBYTE);
    goals.extend([
        Row::new(
            "memory for tables, shared by all instances",
            of_its_own,
            "≤ 2 MiB",
            tables <= 2.0,
        ),
        Row::new("time to the first instance", format!("{time:.1} ms"), "≤ 20 ms", time <= 20.0),
        Row::new("plugin, VST3 binary", format!("{library:.1} MiB"), "≤ 8 MiB", library <= 8.0),
    ]);
    Ok(())
}

/// Its size in bytes: the library, beside which a bundle holds next to nothing.
fn largest_file(path: &Path) -> Result<u64> {
    if !path.is_dir() {
        let file = fs::metadata(path);
        return Ok(file.with_context(|| format!("no file {}", path.display()))?.len());
    }
    let entries = fs::read_dir(path);
    let entries = entries.with_context(|| format!("cannot read {}", path.display()))?;
    let mut largest = 0;
    for entry in entries {
        largest = largest.max(largest_file(&entry?.path())?);
    }
    Ok(largest)
}
