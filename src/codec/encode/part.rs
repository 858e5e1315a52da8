//! Parts of a stream that are encoded ahead of what precedes them, so that several threads can share a
//! stream.
//!
//! An encoder that starts somewhere in a wave soon makes the same records as one that comes from its
//! beginning: once both have cut in the same place and stand on the same level, nothing before that makes a
//! difference. So a part is encoded as if the stream began with it, and taken over from where the encoder that
//! comes from before is in the same state. That is compared, not assumed: where it is never the case, as in a
//! long silence, the part is encoded once more.

use super::Encoder;
use crate::codec::record::Record;
use crate::codec::segment;
use crate::codec::settings::{Detector, Share};
use crate::codec::stream::{self, StreamEncoder};

/// Frames between the places in the first block where a part can be taken over. At the one after 128 frames it
/// nearly always can, so a hundredth of a part of 2^14 frames is encoded twice; with whole blocks it was a twentieth.
const STEP: usize = 128;

/// A part can also be taken over before each of this many blocks after the first.
const CHECKPOINTS: usize = 8;

/// A part of a stream, encoded as if the stream began with it.
#[derive(Debug)]
pub struct EncodedPart {
    encoder: Encoder,
    /// Of its first sample.
    position: u64,
    /// The records of its first block, by stream.
    first: Vec<Vec<Record>>,
    /// Before each step of the first block.
    steps: Vec<Step>,
    /// All later records, in the order in which they became final.
    records: Vec<Record>,
    /// The number of a stream, and how many of the later records are its next.
    batches: Vec<(usize, usize)>,
    /// Before each of [`CHECKPOINTS`] blocks after the first.
    checkpoints: Vec<Checkpoint>,
}

/// A place in the first block.
#[derive(Debug)]
struct Step {
    snapshot: Snapshot,
    /// How many records there were until then, by stream.
    records: Vec<usize>,
}

/// A place between two blocks.
#[derive(Debug)]
struct Checkpoint {
    snapshot: Snapshot,
    /// How many later records and batches there were until then.
    records: usize,
    batches: usize,
}

/// All that the records to come depend on besides the samples to come, of an encoder that
/// [forgets](Encoder::forgets).
#[derive(Debug, PartialEq)]
struct Snapshot {
    segmenters: Vec<segment::Snapshot>,
    streams: Vec<stream::Snapshot>,
}

impl EncodedPart {
    /// Room for a part. `encoder` is made like the one that will [append](Encoder::append) it.
    pub fn new(mut encoder: Encoder) -> Self {
        // No loop reaches back into a part.
        encoder.streams.iter_mut().for_each(StreamEncoder::stop_recording);
        Self {
            first: vec![Vec::new(); encoder.streams.len()],
            encoder,
            position: 0,
            steps: Vec::new(),
            records: Vec::new(),
            batches: Vec::new(),
            checkpoints: Vec::new(),
        }
    }

    /// Encodes a part that begins at a position, one slice of equal length for each channel, in place of what
    /// was encoded before.
    pub fn encode(&mut self, position: u64, channels: &[&[f64]]) {
        self.position = position;
        self.encoder.start_at(position);
        self.first.iter_mut().for_each(Vec::clear);
        self.steps.clear();
        self.records.clear();
        self.batches.clear();
        self.checkpoints.clear();
        let mut rest = Frames::new(channels);
        let mut block = rest.take(Encoder::BLOCK);
        while !block.is_empty() {
            let Self { encoder, first, .. } = self;
            let records = first.iter().map(Vec::len).collect();
            self.steps.push(Step { snapshot: encoder.snapshot(), records });
            encoder.process(&block.take(STEP).channels, &mut |stream, new| {
                first[stream].extend_from_slice(new);
            });
        }
        while self.checkpoints.len() < CHECKPOINTS && !rest.is_empty() {
            self.checkpoints.push(Checkpoint {
                snapshot: self.encoder.snapshot(),
                records: self.records.len(),
                batches: self.batches.len(),
            });
            self.process(&rest.take(Encoder::BLOCK).channels);
        }
        self.process(&rest.channels);
    }

    fn process(&mut self, block: &[&[f64]]) {
        let Self { encoder, records, batches, .. } = self;
        encoder.process(block, &mut |stream, new| {
            records.extend_from_slice(new);
            batches.push((stream, new.len()));
        });
    }

    /// Hands on the later records, from a place among them on.
    fn emit_from(
        &self,
        (records, batches): (usize, usize),
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let mut records = &self.records[records..];
        for &(stream, count) in &self.batches[batches..] {
            let (batch, later) = records.split_at(count);
            emit(stream, batch);
            records = later;
        }
    }
}

impl Encoder {
    /// Whether records only depend on what lies shortly before them, so that it pays to encode parts of a
    /// stream ahead: not with *Best*, *Follow*, *Zoom*, *Loss* or *Loop*.
    pub fn forgets(&self) -> bool {
        let settings = &self.settings;
        settings.detector != Detector::Best
            && [settings.follow, settings.loss].map(Share::thousandths) == [0, 0]
            && settings.zoom == 1
            && !settings.looping
    }

    /// Reads the samples of a part that is encoded already, which begins at the next sample. Afterwards all is
    /// as if [`Self::process`] had read them, except that a loop cannot reach back before the end of the part.
    ///
    /// The encoder [forgets](Self::forgets), and its settings have not changed since the part's was made.
    pub fn append(
        &mut self,
        part: &EncodedPart,
        channels: &[&[f64]],
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let mut rest = Frames::new(channels);
        let mut block = rest.take(Self::BLOCK);
        // Streams take turns after every block, not after every step, so that a file's bytes do not depend on the
        // number of threads.
        let mut first = vec![Vec::new(); self.streams.len()];
        let mut is_taken_over = false;
        for step in &part.steps {
            if step.snapshot == self.snapshot() {
                for ((own, ahead), &from) in first.iter_mut().zip(&part.first).zip(&step.records) {
                    own.extend_from_slice(&ahead[from..]);
                }
                is_taken_over = true;
                break;
            }
            self.process(&block.take(STEP).channels, &mut |stream, new| {
                first[stream].extend_from_slice(new);
            });
        }
        for (stream, records) in first.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
            emit(stream, records);
        }
        if is_taken_over {
            part.emit_from((0, 0), emit);
            return self.take_over(part);
        }
        for checkpoint in &part.checkpoints {
            if checkpoint.snapshot == self.snapshot() {
                part.emit_from((checkpoint.records, checkpoint.batches), emit);
                return self.take_over(part);
            }
            self.process(&rest.take(Self::BLOCK).channels, emit);
        }
        self.process(&rest.channels, emit);
    }

    /// Starts a new stream whose first sample has a position.
    fn start_at(&mut self, position: u64) {
        self.reset();
        self.segmenters.iter_mut().for_each(|segmenter| segmenter.skip_to(position, position));
    }

    /// Goes on as the encoder of a part would. It keeps its own working memory, which is in the cache of another
    /// processor than the other's.
    fn take_over(&mut self, part: &EncodedPart) {
        let other = &part.encoder;
        for (own, other) in self.segmenters.iter_mut().zip(&other.segmenters) {
            own.align(other);
        }
        let (end, linked) = (other.position(), other.is_linked());
        for (number, (own, stream)) in self.streams.iter_mut().zip(&other.streams).enumerate() {
            let start = end - other.segmenters[if linked { 0 } else { number }].open();
            // New settings may ask for the sample before the open segment.
            own.take_over(stream, part.position.max(start.saturating_sub(1))..end);
        }
        self.history_start = end;
    }

    fn snapshot(&self) -> Snapshot {
        // Only the first segmenter of linked streams is in use.
        let count = if self.is_linked() { 1 } else { self.segmenters.len() };
        Snapshot {
            segmenters: self.segmenters[..count].iter().map(|it| it.snapshot()).collect(),
            streams: self.streams.iter().map(|stream| stream.snapshot()).collect(),
        }
    }
}

/// Frames of all channels that are still to be read.
struct Frames<'a> {
    channels: Vec<&'a [f64]>,
}

impl<'a> Frames<'a> {
    fn new(channels: &[&'a [f64]]) -> Self {
        Self { channels: channels.to_vec() }
    }

    fn is_empty(&self) -> bool {
        self.channels.first().is_none_or(|channel| channel.is_empty())
    }

    /// Takes the first of them, or all if there are fewer.
    fn take(&mut self, frames: usize) -> Self {
        let taken = self.channels.iter_mut().map(|channel| {
            let (taken, rest) = channel.split_at(frames.min(channel.len()));
            *channel = rest;
            taken
        });
        Self { channels: taken.collect() }
    }
}
