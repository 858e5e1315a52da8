//! The audio thread's end: what it plays, as events in a ring.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rtrb::{Consumer, Producer};

use super::progress::Progress;
use super::{Format, Shared, lock};
use crate::codec::{Record, RecordEvent, StereoMode};
use crate::effect::{Effect, MAX_CHANNELS, PlayedFrames, RUN_FRAMES, Tap};

/// What happened on the audio thread. All events of a call are pushed together or not at all, and the
/// last of them is [`Event::Played`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A record that begins in the frames of the next [`Event::Played`], or that is open there when a
    /// recording begins.
    Record {
        stream: u8,
        /// The level it starts on.
        start: i16,
        /// Its first frame, counted from the first of those played. Negative if it was open.
        offset: i32,
        record: Record,
    },
    /// Frames have been played.
    Played {
        /// Position of the first in the stream of records.
        position: u64,
        frames: u16,
        stereo: StereoMode,
        /// The index in [`Shared::formats`].
        format: u16,
        /// The number of the session's codebook.
        codebook: u16,
    },
}
const _: () = assert!(size_of::<Event>() == 16, "see the memory of `CAPACITY`");

/// The most events of a call: a record for each sample, one that is open in each stream, and the frames.
const MAX_EVENTS: usize = (RUN_FRAMES + 1) * MAX_CHANNELS + 1;

/// The ring of a recording, on its way to the audio thread and back.
pub(super) struct Feed {
    session: u32,
    events: Producer<Event>,
    progress: Arc<Progress>,
    /// Whether the ring was full, after which nothing more is pushed.
    is_cut: bool,
}

impl Feed {
    pub(super) fn new(session: u32, events: Producer<Event>, progress: Arc<Progress>) -> Self {
        Self { session, events, progress, is_cut: false }
    }
}

/// Observes what is played, and hands it to a recording if there is one.
pub struct RecorderTap {
    shared: Arc<Shared>,
    feeds: Consumer<Feed>,
    returned: Producer<Feed>,
    /// The number in [`Shared::session`] when this last looked.
    session: u32,
    feed: Option<Feed>,
    /// The index of what the plugin was activated with in [`Shared::formats`].
    format: u16,
    /// The events of a call, and how many there are so far.
    events: Box<[Event; MAX_EVENTS]>,
    count: usize,
}

impl RecorderTap {
    pub(super) fn new(
        shared: Arc<Shared>,
        feeds: Consumer<Feed>,
        returned: Producer<Feed>,
    ) -> Self {
        let stereo = StereoMode::LeftRight;
        let nothing = Event::Played { position: 0, frames: 0, stereo, format: 0, codebook: 0 };
        Self {
            shared,
            feeds,
            returned,
            session: 0,
            feed: None,
            format: 0,
            events: Box::new([nothing; MAX_EVENTS]),
            count: 0,
        }
    }

    /// Tells what the plugin is activated with; the sample rate is in Hz. Not for the audio thread.
    pub fn activate(&mut self, sample_rate: f64, channels: u8) {
        let format = Format { sample_rate, channels };
        let mut formats = lock(&self.shared.formats);
        if formats.last() != Some(&format) {
            formats.push(format);
        }
        self.format = formats.len().saturating_sub(1) as u16;
    }

    /// Call before `effect` processes a block: looks whether a recording was started or stopped.
    pub fn begin_block(&mut self, effect: &Effect) {
        let session = self.shared.session.load(Ordering::Acquire);
        if session != self.session {
            self.follow(session, effect);
        }
    }

    /// Leaves the ring of the last recording and takes that of the next.
    #[cold]
    fn follow(&mut self, session: u32, effect: &Effect) {
        self.session = session;
        self.count = 0;
        if let Some(feed) = self.feed.take() {
            self.give_back(feed);
        }
        while let Ok(feed) = self.feeds.pop() {
            if feed.session == session {
                self.feed = Some(feed);
            } else {
                self.give_back(feed);
            }
        }
        if self.feed.is_some() {
            for RecordEvent { stream, position, start, record } in effect.open_records() {
                // No record is longer than the latency.
                let offset = -(effect.position().saturating_sub(position) as i32);
                self.add(Event::Record { stream, start, offset, record });
            }
        }
    }

    /// There are no more rings than [`Self::returned`] has room for; should there be, this one is
    /// kept, since it must not be freed here.
    fn give_back(&mut self, feed: Feed) {
        let returned = self.returned.push(feed);
        debug_assert!(returned.is_ok(), "more rings than there can be");
        if let Err(rtrb::PushError::Full(feed)) = returned {
            std::mem::forget(feed);
        }
    }

    fn add(&mut self, event: Event) {
        debug_assert!(self.count < MAX_EVENTS, "more records than samples");
        if let Some(slot) = self.events.get_mut(self.count) {
            *slot = event;
            self.count += 1;
        }
    }
}

impl Tap for RecorderTap {
    fn is_listening(&self) -> bool {
        self.feed.as_ref().is_some_and(|feed| !feed.is_cut)
    }

    fn frames(&mut self, played: &PlayedFrames) {
        if !self.is_listening() {
            return;
        }
        let &PlayedFrames { position: first, stereo, codebook, decoded, records, .. } = played;
        for &RecordEvent { stream, position, start, record } in records {
            let offset = (position - first) as i32;
            self.add(Event::Record { stream, start, offset, record });
        }
        let frames = decoded.first().map_or(0, |stream| stream.len()) as u16;
        self.add(Event::Played { position: first, frames, stereo, format: self.format, codebook });
        let events = &self.events[..std::mem::take(&mut self.count)];
        if let Some(feed) = &mut self.feed
            && feed.events.push_entire_slice(events).is_err()
        {
            feed.is_cut = true;
            feed.progress.cut();
        }
    }
}
