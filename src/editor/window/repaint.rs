//! When the next frame is drawn.
//!
//! The window's thread says after each frame whether anything moves and how often to draw it. The pacer
//! ([`pacer`](super::pacer)) and the host's thread, when it has changed a value, ask for frames.
//!
//! On X11, a window that is asked for a frame before it is on the screen waits for an answer that never
//! comes, and stays black for good. The framework's own notifier asks for one right after the window was
//! created, so on Linux it is hardly ever polled; [`RepaintSignal`] does its work, and stays silent
//! until the first frame has been drawn.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use nice_plug_egui::baseview::WindowWaker;

use super::frame_rate::FRAME;
use super::keyboard::HostWindow;

/// Time between two polls of the framework's notifier; on Linux a day, since it must not be polled.
pub(super) const POLL: Duration =
    if cfg!(target_os = "linux") { Duration::from_secs(86_400) } else { FRAME };

/// Lets other threads ask the window's thread for a frame.
#[derive(Default)]
pub(super) struct RepaintSignal {
    window: Mutex<Option<OpenedWindow>>,
    /// Whether a frame has been drawn since one was last asked for.
    is_idle: AtomicBool,
    /// Time between frames in milliseconds while something moves; 0 at rest.
    interval_ms: AtomicU64,
    /// Whether the host has hidden the window.
    is_hidden: AtomicBool,
    /// Whether the window was found to be out of sight although the host has not hidden it.
    is_covered: AtomicBool,
    /// The pacer, which sleeps longer at rest.
    pacer: Mutex<Option<Thread>>,
}

/// What is known of a window once it is open.
struct OpenedWindow {
    waker: WindowWaker,
    host: Option<Arc<HostWindow>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RepaintSignal {
    /// Sets the window to be woken, and the host's around it.
    pub(super) fn connect(&self, waker: WindowWaker, host: Option<Arc<HostWindow>>) {
        *lock(&self.window) = Some(OpenedWindow { waker, host });
    }

    /// Sets the thread to be woken when something begins to move.
    pub(super) fn set_pacer(&self, pacer: Thread) {
        *lock(&self.pacer) = Some(pacer);
    }

    /// Called after each frame, with the time between frames if anything moves.
    pub(super) fn drawn(&self, interval: Option<Duration>) {
        let interval_ms = interval.map_or(0, |interval| interval.as_millis() as u64);
        let before = self.interval_ms.swap(interval_ms, Ordering::SeqCst);
        self.is_idle.store(true, Ordering::SeqCst);
        if before == 0
            && interval_ms > 0
            && let Some(pacer) = &*lock(&self.pacer)
        {
            pacer.unpark();
        }
    }

    /// Time between frames; none if nothing moves or nobody sees it.
    pub(super) fn interval(&self) -> Option<Duration> {
        let interval_ms = self.interval_ms.load(Ordering::SeqCst);
        (interval_ms > 0 && self.is_seen()).then(|| Duration::from_millis(interval_ms))
    }

    /// Called when the host hides or shows the window. A hidden window draws no frames.
    pub(super) fn set_hidden(&self, is_hidden: bool) {
        self.is_hidden.store(is_hidden, Ordering::SeqCst);
        if !is_hidden {
            self.request();
        }
    }

    /// Whether the window is to be drawn at all.
    pub(super) fn is_seen(&self) -> bool {
        !self.is_hidden.load(Ordering::SeqCst) && !self.is_covered.load(Ordering::SeqCst)
    }

    /// Looks whether the window can be seen; returns whether that has changed.
    pub(super) fn update_sight(&self) -> bool {
        let is_covered = match &*lock(&self.window) {
            Some(OpenedWindow { host: Some(host), .. }) => !host.shows_editor(),
            _ => false,
        };
        self.is_covered.swap(is_covered, Ordering::SeqCst) != is_covered
    }

    /// Asks for a frame, unless one has been asked for or nobody would see it; returns whether it has
    /// asked.
    pub(super) fn request(&self) -> bool {
        if !self.is_seen() || !self.is_idle.swap(false, Ordering::SeqCst) {
            return false;
        }
        if let Some(OpenedWindow { waker, .. }) = &*lock(&self.window) {
            waker.request_redraw();
        }
        true
    }
}
