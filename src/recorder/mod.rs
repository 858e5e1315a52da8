//! Records what is heard of the codec into `.extrema` files: the records that the effect plays, before
//! mix and output.
//!
//! # From the effect to the file
//!
//! ```text
//! audio thread                              a thread of each recording
//! Effect ─▶ RecorderTap ─▶ ring of Events ─▶ Worker ─▶ Takes ─▶ container::Writer ─▶ file
//! ```
//!
//! The ring is not that of the editor, which may drop packets. It has room for two seconds in the worst
//! case (192 kHz, every sample of each channel a record), which is a minute and more of music, so a disk may
//! stall that long. Should it be full all the same, the recording ends at the last whole instant before,
//! is saved, and says so: a file never has a gap.
//!
//! # Exactly what was heard
//!
//! Recording begins and ends at any frame, where records are open in each stream. They go into the file
//! whole, and the file says how many frames to leave out at its start and where it ends (an *excerpt*,
//! `docs/FORMAT.md`), so it decodes to what was heard, to the bit. To wait for an instant at which all
//! streams begin a record would take forever, and curves cannot be cut: part of a curve is no curve of
//! the codebook.
//!
//! A file has one stereo mode, sample rate, channel count and codebook, and its records follow each other.
//! Where one of these changes or the effect starts a new stream, the recording goes on in another
//! file with a number behind its name.
//!
//! # When something fails
//!
//! A file has its name from the start and grows by whole chunks, at least every second, so that
//! `extrema decode --salvage` reads what a crash leaves. It is handed to the disk every five seconds
//! and at the end: what is lost when the power fails is no more than that.
//!
//! # Real-time considerations
//!
//! The audio thread does one atomic load a block, and pushes events while recording. The ring is
//! allocated by [`Recorder::start`], reaches the audio thread through another ring, and goes back
//! through a third to be freed.

mod folder;
mod progress;
mod take;
mod tap;
mod text;
mod worker;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::effect::MAX_CHANNELS;
use crate::params::ExtremaParams;
pub use folder::FOLDER_VARIABLE;
use folder::Folder;
use progress::Progress;
use tap::Feed;
pub use tap::RecorderTap;
pub use text::{size, time};
use worker::{Running, Worker};

/// Capacity of the ring in events of 16 bytes: two seconds at 192 kHz in which every sample of each
/// channel is a record, in blocks of one frame. These 18 MB are allocated only while recording.
pub const CAPACITY: usize = 192_000 * (MAX_CHANNELS + 1) * 2;

/// How many rings may be on their way to an audio thread that does not run.
const MAX_WAITING: usize = 8;

/// What the recorder is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum RecorderStatus {
    /// Nothing has been recorded yet.
    Idle,
    /// Recording: how much audio, and how much of it is in files.
    Recording {
        /// Length in seconds.
        seconds: f64,
        /// Size in bytes.
        bytes: u64,
    },
    /// Stopped, and still writing.
    Saving {
        /// Length in seconds.
        seconds: f64,
    },
    /// The last recording is complete.
    Saved {
        /// Its last file.
        path: PathBuf,
        /// Size of all its files in bytes.
        bytes: u64,
        /// How many files it has.
        files: u32,
        /// Length in seconds.
        seconds: f64,
    },
    /// The last recording could not be made, or ended before it was stopped.
    Failed {
        /// What went wrong, what there is of the recording, and what to do.
        reason: String,
    },
}

/// Starts and stops recordings. All calls return at once; files are written by a thread of their own.
pub struct Recorder {
    params: Arc<ExtremaParams>,
    shared: Arc<Shared>,
    capacity: usize,
    control: Mutex<Control>,
}

/// What the threads have in common.
struct Shared {
    /// The recording that the audio thread feeds, an odd number, or an even one if it feeds none.
    session: AtomicU32,
    folder: Folder,
    /// Whether the plugin is being removed, so nobody should wait for a disk.
    closing: AtomicBool,
    /// What the plugin was activated with, by the numbers that the tap sends.
    formats: Mutex<Vec<Format>>,
    /// Rings that the audio thread has done with.
    returned: Mutex<Consumer<Feed>>,
    /// Why the folder could not be shown.
    folder_problem: Mutex<Option<String>>,
}

/// What the plugin was activated with.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Format {
    /// In Hz.
    sample_rate: f64,
    channels: u8,
}

/// Touched only by the threads that start and stop recordings and ask for the status.
struct Control {
    feeds: Producer<Feed>,
    /// The current or last recording.
    progress: Option<Arc<Progress>>,
    /// Threads that may still run.
    running: Vec<Running>,
}

/// The recorders of this process, for [`finish_all`].
#[cfg(feature = "standalone")]
static RECORDERS: Mutex<Vec<std::sync::Weak<Recorder>>> = Mutex::new(Vec::new());

/// Ends and saves all recordings before the process ends without removing the plugin.
#[cfg(feature = "standalone")]
pub fn finish_all() {
    for recorder in lock(&RECORDERS).drain(..).filter_map(|recorder| recorder.upgrade()) {
        recorder.finish();
    }
}

/// A recorder for the codec with these parameters, and its tap. Without a folder, it finds the user's. The
/// capacity of its ring in events is usually [`CAPACITY`].
pub fn recorder(
    params: Arc<ExtremaParams>,
    folder: Option<PathBuf>,
    capacity: usize,
) -> (Arc<Recorder>, RecorderTap) {
    let (feeds_in, feeds_out) = RingBuffer::new(MAX_WAITING);
    // Those that were waiting, and the one that the audio thread had.
    let (returned_in, returned_out) = RingBuffer::new(MAX_WAITING + 1);
    let shared = Arc::new(Shared {
        session: AtomicU32::new(0),
        folder: Folder(folder),
        closing: AtomicBool::new(false),
        formats: Mutex::new(Vec::new()),
        returned: Mutex::new(returned_out),
        folder_problem: Mutex::new(None),
    });
    let tap = RecorderTap::new(shared.clone(), feeds_out, returned_in);
    let control = Control { feeds: feeds_in, progress: None, running: Vec::new() };
    let recorder = Recorder { params, shared, capacity, control: Mutex::new(control) };
    let recorder = Arc::new(recorder);
    #[cfg(feature = "standalone")]
    lock(&RECORDERS).push(Arc::downgrade(&recorder));
    (recorder, tap)
}

impl Recorder {
    /// Starts a recording that is named after a preset. Does nothing while there is one.
    pub fn start(&self, preset_name: &str) {
        let mut control = lock(&self.control);
        let is_over = |progress: &Arc<Progress>| progress.outcome().is_some();
        if !control.progress.as_ref().is_none_or(is_over) {
            return;
        }
        self.shared.free_returned();
        *lock(&self.shared.folder_problem) = None;
        control.running.retain(|running| !running.is_finished());
        let session = self.shared.session.load(Ordering::Relaxed).wrapping_add(1) | 1;
        let progress = Arc::<Progress>::default();
        control.progress = Some(progress.clone());
        let (events_in, events_out) = RingBuffer::new(self.capacity);
        let feed = Feed::new(session, events_in, progress.clone());
        if control.feeds.push(feed).is_err() {
            return progress.fail(text::NOTHING_PLAYED.to_owned());
        }
        // Before the thread starts, which ends as soon as this is another number.
        self.shared.session.store(session, Ordering::Release);
        let (shared, params) = (self.shared.clone(), self.params.clone());
        let worker =
            Worker::new(shared, params, session, progress.clone(), events_out, preset_name);
        match Running::spawn("extrema-recorder", move || worker.run()) {
            Ok(running) => control.running.push(running),
            Err(error) => {
                self.shared.end(session);
                progress.fail(format!("No recording could be started: {error}. Try again."));
            }
        }
    }

    /// Ends the recording at what has been played. It is saved soon after.
    pub fn stop(&self) {
        let control = lock(&self.control);
        self.shared.end_any();
        control.running.iter().for_each(Running::wake);
    }

    /// Ends and saves the recording, and waits for that.
    fn finish(&self) {
        self.shared.closing.store(true, Ordering::Release);
        self.shared.end_any();
        let running: Vec<Running> = lock(&self.control).running.drain(..).collect();
        running.into_iter().for_each(Running::join);
    }

    /// What the recorder is doing.
    pub fn status(&self) -> RecorderStatus {
        let control = lock(&self.control);
        let progress = control.progress.as_ref();
        let outcome = progress.map_or(Some(&RecorderStatus::Idle), |progress| progress.outcome());
        if outcome.is_some()
            && let Some(reason) = &*lock(&self.shared.folder_problem)
        {
            return RecorderStatus::Failed { reason: reason.clone() };
        }
        let (Some(progress), None) = (progress, outcome) else {
            return outcome.cloned().unwrap_or(RecorderStatus::Idle);
        };
        let seconds = progress.seconds();
        match is_recording(self.shared.session.load(Ordering::Relaxed)) {
            true => RecorderStatus::Recording { seconds, bytes: progress.bytes() },
            false => RecorderStatus::Saving { seconds },
        }
    }

    /// The folder of the recordings, which need not exist.
    ///
    /// # Errors
    /// A sentence, if the system has no folder for a user's files and none was named.
    pub fn folder(&self) -> Result<PathBuf, String> {
        self.shared.folder.path()
    }

    /// Opens the folder in the system's file manager. If that fails, the status says why.
    pub fn show_folder(&self) {
        *lock(&self.shared.folder_problem) = self.shared.folder.show().err();
    }
}

impl Shared {
    /// Ends a recording, unless it is over already.
    fn end(&self, session: u32) {
        let none = session.wrapping_add(1);
        let _ = self.session.compare_exchange(session, none, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// Ends whichever recording there is.
    fn end_any(&self) {
        let session = self.session.load(Ordering::Relaxed);
        if is_recording(session) {
            self.end(session);
        }
    }

    /// Frees the rings that the audio thread has done with.
    fn free_returned(&self) {
        let mut returned = lock(&self.returned);
        while returned.pop().is_ok() {}
    }
}

impl Drop for Recorder {
    /// Saves the recording. The plugin's code must not be unloaded under its threads, so this waits for
    /// them; what takes long, waiting for the disk, they leave out.
    fn drop(&mut self) {
        self.finish();
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// Whether this is the number of a recording. Others count too, so that the audio thread sees even a recording
/// that began and ended between two blocks, and gives its ring back.
fn is_recording(session: u32) -> bool {
    session % 2 == 1
}

/// What a thread that panicked left behind is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
