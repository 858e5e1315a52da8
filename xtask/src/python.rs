//! A Python with the packages that tests need, apart from the system's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{needs, workspace};

/// The interpreter of an environment in the target folder that has what a requirements file lists.
/// It is made anew when the list has changed, or the system's Python that it was made from has gone.
pub fn environment(requirements: &Path) -> Result<PathBuf> {
    needs::python_environments()?;
    let folder = workspace::target()?.join("venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = fs::read(requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let installed = folder.join("requirements.txt");
    let up_to_date = fs::read(&installed).is_ok_and(|installed| installed == wanted);
    if up_to_date && needs::answers(&python, "-cpass") {
        return Ok(python);
    }
    workspace::remove(&folder)?;
    workspace::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    workspace::run(Command::new(&python).args(pip).arg(requirements))?;
    // Last, so that a half-made environment is made again.
    fs::write(&installed, wanted)
        .with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(python)
}
