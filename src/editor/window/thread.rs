//! Waits for a window's own thread. Where windows have one, closing them may return while it still
//! takes down the window and its graphics driver; a host that then destroys the window around it, or
//! unloads the plugin, would pull the ground from under it.

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// A thread that has not ended after so long will not be waited for: hosts must not hang.
const PATIENCE: Duration = Duration::from_secs(2);

thread_local! {
    /// Goes when the window's thread ends, after everything else in it.
    static LIFE: Cell<Option<Sender<Infallible>>> = const { Cell::new(None) };
}

/// What the window's thread keeps as long as it lives.
pub(super) struct Life {
    opener: ThreadId,
    sender: Sender<Infallible>,
}

impl Life {
    /// Called in the window's thread. If that is the host's, there is nothing to wait for.
    pub(super) fn begin(self) {
        if thread::current().id() != self.opener {
            LIFE.set(Some(self.sender));
        }
    }
}

/// When it goes, the window's thread has ended.
pub(super) struct Watch(Receiver<Infallible>);

/// A watch over the thread of a window that is about to be opened by this one.
pub(super) fn watch() -> (Life, Watch) {
    let (sender, receiver) = channel();
    (Life { opener: thread::current().id(), sender }, Watch(receiver))
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Nothing is ever sent: this returns when the sender has gone, or after a while.
        let _ = self.0.recv_timeout(PATIENCE);
    }
}
