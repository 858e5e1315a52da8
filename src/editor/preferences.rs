//! What the user prefers in all instances: hints, colours, and the size of new windows. A file of the
//! user that people can read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::params::state::WindowState;

/// The environment variable that names another file for the preferences.
pub const FILE_VARIABLE: &str = "EXTREMA_PREFERENCES";

/// What the user prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Whether hints are shown.
    pub hints: bool,
    /// Whether the curves' colours are those that colour-blind people tell apart best.
    pub colour_blind: bool,
    /// Width of new windows in logical pixels at 100 %.
    pub width: u32,
    /// Height of new windows in logical pixels at 100 %.
    pub height: u32,
    /// Zoom of new windows in percent.
    pub zoom_percent: u32,
}

/// Why preferences could not be saved.
#[derive(Debug, Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct PreferencesError {
    /// The file.
    path: PathBuf,
    /// The operating system's error.
    source: io::Error,
}

impl Default for Preferences {
    fn default() -> Self {
        let WindowState { width, height, zoom_percent } = WindowState::default();
        Self { hints: true, colour_blind: false, width, height, zoom_percent }
    }
}

impl Preferences {
    /// The file that [`FILE_VARIABLE`] names, or the one that the system has for such things, if any.
    pub fn path() -> Option<PathBuf> {
        if let Some(path) = std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty()) {
            return Some(path.into());
        }
        let project = directories::ProjectDirs::from("audio", "Extrema", "Extrema")?;
        Some(project.config_dir().join("editor.json"))
    }

    /// Reads a file. Without one, or with one that is not understood, everything is at its default.
    pub fn load(path: &Path) -> Self {
        let text = fs::read_to_string(path).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Writes a file.
    ///
    /// # Errors
    /// [`PreferencesError`], after which a file that was there is as it was.
    pub fn save(&self, path: &Path) -> Result<(), PreferencesError> {
        let write = || {
            let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
            fs::create_dir_all(folder)?;
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.persist(path).map_err(|failure| failure.error)?;
            Ok(())
        };
        write().map_err(|source| PreferencesError { path: path.to_owned(), source })
    }

    /// The window of a new instance.
    pub fn window(&self) -> WindowState {
        let &Self { width, height, zoom_percent, .. } = self;
        WindowState { width, height, zoom_percent }
    }
}
