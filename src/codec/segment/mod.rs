//! Cuts a wave into segments: from a peak to a trough or back, with flat stretches between.

mod directions;
mod peak;
mod slope;

use fearless_simd::{Level, Simd, dispatch};

use super::settings::{Detector, MaxLength, Threshold};

/// A stretch of the wave that becomes one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Position of its first sample, counted from the start of the stream.
    pub start: u64,
    /// Its length in samples, at least 1.
    pub length: u32,
    /// What the wave does in it.
    pub kind: SegmentKind,
}

/// What the wave does in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// It moves: a curve.
    Moving,
    /// It hardly moves: a hold.
    Flat,
    /// It hardly moves and was cut at the bound: a hold, unless the bound is short and the level
    /// has drifted by then.
    FlatCutAtMax,
}

/// The params in force for a block of samples.
#[derive(Debug, Clone, Copy)]
pub struct SegmenterParams {
    threshold: f64,
    max_length: MaxLength,
    /// After how many samples without a new extreme the peak detector calls the wave flat.
    release: u64,
}

impl SegmenterParams {
    /// The params that a detector, a threshold and a bound mean at a sample rate in Hz.
    #[must_use]
    pub fn new(
        detector: Detector,
        threshold: Threshold,
        max_length: MaxLength,
        sample_rate: f64,
    ) -> Self {
        let amplitude = threshold.amplitude();
        Self {
            threshold: match detector {
                // A change per sample at 44.1 kHz, so that the sound does not depend on the rate.
                Detector::Slope => amplitude * (44_100.0 / sample_rate),
                Detector::Peak => amplitude,
            },
            max_length,
            // 5 ms. A sample that moves the extreme is no release at any rate.
            release: ((sample_rate / 200.0).floor() as u64).max(1),
        }
    }
}

/// Where a detector stands between two samples.
#[derive(Debug, Clone, Copy)]
enum State {
    Slope { previous: f64, direction: Direction },
    PeakFlat { reference: f64 },
    PeakMoving { rising: bool, extreme: f64, position: u64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
    Flat,
}

/// Finds the segments of one wave, a block at a time; the split into blocks makes no difference.
///
/// No segment is longer than the bound, unless the bound was lowered while it was open: then it ends
/// at the next sample.
#[derive(Debug, Clone)]
pub struct Segmenter {
    state: State,
    /// Position of the first sample of the open segment.
    start: u64,
    /// Position of the next sample.
    next: u64,
}

impl Segmenter {
    /// A segmenter at the start of a stream.
    #[must_use]
    pub fn new(detector: Detector) -> Self {
        Self { state: State::at_rest(detector, 0.0), start: 0, next: 0 }
    }

    /// Position of the next sample, counted from the start of the stream.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.next
    }

    /// How many samples the open segment has so far.
    #[inline]
    #[must_use]
    pub fn open(&self) -> u64 {
        self.next - self.start
    }

    /// Goes on with another detector, or with another wave, as if the wave had rested on `previous`
    /// so far. Every segment must have been closed with [`Self::finish`].
    pub fn restart(&mut self, detector: Detector, previous: f64) {
        debug_assert_eq!(self.start, self.next);
        self.state = State::at_rest(detector, previous);
    }

    /// Reads a block and appends every segment that is now known to have ended to `segments`, in
    /// order: at most one for each sample, and one more.
    pub fn process(
        &mut self,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        dispatch!(Level::new(), simd => self.process_with(simd, samples, params, segments));
    }

    /// [`Self::process`] with chosen instructions, which make no difference to the result.
    #[inline(always)]
    pub(super) fn process_with(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        match self.state {
            State::Slope { .. } => self.slope(simd, samples, params, segments),
            State::PeakFlat { .. } | State::PeakMoving { .. } => {
                self.peak(simd, samples, params, segments);
            }
        }
    }

    /// Ends the stream, or the part of it before a [`Self::restart`]: returns what is still open,
    /// one segment a call.
    pub fn finish(&mut self) -> Option<Segment> {
        if let State::PeakMoving { extreme, position, .. } = self.state
            && self.start <= position
        {
            self.state = State::PeakFlat { reference: extreme };
            return Some(self.cut(position + 1, SegmentKind::Moving));
        }
        let kind = self.open_kind();
        (self.start < self.next).then(|| self.cut(self.next, kind))
    }

    fn open_kind(&self) -> SegmentKind {
        match self.state {
            State::Slope { direction, .. } => direction.kind(),
            State::PeakFlat { .. } => SegmentKind::Flat,
            State::PeakMoving { .. } => SegmentKind::Moving,
        }
    }

    /// Closes the open segment before the sample at `end`, where the next one begins.
    fn cut(&mut self, end: u64, kind: SegmentKind) -> Segment {
        let start = std::mem::replace(&mut self.start, end);
        // No segment outgrows `MaxLength`, whose bounds are `u32`.
        Segment { start, length: (end - start) as u32, kind }
    }
}

impl State {
    fn at_rest(detector: Detector, previous: f64) -> Self {
        match detector {
            Detector::Slope => Self::Slope { previous, direction: Direction::Flat },
            Detector::Peak => Self::PeakFlat { reference: previous },
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
