//! The editor's window, as a session keeps it.

use std::sync::{Mutex, PoisonError};

use nice_plug::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

/// The editor's window, shared by the session and the editor.
#[derive(Debug, Default)]
pub struct EditorState(Mutex<WindowState>);

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

impl EditorState {
    /// The window as it is now.
    pub fn load(&self) -> WindowState {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the window, within the limits, whatever a session file may say.
    pub fn store(&self, window: WindowState) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = WindowState {
            width: window.width.clamp(720, 1920),
            height: window.height.clamp(480, 1200),
            zoom_percent: window.zoom_percent.clamp(75, 200),
        };
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
