//! Gets a real recording of speech for the tests from a Debian package, without installing it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{tools, workspace};

const PACKAGE: &str = "alsa-utils";
const RECORDING: &str = "usr/share/sounds/alsa/Front_Center.wav";

/// The recording, or `None` where it cannot be had; on CI that is an error.
pub fn prepare() -> Result<Option<PathBuf>> {
    let folder = workspace::target()?.join("test-data");
    let candidates = [Path::new("/").join(RECORDING), folder.join(RECORDING)];
    if let Some(found) = candidates.iter().find(|path| path.is_file()) {
        println!("Recording of speech: {}", found.display());
        return Ok(Some(found.clone()));
    }
    match fetch(&folder) {
        Ok(()) => {
            println!("Recording of speech, from {PACKAGE}: {}", candidates[1].display());
            Ok(Some(candidates[1].clone()))
        }
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            Err(error.context("CI must not skip the tests on a recording of speech"))
        }
        Err(error) => {
            println!("SKIPPED: the tests on a recording of speech: {error:#}");
            Ok(None)
        }
    }
}

/// Downloads the package and unpacks it into the folder.
fn fetch(folder: &Path) -> Result<()> {
    if !tools::has("apt-get") || !tools::has("dpkg-deb") {
        bail!("it is in the Debian package {PACKAGE}, and this system has no apt-get");
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut download = Command::new("apt-get");
    download.args(["download", "-qq", PACKAGE]).current_dir(folder);
    if workspace::run(&mut download).is_err() {
        // A fresh container has no package lists.
        tools::update_package_lists()?;
        workspace::run(&mut download)?;
    }
    let archive = archive(folder)?;
    workspace::run(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(folder))?;
    workspace::remove(&archive)?;
    if !folder.join(RECORDING).is_file() {
        bail!("the package {PACKAGE} no longer has /{RECORDING}");
    }
    Ok(())
}

/// The downloaded file; its name depends on the version.
fn archive(folder: &Path) -> Result<PathBuf> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .with_context(|| format!("apt-get has not put a package into {}", folder.display()))
}
