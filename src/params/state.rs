//! What a session keeps besides the parameters.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nice_plug::nice_warn;
use nice_plug::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

use crate::codec::Codebook;

/// The key that the codebook's name is saved under.
pub const CODEBOOK_FIELD: &str = "codebook";

/// The codebook a session was made with, without which it would sound different.
///
/// A session that names a codebook this version lacks plays the standard one, and keeps the name so
/// that it sounds right again in a version that has it. A name that no codebook can have counts as
/// the standard one's.
#[derive(Debug)]
pub struct SessionCodebook {
    /// Codebooks that sessions may name besides those that are built in.
    others: Vec<Arc<Codebook>>,
    session: Mutex<Session>,
    revision: AtomicU32,
    playing: Mutex<Arc<Codebook>>,
}

#[derive(Debug)]
struct Session {
    name: String,
    codebook: Arc<Codebook>,
}

impl SessionCodebook {
    /// The standard codebook, in a session that may name a built-in one or one of `others`.
    pub fn new(others: Vec<Arc<Codebook>>) -> Self {
        let codebook = Codebook::standard();
        let playing = Mutex::new(codebook.clone());
        let session = Session { name: codebook.name().to_owned(), codebook };
        Self { others, session: Mutex::new(session), revision: AtomicU32::new(0), playing }
    }

    /// The codebook to play from the next activation on. Locks, so do not call it from the audio
    /// thread.
    pub fn current(&self) -> Arc<Codebook> {
        self.lock().codebook.clone()
    }

    /// The codebook that the effect plays, which the editor shows. It differs from
    /// [`Self::current`] from the load of a session until the host activates the plugin again. Locks,
    /// so do not call it from the audio thread.
    pub fn playing(&self) -> Arc<Codebook> {
        self.playing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets [`Self::playing`], in an activation.
    pub fn set_playing(&self, codebook: &Arc<Codebook>) {
        *self.playing.lock().unwrap_or_else(PoisonError::into_inner) = codebook.clone();
    }

    /// How often [`Self::current`] has changed; does not lock.
    pub fn revision(&self) -> u32 {
        self.revision.load(Ordering::Acquire)
    }

    /// The name the session gives, if no codebook here has it.
    pub fn missing(&self) -> Option<String> {
        let session = self.lock();
        (session.name != session.codebook.name()).then(|| session.name.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PersistentField<'_, String> for SessionCodebook {
    fn set(&self, name: String) {
        let name = if Codebook::is_name(&name) {
            name
        } else {
            nice_warn!(
                "This session names the codebook \"{}\", which no version of Extrema can have; it \
                 plays the standard one.",
                escaped_start(&name)
            );
            Codebook::STANDARD.to_owned()
        };
        let other = self.others.iter().find(|codebook| codebook.name() == name).cloned();
        let codebook = other.or_else(|| Codebook::named(&name)).unwrap_or_else(|| {
            nice_warn!(
                "This session was made with the codebook \"{name}\", which this version of Extrema \
                 does not have; it will sound different. Update Extrema."
            );
            Codebook::standard()
        });
        let mut session = self.lock();
        let is_new = !Arc::ptr_eq(&codebook, &session.codebook);
        *session = Session { name, codebook };
        if is_new {
            self.revision.fetch_add(1, Ordering::Release);
        }
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&String) -> R,
    {
        f(&self.lock().name)
    }
}

/// The first characters of a text from outside, with everything escaped that is not printable ASCII.
fn escaped_start(text: &str) -> String {
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(16).flat_map(char::escape_default).collect();
    let rest = if characters.next().is_some() { " ..." } else { "" };
    start + rest
}

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
