//! The plugin in a host, against a plugin of the same framework that does nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::document::{Row, Section};
use super::timing::{RUNS, highest, median};
use super::tracks::Track;
use crate::bundle::Bundles;
use crate::{needs, workspace};

/// The host, which is a Python module.
const HOST: [&str; 2] = ["pedalboard==0.9.26", "numpy"];

const SCRIPT: &str = "xtask/src/bench/host.py";

/// A line that the script prints: nanoseconds per sample.
#[derive(Deserialize)]
struct Line {
    block: u32,
    ours: f64,
    theirs: f64,
}

/// The goals in a host, and a table by block size.
pub fn measure(
    tracks: &[Track],
    bundles: &Bundles,
    work: &Path,
    goals: &mut Vec<Row>,
) -> Result<Section> {
    let mut section = Section::new(
        "In a host",
        &["block", "Extrema", "pass-through", "ratio, median", "worst track"],
    );
    if !cfg!(target_os = "linux") {
        section.say("Measured on Linux only.");
        return Ok(section);
    }
    let python = python()?;
    let other = pass_through(work)?;
    let mut script = Command::new(python);
    script.arg(SCRIPT).arg(&bundles.vst3).arg(other).arg(RUNS.to_string());
    script.args(tracks.iter().map(|track| &track.path));
    // What the host returns is memory fresh from the system every time, as where a file is rendered
    // once. If left to itself, the C library now and then decides to keep it for the next time.
    script.env("MALLOC_MMAP_THRESHOLD_", "1048576");
    let printed = workspace::output(&mut script)?;
    let lines: Vec<Line> = printed
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .context("the host has printed something else than times")?;
    for block in [64, 512] {
        let lines: Vec<&Line> = lines.iter().filter(|line| line.block == block).collect();
        let all =
            |value: fn(&Line) -> f64| lines.iter().map(|line| value(line)).collect::<Vec<_>>();
        let ratios = all(|line| line.ours / line.theirs);
        let ratio = median(&ratios);
        section.row(vec![
            block.to_string(),
            format!("{:.1} ns", median(&all(|line| line.ours))),
            format!("{:.1} ns", median(&all(|line| line.theirs))),
            format!("{ratio:.2} ×"),
            format!("{:.2} ×", highest(&ratios)),
        ]);
        let what = format!("plugin in pedalboard, stereo, blocks of {block}, against pass-through");
        goals.push(Row::new(&what, format!("{ratio:.2} ×"), "≤ 1.6 ×", ratio <= 1.6));
    }
    Ok(section)
}

/// A Python of our own that has the host.
fn python() -> Result<PathBuf> {
    needs::python()?;
    let folder = workspace::target()?.join("venv");
    let python = folder.join("bin").join("python");
    if !python.is_file() {
        workspace::run(Command::new("python3").args(["-m", "venv"]).arg(&folder)).context(
            "Python cannot make a virtual environment; Debian: `apt install python3-venv`",
        )?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(HOST);
    workspace::run(&mut pip)?;
    Ok(python)
}

/// Builds the other plugin and packs it as VST3.
fn pass_through(work: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package=extrema", "--example=pass_through"]);
    cargo.args(["--no-default-features", "--features=plugin"]);
    workspace::run(&mut cargo)?;
    let library = workspace::target()?.join("release/examples/libpass_through.so");
    let bundle = work.join("PassThrough.vst3");
    let architecture = match std::env::consts::ARCH {
        known @ ("x86_64" | "aarch64") => known,
        other => bail!("what VST3 calls the architecture {other} is not known"),
    };
    let folder = bundle.join("Contents").join(format!("{architecture}-linux"));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::copy(&library, folder.join("PassThrough.so"))
        .with_context(|| format!("cannot copy {}", library.display()))?;
    Ok(bundle)
}
