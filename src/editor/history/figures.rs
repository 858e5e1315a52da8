//! What is said about what was played: the rail's figures and a segment's read-out.

use super::{History, Segment};
use crate::codec::{Record, level_to_sample};

/// The time over which the signal-to-noise ratio is taken, in seconds.
const SNR_SECONDS: f64 = 0.4;

/// What the rail shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Thousands of bits a second of the raw records, all streams.
    pub kilobits: f64,
    /// How many times less that is than 16-bit samples.
    pub ratio: f64,
    /// Records a second, all streams.
    pub segments: f64,
    /// Signal-to-noise ratio in dB; infinite if nothing was lost.
    pub snr: f64,
}

/// What is said about a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadOut {
    /// The segment.
    pub segment: Segment,
    /// Its length in milliseconds.
    pub milliseconds: f64,
    /// The level it starts on, full scale being 1.
    pub from: f64,
    /// The level it ends on, full scale being 1.
    pub to: f64,
    /// The energy of the error over that of the original, in dB; −∞ if nothing was lost, `None` if
    /// there is nothing to compare.
    pub error: Option<f64>,
}

impl History {
    /// What can be said of the segment at a position.
    pub fn read_out(&self, stream: usize, position: u64) -> Option<ReadOut> {
        let segment = *self.segments(stream, position..position + 1).next()?;
        let (mut noise, mut signal) = (0.0, 0.0);
        for position in segment.position..segment.end().min(self.end) {
            let x = f64::from(self.original(stream, position));
            let y = f64::from(self.decoded(stream, position));
            noise += (x - y) * (x - y);
            signal += x * x;
        }
        let known = noise.is_finite() && signal > 0.0;
        Some(ReadOut {
            segment,
            milliseconds: f64::from(segment.record.length()) * 1000.0 / self.sample_rate,
            from: level_to_sample(segment.start),
            to: level_to_sample(segment.record.end(segment.start)),
            error: known.then(|| decibels(noise / signal)),
        })
    }

    /// The figures of the last second, or `None` while nothing sounds.
    pub fn figures(&self) -> Option<Figures> {
        let seconds = ((self.end - self.first) as f64 / self.sample_rate).min(1.0);
        if seconds < 0.1 || self.is_silent() {
            return None;
        }
        let segments = f64::from(self.cost) / seconds;
        let kilobits = segments * (8 * Record::BYTES) as f64 / 1000.0;
        let samples = 16.0 * self.sample_rate * self.streams.len() as f64 / 1000.0;
        let (mut noise, mut signal) = (0.0, 0.0);
        let from = self.end.saturating_sub((SNR_SECONDS * self.sample_rate) as u64).max(self.first);
        for stream in &self.streams {
            for position in from..self.end {
                let x = stream.original.at(position);
                let difference = f64::from(x - stream.decoded.at(position));
                if difference.is_finite() {
                    noise += difference * difference;
                    signal += f64::from(x) * f64::from(x);
                }
            }
        }
        Some(Figures {
            kilobits,
            ratio: samples / kilobits,
            segments,
            snr: decibels(signal / noise),
        })
    }
}

fn decibels(energy: f64) -> f64 {
    10.0 * energy.log10()
}
