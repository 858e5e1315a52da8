//! One progress bar over all files.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::messages;

/// Nothing is drawn before this, since most files are done by then.
const PATIENCE: Duration = Duration::from_millis(300);

/// How often the speed is written anew.
const REFRESH: Duration = Duration::from_millis(200);

/// Parts of a file that can be told apart.
const RESOLUTION: u64 = 1 << 10;

/// How far all files are, in units of their sizes.
pub struct Progress {
    bar: ProgressBar,
    begin: Instant,
    is_drawn: AtomicBool,
    /// When the speed is due, in multiples of [`REFRESH`].
    refreshes: AtomicU64,
    /// Audio that is done, in microseconds.
    audio: AtomicU64,
    files: usize,
    files_done: AtomicUsize,
}

impl Progress {
    /// A bar over `files` files with sizes that add up to `size`.
    pub fn new(size: u64, files: usize) -> Self {
        let bar = ProgressBar::with_draw_target(
            Some(size.max(1).saturating_mul(RESOLUTION)),
            ProgressDrawTarget::hidden(),
        );
        let template = "{bar:40} {percent:>3} %  {msg}{eta} left";
        let bar = match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        Self {
            bar,
            begin: Instant::now(),
            is_drawn: AtomicBool::new(false),
            refreshes: AtomicU64::new(0),
            audio: AtomicU64::new(0),
            files,
            files_done: AtomicUsize::new(0),
        }
    }

    /// A file of a size, at its start.
    pub fn file(&self, size: u64) -> FileProgress<'_> {
        FileProgress {
            all: self,
            size: size.saturating_mul(RESOLUTION),
            frames: Cell::new(None),
            rate: Cell::new(1),
            position: Cell::new(0),
            furthest: Cell::new(0),
            reported: Cell::new(0),
        }
    }

    /// Prints a line to standard error without disturbing the bar.
    pub fn say(&self, line: impl fmt::Display) {
        self.bar.suspend(|| messages::say(line));
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn advance(&self, size: u64, microseconds: u64) {
        self.bar.inc(size);
        let audio = self.audio.fetch_add(microseconds, Ordering::Relaxed) + microseconds;
        let elapsed = self.begin.elapsed();
        let refreshes = (elapsed.as_millis() / REFRESH.as_millis()) as u64;
        if elapsed < PATIENCE || self.refreshes.swap(refreshes, Ordering::Relaxed) == refreshes {
            return;
        }
        let speed = audio as f64 / elapsed.as_micros() as f64;
        let speed = format!("{speed:.*} × real time, ", usize::from(speed < 10.0));
        self.bar.set_message(match self.files {
            1 => speed,
            files => {
                let done = self.files_done.load(Ordering::Relaxed);
                format!("{done} of {files} files, {speed}")
            }
        });
        if !self.is_drawn.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

/// How far a file is. It counts as done once this is dropped.
pub struct FileProgress<'a> {
    all: &'a Progress,
    size: u64,
    /// Length and sample rate, once they are known.
    frames: Cell<Option<u64>>,
    rate: Cell<u32>,
    position: Cell<u64>,
    /// The furthest position of any pass.
    furthest: Cell<u64>,
    /// How much of the size is done.
    reported: Cell<u64>,
}

impl FileProgress<'_> {
    /// Begins a pass over the file, if need be once more, with its length if that is known and its sample
    /// rate in Hz.
    pub fn begin(&self, frames: Option<u64>, rate: u32) {
        self.frames.set(frames);
        self.rate.set(rate.max(1));
        self.position.set(0);
    }

    /// Goes on by some frames.
    pub fn advance(&self, frames: usize) {
        let position = self.position.get() + frames as u64;
        self.position.set(position);
        let new = position.saturating_sub(self.furthest.get());
        if new == 0 {
            return;
        }
        self.furthest.set(position);
        let done = match self.frames.get() {
            Some(all) => {
                let share = u128::from(self.size) * u128::from(position.min(all));
                (share / u128::from(all.max(1))) as u64
            }
            None => 0,
        };
        self.report(done, new * 1_000_000 / u64::from(self.rate.get()));
    }

    /// [`Progress::say`].
    pub fn say(&self, line: impl fmt::Display) {
        self.all.say(line);
    }

    fn report(&self, done: u64, microseconds: u64) {
        self.all.advance(done.saturating_sub(self.reported.get()), microseconds);
        self.reported.set(done.max(self.reported.get()));
    }
}

impl Drop for FileProgress<'_> {
    fn drop(&mut self) {
        self.all.files_done.fetch_add(1, Ordering::Relaxed);
        self.report(self.size, 0);
    }
}
