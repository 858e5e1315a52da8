//! Runs the benchmarks of the stages and gathers what Criterion has written.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::document::Section;
use crate::workspace;

/// What a benchmark was, as Criterion keeps it.
#[derive(Deserialize)]
struct Benchmark {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
enum Throughput {
    Elements(u64),
}

/// What was found, as Criterion keeps it: nanoseconds of a round.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// The stages that have no table of their own elsewhere, and what their times are for.
const GROUPS: [(&str, &str); 4] = [
    ("segment", "sample"),
    ("match", "segment"),
    ("synthesise", "sample"),
    ("effect", "sample and channel"),
];

/// Runs all benchmarks and makes a table of them.
pub fn measure() -> Result<Section> {
    let results = workspace::target()?.join("criterion");
    workspace::remove(&results)?;
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--package=extrema", "--no-default-features", "--bench=codec"]);
    cargo.env("CRITERION_HOME", &results);
    workspace::run(&mut cargo)?;

    let mut found = Vec::new();
    gather(&results, &mut found)?;
    let mut section = Section::new("Stages", &["stage", "on", "ns", "for each"]);
    for (group, unit) in GROUPS {
        let mut lines: Vec<_> = found.iter().filter(|(of, _)| of.group_id == group).collect();
        lines.sort_by_key(|(of, _)| (of.function_id.clone(), number(of), of.value_str.clone()));
        for (of, time) in lines {
            let Some(Throughput::Elements(elements)) = of.throughput else {
                continue;
            };
            let words = [of.function_id.clone(), of.value_str.clone()];
            let words: Vec<_> = words.into_iter().flatten().collect();
            section.row(vec![
                group.to_owned(),
                words.join(": "),
                format!("{:.2}", time / elements as f64),
                unit.to_owned(),
            ]);
        }
    }
    Ok(section)
}

/// Lengths and block sizes go by size.
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
