//! Waits for a window's thread to end.
//!
//! On some systems windows have a thread of their own, and closing a window may return while that
//! thread still takes down the window and its graphics driver. A host that then destroys the parent
//! window or unloads the plugin would crash it.

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// How long to wait at most: a host must not hang because a graphics driver does.
const TIMEOUT: Duration = Duration::from_secs(2);

thread_local! {
    /// Dropped when the window's thread ends, after everything else in it.
    static ALIVE: Cell<Option<Sender<Infallible>>> = const { Cell::new(None) };
}

/// Marks the window's thread as alive.
pub(super) struct ThreadAlive {
    opener: ThreadId,
    sender: Sender<Infallible>,
}

impl ThreadAlive {
    /// Marks the calling thread until it ends. If the host's thread runs the window, there is nothing to
    /// wait for.
    pub(super) fn mark_current(self) {
        if thread::current().id() != self.opener {
            ALIVE.set(Some(self.sender));
        }
    }
}

/// Waits, when dropped, until the window's thread has ended, or for two seconds.
pub(super) struct ThreadJoin(Receiver<Infallible>);

/// Both ends, for a window that the calling thread is about to open.
pub(super) fn thread_join() -> (ThreadAlive, ThreadJoin) {
    let (sender, receiver) = channel();
    (ThreadAlive { opener: thread::current().id(), sender }, ThreadJoin(receiver))
}

impl Drop for ThreadJoin {
    fn drop(&mut self) {
        // Nothing is ever sent: this returns once the sender is dropped.
        let _ = self.0.recv_timeout(TIMEOUT);
    }
}
