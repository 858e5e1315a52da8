//! One stream of the encoder: its recent samples, and the records its segments become.

use std::hint::select_unpredictable;

use fearless_simd::Simd;

use super::curves::LINE;
use super::matching::batch::{Batch, BatchInput};
use super::matching::{MAX_POINTS, Matcher};
use super::record::Record;
use super::sample::{self, level_to_sample};
use super::sample_ring::{READ_AHEAD, SampleRing};
use super::segment::{Segment, SegmentKind};
use super::settings::Settings;

/// The encoder's state of one stream.
#[derive(Debug)]
pub struct StreamEncoder {
    /// What the stream was given.
    pub ring: SampleRing,
    /// The level the last record ended on, and its sample value.
    level: i16,
    level_sample: f64,
}

/// Working memory for the segments that end in a block.
#[derive(Debug)]
pub struct SegmentScratch {
    records: Vec<Record>,
    /// The sample value each segment starts on, then the one the last segment ends on.
    levels: Vec<f64>,
    batch: Batch,
}

impl SegmentScratch {
    /// Memory for up to `segments` segments at a time.
    pub fn new(segments: usize) -> Self {
        Self {
            records: vec![Record::hold(1); segments],
            levels: vec![0.0; 1 + segments.next_multiple_of(sample::LANES)],
            batch: Batch::new(segments),
        }
    }
}

impl StreamEncoder {
    /// A stream whose open segment is never longer than `max_segment` samples, fed with up to
    /// `block` samples at a time.
    pub fn new(max_segment: usize, block: usize) -> Self {
        Self {
            ring: SampleRing::new(max_segment, block.max(MAX_POINTS + READ_AHEAD)),
            level: 0,
            level_sample: 0.0,
        }
    }

    /// Starts a new stream on level 0.
    pub fn reset(&mut self) {
        (self.level, self.level_sample) = (0, 0.0);
    }

    /// The records for consecutive segments, no more than the working memory was made for.
    #[inline(always)]
    pub fn encode<'a>(
        &mut self,
        simd: impl Simd,
        segments: &[Segment],
        settings: &Settings,
        matcher: &Matcher,
        scratch: &'a mut SegmentScratch,
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
        let input = BatchInput { ring: &self.ring, segments, levels, curves, matcher };
        batch.search(simd, input, records);
        records
    }

    /// Everything but the choice of curves: fills `levels`, and `records` with the holds and with
    /// lines in place of the curves, which are added to `batch`.
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
        // With a maximum this long, as in V0.1, a level that has drifted stays a hold.
        let unbounded = settings.max_length.hold > u32::from(u16::MAX);
        let Some((start, ends)) = levels.split_first_mut() else {
            return debug_assert!(false, "no room for levels");
        };
        *start = self.level_sample;
        for (end, segment) in ends.iter_mut().zip(segments) {
            *end = self.ring.sample(segment.end() - 1);
        }
        let padded = segments.len().next_multiple_of(sample::LANES);
        let quads = ends[..padded].as_chunks_mut().0;
        sample::quantise_biased(simd, quads);
        let mut start_bits = sample::to_biased(self.level).to_bits();
        let each = segments.iter().zip(records).zip(quads.as_flattened_mut());
        // Music mixes curves and holds unpredictably, so both records are made and one is selected.
        for (((segment, record), end), number) in each.zip(0..) {
            let Segment { length, kind, .. } = *segment;
            let end_bits = end.to_bits();
            let moved = end_bits != start_bits;
            // A maximum lowered during a segment can leave it longer than a curve can be.
            let keeps_level = unbounded | !moved | (length > u32::from(u16::MAX));
            let is_hold =
                (kind == SegmentKind::Flat) | ((kind == SegmentKind::FlatCut) & keeps_level);
            start_bits = select_unpredictable(is_hold, start_bits, end_bits);
            *end = f64::from_bits(start_bits);
            // No moving segment is longer than a `u16` can hold.
            let curve = Record::curve(
                LINE,
                length as u16,
                sample::level_of_biased(f64::from_bits(end_bits)),
            );
            *record = select_unpredictable(is_hold, Record::hold(length), curve);
            batch.add(number, length, moved & !is_hold);
        }
        sample::biased_to_samples(simd, quads);
        self.level = sample::level_of_biased(f64::from_bits(start_bits));
        self.level_sample = level_to_sample(self.level);
    }
}
