//! Presets: those of the factory, files, and the user's folder.
#![cfg(feature = "presets")]

mod factory;
mod files;
mod folder;
mod loudness;
mod names;

use std::fs;
use std::path::{Path, PathBuf};

use extrema::effect::Control;
use extrema::presets::{Preset, PresetError, UserPreset, UserPresets};
use tempfile::TempDir;

/// A folder of presets that is deleted with the test.
struct Folder {
    presets: UserPresets,
    folder: TempDir,
}

impl Folder {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { presets: UserPresets::at(folder.path()), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Names of presets with their groups.
    fn names(&self) -> Vec<String> {
        let presets = self.presets.list().presets;
        presets
            .iter()
            .map(|user| format!("{}/{}", user.preset.group(), user.preset.name()))
            .collect()
    }

    /// Everything that is there, hidden files too, with the contents of files.
    fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        collect(self.folder.path(), &mut all);
        all.sort();
        all
    }

    fn only(&self) -> UserPreset {
        let listing = self.presets.list();
        assert!(listing.problems.is_empty(), "{:?}", listing.problems);
        let [user] = <[UserPreset; 1]>::try_from(listing.presets).unwrap();
        user
    }
}

fn collect(folder: &Path, all: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, all);
        } else {
            all.push((path.clone(), fs::read(path).unwrap_or_default()));
        }
    }
}

/// A preset that differs from the defaults by its threshold only.
fn preset(name: &str, group: &str, threshold: f64) -> Preset {
    Preset::new(name, group, "", |control| match control {
        Control::Threshold => threshold,
        control => control.spec().default,
    })
    .unwrap()
}

fn threshold(preset: &Preset) -> f64 {
    preset.value(Control::Threshold).unwrap()
}

/// What is wrong with a file that is read by itself.
fn broken(path: &Path) -> String {
    match UserPreset::load(path) {
        Err(error @ (PresetError::Broken { .. } | PresetError::Read { .. })) => error.to_string(),
        other => panic!("{}: {other:?}", path.display()),
    }
}
