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

/// How many blocks at the start of a part it can be taken over after.
const CHECKPOINTS: usize = 10;

/// Frames of the first of them, after which a part can nearly always be taken over. Each is twice as long as the
/// one before, up to [`Encoder::BLOCK`]. What is encoded twice is a hundredth of a part like this; with blocks of
/// full length it was a twentieth.
const FIRST_BLOCK: usize = 128;

/// A part of a stream, encoded as if the stream began with it.
#[derive(Debug)]
pub struct EncodedPart {
    encoder: Encoder,
    /// All its records, in the order in which they became final.
    records: Vec<Record>,
    /// The number of a stream, and how many of the records are its next.
    batches: Vec<(usize, usize)>,
    /// By block.
    checkpoints: Vec<Checkpoint>,
}

/// A place between two blocks.
#[derive(Debug)]
struct Checkpoint {
    snapshot: Snapshot,
    /// How many records and batches there were until then.
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
        Self { encoder, records: Vec::new(), batches: Vec::new(), checkpoints: Vec::new() }
    }

    /// Encodes a part that begins at a position, one slice of equal length for each channel, in place of what
    /// was encoded before.
    pub fn encode(&mut self, position: u64, channels: &[&[f64]]) {
        self.encoder.start_at(position);
        self.records.clear();
        self.batches.clear();
        self.checkpoints.clear();
        let mut blocks = Blocks::new(channels);
        while self.checkpoints.len() < CHECKPOINTS
            && let Some(block) = blocks.next()
        {
            self.checkpoints.push(Checkpoint {
                snapshot: self.encoder.snapshot(),
                records: self.records.len(),
                batches: self.batches.len(),
            });
            self.process(&block);
        }
        self.process(&blocks.rest());
    }

    fn process(&mut self, block: &[&[f64]]) {
        let Self { encoder, records, batches, .. } = self;
        encoder.process(block, &mut |stream, new| {
            records.extend_from_slice(new);
            batches.push((stream, new.len()));
        });
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
        let mut blocks = Blocks::new(channels);
        for checkpoint in &part.checkpoints {
            if checkpoint.snapshot == self.snapshot() {
                let mut records = &part.records[checkpoint.records..];
                for &(stream, count) in &part.batches[checkpoint.batches..] {
                    let (batch, later) = records.split_at(count);
                    emit(stream, batch);
                    records = later;
                }
                return self.take_over(&part.encoder);
            }
            let Some(block) = blocks.next() else { return };
            self.process(&block, emit);
        }
        self.process(&blocks.rest(), emit);
    }

    /// Starts a new stream whose first sample has a position.
    fn start_at(&mut self, position: u64) {
        self.reset();
        self.history_start = position;
        self.segmenters.iter_mut().for_each(|segmenter| segmenter.skip_to(position, position));
    }

    /// Goes on as another encoder would. It keeps its own working memory, which is in the cache of another
    /// processor than the other's.
    fn take_over(&mut self, other: &Self) {
        for (own, other) in self.segmenters.iter_mut().zip(&other.segmenters) {
            own.align(other);
        }
        let (end, linked) = (other.position(), other.is_linked());
        for (number, (own, stream)) in self.streams.iter_mut().zip(&other.streams).enumerate() {
            let segmenter = &other.segmenters[if linked { 0 } else { number }];
            own.take_over(stream, end - segmenter.open()..end);
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

/// The blocks that an encoder reads of a part.
struct Blocks<'a> {
    channels: Vec<&'a [f64]>,
    /// Frames of the next one.
    frames: usize,
}

impl<'a> Blocks<'a> {
    fn new(channels: &[&'a [f64]]) -> Self {
        Self { channels: channels.to_vec(), frames: FIRST_BLOCK }
    }

    /// The next block, if it is a whole one.
    fn next(&mut self) -> Option<Vec<&'a [f64]>> {
        let frames = self.frames;
        self.frames = Encoder::BLOCK.min(2 * frames);
        self.channels.iter_mut().map(|channel| channel.split_off(..frames)).collect()
    }

    /// All that is left.
    fn rest(self) -> Vec<&'a [f64]> {
        self.channels
    }
}
