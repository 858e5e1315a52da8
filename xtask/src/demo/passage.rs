//! The few milliseconds of a track that the picture shows.

use std::ops::Range;

use extrema::codec::{Codebook, RecordEvent, Threshold, level_to_sample};
use extrema::effect::EffectSettings;

use super::codec;
use crate::track::Track;

/// The length of a passage.
const SECONDS: f64 = 0.025;

/// The number of curves that can easily be told apart in the picture.
const CURVES: f64 = 32.0;

/// A curve is drawn as at least this many lines.
const LINES: u32 = 24;

/// A passage of the original.
pub struct Passage {
    /// The track's first channel.
    track: Track,
    range: Range<usize>,
}

/// A record as points of milliseconds and amplitude.
pub struct Shape {
    /// The curve's ordinal, 0 for a hold.
    pub ordinal: u8,
    /// From the end of the record before to its own end, as far as they lie within the passage.
    pub points: Vec<(f64, f64)>,
    /// Its end, if that lies within the passage.
    pub end: Option<(f64, f64)>,
}

impl Passage {
    /// Finds a loud passage with as many curves as the picture can show.
    pub fn choose(track: &Track) -> Self {
        let channel = track.channels[0].clone();
        let length = ((SECONDS * f64::from(track.sample_rate)) as usize).min(channel.len());
        let track = track.with(vec![channel]);
        let all = codec::records(&track, EffectSettings::default().threshold);
        let samples = &track.channels[0];
        let score = |&start: &usize| {
            let range = start..start + length;
            let power: f32 = samples[range.clone()].iter().map(|x| x * x).sum();
            let curves = within(&all, &range).iter().filter(|p| p.record.ordinal() > 0).count();
            let crowd = curves as f64 / CURVES;
            f64::from(power).sqrt() * crowd / (1.0 + crowd * crowd)
        };
        let starts = (0..=samples.len() - length).step_by((length / 4).max(1));
        let start = starts.max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or(0);
        Self { range: start..start + length, track }
    }

    /// Its length in milliseconds.
    pub fn milliseconds(&self) -> f64 {
        self.time(self.range.end as f64)
    }

    /// Where it begins in the track, in seconds.
    pub fn starts(&self) -> f64 {
        self.range.start as f64 / f64::from(self.track.sample_rate)
    }

    /// The original as points.
    pub fn wave(&self) -> Vec<(f64, f64)> {
        let samples = &self.track.channels[0][self.range.clone()];
        let point = |(i, &x): (usize, &f32)| (self.time(i as f64), f64::from(x));
        (self.range.start..).zip(samples).map(point).collect()
    }

    /// What replaces it at a threshold, record by record.
    pub fn shapes(&self, threshold: Threshold) -> Vec<Shape> {
        let all = codec::records(&self.track, threshold);
        within(&all, &self.range).iter().map(|played| self.shape(played)).collect()
    }

    fn shape(&self, played: &RecordEvent) -> Shape {
        let (from, to) = (played.start, played.record.end(played.start));
        let (from, to) = (level_to_sample(from), level_to_sample(to));
        let length = f64::from(played.record.length());
        let lines = LINES.max(played.record.length());
        let point = |i| {
            let share = match played.record.ordinal() {
                0 => 0.0,
                ordinal => Codebook::standard().curves().value(ordinal, i, lines),
            };
            // A record ends on its last sample, so it starts from the sample before its first.
            let frame = played.position as f64 - 1.0 + length * f64::from(i) / f64::from(lines);
            (self.time(frame), from + (to - from) * share)
        };
        let inside =
            |point: &(f64, f64)| (0.0..=self.time(self.range.end as f64)).contains(&point.0);
        Shape {
            ordinal: played.record.ordinal(),
            points: (0..=lines).map(point).filter(inside).collect(),
            end: Some(point(lines)).filter(inside),
        }
    }

    fn time(&self, frame: f64) -> f64 {
        (frame - self.range.start as f64) * 1000.0 / f64::from(self.track.sample_rate)
    }
}

/// The records that sound in a range.
fn within<'a>(records: &'a [RecordEvent], range: &Range<usize>) -> &'a [RecordEvent] {
    let (start, end) = (range.start as u64, range.end as u64);
    let before = |p: &RecordEvent| p.position + u64::from(p.record.length()) <= start;
    let from = records.partition_point(before);
    let to = records.partition_point(|played| played.position < end);
    &records[from..to]
}
