//! One stream: what its samples were, and the records that its segments become.

use std::hint::select_unpredictable;

use fearless_simd::Simd;

use super::curves::LINE;
use super::history::{BEYOND, History};
use super::matching::batch::{Batch, Chunk};
use super::matching::{MAX_POINTS, Matcher};
use super::record::Record;
use super::sample::{self, level_to_sample};
use super::segment::{Segment, SegmentKind};
use super::settings::Settings;

/// One stream of records.
#[derive(Debug)]
pub struct Stream {
    pub history: History,
    /// The level the last record ended on, and the sample value of it.
    level: i16,
    start: f64,
}

/// Working memory for the segments of a chunk.
#[derive(Debug)]
pub struct Scratch {
    records: Vec<Record>,
    levels: Vec<f64>,
    batch: Batch,
}

impl Scratch {
    /// Room for so many segments.
    pub fn new(segments: usize) -> Self {
        Self {
            records: vec![Record::hold(1); segments],
            levels: vec![0.0; 1 + segments.next_multiple_of(sample::LANES)],
            batch: Batch::new(segments),
        }
    }
}

impl Stream {
    /// A stream that keeps the latest `longest` samples, and takes up to `chunk` more at a time.
    pub fn new(longest: usize, chunk: usize) -> Self {
        Self {
            history: History::new(longest, chunk.max(MAX_POINTS + BEYOND)),
            level: 0,
            start: 0.0,
        }
    }

    /// Starts anew, on level 0.
    pub fn reset(&mut self) {
        (self.level, self.start) = (0, 0.0);
    }

    /// Turns segments, which follow on each other, into the records that stand for them. There are
    /// no more than the working memory has room for.
    #[inline(always)]
    pub fn encode<'a>(
        &mut self,
        simd: impl Simd,
        segments: &[Segment],
        settings: &Settings,
        matcher: &Matcher,
        scratch: &'a mut Scratch,
    ) -> &'a [Record] {
        if segments.is_empty() {
            return &[];
        }
        let records = &mut scratch.records[..segments.len()];
        let levels = &mut *scratch.levels;
        let batch = &mut scratch.batch;
        batch.begin(settings.points);
        simd.vectorize(
            #[inline(always)]
            || self.prepare(simd, segments, settings, records, levels, batch),
        );
        let curves = settings.curves;
        let chunk = Chunk { history: &self.history, segments, levels, curves, matcher };
        batch.search(simd, chunk, records);
        records
    }

    /// Fills in the records that stand for segments, all with the same curve as yet, and the levels
    /// they start and end on.
    #[inline(always)]
    fn prepare(
        &mut self,
        simd: impl Simd,
        segments: &[Segment],
        settings: &Settings,
        records: &mut [Record],
        levels: &mut [f64],
        batch: &mut Batch,
    ) {
        // A bound this long is the file format's own, which holds through any drift.
        let drifts = settings.max_length.hold > u32::from(u16::MAX);
        let Some((start, ends)) = levels.split_first_mut() else { return };
        *start = self.start;
        for (end, segment) in ends.iter_mut().zip(segments) {
            *end = self.history.last(segment);
        }
        let whole = segments.len().next_multiple_of(sample::LANES);
        let quads = ends[..whole].as_chunks_mut().0;
        sample::mark_all(simd, quads);
        let mut before = sample::marked(self.level).to_bits();
        let each = segments.iter().zip(records).zip(quads.as_flattened_mut());
        for (((segment, record), end), number) in each.zip(0..) {
            let Segment { length, kind, .. } = *segment;
            let now = end.to_bits();
            let moved = now != before;
            // A bound that was lowered beneath an open segment can leave one that no curve can be.
            let holds_on = drifts | !moved | (length > u32::from(u16::MAX));
            let holds =
                (kind == SegmentKind::Flat) | ((kind == SegmentKind::FlatCutAtMax) & holds_on);
            before = select_unpredictable(holds, before, now);
            *end = f64::from_bits(before);
            // Anything that moves fits into `u16`.
            let curve = Record::curve(LINE, length as u16, sample::level(f64::from_bits(now)));
            *record = select_unpredictable(holds, Record::hold(length), curve);
            batch.add(number, length, moved & !holds);
        }
        sample::levels_to_samples(simd, quads);
        self.level = sample::level(f64::from_bits(before));
        self.start = level_to_sample(self.level);
    }
}
