//! One stream of the encoder: its recent samples, and the records its segments become.

use std::hint::select_unpredictable;
use std::ops::Range;

use fearless_simd::Simd;

use super::curves::LINE;
use super::history::History;
use super::levels::LevelGrid;
use super::looper::{LoopReader, RoundStart};
use super::matching::batch::{Batch, BatchInput};
use super::matching::{MAX_POINTS, Matcher};
use super::record::Record;
use super::record_effects::RecordEffects;
use super::sample::{self, level_to_sample, quantise};
use super::sample_ring::{READ_AHEAD, SampleRing};
use super::settings::{Flats, Settings};
use super::wave_segment::{Segment, SegmentKind};

/// Records of a loop that are handed on at a time.
const LOOP_BATCH: usize = 64;

/// The encoder's state of one stream.
#[derive(Debug)]
pub struct StreamEncoder {
    /// What the stream was given.
    pub ring: SampleRing,
    /// The level the last record ended on, and its sample value.
    level: i16,
    level_sample: f64,
    /// Whether that is the level of the sample it ended at.
    is_on_wave: bool,
    /// Whether the last level may lie on another grid than *Levels* has now: no curve has ended since.
    is_grid_new: bool,
    /// What loops go round in, and whether it is recorded.
    pub history: History,
    is_recorded: bool,
    /// Where the loop is, if there is one.
    loop_reader: Option<LoopReader>,
    effects: RecordEffects,
}

/// All that the records to come depend on besides their segments, without *Loss* and loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    level: i16,
    is_on_wave: bool,
    is_grid_new: bool,
    is_loss_over: bool,
}

/// What records depend on besides the wave.
#[derive(Debug, Clone, Copy)]
pub struct Coding<'a> {
    /// The settings in force.
    pub settings: &'a Settings,
    /// Finds the closest curve.
    pub matcher: &'a Matcher,
    /// The levels that records may end on.
    pub grid: &'a LevelGrid,
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
    /// `block` samples at a time, and looped over up to `max_loop` samples.
    pub fn new(max_segment: usize, block: usize, max_loop: u32) -> Self {
        Self {
            ring: SampleRing::new(max_segment, block.max(MAX_POINTS + READ_AHEAD)),
            level: 0,
            level_sample: 0.0,
            is_on_wave: true,
            is_grid_new: false,
            history: History::new(max_loop),
            is_recorded: true,
            loop_reader: None,
            effects: RecordEffects::new(),
        }
    }

    /// Allocates all memory it may ever need.
    pub fn preallocate(&mut self) {
        self.ring.grow_to_max(0);
        self.history.preallocate();
    }

    /// Starts a new stream on level 0.
    pub fn reset(&mut self) {
        self.set_level(0);
        self.is_on_wave = true;
        self.is_grid_new = false;
        self.history.clear(0);
        self.loop_reader = None;
        self.effects = RecordEffects::new();
    }

    /// Records nothing for loops to go round in, from here on.
    pub fn stop_recording(&mut self) {
        self.is_recorded = false;
    }

    /// Forgets what loops could go round in.
    pub fn clear_history(&mut self) {
        self.history.clear(self.level);
    }

    /// Goes on as another stream would that is neither looped nor loses anything, with a range of its samples.
    pub fn take_over(&mut self, other: &Self, samples: Range<u64>) {
        self.ring.copy_from(&other.ring, samples);
        (self.level, self.level_sample) = (other.level, other.level_sample);
        (self.is_on_wave, self.is_grid_new) = (other.is_on_wave, other.is_grid_new);
        self.clear_history();
    }

    /// The state between two blocks.
    pub fn snapshot(&self) -> Snapshot {
        let Self { level, is_on_wave, is_grid_new, ref effects, .. } = *self;
        Snapshot { level, is_on_wave, is_grid_new, is_loss_over: effects.is_idle() }
    }

    /// Takes note that *Levels* has changed.
    pub fn change_grid(&mut self) {
        self.is_grid_new = true;
    }

    fn set_level(&mut self, level: i16) {
        (self.level, self.level_sample) = (level, level_to_sample(level));
    }

    /// Makes records of consecutive segments, no more than the working memory was made for, and hands
    /// them on.
    #[inline(always)]
    pub fn encode(
        &mut self,
        simd: impl Simd,
        segments: &[Segment],
        coding: Coding<'_>,
        scratch: &mut SegmentScratch,
        emit: impl FnMut(&[Record]),
    ) {
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return };
        let level = self.level;
        let records = self.code(simd, segments, coding, scratch);
        if self.is_recorded {
            self.history.push(records, last.end() - first.start, self.level);
        }
        self.send(records, level, first.start, coding.settings, emit);
    }

    /// Hands on consecutive records, of which the first was meant to start on `level`, at a position of
    /// the stream.
    #[inline(always)]
    fn send(
        &mut self,
        records: &[Record],
        level: i16,
        position: u64,
        settings: &Settings,
        mut emit: impl FnMut(&[Record]),
    ) {
        if self.effects.is_neutral(settings) {
            emit(records);
        } else {
            self.effects.process(records, level, position, settings, emit);
        }
    }

    /// Begins a loop at a position, where the last record has ended.
    pub fn begin_loop(&mut self, position: u64) {
        self.loop_reader = Some(LoopReader::new(position, &self.history));
    }

    /// Hands on the records of a loop that end at or before position `end`. Returns where the one in
    /// progress begins.
    #[inline(never)]
    pub fn play_loop(
        &mut self,
        end: u64,
        start: RoundStart,
        settings: &Settings,
        mut emit: impl FnMut(&[Record]),
    ) -> u64 {
        let Some(mut reader) = self.loop_reader else { return end };
        loop {
            let (position, level) = (reader.position(), reader.level());
            let (mut records, mut count) = ([Record::hold(1); LOOP_BATCH], 0);
            while count < LOOP_BATCH
                && let Some(record) = reader.read(end, &self.history, start, settings)
            {
                records[count] = record;
                count += 1;
            }
            if count == 0 {
                break;
            }
            self.send(&records[..count], level, position, settings, &mut emit);
        }
        self.set_level(reader.level());
        self.loop_reader = Some(reader);
        reader.position()
    }

    /// Ends a loop at position `end` for good: hands on what there is of the record in progress.
    pub fn finish_loop(&mut self, end: u64, settings: &Settings, emit: impl FnMut(&[Record])) {
        self.end_loop_record(end, settings, emit);
        self.loop_reader = None;
    }

    /// Hands on the record of a loop that is in progress, shortened to end at position `end`.
    pub fn end_loop_record(&mut self, end: u64, settings: &Settings, emit: impl FnMut(&[Record])) {
        let Some(mut reader) = self.loop_reader else { return };
        let (position, level) = (reader.position(), reader.level());
        if let Some(record) = reader.finish(end) {
            self.send(&[record], level, position, settings, emit);
            self.set_level(reader.level());
            self.loop_reader = Some(reader);
        }
    }

    /// Where the record of a loop that is in progress begins, if there is a loop.
    pub fn loop_position(&self) -> Option<u64> {
        self.loop_reader.map(|reader| reader.position())
    }

    /// Releases a loop before position `end`. Returns where the wave takes over: the start of the record
    /// in progress.
    pub fn release_loop(&mut self, end: u64) -> u64 {
        let Some(reader) = self.loop_reader.take() else { return end };
        let start = reader.position();
        // A record in progress is no longer than a record can be.
        self.history.skip((end - start) as u32);
        start
    }

    /// The records for consecutive segments.
    #[inline(always)]
    fn code<'a>(
        &mut self,
        simd: impl Simd,
        segments: &[Segment],
        coding: Coding<'_>,
        scratch: &'a mut SegmentScratch,
    ) -> &'a [Record] {
        let Coding { settings, matcher, grid } = coding;
        let records = &mut scratch.records[..segments.len()];
        let levels = &mut *scratch.levels;
        let batch = &mut scratch.batch;
        let (was_on_wave, level) = (self.is_on_wave, self.level);
        // Compiled apart from the detector. Together they lack registers, which costs 3 % more
        // instructions for music.
        simd.vectorize(
            #[inline(always)]
            || {
                batch.begin(settings.points);
                self.prepare(simd, segments, coding, records, levels, batch);
                let curves = settings.curves;
                let input = BatchInput { ring: &self.ring, segments, levels, curves, matcher };
                batch.search(simd, input, records);
            },
        );
        if !grid.is_off() {
            draw_lines(segments, records);
        } else if segments[0].kind == SegmentKind::Return
            || (!was_on_wave && settings.flats == Flats::Draw)
        {
            // Whatever leads back to the wave is the first segment: it ends there.
            draw_lines(&segments[..1], records);
        }
        if self.is_grid_new {
            self.leave_old_grid(segments, records, level, grid);
        }
        records
    }

    /// Makes a line of the first curve after a change of *Levels* if it starts on a `level` of the old grid that
    /// is off the wave on the new one. A curve that overshoots would jump to the wave: with a codebook that has
    /// one, in a chord by 4.6 dB more than before and after the change.
    #[cold]
    #[inline(never)]
    fn leave_old_grid(
        &mut self,
        segments: &[Segment],
        records: &mut [Record],
        level: i16,
        grid: &LevelGrid,
    ) {
        let mut each = segments.iter().zip(records);
        let Some((segment, curve)) = each.find(|(_, record)| !record.is_hold()) else { return };
        let before = segment.start.checked_sub(1).map_or(0.0, |before| self.ring.sample(before));
        if level != grid.nearest(quantise(before)) {
            curve.set_curve(LINE);
        }
        self.is_grid_new = false;
    }

    /// Everything but the choice of curves: fills `levels`, and `records` with the holds and with
    /// lines in place of the curves, which are added to `batch`.
    #[inline(always)]
    fn prepare(
        &mut self,
        simd: impl Simd,
        segments: &[Segment],
        Coding { settings, grid, .. }: Coding<'_>,
        records: &mut [Record],
        levels: &mut [f64],
        batch: &mut Batch,
    ) {
        // Kinds below this one are holds wherever they end. With a maximum this long, as in V0.1, a level that
        // has drifted stays a hold.
        let drawn_from = match settings.flats {
            Flats::Draw => SegmentKind::Flat,
            Flats::Hold if settings.max_length.hold > u32::from(u16::MAX) => SegmentKind::Drawn,
            Flats::Hold => SegmentKind::FlatCut,
        };
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
        if !grid.is_off() {
            grid.move_biased(simd, quads);
        }
        let mut start_bits = sample::to_biased(self.level).to_bits();
        let mut is_off_wave = false;
        let each = segments.iter().zip(records).zip(quads.as_flattened_mut());
        // Music mixes curves and holds unpredictably, so both records are made and one is selected.
        for (((segment, record), end), number) in each.zip(0..) {
            let Segment { length, kind, .. } = *segment;
            let end_bits = end.to_bits();
            let moved = end_bits != start_bits;
            // A maximum lowered during a segment can leave it longer than a curve can be.
            let keeps_level = !moved | (length > u32::from(u16::MAX));
            let is_hold = (kind < drawn_from) | ((kind != SegmentKind::Moving) & keeps_level);
            // A hold that is too long to be drawn does not count, since what follows it may be in this batch or
            // in the next.
            is_off_wave = is_hold & moved & (length <= u32::from(u16::MAX));
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
        self.is_on_wave = grid.is_off() & !is_off_wave;
        self.level = sample::level_of_biased(f64::from_bits(start_bits));
        self.level_sample = level_to_sample(self.level);
    }
}

/// Makes lines of the curves that are drawn in flat stretches or lead back to the wave. To or from a grid, and
/// from a loop, they may have further to go than the wave is high there, where any other curve would jump: by
/// 7 dB more, when *Levels* changes.
#[cold]
#[inline(never)]
fn draw_lines(segments: &[Segment], records: &mut [Record]) {
    for (segment, record) in segments.iter().zip(records) {
        if segment.kind != SegmentKind::Moving && !record.is_hold() {
            record.set_curve(LINE);
        }
    }
}
