//! The machine that was measured on, and what else it had to do.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::document::Section;
use crate::workspace;

/// A table of what matters for times.
pub fn describe(load_before: &str) -> Result<Section> {
    let mut section = Section::new("Machine", &["", ""]);
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    let compiler = workspace::output(Command::new("rustc").arg("--version"))?;
    for (name, value) in [
        ("processor", format!("{}, {threads} threads", processor())),
        ("system", format!("{} {}", system(), std::env::consts::ARCH)),
        ("compiler", compiler.trim().to_owned()),
        ("load before and after", format!("{load_before}; {}", load())),
    ] {
        section.row(vec![name.to_owned(), value]);
    }
    Ok(section)
}

/// How many programs want the processor: averages over 1, 5 and 15 minutes.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<_> = text.split(' ').take(3).collect();
    if averages.len() == 3 { averages.join(" ") } else { "unknown".to_owned() }
}

fn processor() -> String {
    field("/proc/cpuinfo", "model name", ':').unwrap_or_else(|| "unknown".to_owned())
}

fn system() -> String {
    let name = field("/etc/os-release", "PRETTY_NAME", '=');
    name.unwrap_or_else(|| std::env::consts::OS.to_owned())
}

/// The value of a key in a file of lines.
fn field(file: &str, key: &str, separator: char) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let lines = text.lines().filter_map(|line| line.split_once(separator));
    let value = lines.into_iter().find(|(name, _)| name.trim() == key)?.1;
    Some(value.trim().trim_matches('"').to_owned())
}
