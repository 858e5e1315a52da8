//! Builds the command-line program as it is released: without the plugin.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::workspace;

/// Builds it and says where it lies.
pub fn build() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package=extrema", "--bin=extrema"]);
    cargo.args(["--no-default-features", "--features=cli"]);
    workspace::run(&mut cargo)?;
    let name = format!("extrema{}", std::env::consts::EXE_SUFFIX);
    let program = workspace::target()?.join("release").join(name);
    ensure!(program.is_file(), "the build has made no {}", program.display());
    Ok(program)
}
