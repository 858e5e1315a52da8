//! The latest second of what was played: the codec's input, the records, and the curves they stand
//! for, decoded here once more.

mod levels;
mod ring;
mod stats;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::capture::{MAX_PACKET_FRAMES, Packet, PacketHeader};
use crate::codec::segment::follow_factor;
use crate::codec::synth::CurveSynth;
use crate::codec::{CURVE_COUNT, Codebook, Detector, Record, RecordEvent, Share, StereoMode};
use levels::Levels;
use ring::Ring;
pub use stats::{ReadOut, Stats};

/// How much is kept, in seconds: 1.0 for the longest span of the scope, and the rest for its trigger
/// to search and for curves that are decoded ahead, up to one latency.
const SECONDS: f64 = 1.2;

/// Samples up to this count as silence: −96 dBFS, about half a 16-bit step.
pub(super) const AUDIBLE: f32 = 1.6e-5;

/// After this many seconds of silence there is no signal: long enough to bridge a pause between two
/// notes.
const SILENCE: f64 = 0.3;

/// A record that was played, with its place in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayedSegment {
    /// Position of its first sample.
    pub position: u64,
    /// The level it starts on, in units of 1/32767.
    pub start: i16,
    /// The record.
    pub record: Record,
}

impl PlayedSegment {
    /// The position after its last sample.
    pub fn end(&self) -> u64 {
        self.position + u64::from(self.record.length())
    }

    /// Whether it is a hold.
    pub fn is_hold(&self) -> bool {
        self.record.is_hold()
    }
}

/// One stream of records.
#[derive(Debug, Clone, Default)]
struct Stream {
    original: Ring,
    decoded: Ring,
    /// The position up to which `decoded` is filled: the end of the last record, which may lie ahead
    /// of `original`.
    drawn: u64,
    segments: VecDeque<PlayedSegment>,
    /// For the records of the last second: position, ordinal, and whether it takes a record of its
    /// own in a file.
    recent: VecDeque<(u64, u8, bool)>,
}

/// What was played lately; see the [module](self).
#[derive(Debug, Clone)]
pub struct History {
    codebook: Arc<Codebook>,
    sample_rate: f64,
    streams: Vec<Stream>,
    /// The levels that the thresholds of the streams follow: linked streams have one, that of the mid.
    levels: Vec<Levels>,
    stereo: StereoMode,
    generation: u32,
    /// The first known position.
    first: u64,
    /// The position after the last known sample.
    end: u64,
    /// Where the latest stretch without a gap begins, and the stretch before that gap.
    unbroken: u64,
    before: Range<u64>,
    /// The position after the last audible sample.
    sounded: u64,
    /// How often each ordinal was used in the last second.
    uses: [u32; CURVE_COUNT as usize + 1],
    /// The records that a file of the last second would have.
    cost: u32,
    /// Whether the codec's input exceeded full scale since this was last asked, by stream.
    clipped: [bool; 2],
}

impl Default for History {
    fn default() -> Self {
        Self {
            codebook: Codebook::standard(),
            sample_rate: 44_100.0,
            streams: Vec::new(),
            levels: Vec::new(),
            stereo: StereoMode::LeftRight,
            generation: 0,
            first: 0,
            end: 0,
            unbroken: 0,
            before: 0..0,
            sounded: 0,
            uses: [0; CURVE_COUNT as usize + 1],
            cost: 0,
            clipped: [false; 2],
        }
    }
}

impl History {
    /// Decodes with the curves of `codebook` from now on. Another codebook than before discards
    /// everything that was played.
    pub fn set_codebook(&mut self, codebook: &Arc<Codebook>) {
        if !Arc::ptr_eq(&self.codebook, codebook) {
            *self = Self { codebook: codebook.clone(), ..Self::default() };
        }
    }

    /// Discards everything and starts with a packet that is to be pushed.
    fn restart(&mut self, sample_rate: f64, header: &PacketHeader) {
        let capacity = (SECONDS * sample_rate) as usize;
        let &PacketHeader { position, generation, channels, stereo, .. } = header;
        let stream = || Stream {
            original: Ring::new(capacity),
            decoded: Ring::new(capacity),
            drawn: position,
            ..Stream::default()
        };
        *self = Self {
            codebook: self.codebook.clone(),
            sample_rate,
            streams: (0..channels).map(|_| stream()).collect(),
            levels: match stereo {
                StereoMode::Linked => vec![Levels::new(sample_rate)],
                _ => vec![Levels::new(sample_rate); channels.into()],
            },
            stereo,
            generation,
            first: position,
            end: position,
            unbroken: position,
            before: position..position,
            sounded: position,
            ..Self::default()
        };
    }

    /// Appends what was played at a sample rate in Hz. Starts over if it does not belong to the same
    /// stream, stereo mode and sample rate as the packets before.
    pub fn push(&mut self, packet: &Packet, sample_rate: f64) {
        let header = &packet.header;
        let position = header.position;
        let follows = header.generation == self.generation
            && header.stereo == self.stereo
            && usize::from(header.channels) == self.streams.len()
            && position >= self.end
            && sample_rate == self.sample_rate;
        if !follows {
            self.restart(sample_rate, header);
        }
        if position > self.end {
            self.before = self.unbroken..self.end;
            self.unbroken = position;
        }
        let streams = self.streams.iter_mut().zip(&mut self.clipped).zip(packet.samples());
        for ((stream, clipped), samples) in streams {
            stream.original.forget(self.end, position);
            for (&x, position) in samples.iter().zip(position..) {
                stream.original.set(position, x);
                if x.abs() > AUDIBLE {
                    self.sounded = self.sounded.max(position + 1);
                }
                *clipped |= x.abs() > 1.0;
            }
        }
        self.follow_levels(packet);
        self.end = position + u64::from(header.frames);
        for event in packet.records() {
            self.record(event);
        }
        self.expire();
    }

    /// Lets the levels follow the samples of a packet.
    fn follow_levels(&mut self, packet: &Packet) {
        let PacketHeader { position, frames, .. } = packet.header;
        let mut samples = [0.0; MAX_PACKET_FRAMES];
        let samples = &mut samples[..usize::from(frames)];
        let mut rows = packet.samples();
        for levels in &mut self.levels {
            let Some(row) = rows.next() else { break };
            for (to, &x) in samples.iter_mut().zip(row) {
                *to = f64::from(x);
            }
            if self.stereo == StereoMode::Linked
                && let Some(other) = rows.next()
            {
                for (to, &x) in samples.iter_mut().zip(other) {
                    [*to, _] = StereoMode::MidSide.to_streams([*to, f64::from(x)]);
                }
            }
            levels.push(position, samples);
        }
    }

    /// Appends a record and decodes it.
    fn record(&mut self, RecordEvent { stream, position, start, record }: RecordEvent) {
        debug_assert!(usize::from(stream) < self.streams.len(), "a record of stream {stream}");
        let Some(stream) = self.streams.get_mut(usize::from(stream)) else { return };
        let mut synth = CurveSynth::new(record, start);
        let mut at = position;
        stream.decoded.forget(stream.drawn, position);
        let mut buffer = [0.0; 256];
        loop {
            let count = synth.draw(self.codebook.synth_tables(), &mut buffer);
            if count == 0 {
                break;
            }
            for &y in &buffer[..count] {
                stream.decoded.set(at, y as f32);
                at += 1;
            }
        }
        stream.drawn = at;
        let ordinal = record.ordinal();
        // Consecutive holds become one record in a file.
        let merged = ordinal == 0
            && stream.segments.back().is_some_and(|last| last.is_hold() && last.end() == position);
        stream.segments.push_back(PlayedSegment { position, start, record });
        stream.recent.push_back((position, ordinal, !merged));
        self.uses[usize::from(ordinal)] += 1;
        self.cost += u32::from(!merged);
    }

    /// Drops what is older than is kept.
    fn expire(&mut self) {
        let kept = self.streams.first().map_or(0, |stream| stream.original.capacity());
        for levels in &mut self.levels {
            levels.expire(self.end.saturating_sub(kept));
        }
        for stream in &mut self.streams {
            // Both rings are equally long, and what is decoded ahead overwrites the oldest samples.
            let ahead = stream.drawn.saturating_sub(self.end);
            let oldest = (self.end + ahead).saturating_sub(kept);
            self.first = self.first.max(oldest);
            while stream.segments.front().is_some_and(|segment| segment.position < oldest) {
                stream.segments.pop_front();
            }
            let second = self.end.saturating_sub(self.sample_rate as u64);
            while let Some(&(position, ordinal, costs)) = stream.recent.front() {
                if position >= second {
                    break;
                }
                stream.recent.pop_front();
                self.uses[usize::from(ordinal)] -= 1;
                self.cost -= u32::from(costs);
            }
        }
    }

    /// The sample rate in Hz.
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// The number of streams; 0 until something was played.
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    /// The stereo mode of the streams; for one stream it means nothing.
    pub fn stereo(&self) -> StereoMode {
        self.stereo
    }

    /// The known positions, gaps included.
    pub fn known(&self) -> Range<u64> {
        self.first..self.end
    }

    /// The latest stretch without a gap. If that is shorter than `samples`, the longer one of it and the
    /// stretch before the gap.
    pub fn unbroken(&self, samples: u64) -> Range<u64> {
        let newest = self.unbroken.max(self.first)..self.end;
        let before = self.before.start.max(self.first)..self.before.end;
        let length = |range: &Range<u64>| range.end.saturating_sub(range.start);
        if length(&newest) < samples && length(&before) > length(&newest) { before } else { newest }
    }

    /// Whether the input has been silent for 0.3 s.
    pub fn is_silent(&self) -> bool {
        (self.end - self.sounded) as f64 > SILENCE * self.sample_rate
    }

    /// What *Follow* multiplies the threshold of a stream by at a position, if it is as it is now; 1 where
    /// the level is not known.
    pub fn follow_factor(
        &self,
        stream: usize,
        detector: Detector,
        follow: Share,
        position: u64,
    ) -> f64 {
        let levels = self.levels.get(stream).or(self.levels.first());
        let level = levels.and_then(|levels| levels.at(detector, position));
        level.map_or(1.0, |level| follow_factor(level, follow))
    }

    /// How often an ordinal (0: holds) was used in the last second.
    pub fn uses(&self, ordinal: u8) -> u32 {
        self.uses[usize::from(ordinal)]
    }

    /// The number of all segments of the last second.
    pub fn all_uses(&self) -> u32 {
        self.uses.iter().sum()
    }

    /// Whether the codec's input exceeded full scale since the last call, by stream.
    pub fn take_clipped(&mut self) -> [bool; 2] {
        std::mem::take(&mut self.clipped)
    }

    /// The codec's input at a known position; NaN in a gap.
    #[inline]
    pub fn original(&self, stream: usize, position: u64) -> f32 {
        self.streams[stream].original.at(position)
    }

    /// The decoded signal at a known position; NaN in a gap.
    #[inline]
    pub fn decoded(&self, stream: usize, position: u64) -> f32 {
        self.streams[stream].decoded.at(position)
    }

    /// The segments that overlap a range of positions.
    pub fn segments(
        &self,
        stream: usize,
        range: Range<u64>,
    ) -> impl Iterator<Item = &PlayedSegment> + Clone {
        let segments = &self.streams[stream].segments;
        let first = segments.partition_point(|segment| segment.end() <= range.start);
        let last = segments.partition_point(|segment| segment.position < range.end);
        segments.range(first..last.max(first))
    }
}
