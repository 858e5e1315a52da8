//! Measures everything that the project promises about speed. docs/PERFORMANCE.md says how to read
//! it.

mod blocks;
mod codec;
mod footprint;
mod host;
mod machine;
mod peers;
mod plot;
mod report;
mod scaling;
mod stages;
pub mod timing;
mod tracks;

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use test_signals as signals;

use crate::{bundle, workspace};
use report::Report;

const PLOT: &str = "docs/images/ns_per_sample.png";

/// Measures on the WAV files of a folder, or on the demo's song.
pub fn run(folder: Option<&Path>) -> Result<()> {
    if cfg!(debug_assertions) {
        // The codec is measured in this process, so it has to be built like the plugin.
        workspace::announce("Building cargo xtask optimised", workspace::BUILD_TIME);
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "--release", "--package=xtask", "--", "bench"]);
        return workspace::run(
            cargo.args(folder.iter().flat_map(|folder| [Path::new("--tracks"), folder])),
        );
    }
    let load = machine::load();
    let work = workspace::target_folder("bench")?;
    let tracks = tracks::all(folder, &work)?;
    let mut report = Report::default();
    codec::measure(&tracks, &mut report)?;
    peers::measure(&tracks, &work, &mut report)?;
    let bundles = bundle::run()?;
    host::measure(&tracks, &bundles, &work, &mut report)?;
    blocks::measure(&mut report);
    scaling::measure(&tracks, &mut report)?;
    footprint::measure(&bundles, &mut report)?;
    workspace::announce("By segment length", "a minute");
    plot::draw(&codec::by_length()?, Path::new(PLOT))?;
    stages::measure(&mut report)?;

    let seconds: f64 = tracks.iter().map(tracks::Track::seconds).sum();
    let input = if folder.is_some() { "real tracks" } else { "track, the demo's song" };
    let machine = machine::describe(&load)?;
    report.write(&format!("{} {input}, {seconds:.0} s in all. {machine}.", tracks.len()))
}
