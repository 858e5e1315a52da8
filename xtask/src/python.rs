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
    if cfg!(target_os = "linux") {
        tools::ensure(&[tools::PYTHON, tools::OPENGL])?;
    }
    environment_with("venv", Path::new(REQUIREMENTS))
}

/// The interpreter of the environment in a folder of the target folder, with the packages of a list.
pub fn environment_with(folder: &str, requirements: &Path) -> Result<PathBuf> {
    tools::ensure(&[tools::PYTHON, tools::PYTHON_VENV])?;
    let folder = workspace::target()?.join(folder);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = fs::read(requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let installed = folder.join(requirements.file_name().context("a file name")?);
    let is_current = fs::read(&installed).is_ok_and(|installed| installed == wanted);
    if is_current && tools::succeeds(&python, "-cpass") {
        return Ok(python);
    }
    workspace::announce("Installing Python packages", "about a minute, once");
    workspace::remove(&folder)?;
    workspace::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    workspace::run(Command::new(&python).args(pip).arg(requirements))?;
    // Last, so that an incomplete environment is made again.
    fs::write(&installed, wanted)
        .with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(python)
}
