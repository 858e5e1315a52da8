//! V0.1's detector: runs of samples that all rise, all fall, or all hardly move.

use fearless_simd::Simd;

use super::directions::{Directions, MASK_SAMPLES};
use super::{Direction, Segment, SegmentKind, Segmenter, SegmenterParams, State};

impl Segmenter {
    /// Appends the segments that end in a block of samples.
    #[inline(always)]
    pub(super) fn process_slope(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        let State::Slope { mut previous, mut direction } = self.state else { return };
        let max = u64::from(params.max_length.curve.min(params.max_length.hold));
        for block in samples.chunks(MASK_SAMPLES) {
            let directions = Directions::of(simd, block, previous, params.threshold);
            let changes =
                directions.changes(direction) & (u64::MAX >> (MASK_SAMPLES - block.len()));
            let block_end = self.next + block.len() as u64;
            let last = directions.at(block.len() as u32 - 1);
            // In all but a few blocks no open segment can reach the maximum.
            if block_end - self.start < max && self.next >= self.earliest_end {
                let zoom = params.zoom;
                if zoom == 1 {
                    self.cut_at_changes::<false>(changes, directions, direction, zoom, segments);
                } else {
                    self.cut_at_changes::<true>(changes, directions, direction, zoom, segments);
                }
            } else {
                self.cut_changes_and_max(changes, directions, direction, params, segments);
                self.cut_run_at_max(block_end, last, params, segments);
            }
            direction = last;
            self.next = block_end;
            previous = block.last().copied().unwrap_or(previous);
        }
        self.state = State::Slope { previous, direction };
    }

    /// Cuts where the direction changes, in a block in which no open segment can reach the maximum. Unless
    /// `ZOOMED`, every turn ends a segment; to count them would take a third more instructions.
    #[inline(always)]
    fn cut_at_changes<const ZOOMED: bool>(
        &mut self,
        mut changes: u64,
        directions: Directions,
        direction: Direction,
        zoom: u32,
        segments: &mut Vec<Segment>,
    ) {
        let (mut start, mut kind, mut turns) = (self.start, direction.kind(), self.turns);
        while changes != 0 {
            let at = changes.trailing_zeros();
            changes &= changes - 1;
            let end = self.next + u64::from(at);
            let mut ends = start < end;
            if ZOOMED && ends {
                let is_turn = kind == SegmentKind::Moving && directions.kind(at) == kind;
                turns += u32::from(is_turn);
                ends = !is_turn || turns >= zoom;
            }
            if ends {
                segments.push(Segment { start, length: (end - start) as u32, kind });
                (start, turns) = (end, 0);
            }
            kind = directions.kind(at);
        }
        self.start = start;
        if ZOOMED {
            self.turns = turns;
        }
    }

    /// Cuts where the direction changes, unless it is a turn that *Zoom* leaves out, and wherever the open
    /// segment reaches the maximum.
    fn cut_changes_and_max(
        &mut self,
        mut changes: u64,
        directions: Directions,
        mut direction: Direction,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        while changes != 0 {
            let at = changes.trailing_zeros();
            changes &= changes - 1;
            let end = self.next + u64::from(at);
            self.cut_run_at_max(end, direction, params, segments);
            let next = directions.at(at);
            let is_turn = direction != Direction::Flat && next != Direction::Flat;
            if self.start < end && self.ends_at(end, is_turn, params) {
                segments.push(self.cut(end, direction.kind()));
            }
            direction = next;
        }
    }

    /// Cuts the open run, which goes on at least to the sample before `end`, wherever it reaches the
    /// maximum.
    fn cut_run_at_max(
        &mut self,
        end: u64,
        direction: Direction,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        let (max, kind) = match direction {
            Direction::Flat => (params.max_length.hold, SegmentKind::FlatCut),
            Direction::Up | Direction::Down => (params.max_length.curve, SegmentKind::Moving),
        };
        loop {
            // A maximum lowered below the length of the open run takes effect at the next sample.
            let at = (self.start + u64::from(max)).max(self.next + 1);
            if at > end {
                break;
            }
            segments.push(self.cut(at, kind));
        }
    }
}
