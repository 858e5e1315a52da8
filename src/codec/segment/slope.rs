//! V0.1's detector: runs of samples that all rise, all fall, or all hardly move.

use fearless_simd::Simd;

use super::directions::{BLOCK, Directions};
use super::{Direction, Rules, Segment, SegmentKind, Segmenter, State};

impl Segmenter {
    #[inline(always)]
    pub(super) fn slope(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        rules: &Rules,
        segments: &mut Vec<Segment>,
    ) {
        let State::Slope { mut previous, mut direction } = self.state else { return };
        let bound = u64::from(rules.longest.curve.min(rules.longest.hold));
        for block in samples.chunks(BLOCK) {
            let directions = Directions::of(simd, block, previous, rules.threshold);
            let mut changes = directions.changes(direction) & (u64::MAX >> (BLOCK - block.len()));
            let block_end = self.next + block.len() as u64;
            // Most blocks are too short for any run to reach a bound.
            let bounded = block_end - self.start >= bound;
            while changes != 0 {
                let at = changes.trailing_zeros();
                changes &= changes - 1;
                let end = self.next + u64::from(at);
                if bounded {
                    self.cut_at_bound(end, direction, rules, segments);
                }
                if self.start < end {
                    segments.push(self.cut(end, direction.kind()));
                }
                direction = directions.at(at);
            }
            if bounded {
                self.cut_at_bound(block_end, direction, rules, segments);
            }
            self.next = block_end;
            previous = block.last().copied().unwrap_or(previous);
        }
        self.state = State::Slope { previous, direction };
    }

    /// Cuts the run, which reaches at least up to the sample before `end`, wherever it is as long
    /// as the bound.
    fn cut_at_bound(
        &mut self,
        end: u64,
        direction: Direction,
        rules: &Rules,
        segments: &mut Vec<Segment>,
    ) {
        let (bound, kind) = match direction {
            Direction::Flat => (rules.longest.hold, SegmentKind::FlatAtBound),
            Direction::Up | Direction::Down => (rules.longest.curve, SegmentKind::Moving),
        };
        loop {
            // A bound that was lowered beneath what is open takes effect at the next sample.
            let at = (self.start + u64::from(bound)).max(self.next + 1);
            if at > end {
                break;
            }
            segments.push(self.cut(at, kind));
        }
    }
}
