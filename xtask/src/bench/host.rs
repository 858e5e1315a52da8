//! The plugin in a host, against a plugin of the same framework that does nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::report::Report;
use super::timing::{RUNS, median};
use super::tracks::Track;
use crate::bundle::Bundles;
use crate::{python, workspace};

const SCRIPT: &str = "xtask/src/bench/host.py";

const UNIT: &str = "ns/sample and channel";

/// A line that the script prints: nanoseconds per sample and channel.
#[derive(Deserialize)]
struct Line {
    block: u32,
    extrema: f64,
    pass_through: f64,
}

/// Measures every track in blocks of 64 and 512 frames.
pub fn measure(
    tracks: &[Track],
    bundles: &Bundles,
    work: &Path,
    report: &mut Report,
) -> Result<()> {
    report.section("host", "The plugin in a host", "some seconds a track");
    if !cfg!(target_os = "linux") {
        println!("SKIPPED: hosts are measured on Linux only.");
        return Ok(());
    }
    let python = python::environment()?;
    let other = pass_through(work)?;
    let mut script = Command::new(python);
    script.arg(SCRIPT).arg(&bundles.vst3).arg(other).arg(RUNS.to_string());
    script.args(tracks.iter().map(|track| &track.path));
    // The result then always lies in memory fresh from the system, as where a file is rendered
    // once. Otherwise the C library sometimes decides to keep it for the next run.
    script.env("MALLOC_MMAP_THRESHOLD_", "1048576");
    let printed = workspace::output(&mut script)?;
    let lines: Vec<Line> = printed
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .with_context(|| format!("{SCRIPT} has not printed times but: {printed}"))?;
    for block in [64, 512] {
        let lines: Vec<&Line> = lines.iter().filter(|line| line.block == block).collect();
        let all =
            |value: fn(&Line) -> f64| lines.iter().map(|line| value(line)).collect::<Vec<_>>();
        let setting = format!("blocks of {block}");
        let ratios = all(|line| line.extrema / line.pass_through);
        report.add("Extrema", &setting, "median", median(&all(|line| line.extrema)), UNIT);
        let pass_through = median(&all(|line| line.pass_through));
        report.add("pass-through", &setting, "median", pass_through, UNIT);
        report.add_spread("Extrema against pass-through", &setting, "ratio", &ratios, "×");
        let what = format!("plugin in pedalboard, stereo, {setting}, against pass-through");
        let ratio = median(&ratios);
        report.goal(&what, &format!("{ratio:.2} ×"), "≤ 1.6 ×", ratio <= 1.6);
    }
    Ok(())
}

/// Builds the plugin that does nothing, and packs it as VST3.
fn pass_through(work: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package=extrema", "--example=pass_through"]);
    cargo.args(["--no-default-features", "--features=plugin"]);
    workspace::run(&mut cargo)?;
    let library = workspace::target()?.join("release/examples/libpass_through.so");
    let bundle = work.join("PassThrough.vst3");
    let architecture = match std::env::consts::ARCH {
        known @ ("x86_64" | "aarch64") => known,
        other => bail!("VST3's name for the architecture {other} is not known here"),
    };
    let folder = bundle.join("Contents").join(format!("{architecture}-linux"));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::copy(&library, folder.join("PassThrough.so"))
        .with_context(|| format!("cannot copy {}", library.display()))?;
    Ok(bundle)
}
