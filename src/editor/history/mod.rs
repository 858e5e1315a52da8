//! What the editor remembers of the records that were played, and the wave they stand for.

mod figures;
mod ring;

use std::collections::VecDeque;

use crate::capture::Packet;
use crate::codec::synth::CurveSynth;
use crate::codec::{CURVE_COUNT, Codebook, Record, RecordEvent, StereoMode};
pub use figures::{Figures, ReadOut};
use ring::Ring;

/// How much is kept in seconds: the longest span of the scope, what its trigger may look for, and
/// what has been drawn ahead.
const SECONDS: f64 = 1.2;

/// A wave stays above this for there to be a signal: −96 dBFS.
const AUDIBLE: f32 = 1.6e-5;

/// After this many seconds below [`AUDIBLE`] there is no signal.
const SILENCE: f64 = 0.3;

/// A record that was played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Position of its first sample.
    pub position: u64,
    /// The level it starts on, in units of 1/32767.
    pub start: i16,
    /// The record.
    pub record: Record,
}

impl Segment {
    /// The position after its last sample.
    pub fn end(&self) -> u64 {
        self.position + u64::from(self.record.length())
    }

    /// Whether it repeats a level.
    pub fn is_hold(&self) -> bool {
        self.record.is_hold()
    }
}

/// One stream of records and its wave.
#[derive(Debug, Clone, Default)]
struct Stream {
    original: Ring,
    decoded: Ring,
    /// Up to where `decoded` has been drawn.
    drawn: u64,
    segments: VecDeque<Segment>,
    /// Position, ordinal and whether it costs a record, of what began in the last second.
    recent: VecDeque<(u64, u8, bool)>,
}

/// What has been played lately; see the [module](self).
#[derive(Debug, Clone)]
pub struct History {
    sample_rate: f64,
    streams: Vec<Stream>,
    stereo: StereoMode,
    generation: u32,
    /// The first position that is known.
    first: u64,
    /// The position after the last known sample.
    end: u64,
    /// Where the newest samples without a gap begin, and the stretch before them.
    unbroken: u64,
    before: std::ops::Range<u64>,
    /// The position after the last sample one could hear.
    sounded: u64,
    /// How often each ordinal was used in the last second.
    uses: [u32; CURVE_COUNT as usize + 1],
    /// Records of the last second, as a file would hold them.
    cost: u32,
    /// The curve that was played last.
    newest: u8,
    /// Whether the codec's input went beyond full scale since this was last asked, by stream.
    clipped: [bool; 2],
}

impl Default for History {
    fn default() -> Self {
        Self {
            sample_rate: 44_100.0,
            streams: Vec::new(),
            stereo: StereoMode::LeftRight,
            generation: 0,
            first: 0,
            end: 0,
            unbroken: 0,
            before: 0..0,
            sounded: 0,
            uses: [0; CURVE_COUNT as usize + 1],
            cost: 0,
            newest: 0,
            clipped: [false; 2],
        }
    }
}

impl History {
    /// Forgets everything and starts at `position`.
    fn restart(&mut self, sample_rate: f64, packet: &Packet) {
        let capacity = (SECONDS * sample_rate) as usize;
        *self = Self {
            sample_rate,
            stereo: packet.stereo,
            generation: packet.generation,
            first: packet.position,
            end: packet.position,
            unbroken: packet.position,
            before: packet.position..packet.position,
            sounded: packet.position,
            ..Self::default()
        };
        self.streams = (0..packet.streams)
            .map(|_| Stream {
                original: Ring::new(capacity),
                decoded: Ring::new(capacity),
                drawn: packet.position,
                ..Stream::default()
            })
            .collect();
    }

    /// Takes what has been played, at a sample rate in Hz.
    pub fn push(&mut self, packet: &Packet, sample_rate: f64) {
        let follows = packet.generation == self.generation
            && packet.stereo == self.stereo
            && packet.streams == self.streams.len()
            && packet.position >= self.end
            && sample_rate == self.sample_rate;
        if !follows {
            self.restart(sample_rate, packet);
        }
        let end = packet.position + packet.frames as u64;
        if packet.position > self.end {
            self.before = self.unbroken..self.end;
            self.unbroken = packet.position;
        }
        for (number, stream) in self.streams.iter_mut().enumerate() {
            stream.original.forget(self.end, packet.position);
            for (&x, position) in
                packet.original[number][..packet.frames].iter().zip(packet.position..)
            {
                stream.original.set(position, x);
                if x.abs() > AUDIBLE {
                    self.sounded = self.sounded.max(position + 1);
                }
                self.clipped[number] |= x.abs() > 1.0;
            }
        }
        self.end = end;
        for played in packet.records() {
            self.record(played);
        }
        self.expire();
    }

    fn record(&mut self, played: RecordEvent) {
        let Some(stream) = self.streams.get_mut(usize::from(played.stream)) else { return };
        let RecordEvent { position, start, record, .. } = played;
        let codebook = Codebook::standard();
        let mut drawing = CurveSynth::new(record, start);
        let mut at = position;
        stream.decoded.forget(stream.drawn, position);
        let mut buffer = [0.0; 256];
        loop {
            let count = drawing.draw(codebook.synth_tables(), &mut buffer);
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
        // In a file, holds in a row become one record.
        let merged = ordinal == 0
            && stream.segments.back().is_some_and(|last| last.is_hold() && last.end() == position);
        stream.segments.push_back(Segment { position, start, record });
        stream.recent.push_back((position, ordinal, !merged));
        self.uses[usize::from(ordinal)] += 1;
        self.cost += u32::from(!merged);
        if ordinal != 0 {
            self.newest = ordinal;
        }
    }

    fn expire(&mut self) {
        let kept = self.streams.first().map_or(0, |stream| stream.original.capacity());
        for stream in &mut self.streams {
            // What was drawn ahead has overwritten as much of the oldest.
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

    /// The number of streams, 0 before anything was played.
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    /// How the streams relate to left and right.
    pub fn stereo(&self) -> StereoMode {
        self.stereo
    }

    /// The positions that are known.
    pub fn known(&self) -> std::ops::Range<u64> {
        self.first..self.end
    }

    /// The newest samples without a gap, or those before the gap while they are more and `samples`
    /// are wanted: an editor that came late has missed some.
    pub fn unbroken(&self, samples: u64) -> std::ops::Range<u64> {
        let newest = self.unbroken.max(self.first)..self.end;
        let before = self.before.start.max(self.first)..self.before.end;
        let length = |range: &std::ops::Range<u64>| range.end.saturating_sub(range.start);
        if length(&newest) < samples && length(&before) > length(&newest) { before } else { newest }
    }

    /// Whether the input has been silent for a while.
    pub fn is_silent(&self) -> bool {
        (self.end - self.sounded) as f64 > SILENCE * self.sample_rate
    }

    /// How often a curve, or 0 for holds, was used in the last second.
    pub fn uses(&self, ordinal: u8) -> u32 {
        self.uses[usize::from(ordinal)]
    }

    /// How many segments of all kinds the last second had.
    pub fn all_uses(&self) -> u32 {
        self.uses.iter().sum()
    }

    /// The curve that was played last, 0 if none was.
    pub fn newest(&self) -> u8 {
        self.newest
    }

    /// Whether the codec's input went beyond full scale since the last call, by stream.
    pub fn take_clipped(&mut self) -> [bool; 2] {
        std::mem::take(&mut self.clipped)
    }

    /// What went into the codec at a position that is known; NaN in a gap.
    #[inline]
    pub fn original(&self, stream: usize, position: u64) -> f32 {
        self.streams[stream].original.at(position)
    }

    /// What was played at a position that is known; NaN in a gap.
    #[inline]
    pub fn decoded(&self, stream: usize, position: u64) -> f32 {
        self.streams[stream].decoded.at(position)
    }

    /// The segments that have a sample in a range of positions.
    pub fn segments(
        &self,
        stream: usize,
        range: std::ops::Range<u64>,
    ) -> impl Iterator<Item = &Segment> + Clone {
        let segments = &self.streams[stream].segments;
        let first = segments.partition_point(|segment| segment.end() <= range.start);
        let last = segments.partition_point(|segment| segment.position < range.end);
        segments.range(first..last.max(first))
    }
}
