//! One stream: what its samples were, and the records that its segments become.

use fearless_simd::Simd;

use super::curves::LINE;
use super::history::{BEYOND, History};
use super::matching::{Matcher, Places, Query};
use super::record::Record;
use super::segment::{Segment, SegmentKind};
use super::settings::Settings;
use super::{level_to_sample, quantise};

/// One stream of records.
#[derive(Debug)]
pub struct Stream {
    pub history: History,
    /// The level the last record ended on, and the sample value of it.
    level: i16,
    start: f64,
    matcher: &'static Matcher,
    places: Places,
}

/// Working memory for the segments of a chunk.
#[derive(Debug)]
pub struct Scratch {
    records: Vec<Record>,
    queries: Vec<Query>,
}

impl Scratch {
    /// Room for so many segments.
    pub fn new(segments: usize) -> Self {
        Self { records: vec![Record::hold(0); segments], queries: vec![Query::EMPTY; segments] }
    }
}

impl Stream {
    /// A stream that keeps the latest `longest` samples.
    pub fn new(longest: usize) -> Self {
        Self {
            history: History::new(longest),
            level: 0,
            start: 0.0,
            matcher: Matcher::shared(),
            places: Places::new(),
        }
    }

    /// Starts anew, on level 0.
    pub fn reset(&mut self) {
        (self.level, self.start) = (0, 0.0);
    }

    /// Turns segments, which follow on each other, into the records that stand for them. There are
    /// no more than the working memory has room for.
    ///
    /// All of them are projected before the first is searched for: a processor looks only so far
    /// ahead, and in one long step for each segment it would wait for most results.
    #[inline(always)]
    pub fn encode<'a>(
        &mut self,
        simd: impl Simd,
        segments: &[Segment],
        settings: &Settings,
        scratch: &'a mut Scratch,
    ) -> &'a [Record] {
        let records = &mut scratch.records[..segments.len()];
        let queries = &mut scratch.queries[..segments.len()];
        self.places.set_points(settings.points);
        let mut asked = 0;
        for (number, segment) in segments.iter().enumerate() {
            let query = &mut queries[asked];
            let (record, asks) = self.prepare(simd, segment, settings, query);
            records[number] = record;
            query.number = number as u32;
            asked += usize::from(asks);
        }
        for query in &queries[..asked] {
            if let Some(record) = records.get_mut(query.number as usize) {
                record.set_curve(self.matcher.nearest(simd, query, settings.curves));
            }
        }
        records
    }

    /// The record that stands for a segment, and whether its curve is still to be searched for.
    #[inline(always)]
    fn prepare(
        &mut self,
        simd: impl Simd,
        segment: &Segment,
        settings: &Settings,
        query: &mut Query,
    ) -> (Record, bool) {
        let Segment { length, kind, .. } = *segment;
        let level = quantise(self.history.last(segment));
        let moved = level != self.level;
        let holds = match kind {
            SegmentKind::Moving => false,
            SegmentKind::Flat => true,
            // A bound this long is the file format's own, which holds through any drift.
            SegmentKind::FlatAtBound => settings.longest.hold > u32::from(u16::MAX) || !moved,
        };
        if holds {
            return (Record::hold(length), false);
        }
        let (start, end) = (self.start, level_to_sample(level));
        (self.level, self.start) = (level, end);
        let found = if length > 1 && moved {
            let wave = self.places.wave_ahead(self.history.segment(segment), BEYOND);
            self.matcher.prepare(simd, wave, start, end, settings.curves, query)
        } else {
            Some(LINE)
        };
        // Anything that moves, and anything cut at a short bound, fits into `u16`.
        let ordinal = found.unwrap_or(LINE);
        (Record::curve(ordinal, length as u16, level), found.is_none())
    }
}
