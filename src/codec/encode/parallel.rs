//! The encoder on several threads: pieces of the streams at the same time.
//!
//! What an encoder does depends on what came before only through the segment that is open and the level that
//! the last record ended on. An encoder that begins a little earlier, knowing nothing, nearly always gets into
//! the same state as one that knows everything: at the first cut that both make. So all threads begin a little
//! before their pieces, and where one turns out not to have been in the state in which the piece before it ended,
//! as after a long silence, its piece is encoded again.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use super::Encoder;
use crate::codec::codebook::Codebook;
use crate::codec::record::Record;
use crate::codec::segment::Segmenter;
use crate::codec::settings::{Detector, Settings, Share};
use crate::codec::stream::StreamEncoder;

/// Samples of all channels in a piece: enough for handing it over to cost little beside encoding it, few enough
/// for the second-level cache.
const PIECE_SAMPLES: usize = 1 << 16;

/// Frames in front of a piece that an encoder begins with: more than a hundred segments of most music.
const WARM_UP: usize = 1024;

/// Longer blocks are split. That makes no difference, since an encoder splits them itself.
const MAX_BLOCK: usize = 16 * Encoder::BLOCK;

/// Encodes for files like [`Encoder::offline`], on several threads: the records are the same, and so is the order
/// in which they are handed on. Settings cannot change.
#[derive(Debug)]
pub struct ParallelEncoder {
    /// Makes an encoder at the start of a stream.
    make: Maker,
    /// Frames of a piece.
    piece: usize,
    /// Frames that have been read.
    position: u64,
    /// The piece that is being read.
    next: Job,
    workers: Option<Workers>,
    /// Without workers, what encodes.
    alone: Encoder,
}

/// What encoders are made of.
#[derive(Debug)]
struct Maker {
    codebook: Arc<Codebook>,
    settings: Settings,
    sample_rate: f64,
    channels: usize,
}

/// Threads, and the pieces that are with them.
#[derive(Debug)]
struct Workers {
    jobs: Sender<(Job, Sender<Done>)>,
    /// What becomes of the pieces, in their order.
    pending: VecDeque<Receiver<Done>>,
    /// As many as may be with the threads.
    most: usize,
    /// The piece before those that are pending; its encoder knows everything up to its end.
    last: Option<Done>,
    /// Jobs and encoders to be used again.
    spare: Vec<Done>,
}

/// A piece to encode.
#[derive(Debug, Default)]
struct Job {
    encoder: Option<Box<Encoder>>,
    /// Position of the first frame.
    position: u64,
    /// Frames by channel.
    samples: Vec<Vec<f64>>,
    /// How many of them come before the piece.
    warm_up: usize,
    /// The blocks in which the others have come.
    blocks: Vec<usize>,
    piece: Piece,
}

/// A piece that has been encoded.
#[derive(Debug)]
struct Done {
    job: Job,
    encoder: Box<Encoder>,
    /// Where the encoder was when the piece began.
    begin: Point,
}

/// The records of a piece, as they were handed on.
#[derive(Debug, Default)]
struct Piece {
    records: Vec<Record>,
    /// The stream of each slice, and where it ends among the records.
    slices: Vec<(usize, usize)>,
}

impl ParallelEncoder {
    /// An encoder for `channels` channels at a sample rate in Hz on `threads` threads besides the caller's, or
    /// on the caller's if it is one.
    pub fn new(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
        threads: usize,
    ) -> Self {
        let piece = (PIECE_SAMPLES / channels.max(1)).max(4 * WARM_UP);
        Self::with_pieces(codebook, settings, sample_rate, channels, threads, piece)
    }

    /// [`Self::new`] with pieces of another number of frames, at least 1.
    pub fn with_pieces(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
        threads: usize,
        piece: usize,
    ) -> Self {
        // With any of these, an encoder remembers more than a segment and a level.
        let is_simple = matches!(settings.detector, Detector::Slope | Detector::Peak)
            && settings.follow == Share::NONE
            && settings.loss == Share::NONE
            && settings.edge == Share::NONE
            && !settings.looping;
        let make = Maker { codebook: codebook.clone(), settings, sample_rate, channels };
        Self {
            piece: piece.max(1),
            position: 0,
            next: Job { samples: vec![Vec::new(); channels], ..Job::default() },
            workers: (is_simple && threads > 1).then(|| Workers::new(threads)),
            alone: make.encoder(),
            make,
        }
    }

    /// Reads a block, one slice of equal length for each channel, and calls `emit` with a stream's number and
    /// its records that have become final, as [`Encoder::process`] does, but later.
    pub fn process(&mut self, channels: &[&[f64]], emit: &mut impl FnMut(usize, &[Record])) {
        if self.workers.is_none() {
            return self.alone.process(channels, emit);
        }
        let mut frames = channels.first().map_or(0, |channel| channel.len());
        for (samples, channel) in self.next.samples.iter_mut().zip(channels) {
            samples.extend_from_slice(channel);
        }
        self.position += frames as u64;
        while frames > 0 {
            self.next.blocks.push(frames.min(MAX_BLOCK));
            frames -= frames.min(MAX_BLOCK);
        }
        if self.next.len() >= self.piece + self.next.warm_up {
            self.hand_over(emit);
        }
    }

    /// Ends the stream, as [`Encoder::finish`] does.
    pub fn finish(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        if !self.next.blocks.is_empty() {
            self.hand_over(emit);
        }
        match &mut self.workers {
            None => self.alone.finish(emit),
            Some(workers) => {
                while !workers.pending.is_empty() {
                    workers.take(emit);
                }
                match &mut workers.last {
                    Some(last) => last.encoder.finish(emit),
                    None => self.alone.finish(emit),
                }
            }
        }
    }

    /// Hands the piece over that has been read, and takes one back if there are enough.
    fn hand_over(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        let Some(workers) = &mut self.workers else { return };
        let (mut next, encoder) = match workers.spare.pop() {
            Some(Done { job, encoder, .. }) => (job, encoder),
            None => (Job::default(), Box::new(self.make.encoder())),
        };
        next.samples.resize_with(self.make.channels, Vec::new);
        let before = &self.next.samples;
        for (samples, before) in next.samples.iter_mut().zip(before) {
            samples.clear();
            samples.extend_from_slice(&before[before.len().saturating_sub(WARM_UP)..]);
        }
        next.blocks.clear();
        next.warm_up = next.len();
        next.position = self.position - next.warm_up as u64;
        let job = std::mem::replace(&mut self.next, next);
        workers.give(Job { encoder: Some(encoder), ..job });
        if workers.pending.len() > workers.most {
            workers.take(emit);
        }
    }
}

impl Maker {
    fn encoder(&self) -> Encoder {
        Encoder::offline(&self.codebook, self.settings, self.sample_rate, self.channels)
    }
}

impl Workers {
    /// So many threads, which end with this.
    fn new(threads: usize) -> Self {
        let (jobs, queue) = channel::<(Job, Sender<Done>)>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = queue.clone();
            thread::spawn(move || {
                loop {
                    let job = queue.lock().unwrap_or_else(|error| error.into_inner()).recv();
                    let Ok((job, done)) = job else { return };
                    if let Some(result) = job.run() {
                        // Nobody may want it any more.
                        let _ = done.send(result);
                    }
                }
            });
        }
        let (pending, spare) = (VecDeque::new(), Vec::new());
        Self { jobs, pending, most: threads + 1, last: None, spare }
    }

    fn give(&mut self, job: Job) {
        let (sender, receiver) = channel();
        // The threads wait for jobs as long as this exists.
        let _ = self.jobs.send((job, sender));
        self.pending.push_back(receiver);
    }

    /// Waits for the first piece that is pending and hands on its records.
    fn take(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        let Some(receiver) = self.pending.pop_front() else { return };
        let Ok(mut done) = receiver.recv() else {
            panic!("a thread that encodes has ended");
        };
        if let Some(mut last) = self.last.take() {
            if !last.encoder.point().agrees_with(&done.begin) {
                // The one that knows everything encodes it again.
                done.job.encode(&mut last.encoder);
                std::mem::swap(&mut done.encoder, &mut last.encoder);
            }
            self.spare.push(last);
        }
        let Piece { records, slices } = &done.job.piece;
        let mut from = 0;
        for &(stream, until) in slices {
            emit(stream, &records[from..until]);
            from = until;
        }
        self.last = Some(done);
    }
}

impl Job {
    /// Frames, with those before the piece.
    fn len(&self) -> usize {
        self.samples.first().map_or(0, Vec::len)
    }

    /// Encodes the piece, beginning a little earlier.
    fn run(mut self) -> Option<Done> {
        let mut encoder = self.encoder.take()?;
        encoder.begin_at(self.position);
        let before: Vec<&[f64]> =
            self.samples.iter().map(|samples| &samples[..self.warm_up]).collect();
        encoder.process(&before, &mut |_, _| ());
        let begin = encoder.point();
        self.encode(&mut encoder);
        Some(Done { job: self, encoder, begin })
    }

    /// Encodes the piece with an encoder that is at its beginning.
    fn encode(&mut self, encoder: &mut Encoder) {
        let Self { samples, blocks, piece, .. } = self;
        piece.records.clear();
        piece.slices.clear();
        let mut from = self.warm_up;
        for block in blocks {
            let slices: Vec<&[f64]> =
                samples.iter().map(|samples| &samples[from..from + *block]).collect();
            encoder.process(&slices, &mut |stream, records| {
                piece.records.extend_from_slice(records);
                piece.slices.push((stream, piece.records.len()));
            });
            from += *block;
        }
    }
}

/// Where an encoder is: what it remembers of the past.
#[derive(Debug)]
struct Point {
    segmenters: Vec<Segmenter>,
    /// Of each stream: the level on which the next record starts, and whether it is the wave's.
    levels: Vec<(i16, bool)>,
}

impl Point {
    /// Whether two encoders go on in the same way.
    fn agrees_with(&self, other: &Self) -> bool {
        let segmenters = self.segmenters.iter().zip(&other.segmenters);
        self.levels == other.levels && segmenters.into_iter().all(|(a, b)| a.agrees_with(b))
    }
}

impl Encoder {
    fn point(&self) -> Point {
        let levels = self.streams.iter().map(StreamEncoder::starts_on).collect();
        Point { segmenters: self.segmenters.clone(), levels }
    }

    /// Starts anew at a position of the stream.
    fn begin_at(&mut self, position: u64) {
        self.reset();
        self.segmenters.iter_mut().for_each(|segmenter| segmenter.skip_to(position, position));
    }
}
