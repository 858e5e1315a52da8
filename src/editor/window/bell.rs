//! Wakes a window that rests, when something has changed that it shows.
//!
//! It is silent until a picture has been drawn: on X11, a window that is asked for a picture before it
//! is on the screen waits for an answer that never comes, and stays black for good. The framework's own
//! notifier asks for one a moment after the window was made, so it is hardly ever polled there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nice_plug_egui::baseview::WindowWaker;

use super::pace::FRAME;

/// Time between looks at the framework's notifier: a day where the bell does its work.
pub(super) const POLL: Duration =
    if cfg!(target_os = "linux") { Duration::from_secs(86_400) } else { FRAME };

/// Rung by the host's thread, heard by the window's.
#[derive(Default)]
pub(super) struct Bell {
    waker: Mutex<Option<WindowWaker>>,
    /// Whether the last picture was not to be followed by another soon.
    resting: AtomicBool,
    /// Whether the host has hidden the window.
    covered: AtomicBool,
}

impl Bell {
    /// The window that is to be woken.
    pub(super) fn hang(&self, waker: WindowWaker) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    /// Tells after a picture whether the window rests.
    pub(super) fn rest(&self, resting: bool) {
        self.resting.store(resting, Ordering::SeqCst);
    }

    /// The host hides the window, which needs no pictures until it is shown.
    pub(super) fn cover(&self) {
        self.covered.store(true, Ordering::SeqCst);
    }

    /// The host shows the window.
    pub(super) fn uncover(&self) {
        self.covered.store(false, Ordering::SeqCst);
        self.ring();
    }

    /// Whether the host has hidden the window.
    pub(super) fn is_covered(&self) -> bool {
        self.covered.load(Ordering::SeqCst)
    }

    /// Asks for a picture, unless one comes anyway.
    pub(super) fn ring(&self) {
        if !self.resting.swap(false, Ordering::SeqCst) {
            return;
        }
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.request_redraw();
        }
    }
}
