//! Wakes an idle window when the host has changed something that it shows.
//!
//! On X11, a window that is asked for a frame before it is on the screen waits for an answer that never
//! comes, and stays black for good. The framework's own notifier asks for one right after the window was
//! created, so on Linux it is hardly ever polled; [`RepaintSignal`] does its work, and stays silent
//! until the first frame has been drawn.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nice_plug_egui::baseview::WindowWaker;

use super::frame_rate::FRAME;

/// Time between two polls of the framework's notifier; on Linux a day, since it must not be polled.
pub(super) const POLL: Duration =
    if cfg!(target_os = "linux") { Duration::from_secs(86_400) } else { FRAME };

/// Lets the host's thread ask the window's thread for a frame.
#[derive(Default)]
pub(super) struct RepaintSignal {
    waker: Mutex<Option<WindowWaker>>,
    /// Whether no frame is due soon.
    idle: AtomicBool,
    /// Whether the host has hidden the window.
    hidden: AtomicBool,
}

impl RepaintSignal {
    /// Sets the window to be woken.
    pub(super) fn connect(&self, waker: WindowWaker) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    /// Called after each frame, with whether the window becomes idle.
    pub(super) fn set_idle(&self, idle: bool) {
        self.idle.store(idle, Ordering::SeqCst);
    }

    /// Called when the host hides or shows the window. A hidden window draws no frames.
    pub(super) fn set_hidden(&self, hidden: bool) {
        self.hidden.store(hidden, Ordering::SeqCst);
        if !hidden {
            self.request();
        }
    }

    /// Whether the host has hidden the window.
    pub(super) fn is_hidden(&self) -> bool {
        self.hidden.load(Ordering::SeqCst)
    }

    /// Asks for a frame, unless one is due anyway.
    pub(super) fn request(&self) {
        if !self.idle.swap(false, Ordering::SeqCst) {
            return;
        }
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.request_redraw();
        }
    }
}
