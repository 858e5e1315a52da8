//! The machine that the measurements were made on, and how busy it was.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::workspace;

/// The machine in a sentence.
pub fn describe(load_before: &str) -> Result<String> {
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    let compiler = workspace::output(Command::new("rustc").arg("--version"))?;
    Ok(format!(
        "{} with {threads} threads, {} {}, {}, load {load_before} before and {} after",
        field("/proc/cpuinfo", "model name", ':').unwrap_or_else(|| "unknown processor".to_owned()),
        field("/etc/os-release", "PRETTY_NAME", '=').unwrap_or_else(|| std::env::consts::OS.into()),
        std::env::consts::ARCH,
        compiler.trim(),
        load()
    ))
}

/// The load averages over 1, 5 and 15 minutes.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<_> = text.split(' ').take(3).collect();
    if averages.len() == 3 { averages.join(" ") } else { "unknown".to_owned() }
}

/// The value of a key in a file of key-value lines.
fn field(file: &str, key: &str, separator: char) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let lines = text.lines().filter_map(|line| line.split_once(separator));
    let value = lines.into_iter().find(|(name, _)| name.trim() == key)?.1;
    Some(value.trim().trim_matches('"').to_owned())
}
