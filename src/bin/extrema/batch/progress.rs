//! One progress bar over all files.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
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
            pass: Mutex::new(Pass { frames: None, rate: 1, position: 0, furthest: 0, reported: 0 }),
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
    pass: Mutex<Pass>,
}

/// How far a pass over a file is.
#[derive(Debug)]
struct Pass {
    /// Length and sample rate, once they are known.
    frames: Option<u64>,
    rate: u32,
    position: u64,
    /// The furthest position of any pass.
    furthest: u64,
    /// How much of the size is done.
    reported: u64,
}

impl FileProgress<'_> {
    /// Begins a pass over the file, if need be once more, with its length if that is known and its sample
    /// rate in Hz.
    pub fn begin(&self, frames: Option<u64>, rate: u32) {
        let mut pass = self.pass();
        *pass = Pass { frames, rate: rate.max(1), position: 0, ..*pass };
    }

    /// Goes on by some frames.
    pub fn advance(&self, frames: usize) {
        let mut pass = self.pass();
        pass.position += frames as u64;
        let position = pass.position;
        let new = position.saturating_sub(pass.furthest);
        if new == 0 {
            return;
        }
        pass.furthest = position;
        let done = match pass.frames {
            Some(all) => {
                let share = u128::from(self.size) * u128::from(position.min(all));
                (share / u128::from(all.max(1))) as u64
            }
            None => 0,
        };
        let microseconds = new * 1_000_000 / u64::from(pass.rate);
        self.report(&mut pass, done, microseconds);
    }

    /// [`Progress::say`].
    pub fn say(&self, line: impl fmt::Display) {
        self.all.say(line);
    }

    fn report(&self, pass: &mut Pass, done: u64, microseconds: u64) {
        self.all.advance(done.saturating_sub(pass.reported), microseconds);
        pass.reported = done.max(pass.reported);
    }

    fn pass(&self) -> MutexGuard<'_, Pass> {
        self.pass.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FileProgress<'_> {
    fn drop(&mut self) {
        self.all.files_done.fetch_add(1, Ordering::Relaxed);
        self.report(&mut self.pass(), self.size, 0);
    }
}
