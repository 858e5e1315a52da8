//! The few milliseconds of a track that a picture shows.

use std::ops::Range;

use extrema::codec::{Codebook, RecordEvent, level_to_sample};

use crate::track::Track;

/// A curve is drawn as at least this many lines.
const LINES: u32 = 24;

/// What to look for in a track.
pub struct Search {
    /// The frames among which to search.
    pub frames: Range<usize>,
    /// The length of the passage.
    pub seconds: f64,
    /// The number of curves that can easily be told apart in the picture.
    pub curves: f64,
}

/// A passage of the original's first channel.
pub struct Passage<'a> {
    track: &'a Track,
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

impl<'a> Passage<'a> {
    /// Finds a loud passage with as many curves as the picture can show. `records` are those of the
    /// first channel.
    pub fn choose(track: &'a Track, search: &Search, records: &[RecordEvent]) -> Self {
        let frames = search.frames.clone();
        let length = ((search.seconds * f64::from(track.sample_rate)) as usize).min(frames.len());
        let samples = &track.channels[0];
        let score = |&start: &usize| {
            let range = start..start + length;
            let power: f32 = samples[range.clone()].iter().map(|x| x * x).sum();
            let curves = within(records, &range).iter().filter(|p| p.record.ordinal() > 0).count();
            let crowd = curves as f64 / search.curves;
            f64::from(power).sqrt() * crowd / (1.0 + crowd * crowd)
        };
        let starts = (frames.start..=frames.end - length).step_by((length / 4).max(1));
        let start = starts.max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or(frames.start);
        Self { track, range: start..start + length }
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

    /// What replaces it, record by record. `records` are those of the first channel.
    pub fn shapes(&self, records: &[RecordEvent]) -> Vec<Shape> {
        within(records, &self.range).iter().map(|played| self.shape(played)).collect()
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
