//! The encoder on several threads: pieces of the streams at the same time.
//!
//! What an encoder does depends on what came before only through the segment that is open and the level that
//! the last record ended on. An encoder that begins a little earlier, knowing nothing, nearly always gets into
//! the same state as one that knows everything: at the first cut that both make. So all threads begin a little
//! before their pieces, and where one turns out not to have been in the state in which the piece before it ended,
//! as after a long silence, its piece is encoded again.

use std::sync::Arc;
use std::thread;

use super::Encoder;
use crate::codec::codebook::Codebook;
use crate::codec::record::Record;
use crate::codec::segment::Segmenter;
use crate::codec::settings::{Detector, Settings, Share};
use crate::codec::stream::StreamEncoder;

/// Samples of all channels in a piece: enough for a thread to pay, few enough for the cache.
const PIECE_SAMPLES: usize = 1 << 17;

/// Frames in front of a piece that an encoder begins with.
const WARM_UP: usize = 4096;

/// Longer blocks are split. That makes no difference, since an encoder splits them itself.
const MAX_BLOCK: usize = 16 * Encoder::BLOCK;

/// Encodes for files like [`Encoder::offline`], on several threads: the records are the same, and so is the order
/// in which they are handed on. Settings cannot change.
#[derive(Debug)]
pub struct ParallelEncoder {
    /// One for each thread; the first knows everything so far.
    encoders: Vec<Encoder>,
    /// Frames of a piece.
    piece: usize,
    /// Frames by channel: up to [`WARM_UP`] that are encoded, and those that are not.
    pending: Vec<Vec<f64>>,
    /// How many of the pending frames are encoded.
    encoded: usize,
    /// Frames that have been encoded in all.
    position: u64,
    /// The blocks in which the frames that are not encoded have come.
    blocks: Vec<usize>,
}

/// The records of a piece, as they were handed on.
#[derive(Default)]
struct Piece {
    records: Vec<Record>,
    /// The stream of each slice, and where it ends among the records.
    slices: Vec<(usize, usize)>,
}

impl ParallelEncoder {
    /// An encoder for `channels` channels at a sample rate in Hz on up to `threads` threads, of which the
    /// caller's is one.
    pub fn new(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
        threads: usize,
    ) -> Self {
        let piece = PIECE_SAMPLES / channels.max(1);
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
        let count = if is_simple { threads.max(1) } else { 1 };
        let encoder = || Encoder::offline(codebook, settings, sample_rate, channels);
        Self {
            encoders: (0..count).map(|_| encoder()).collect(),
            piece: piece.max(1),
            pending: vec![Vec::new(); channels],
            encoded: 0,
            position: 0,
            blocks: Vec::new(),
        }
    }

    /// Reads a block, one slice of equal length for each channel, and calls `emit` with a stream's number and
    /// its records that have become final, as [`Encoder::process`] does, but later.
    pub fn process(&mut self, channels: &[&[f64]], emit: &mut impl FnMut(usize, &[Record])) {
        if let [encoder] = &mut self.encoders[..] {
            return encoder.process(channels, emit);
        }
        let mut frames = channels.first().map_or(0, |channel| channel.len());
        for (pending, channel) in self.pending.iter_mut().zip(channels) {
            pending.extend_from_slice(channel);
        }
        while frames > 0 {
            self.blocks.push(frames.min(MAX_BLOCK));
            frames -= frames.min(MAX_BLOCK);
        }
        if self.waiting() >= self.encoders.len() * self.piece {
            self.encode(emit);
        }
    }

    /// Ends the stream, as [`Encoder::finish`] does.
    pub fn finish(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        if !self.blocks.is_empty() {
            self.encode(emit);
        }
        self.encoders[0].finish(emit);
    }

    /// Frames that are not encoded yet.
    fn waiting(&self) -> usize {
        self.pending.first().map_or(0, |pending| pending.len() - self.encoded)
    }

    /// Encodes all that is pending.
    fn encode(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        let waiting = self.waiting();
        let threads = self.encoders.len().min(1 + waiting / (4 * WARM_UP));
        let each = self.blocks.len().div_ceil(threads);
        let mut from = self.encoded;
        let begun_at = |blocks| {
            let begin = from;
            from += <[usize]>::iter(blocks).sum::<usize>();
            (begin, blocks)
        };
        let jobs: Vec<(usize, &[usize])> = self.blocks.chunks(each).map(begun_at).collect();
        // The position of the first pending frame.
        let origin = self.position - self.encoded as u64;
        let pending = &self.pending[..];
        let (mut pieces, mut points) = (Vec::new(), Vec::new());
        thread::scope(|scope| {
            let mut workers = self.encoders.iter_mut().zip(&jobs);
            let first = workers.next();
            let others: Vec<_> = workers
                .map(|(encoder, &(from, blocks))| {
                    scope.spawn(move || {
                        let start = from.saturating_sub(WARM_UP);
                        encoder.begin_at(origin + start as u64);
                        encoder.encode_piece(pending, start, &[from - start]);
                        (encoder.point(), encoder.encode_piece(pending, from, blocks))
                    })
                })
                .collect();
            if let Some((encoder, &(from, blocks))) = first {
                pieces.push(encoder.encode_piece(pending, from, blocks));
                points.push(None);
            }
            for worker in others {
                let (point, piece) =
                    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                pieces.push(piece);
                points.push(Some(point));
            }
        });
        // The encoder that knows everything up to the end of its piece.
        let mut last = 0;
        for (number, point) in points.iter().enumerate() {
            let Some(point) = point else { continue };
            if self.encoders[last].point().agrees_with(point) {
                last = number;
            } else {
                let (from, blocks) = jobs[number];
                pieces[number] = self.encoders[last].encode_piece(pending, from, blocks);
            }
        }
        self.encoders.swap(0, last);
        for Piece { records, slices } in pieces {
            let mut from = 0;
            for (stream, until) in slices {
                emit(stream, &records[from..until]);
                from = until;
            }
        }
        self.position += waiting as u64;
        self.blocks.clear();
        for pending in &mut self.pending {
            pending.drain(..pending.len().saturating_sub(WARM_UP));
            self.encoded = pending.len();
        }
    }
}

/// Where an encoder is: what it remembers of the past.
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

    /// Encodes blocks of the channels from a frame on.
    fn encode_piece(&mut self, channels: &[Vec<f64>], from: usize, blocks: &[usize]) -> Piece {
        let mut piece = Piece::default();
        let mut from = from;
        for block in blocks {
            let slices: Vec<&[f64]> =
                channels.iter().map(|channel| &channel[from..from + block]).collect();
            self.process(&slices, &mut |stream, records| {
                piece.records.extend_from_slice(records);
                piece.slices.push((stream, piece.records.len()));
            });
            from += block;
        }
        piece
    }
}
