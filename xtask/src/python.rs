//! A Python environment with the packages that tests and benchmarks need, apart from the system's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{tools, workspace};

/// The packages: hosts for the plugin, what reads and compares audio, and what unpacks files.
const REQUIREMENTS: &str = "tests/hosts/requirements.txt";

/// The environment's interpreter. The environment is made again when the requirements have changed
/// or the Python that it was made from is gone.
pub fn environment() -> Result<PathBuf> {
    tools::ensure(&[tools::PYTHON, tools::PYTHON_VENV])?;
    if cfg!(target_os = "linux") {
        tools::ensure(&[tools::OPENGL])?;
    }
    let folder = workspace::target()?.join("venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = fs::read(REQUIREMENTS).with_context(|| format!("cannot read {REQUIREMENTS}"))?;
    let installed = folder.join(Path::new(REQUIREMENTS).file_name().context("a file name")?);
    let is_current = fs::read(&installed).is_ok_and(|installed| installed == wanted);
    if is_current && tools::succeeds(&python, "-cpass") {
        return Ok(python);
    }
    workspace::announce("Installing Python packages", "about a minute, once");
    workspace::remove(&folder)?;
    workspace::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    workspace::run(Command::new(&python).args(pip).arg(REQUIREMENTS))?;
    // Last, so that an incomplete environment is made again.
    fs::write(&installed, wanted)
        .with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(python)
}
