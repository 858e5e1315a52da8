//! The decoder: records of all streams in, samples of all streams out.

use std::collections::VecDeque;
use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};

use super::codebook::Codebook;
use super::record::Record;
use super::sample::level_to_sample;
use super::synth::{CurveSynth, SHORT_MAX, SynthTables};

/// A record whose first sample has just been drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordEvent {
    /// The stream it belongs to.
    pub stream: u8,
    /// Position of its first sample in the stream.
    pub position: u64,
    /// The level it starts on, in units of 1/32767.
    pub start: i16,
    /// The record.
    pub record: Record,
}

/// Decodes one or more streams of records, as far as they are read.
///
/// What comes out are the streams; [`StereoMode::to_channels`](super::StereoMode::to_channels)
/// makes left and right of them.
#[derive(Debug)]
pub struct Decoder {
    codebook: Arc<Codebook>,
    streams: Vec<Stream>,
    /// The instructions that this processor has.
    level: Level,
}

#[derive(Debug)]
struct Stream {
    queue: VecDeque<Record>,
    /// Samples that the queue and the rest of `drawing` stand for.
    available: u64,
    /// The level on which the latest record ends that was begun, and the sample value of it.
    level: i16,
    start: f64,
    /// What is left of it if it did not fit.
    drawing: CurveSynth,
    /// Position of the next sample to be drawn.
    position: u64,
}

impl Decoder {
    /// A decoder whose queues grow as records are pushed, and tables as curves are drawn.
    #[must_use]
    pub fn new(codebook: &Arc<Codebook>, streams: usize) -> Self {
        codebook.synth_tables();
        let stream = || Stream {
            queue: VecDeque::new(),
            available: 0,
            level: 0,
            start: 0.0,
            drawing: CurveSynth::finished(),
            position: 0,
        };
        Self {
            codebook: codebook.clone(),
            streams: (0..streams).map(|_| stream()).collect(),
            level: Level::new(),
        }
    }

    /// A decoder that does not allocate while no queue holds more than `records` records.
    #[must_use]
    pub fn with_capacity(codebook: &Arc<Codebook>, streams: usize, records: usize) -> Self {
        codebook.synth_tables().complete();
        let mut decoder = Self::new(codebook, streams);
        decoder.streams.iter_mut().for_each(|stream| stream.queue.reserve(records));
        decoder
    }

    /// Starts new streams: the queues are emptied and every level is 0.
    pub fn reset(&mut self) {
        for stream in &mut self.streams {
            stream.queue.clear();
            stream.available = 0;
            (stream.level, stream.start) = (0, 0.0);
            stream.drawing = CurveSynth::finished();
            stream.position = 0;
        }
    }

    /// Appends records to a stream. A record of length 0 stands for nothing and is dropped.
    ///
    /// # Panics
    /// If there is no such stream.
    pub fn push(&mut self, stream: usize, records: &[Record]) {
        let stream = &mut self.streams[stream];
        if records.is_empty() {
            return;
        }
        stream.available += records.iter().map(|record| u64::from(record.length())).sum::<u64>();
        if records.iter().all(|record| record.length() > 0) {
            stream.queue.extend(records);
        } else {
            stream.queue.extend(records.iter().filter(|record| record.length() > 0));
        }
    }

    /// How many frames can be read: what the shortest stream has left.
    #[must_use]
    pub fn available(&self) -> usize {
        let shortest = self.streams.iter().map(|stream| stream.available).min();
        usize::try_from(shortest.unwrap_or(0)).unwrap_or(usize::MAX)
    }

    /// Draws the next samples, one slice of equal length for each stream, and hands every record
    /// that begins in them to `played`. What a stream has no record for is left as it was.
    pub fn read(&mut self, out: &mut [&mut [f64]], mut played: impl FnMut(RecordEvent)) {
        let (level, tables) = (self.level, self.codebook.synth_tables());
        for (number, (stream, out)) in self.streams.iter_mut().zip(out).enumerate() {
            let number = number as u8;
            dispatch!(level, simd => stream.read(simd, tables, number, out, &mut played));
        }
    }
}

impl Stream {
    #[inline(always)]
    fn read(
        &mut self,
        simd: impl Simd,
        tables: &SynthTables,
        number: u8,
        out: &mut [f64],
        played: &mut impl FnMut(RecordEvent),
    ) {
        // So much of `out` is going to be drawn in any case.
        let end = usize::try_from(self.available).map_or(out.len(), |most| most.min(out.len()));
        let out = &mut out[..end];
        let mut from = self.drawing.draw_with(simd, tables, out);
        let (mut begun, mut level, mut start) = (0, self.level, self.start);
        let (first, second) = self.queue.as_slices();
        for records in [first, second] {
            for &record in records {
                let room = &mut out[from..];
                if room.is_empty() {
                    break;
                }
                begun += 1;
                let position = self.position + from as u64;
                played(RecordEvent { stream: number, position, start: level, record });
                level = record.end(level);
                let end = level_to_sample(level);
                from += match room.first_chunk_mut() {
                    Some(room) if record.length() <= SHORT_MAX => {
                        tables.draw_short(simd, record, start, end, room);
                        record.length() as usize
                    }
                    _ => {
                        let mut drawing = CurveSynth::between(record, start, end);
                        let drawn = drawing.draw_with(simd, tables, room);
                        self.drawing = drawing;
                        drawn
                    }
                };
                start = end;
            }
        }
        self.queue.drain(..begun);
        (self.level, self.start) = (level, start);
        self.position += from as u64;
        self.available -= from as u64;
    }
}
