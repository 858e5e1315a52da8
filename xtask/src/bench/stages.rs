//! Runs the benchmarks in `benches/codec` and gathers what Criterion has written.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::report::Report;
use crate::workspace;

/// A benchmark, in Criterion's `benchmark.json`.
#[derive(Deserialize)]
struct Benchmark {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
    throughput: Throughput,
}

#[derive(Deserialize)]
enum Throughput {
    Elements(u64),
}

/// Nanoseconds of a round, in Criterion's `estimates.json`.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// The groups of benchmarks that no other section covers, and the unit of their times.
const GROUPS: [(&str, &str); 4] = [
    ("segment", "ns/sample"),
    ("match", "ns/segment"),
    ("synthesise", "ns/sample"),
    ("effect", "ns/sample and channel"),
];

/// Runs all of them; each stage becomes a section of the table.
pub fn measure(report: &mut Report) -> Result<()> {
    report.section("stages", "Stages, by Criterion", "some minutes");
    let results = workspace::target()?.join("criterion");
    workspace::remove(&results)?;
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--package=extrema", "--no-default-features", "--bench=codec"]);
    workspace::run(cargo.env("CRITERION_HOME", &results))?;

    let mut found = Vec::new();
    gather(&results, &mut found)?;
    found.sort_by_key(|(of, _)| (of.function_id.clone(), number(of), of.value_str.clone()));
    for (group, unit) in GROUPS {
        for (of, time) in found.iter().filter(|(of, _)| of.group_id == group) {
            let Throughput::Elements(elements) = of.throughput;
            let [function, value] = [&of.function_id, &of.value_str].map(|id| id.as_deref());
            let (function, value) = (function.unwrap_or_default(), value.unwrap_or_default());
            report.add(value, function, group, time / elements as f64, unit);
        }
    }
    Ok(())
}

/// Lengths and block sizes are sorted as numbers.
fn number(of: &Benchmark) -> Option<u32> {
    of.value_str.as_ref()?.parse().ok()
}

/// All results below a folder.
fn gather(folder: &Path, found: &mut Vec<(Benchmark, f64)>) -> Result<()> {
    let entries = fs::read_dir(folder);
    let entries = entries.with_context(|| format!("no results in {}", folder.display()))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            gather(&path, found)?;
        } else if path.ends_with("new/benchmark.json") {
            let estimates: Estimates = read(&path.with_file_name("estimates.json"))?;
            found.push((read(&path)?, estimates.median.point_estimate));
        }
    }
    Ok(())
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))
}
