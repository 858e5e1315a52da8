//! Gets a real recording of speech for the tests, from a package of Debian's, without installing
//! it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{needs, workspace};

const PACKAGE: &str = "alsa-utils";
const RECORDING: &str = "usr/share/sounds/alsa/Front_Center.wav";

/// The recording, or `None` where there is no way to get it.
pub fn prepare() -> Result<Option<PathBuf>> {
    let folder = workspace::target()?.join("test-data");
    let places = [Path::new("/").join(RECORDING), folder.join(RECORDING)];
    if let Some(place) = places.iter().find(|place| place.is_file()) {
        println!("A recording of speech: {}", place.display());
        return Ok(Some(place.clone()));
    }
    match fetch(&folder) {
        Ok(()) => {
            println!("A recording of speech, from {PACKAGE}: {}", places[1].display());
            Ok(Some(places[1].clone()))
        }
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            Err(error.context("CI must not skip the tests on a recording of speech"))
        }
        Err(error) => {
            println!("SKIPPED: the tests on a recording of speech, for want of it: {error:#}");
            Ok(None)
        }
    }
}

/// Downloads the package and unpacks it into the folder.
fn fetch(folder: &Path) -> Result<()> {
    if !needs::has("apt-get") || !needs::has("dpkg-deb") {
        bail!("it comes from the Debian package {PACKAGE}, and this system has no apt-get");
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut download = Command::new("apt-get");
    download.args(["download", "-qq", PACKAGE]).current_dir(folder);
    if workspace::run(&mut download).is_err() {
        // A fresh container knows no packages at all.
        needs::update_packages()?;
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

/// The downloaded file, whichever version it is.
fn archive(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("in {}", folder.display()))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .with_context(|| format!("apt-get has put no package into {}", folder.display()))
}
