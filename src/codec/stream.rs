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
    /// The level the last record ended on.
    level: i16,
    matcher: &'static Matcher,
    places: Places,
}

/// Working memory for the segments of a chunk.
#[derive(Debug)]
pub struct Scratch {
    records: Vec<Record>,
    /// What is searched for, and for which of the records.
    queries: Vec<Query>,
    asking: Vec<usize>,
}

impl Scratch {
    /// Room for so many segments.
    pub fn new(segments: usize) -> Self {
        Self {
            records: Vec::with_capacity(segments),
            queries: vec![Query::EMPTY; segments],
            asking: Vec::with_capacity(segments),
        }
    }
}

impl Stream {
    /// A stream that keeps the latest `longest` samples.
    pub fn new(longest: usize) -> Self {
        Self {
            history: History::new(longest),
            level: 0,
            matcher: Matcher::shared(),
            places: Places::new(),
        }
    }

    /// Starts anew, on level 0.
    pub fn reset(&mut self) {
        self.level = 0;
    }

    /// Turns segments, which follow on each other, into the records that stand for them.
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
        let Scratch { records, queries, asking } = scratch;
        records.clear();
        asking.clear();
        for segment in segments {
            if let Some(query) = queries.get_mut(asking.len()) {
                let (record, asks) = self.prepare(simd, segment, settings, query);
                if asks {
                    asking.push(records.len());
                }
                records.push(record);
            }
        }
        for (&at, query) in asking.iter().zip(&*queries) {
            if let Some(Record::Curve { ordinal, .. }) = records.get_mut(at) {
                *ordinal = self.matcher.nearest(simd, query, settings.curves);
            }
        }
        records
    }

    /// The record that stands for a segment, a line for the time being; whether it will be the
    /// closest curve, and then, what that is searched with.
    #[inline(always)]
    fn prepare(
        &mut self,
        simd: impl Simd,
        segment: &Segment,
        settings: &Settings,
        query: &mut Query,
    ) -> (Record, bool) {
        let Segment { length, kind, .. } = *segment;
        let samples = self.history.segment(segment);
        let kept = samples.len() - BEYOND;
        let start = self.level;
        let end = quantise(samples[kept - 1]);
        let holds = match kind {
            SegmentKind::Flat => true,
            // A bound this long is the file format's own, which holds through any drift.
            SegmentKind::FlatAtBound => settings.longest.hold > u32::from(u16::MAX) || end == start,
            SegmentKind::Moving => false,
        };
        if holds {
            return (Record::Hold { length }, false);
        }
        self.level = end;
        let asks = length > 1 && end != start && {
            let (start, end) = (level_to_sample(start), level_to_sample(end));
            let wave = self.places.wave_ahead(samples, kept, settings.points);
            self.matcher.prepare(simd, wave, start, end, query)
        };
        // Anything that moves, and anything cut at a short bound, fits into `u16`.
        (Record::Curve { ordinal: LINE, length: length as u16, end }, asks)
    }
}
