//! Copies the bundles into this user's plug-in folders.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::bundle::{self, Bundles};
use crate::workspace;

/// Bundles and copies.
pub fn run() -> Result<()> {
    let folders = folders()?;
    let Bundles { clap, vst3 } = bundle::run()?;
    println!();
    for (bundle, folder) in [(clap, folders.clap), (vst3, folders.vst3)] {
        let to = install_bundle(&bundle, &folder)
            .with_context(|| format!("cannot install into {}", folder.display()))?;
        println!("Installed {}", to.display());
    }
    println!("Let your DAW scan for plug-ins, and look for \"Extrema\".");
    Ok(())
}

/// The user's plug-in folders.
struct Folders {
    clap: PathBuf,
    vst3: PathBuf,
}

fn folders() -> Result<Folders> {
    let home = dirs::home_dir().context("the user's home folder is not known; set HOME")?;
    let (parent, clap, vst3) = if cfg!(target_os = "macos") {
        (home.join("Library/Audio/Plug-Ins"), "CLAP", "VST3")
    } else if cfg!(target_os = "windows") {
        let local = dirs::data_local_dir().context("%LOCALAPPDATA% is not set")?;
        (local.join("Programs").join("Common"), "CLAP", "VST3")
    } else if cfg!(target_os = "linux") {
        (home, ".clap", ".vst3")
    } else {
        bail!(
            "the plug-in folders of this system are not known; run `cargo xtask bundle` and copy the \
             bundles by hand"
        );
    };
    Ok(Folders { clap: parent.join(clap), vst3: parent.join(vst3) })
}

/// Copies a bundle into a folder, where it replaces an older one.
pub fn install_bundle(bundle: &Path, folder: &Path) -> Result<PathBuf> {
    let name = bundle.file_name().context("the bundle has no name")?;
    let to = folder.join(name);
    // The copy is complete before the old bundle goes, and a host that has that open keeps its
    // file.
    let mut new_name = name.to_owned();
    new_name.push(".new");
    let new = folder.join(new_name);
    workspace::remove(&new)?;
    copy(bundle, &new)?;
    workspace::remove(&to)?;
    fs::rename(&new, &to)?;
    Ok(to)
}

/// Copies a file or a folder with its content.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::copy(from, to).map(|_| ())
}
