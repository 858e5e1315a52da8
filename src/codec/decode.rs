//! The decoder: records of all streams in, samples of all streams out.

use std::collections::VecDeque;
use std::mem;
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

/// Decodes one or more streams of records, drawing samples only as they are read.
///
/// Its output is the streams; [`StereoMode::to_channels`](super::StereoMode::to_channels) turns two
/// of them into left and right.
#[derive(Debug)]
pub struct Decoder {
    codebook: Arc<Codebook>,
    streams: Vec<StreamDecoder>,
    /// The instruction set of this processor.
    simd_level: Level,
}

#[derive(Debug)]
struct StreamDecoder {
    queue: VecDeque<Record>,
    /// Samples in the queue and in what is left of `synth`.
    available: u64,
    /// The level on which the most recently started record ends, and its sample value.
    level: i16,
    level_sample: f64,
    /// That record, if it did not fit into the last read.
    synth: CurveSynth,
    /// Position of the next sample to be drawn.
    position: u64,
}

impl Decoder {
    /// A decoder for files: queues grow as records are pushed, tables as curves are drawn.
    pub fn new(codebook: &Arc<Codebook>, streams: usize) -> Self {
        // Builds the tables here rather than in the first read.
        codebook.synth_tables();
        let stream = || StreamDecoder {
            queue: VecDeque::new(),
            available: 0,
            level: 0,
            level_sample: 0.0,
            synth: CurveSynth::finished(),
            position: 0,
        };
        Self {
            codebook: codebook.clone(),
            streams: (0..streams).map(|_| stream()).collect(),
            simd_level: Level::new(),
        }
    }

    /// A decoder for the audio thread: it never allocates while no queue holds more than `records`
    /// records.
    pub fn with_capacity(codebook: &Arc<Codebook>, streams: usize, records: usize) -> Self {
        codebook.synth_tables().complete();
        let mut decoder = Self::new(codebook, streams);
        decoder.streams.iter_mut().for_each(|stream| stream.queue.reserve(records));
        decoder
    }

    /// Starts new streams: empties the queues and sets every level to 0.
    pub fn reset(&mut self) {
        for stream in &mut self.streams {
            stream.queue.clear();
            stream.available = 0;
            (stream.level, stream.level_sample) = (0, 0.0);
            stream.synth = CurveSynth::finished();
            stream.position = 0;
        }
    }

    /// Draws with the curves of another codebook from the next sample on, at which a record has to begin in
    /// every stream. See [`Encoder::set_codebook`](super::Encoder::set_codebook).
    pub fn set_codebook(&mut self, codebook: &Arc<Codebook>) {
        debug_assert!(self.streams.iter().all(|stream| stream.synth.remaining() == 0));
        self.codebook = codebook.clone();
    }

    /// Appends records to a stream. Records of length 0 are dropped.
    ///
    /// # Panics
    /// If there is no such stream.
    pub fn push(&mut self, stream: usize, records: &[Record]) {
        let stream = &mut self.streams[stream];
        stream.available += records.iter().map(|record| u64::from(record.length())).sum::<u64>();
        // Extending by a whole slice is a memcpy.
        if records.iter().all(|record| record.length() > 0) {
            stream.queue.extend(records);
        } else {
            stream.queue.extend(records.iter().filter(|record| record.length() > 0));
        }
    }

    /// How many streams it decodes.
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    /// How many samples can be read of a stream.
    ///
    /// # Panics
    /// If there is no such stream.
    pub fn available_of(&self, stream: usize) -> u64 {
        self.streams[stream].available
    }

    /// How many frames can be read: the samples left in the shortest stream.
    pub fn available(&self) -> usize {
        let shortest = self.streams.iter().map(|stream| stream.available).min();
        usize::try_from(shortest.unwrap_or(0)).unwrap_or(usize::MAX)
    }

    /// Lets another decoder of the same streams read the next frames, as many as are available but no more than
    /// `most`, in place of all that it had. Returns how many those are. So several threads can draw what one has
    /// been given.
    pub fn pass_on(&mut self, most: usize, other: &mut Self) -> usize {
        let frames = self.available().min(most);
        for (stream, other) in self.streams.iter_mut().zip(&mut other.streams) {
            stream.pass_on(frames as u64, other);
        }
        frames
    }

    /// The records of which a part has been read, at most one of each stream.
    pub fn open_records(&self) -> impl Iterator<Item = RecordEvent> {
        let open = |(number, stream): (usize, &StreamDecoder)| {
            let synth = &stream.synth;
            (synth.remaining() > 0).then(|| {
                let (record, start) = synth.record(stream.level);
                let position = stream.position - u64::from(synth.drawn());
                RecordEvent { stream: number as u8, position, start, record }
            })
        };
        self.streams.iter().enumerate().filter_map(open)
    }

    /// Draws the next samples, one slice of equal length for each stream, and calls `on_record` for
    /// every record that starts in them. Where a stream runs out of records, the rest of its slice
    /// keeps its old contents.
    pub fn read(&mut self, out: &mut [&mut [f64]], mut on_record: impl FnMut(RecordEvent)) {
        let (simd_level, tables) = (self.simd_level, self.codebook.synth_tables());
        for (number, (stream, out)) in self.streams.iter_mut().zip(out).enumerate() {
            let number = number as u8;
            dispatch!(simd_level, simd => stream.read(simd, tables, number, out, &mut on_record));
        }
    }
}

impl StreamDecoder {
    fn pass_on(&mut self, samples: u64, other: &mut Self) {
        other.queue.clear();
        mem::swap(&mut self.queue, &mut other.queue);
        (other.level, other.level_sample) = (self.level, self.level_sample);
        (other.synth, other.position, other.available) = (self.synth, self.position, samples);
        self.position += samples;
        self.available -= samples;
        let mut behind = self.available;
        while let Some(&last) = other.queue.back()
            && u64::from(last.length()) <= behind
        {
            behind -= u64::from(last.length());
            self.queue.push_front(last);
            other.queue.pop_back();
        }
        // What is left of the last record belongs to both.
        let mut latest = other.queue.iter().rev();
        if let Some(&last) = latest.next() {
            let start = latest.find(|record| !record.is_hold()).map_or(other.level, |it| it.end(0));
            self.level = last.end(start);
            self.level_sample = level_to_sample(self.level);
            self.synth = CurveSynth::new(last, start);
        }
        self.synth.skip(self.synth.remaining() - behind as u32);
    }

    #[inline(always)]
    fn read(
        &mut self,
        simd: impl Simd,
        tables: &SynthTables,
        number: u8,
        out: &mut [f64],
        on_record: &mut impl FnMut(RecordEvent),
    ) {
        // Drawing may write past the end of a record, but never past what is available.
        let end = usize::try_from(self.available).map_or(out.len(), |most| most.min(out.len()));
        let out = &mut out[..end];
        let mut from = self.synth.draw_with(simd, tables, out);
        let (mut started, mut level, mut start) = (0, self.level, self.level_sample);
        let (first, second) = self.queue.as_slices();
        for records in [first, second] {
            for &record in records {
                let room = &mut out[from..];
                if room.is_empty() {
                    break;
                }
                started += 1;
                let position = self.position + from as u64;
                on_record(RecordEvent { stream: number, position, start: level, record });
                level = record.end(level);
                let end = level_to_sample(level);
                from += match room.first_chunk_mut() {
                    Some(room) if record.length() <= SHORT_MAX => {
                        tables.draw_short(simd, record, start, end, room);
                        record.length() as usize
                    }
                    _ => {
                        let mut synth = CurveSynth::from_samples(record, start, end);
                        let drawn = synth.draw_with(simd, tables, room);
                        self.synth = synth;
                        drawn
                    }
                };
                start = end;
            }
        }
        self.queue.drain(..started);
        (self.level, self.level_sample) = (level, start);
        self.position += from as u64;
        self.available -= from as u64;
    }
}
