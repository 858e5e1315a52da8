//! The thread that writes a recording's files.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rtrb::Consumer;

use super::folder::Names;
use super::progress::Progress;
use super::take::{Finished, Kind, Take};
use super::tap::Event;
use super::{RecorderStatus, Shared, lock, text};
use crate::codec::{Record, Settings};
use crate::container::lead_in::Place;
use crate::effect::MAX_CHANNELS;
use crate::params::ExtremaParams;

/// How often the ring is emptied, in which there is room for a hundred times as long.
const POLL: Duration = Duration::from_millis(20);

/// How long to wait for the audio thread to leave the ring: longer than any block. It never does if the
/// host does not play.
const LEAVE: Duration = Duration::from_millis(250);

/// How long a host that removes the plugin waits at most for the last writes.
const JOIN: Duration = Duration::from_secs(10);

/// Events that are handled between two looks at the clock.
const BATCH: usize = 1 << 16;

/// Writes a recording's files.
pub(super) struct Worker {
    shared: Arc<Shared>,
    params: Arc<ExtremaParams>,
    session: u32,
    progress: Arc<Progress>,
    events: Consumer<Event>,
    names: Names,
    /// The events before the next [`Event::Played`], with the stream, the start and the offset.
    records: Vec<(usize, i16, i32, Record)>,
    /// The latest record of each stream, its position and the level it starts on.
    latest: [Option<(Record, u64, i16)>; MAX_CHANNELS],
    take: Option<Take>,
    finished: Vec<Finished>,
}

impl Worker {
    pub(super) fn new(
        shared: Arc<Shared>,
        params: Arc<ExtremaParams>,
        session: u32,
        progress: Arc<Progress>,
        events: Consumer<Event>,
        preset_name: &str,
    ) -> Self {
        Self {
            shared,
            params,
            session,
            progress,
            events,
            names: Names::new(preset_name),
            records: Vec::new(),
            latest: [None; MAX_CHANNELS],
            take: None,
            finished: Vec::new(),
        }
    }

    /// Runs until the recording is stopped or fails.
    pub(super) fn run(mut self) {
        let recorded = self.record();
        self.shared.end(self.session);
        let ended = self.drain_rest(recorded.is_ok()).and_then(|()| self.close());
        let outcome = match recorded.and(ended) {
            Ok(()) => self.outcome(),
            Err(reason) => RecorderStatus::Failed { reason },
        };
        self.progress.end(outcome);
    }

    fn record(&mut self) -> Result<(), String> {
        // Known at once, not only when there is something to write.
        self.shared.folder.make()?;
        loop {
            // Looked at before the ring is emptied: what comes later is then in `drain_rest`.
            let is_over = self.shared.session.load(Ordering::Acquire) != self.session;
            let is_empty = self.drain(BATCH)?;
            if let Some(take) = &mut self.take {
                take.keep_safe()?;
            }
            self.report();
            if is_over || self.progress.is_cut() {
                return Ok(());
            }
            if is_empty {
                thread::park_timeout(POLL);
            }
        }
    }

    /// Waits until the audio thread has left the ring, and handles what it pushed meanwhile. After a
    /// failure that is nothing to wait for.
    fn drain_rest(&mut self, is_good: bool) -> Result<(), String> {
        let start = Instant::now();
        loop {
            self.shared.free_returned();
            // The order matters here too.
            let has_left = self.events.is_abandoned() || start.elapsed() > LEAVE;
            if is_good {
                while !self.drain(BATCH)? {}
            }
            if has_left {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Handles events, so many at most. Returns whether there are no more.
    fn drain(&mut self, most: usize) -> Result<bool, String> {
        for _ in 0..most {
            match self.events.pop() {
                Ok(Event::Record { stream, start, offset, record }) => {
                    self.records.push((stream.into(), start, offset, record));
                }
                Ok(Event::Played { position, frames, stereo, format, codebook }) => {
                    self.played(Kind { format, stereo, codebook }, position, frames)?;
                }
                Err(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Writes what belongs to the frames from `position` on.
    fn played(&mut self, kind: Kind, position: u64, frames: u16) -> Result<(), String> {
        let is_next = |take: &Take| take.kind == kind && take.position == position;
        if !self.take.as_ref().is_some_and(is_next) {
            let follows = self.take.as_ref().is_some_and(|take| take.position == position);
            self.close()?;
            if !follows {
                self.latest = [None; MAX_CHANNELS];
            }
            let format = lock(&self.shared.formats).get(usize::from(kind.format)).copied();
            let format = format.ok_or("The host has not activated Extrema. Restart the host.")?;
            let codebook = self
                .params
                .codebook
                .numbered(kind.codebook)
                .ok_or("Codebooks changed faster than the disk could follow. Record again.")?;
            let places = self.places(position, format.channels.into());
            let settings = self.settings(format.sample_rate);
            let (folder, names) = (&self.shared.folder, &mut self.names);
            let create = || names.create(folder);
            let take = Take::create(create, kind, format, &codebook, settings, position, &places);
            self.take = Some(take?);
        }
        let Some(take) = &mut self.take else { return Ok(()) };
        for (stream, start, offset, record) in self.records.drain(..) {
            if offset >= 0 {
                take.write(stream, &[record])?;
            }
            let begins = position.saturating_add_signed(offset.into());
            if let Some(latest) = self.latest.get_mut(stream) {
                *latest = Some((record, begins, start));
            }
        }
        take.advance(frames);
        Ok(())
    }

    /// Where the streams stand at a position, by the records before it and those that begin there.
    fn places(&self, position: u64, channels: usize) -> Vec<Place> {
        let place = |stream: usize| {
            let first = self.records.iter().find(|record| record.0 == stream);
            let open = match first {
                // Open since before the recording began.
                Some(&(_, start, offset @ ..0, record)) => {
                    Some((record, position.saturating_add_signed(offset.into()), start))
                }
                _ => self.latest.get(stream).copied().flatten(),
            };
            let open = open.filter(|(record, begins, _)| {
                begins + u64::from(record.length()) > position && *begins < position
            });
            match open {
                Some((record, begins, start)) => {
                    Place { start, open: Some((record, (position - begins) as u32)) }
                }
                None => Place { start: first.map_or(0, |&(_, start, ..)| start), open: None },
            }
        };
        (0..channels).map(place).collect()
    }

    /// The codec's settings, which a file states for information.
    fn settings(&self, sample_rate: f64) -> Settings {
        let latency = self.params.latency().samples(sample_rate);
        self.params.effect_settings().codec(sample_rate, latency)
    }

    /// Ends the file.
    fn close(&mut self) -> Result<(), String> {
        if let Some(take) = self.take.take() {
            let sync = !self.shared.closing.load(Ordering::Acquire);
            self.finished.push(take.finish(sync)?);
        }
        Ok(())
    }

    /// Tells how far the recording has come.
    fn report(&self) {
        let (seconds, bytes) = self.totals();
        self.progress.set(seconds, bytes);
    }

    /// Seconds and bytes of all files.
    fn totals(&self) -> (f64, u64) {
        let finished = self.finished.iter().map(|file| (file.seconds, file.bytes));
        let take = self.take.iter().map(|take| (take.seconds(), take.bytes()));
        finished.chain(take).fold((0.0, 0), |sum, file| (sum.0 + file.0, sum.1 + file.1))
    }

    /// How a recording ended of which all files are complete.
    fn outcome(&self) -> RecorderStatus {
        let (seconds, bytes) = self.totals();
        let Some(Finished { path, .. }) = self.finished.last() else {
            return RecorderStatus::Failed { reason: text::NOTHING_PLAYED.to_owned() };
        };
        if self.progress.is_cut() {
            let (path, time) = (path.display(), text::time(seconds));
            return RecorderStatus::Failed {
                reason: format!(
                    "The disk was too slow, so the recording ended after {time}. All of that is in \
                     {path}. Record to a faster disk."
                ),
            };
        }
        let files = self.finished.len() as u32;
        RecorderStatus::Saved { path: path.clone(), bytes, files, seconds }
    }
}

impl Drop for Worker {
    /// A thread that panicked must not seem to record.
    fn drop(&mut self) {
        self.shared.end(self.session);
        if self.progress.outcome().is_none() {
            let words = "The recording ended because of an error in Extrema. Please report it.";
            self.progress.fail(words.to_owned());
        }
    }
}

/// A thread, which may have ended.
pub(super) struct Running {
    thread: JoinHandle<()>,
    /// Never sends; its other end is dropped when the thread is about to end.
    alive: Receiver<Infallible>,
}

impl Running {
    /// Starts a thread.
    pub(super) fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (sender, alive) = channel::<Infallible>();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            run();
            drop(sender);
        })?;
        Ok(Self { thread, alive })
    }

    pub(super) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Makes the thread look what there is to do.
    pub(super) fn wake(&self) {
        self.thread.thread().unpark();
    }

    /// Waits until it has ended, but not for a disk that hangs.
    pub(super) fn join(self) {
        self.wake();
        if self.alive.recv_timeout(JOIN) == Err(RecvTimeoutError::Disconnected) {
            // A panic has been reported, and concerns nobody else.
            let _ = self.thread.join();
        }
    }
}
