//! Asks for the frames of a window, from a thread of its own.
//!
//! While something moves it asks for them at an even pace. At rest it looks at what is played without
//! drawing it, keeps the link from the audio thread empty, and asks for a frame when the picture would
//! change. It never waits for the window's thread: while that draws, the link is emptied anyway.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use super::Shared;
use super::frame_rate;
use super::repaint::RepaintSignal;
use super::thread::{ThreadAlive, ThreadJoin, thread_join};
use crate::capture::Meters;
use crate::params::ExtremaParams;

/// Time between two looks whether the window can be seen.
const SIGHT: Duration = Duration::from_millis(500);

/// Time between two tries to ask for a frame while the last one is still being drawn: short beside a
/// frame, and long enough to cost nothing.
const RETRY: Duration = Duration::from_millis(8);

/// The pacer of an open window. Dropping it ends its thread.
pub(super) struct Pacer {
    has_ended: Arc<AtomicBool>,
    thread: thread::Thread,
    _join: ThreadJoin,
}

/// What the thread works with.
pub(super) struct Watched {
    pub(super) params: Arc<ExtremaParams>,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) meters: Arc<Meters>,
    pub(super) repaint: Arc<RepaintSignal>,
}

impl Pacer {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If the system has no thread left.
    pub(super) fn start(watched: Watched) -> std::io::Result<Self> {
        let has_ended = Arc::<AtomicBool>::default();
        let (alive, join) = thread_join();
        let repaint = watched.repaint.clone();
        let ending = has_ended.clone();
        let handle = thread::Builder::new()
            .name("extrema-pacer".to_owned())
            .spawn(move || run(&watched, alive, &ending))?;
        repaint.set_pacer(handle.thread().clone());
        Ok(Self { has_ended, thread: handle.thread().clone(), _join: join })
    }
}

impl Drop for Pacer {
    fn drop(&mut self) {
        self.has_ended.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

fn run(watched: &Watched, alive: ThreadAlive, has_ended: &AtomicBool) {
    alive.mark_current();
    let Watched { params, meters, repaint, .. } = watched;
    let (mut asked, mut seen) = (Instant::now(), Instant::now());
    while !has_ended.load(Ordering::SeqCst) {
        let idle = frame_rate::idle(params.sample_rate());
        let wait = match repaint.interval() {
            Some(interval) => interval.saturating_sub(asked.elapsed()).max(RETRY).min(idle),
            None => idle,
        };
        thread::park_timeout(wait);
        if seen.elapsed() >= SIGHT {
            seen = Instant::now();
            if repaint.update_sight() {
                meters.set_open(repaint.is_seen());
                repaint.request();
            }
        }
        match repaint.interval() {
            Some(interval) if asked.elapsed() >= interval => {
                // The last frame may not be finished.
                if repaint.request() {
                    asked = Instant::now();
                }
            }
            moving => {
                if look(watched) && moving.is_none() {
                    repaint.request();
                }
            }
        }
    }
}

/// Takes in what was played; whether the picture would change.
fn look(watched: &Watched) -> bool {
    let mut shared = match watched.shared.try_lock() {
        Ok(shared) => shared,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return false,
    };
    let Shared { capture, view, clock } = &mut *shared;
    let Some((drawn, time)) = *clock else { return false };
    let now = time + drawn.elapsed().as_secs_f64();
    view.look(capture, &watched.params.codebook, watched.params.sample_rate(), now)
}
