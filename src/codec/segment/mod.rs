//! Cuts a wave into segments: from a peak to a trough or back, with flat stretches between.
//!
//! [`Segmenter`] keeps a detector's state from block to block. The detectors themselves are `slope` and
//! `peak`, which find changes of direction 64 samples at a time, with the bit masks of `directions`, and
//! `best`, which searches for the cheapest `cuts`.

mod best;
mod cuts;
mod directions;
mod envelope;
mod follower;
mod params;
mod peak;
mod slope;

use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};

use super::codebook::Codebook;
use super::settings::Detector;
pub use super::wave_segment::{Segment, SegmentKind};
use cuts::Cuts;
use envelope::Envelope;
pub use follower::{LevelFollower, follow_factor};
pub use params::SegmenterParams;

/// A detector's state between two samples.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Slope {
        previous: f64,
        direction: Direction,
    },
    PeakFlat {
        reference: f64,
    },
    PeakMoving {
        rising: bool,
        extreme: f64,
        position: u64,
    },
    /// The last sample, and every how many are looked at.
    Best {
        previous: f64,
        stride: u64,
    },
}

/// All that the cuts to come depend on besides the samples to come, with a fixed threshold and without
/// *Best*.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snapshot {
    state: State,
    start: u64,
    next: u64,
    restarted: bool,
    turns: u32,
    returning: bool,
    earliest_end: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
    Flat,
}

/// Finds the segments of one wave, a block at a time. How the wave is split into blocks makes no
/// difference.
///
/// No segment is longer than the maximum, unless the maximum was lowered while the segment was open:
/// then it ends at the next sample.
#[derive(Debug, Clone)]
pub struct Segmenter {
    state: State,
    /// Position of the first sample of the open segment.
    start: u64,
    /// Position of the next sample.
    next: u64,
    /// No moving segment has ended since a [`Self::restart`].
    restarted: bool,
    /// Turns in the open segment that did not end it.
    turns: u32,
    /// The open segment leads back to the wave.
    returning: bool,
    /// No segment ends before this position, unless it is as long as the maximum.
    earliest_end: u64,
    envelope: Envelope,
    codebook: Arc<Codebook>,
    /// What *Best* searches with; allocated when it is first needed.
    cuts: Option<Box<Cuts>>,
}

impl Segmenter {
    /// A segmenter at the start of a stream. The search asks how closely a codebook's curves fit.
    pub fn new(detector: Detector, codebook: &Arc<Codebook>) -> Self {
        let mut segmenter = Self {
            state: State::at_rest(Detector::Slope, 0.0),
            start: 0,
            next: 0,
            restarted: false,
            turns: 0,
            returning: false,
            earliest_end: 0,
            envelope: Envelope::new(),
            codebook: codebook.clone(),
            cuts: None,
        };
        segmenter.rest(detector, 0.0);
        segmenter
    }

    /// Allocates all memory that any detector may need.
    pub fn preallocate(&mut self) {
        self.cuts.get_or_insert_with(|| Box::new(Cuts::new()));
    }

    /// Lets *Best* search with the curves of another codebook, where nothing is open.
    pub fn set_codebook(&mut self, codebook: &Arc<Codebook>) {
        self.codebook = codebook.clone();
    }

    /// Starts a new stream.
    pub fn reset(&mut self, detector: Detector) {
        (self.start, self.next, self.earliest_end) = (0, 0, 0);
        (self.restarted, self.returning, self.turns) = (false, false, 0);
        self.envelope = Envelope::new();
        self.rest(detector, 0.0);
    }

    /// Goes on as another segmenter would, up to a [`Self::restart`].
    pub fn align(&mut self, other: &Self) {
        (self.state, self.start, self.next) = (other.state, other.start, other.next);
        (self.restarted, self.turns) = (other.restarted, other.turns);
        (self.returning, self.earliest_end) = (other.returning, other.earliest_end);
        self.envelope = other.envelope.clone();
    }

    /// Lets a detector begin, as if the wave had been constant at `previous`.
    fn rest(&mut self, detector: Detector, previous: f64) {
        self.state = State::at_rest(detector, previous);
        if detector == Detector::Best {
            self.preallocate();
        }
        if let Some(cuts) = &mut self.cuts {
            cuts.restart(previous);
        }
    }

    /// Position of the next sample, counted from the start of the stream.
    pub fn position(&self) -> u64 {
        self.next
    }

    /// The state between two blocks.
    pub fn snapshot(&self) -> Snapshot {
        let Self { state, start, next, restarted, turns, returning, earliest_end, .. } = *self;
        Snapshot { state, start, next, restarted, turns, returning, earliest_end }
    }

    /// How many samples the open segment has so far.
    #[inline]
    pub fn open(&self) -> u64 {
        self.next - self.start
    }

    /// Lets another detector go on, or the same with other input, as if the wave had been constant at
    /// `previous`. What is open becomes part of the first segment.
    pub fn restart(&mut self, detector: Detector, previous: f64) {
        self.rest(detector, previous);
        self.restarted = true;
        self.envelope = Envelope::new();
    }

    /// Lets the threshold follow the level from here on, starting where it is.
    pub fn restart_envelope(&mut self) {
        self.envelope = Envelope::at_reference();
    }

    /// Counts turns anew, for another zoom.
    pub fn restart_zoom(&mut self) {
        self.turns = 0;
    }

    /// Passes over samples up to position `next`, which are not to be segmented. What is open begins at
    /// `start`.
    pub fn skip_to(&mut self, start: u64, next: u64) {
        debug_assert!(start <= next);
        (self.start, self.next) = (start, next);
        self.turns = 0;
    }

    /// Makes what is open a way back to the wave: it does not end in the next `samples` samples, unless it
    /// is as long as the maximum.
    pub fn return_to_wave(&mut self, samples: u64) {
        self.earliest_end = self.next + samples + 1;
        self.returning = true;
    }

    /// Reads a block and appends the segments whose end it reveals to `segments`, in order. They are
    /// at most one more than the block has samples.
    pub fn process(
        &mut self,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        dispatch!(Level::new(), simd => self.process_with(simd, samples, params, segments));
    }

    /// [`Self::process`] with a given instruction set, which does not change the result.
    #[inline(always)]
    pub(super) fn process_with(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        let before = segments.len();
        if params.follow.amount == 0.0 {
            self.detect(simd, samples, params, segments);
        } else {
            self.process_following(simd, samples, params, segments);
        }
        if self.restarted | self.returning {
            self.mark_restart(&mut segments[before..]);
        }
    }

    /// Marks the segments that follow on a restart.
    #[cold]
    #[inline(never)]
    fn mark_restart(&mut self, segments: &mut [Segment]) {
        if self.restarted {
            self.draw_flats(segments);
        }
        if self.returning
            && let Some(first) = segments.first_mut()
        {
            first.kind = SegmentKind::Return;
            self.returning = false;
        }
    }

    #[inline(always)]
    fn detect(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        match self.state {
            State::Slope { .. } => self.process_slope(simd, samples, params, segments),
            State::PeakFlat { .. } | State::PeakMoving { .. } => {
                self.process_peak(simd, samples, params, segments);
            }
            State::Best { .. } => self.process_best(simd, samples, params, segments),
        }
    }

    /// Reads samples cell by cell, each with the threshold that follows from those before it.
    ///
    /// Kept out of line: inlined, it takes registers from the path of a fixed threshold, which then needs 2 %
    /// more instructions (peak detector, music).
    #[inline(never)]
    fn process_following(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        simd.vectorize(
            #[inline(always)]
            || self.process_cells(simd, samples, params, segments),
        );
    }

    #[inline(always)]
    fn process_cells(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        let SegmenterParams { threshold, ref follow, .. } = *params;
        let mut params = *params;
        let mut rest = samples;
        while !rest.is_empty() {
            // The cell's length is a power of two.
            let room = (follow.cell - (self.next & (follow.cell - 1))) as usize;
            let (piece, later) = rest.split_at(rest.len().min(room));
            params.threshold = threshold * self.envelope.factor(follow);
            match self.state {
                State::Slope { previous, .. } => {
                    self.envelope.add_changes(simd, piece, previous, follow);
                }
                State::PeakFlat { .. } | State::PeakMoving { .. } | State::Best { .. } => {
                    self.envelope.add(simd, piece);
                }
            }
            self.detect(simd, piece, &params, segments);
            if piece.len() == room {
                self.envelope.end_cell(follow);
            }
            rest = later;
        }
    }

    /// Whether a segment that would end before position `end` does. Counts the turn, if it is one.
    fn ends_at(&mut self, end: u64, is_turn: bool, params: &SegmenterParams) -> bool {
        if end < self.earliest_end {
            return false;
        }
        self.turns += u32::from(is_turn);
        !is_turn || self.turns >= params.zoom
    }

    /// Lets flat segments end on their last sample, up to the first moving one after a restart. Levels
    /// that are right for one detector or stereo mode may be far off for another.
    #[cold]
    fn draw_flats(&mut self, segments: &mut [Segment]) {
        for segment in segments {
            match segment.kind {
                SegmentKind::Flat | SegmentKind::FlatCut => segment.kind = SegmentKind::Drawn,
                SegmentKind::Drawn | SegmentKind::Return => {}
                SegmentKind::Moving => {
                    self.restarted = false;
                    break;
                }
            }
        }
    }

    /// Ends the stream. Each call returns one of the segments that are still open: with the peak
    /// detector there can be two, up to the extreme and from it, and with *Best* many.
    pub fn finish(&mut self) -> Option<Segment> {
        if let Some(segment) = self.close_first(0) {
            return Some(segment);
        }
        if let State::PeakMoving { extreme, position, .. } = self.state
            && self.start <= position
        {
            self.state = State::PeakFlat { reference: extreme };
            return Some(self.cut_last(position + 1, SegmentKind::Moving));
        }
        let kind = self.open_kind();
        (self.start < self.next).then(|| self.cut_last(self.next, kind))
    }

    /// Makes all that *Best* has cut so far final, one segment with each call. The last of them stays open,
    /// for what goes on in its place.
    pub fn settle(&mut self) -> Option<Segment> {
        self.close_first(1)
    }

    /// Ends what is open, as one segment, where the stream changes its meaning; with *Best* after those
    /// that it has cut, one with each call.
    pub fn interrupt(&mut self) -> Option<Segment> {
        if let Some(segment) = self.close_first(0) {
            return Some(segment);
        }
        if let (State::Best { previous, .. }, Some(cuts)) = (self.state, &mut self.cuts) {
            cuts.restart(previous);
        }
        (self.start < self.next).then(|| self.cut_last(self.next, SegmentKind::Drawn))
    }

    /// [`Self::cut`] for a segment that no detector ends.
    fn cut_last(&mut self, end: u64, kind: SegmentKind) -> Segment {
        let returning = std::mem::take(&mut self.returning);
        self.cut(end, if returning { SegmentKind::Return } else { kind })
    }

    fn open_kind(&self) -> SegmentKind {
        match self.state {
            State::Slope { direction, .. } => direction.kind(),
            State::PeakFlat { .. } => SegmentKind::Flat,
            State::PeakMoving { .. } | State::Best { .. } => SegmentKind::Moving,
        }
    }

    /// Closes the open segment; the next one starts at `end`.
    fn cut(&mut self, end: u64, kind: SegmentKind) -> Segment {
        self.turns = 0;
        let start = std::mem::replace(&mut self.start, end);
        // The maximum length is a `u32`.
        Segment { start, length: (end - start) as u32, kind }
    }
}

impl State {
    fn at_rest(detector: Detector, previous: f64) -> Self {
        match detector {
            Detector::Slope => Self::Slope { previous, direction: Direction::Flat },
            Detector::Peak => Self::PeakFlat { reference: previous },
            Detector::Best => Self::Best { previous, stride: 1 },
        }
    }
}

impl Direction {
    fn kind(self) -> SegmentKind {
        match self {
            Self::Flat => SegmentKind::Flat,
            Self::Up | Self::Down => SegmentKind::Moving,
        }
    }
}
