//! Builds the plugin and packs it the way hosts expect it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::{tools, workspace};

/// The package, and its features: without the program, so that no file reader is linked into the
/// plugin.
const PACKAGE: &str = "extrema";
const OPTIONS: [&str; 4] = ["--release", "--lib", "--no-default-features", "--features=plugin"];

/// The finished bundles.
pub struct Bundles {
    /// A file; on macOS a folder.
    pub clap: PathBuf,
    /// A folder.
    pub vst3: PathBuf,
}

/// Makes sure that the machine can build, builds, and bundles.
pub fn run() -> Result<Bundles> {
    tools::ensure(&[tools::COMPILER])?;
    workspace::announce("Building the plugin", workspace::BUILD_TIME);
    let options = OPTIONS.map(str::to_owned);
    let mut cargo = Command::new("cargo");
    cargo.arg("build").arg("--package").arg(PACKAGE).args(&options);
    // Shown in the editor's settings. Without Git there is none to show.
    let mut git = Command::new("git");
    if let Ok(commit) = workspace::output(git.args(["rev-parse", "--short", "HEAD"])) {
        cargo.env("EXTREMA_COMMIT", commit.trim());
    }
    workspace::run(&mut cargo)?;
    let target = workspace::target()?;
    nice_plug_xtask::bundle(&target, PACKAGE, &options, false)?;

    let bundled = target.join("bundled");
    // The bundler also packs the command-line program, if an earlier build has left one.
    for program in ["Extrema", "Extrema.exe", "Extrema.app"] {
        workspace::remove(&bundled.join(program))?;
    }
    let bundles =
        Bundles { clap: bundled.join("Extrema.clap"), vst3: bundled.join("Extrema.vst3") };
    for bundle in [&bundles.clap, &bundles.vst3] {
        ensure!(bundle.exists(), "the build has not made {}; see bundler.toml", bundle.display());
    }
    Ok(bundles)
}
