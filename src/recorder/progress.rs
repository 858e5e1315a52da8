//! How far a recording has come, for the threads to tell each other.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::RecorderStatus;

/// How far a recording has come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Length in milliseconds.
    milliseconds: AtomicU64,
    /// Size of its files in bytes.
    bytes: AtomicU64,
    /// Whether the ring was full.
    cut: AtomicBool,
    outcome: OnceLock<RecorderStatus>,
}

impl Progress {
    /// Length in seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.milliseconds.load(Ordering::Relaxed) as f64 / 1000.0
    }

    /// Size of its files in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, seconds: f64, bytes: u64) {
        self.milliseconds.store((seconds * 1000.0) as u64, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    /// Tells from the audio thread that the ring was full.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::Release);
    }

    /// Whether the ring was full. Everything before that is in the ring.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire)
    }

    /// How the recording ended, once it is over.
    pub(super) fn outcome(&self) -> Option<&RecorderStatus> {
        self.outcome.get()
    }

    /// Ends the recording.
    pub(super) fn end(&self, outcome: RecorderStatus) {
        let set = self.outcome.set(outcome);
        debug_assert!(set.is_ok(), "a recording ended twice");
    }

    /// Ends the recording with the reason for which it failed.
    pub(super) fn fail(&self, reason: String) {
        self.end(RecorderStatus::Failed { reason });
    }
}
