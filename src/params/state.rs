//! What a session keeps besides the parameters.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nice_plug::nice_warn;
use nice_plug::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

use crate::codec::Codebook;

/// Under which key the codebook's name is saved.
pub const CODEBOOK_FIELD: &str = "codebook";

/// The name of the codebook a session was made with; it must stay the same for the sound to.
///
/// A name that this version does not know is kept, so that the session sounds as it did in a version
/// that does.
#[derive(Debug)]
pub struct CodebookName(Mutex<String>);

impl Default for CodebookName {
    fn default() -> Self {
        Self(Mutex::new(Codebook::STANDARD.to_owned()))
    }
}

impl CodebookName {
    /// The name, if it is not that of the codebook which is played.
    pub fn foreign(&self) -> Option<String> {
        let name = self.lock();
        (*name != Codebook::STANDARD).then(|| name.clone())
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PersistentField<'_, String> for CodebookName {
    fn set(&self, name: String) {
        if name != Codebook::STANDARD {
            nice_warn!(
                "This session was made with the codebook \"{name}\", which this version of Extrema \
                 does not have; it will sound different. Update Extrema."
            );
        }
        *self.lock() = name;
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&String) -> R,
    {
        f(&self.lock())
    }
}

/// The editor's window, shared by the session and the editor.
#[derive(Debug)]
pub struct EditorState {
    width: AtomicU32,
    height: AtomicU32,
    zoom_percent: AtomicU32,
}

/// The editor's window as it is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowState {
    /// Width in logical pixels at 100 %, 720 to 1920.
    pub width: u32,
    /// Height in logical pixels at 100 %, 480 to 1200.
    pub height: u32,
    /// Zoom in percent, 75 to 200.
    pub zoom_percent: u32,
}

impl Default for WindowState {
    fn default() -> Self {
        Self { width: 960, height: 600, zoom_percent: 100 }
    }
}

impl WindowState {
    /// The same within the limits, whatever a session file may say.
    fn clamped(self) -> Self {
        Self {
            width: self.width.clamp(720, 1920),
            height: self.height.clamp(480, 1200),
            zoom_percent: self.zoom_percent.clamp(75, 200),
        }
    }
}

impl Default for EditorState {
    fn default() -> Self {
        let WindowState { width, height, zoom_percent } = WindowState::default();
        Self { width: width.into(), height: height.into(), zoom_percent: zoom_percent.into() }
    }
}

impl EditorState {
    /// The window as it is now.
    pub fn load(&self) -> WindowState {
        WindowState {
            width: self.width.load(Ordering::Relaxed),
            height: self.height.load(Ordering::Relaxed),
            zoom_percent: self.zoom_percent.load(Ordering::Relaxed),
        }
    }

    /// Remembers the window.
    pub fn store(&self, window: WindowState) {
        let window = window.clamped();
        self.width.store(window.width, Ordering::Relaxed);
        self.height.store(window.height, Ordering::Relaxed);
        self.zoom_percent.store(window.zoom_percent, Ordering::Relaxed);
    }
}

impl PersistentField<'_, WindowState> for EditorState {
    fn set(&self, window: WindowState) {
        self.store(window);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&WindowState) -> R,
    {
        f(&self.load())
    }
}
