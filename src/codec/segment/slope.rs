//! V0.1's detector: runs of samples that all rise, all fall, or all hardly move.

use fearless_simd::f64x4;
use fearless_simd::prelude::*;

use super::{Direction, Rules, Segment, SegmentKind, Segmenter, State};

/// How many samples are compared at a time: the bits of a mask.
const BLOCK: usize = 64;

/// How many samples are compared in one instruction.
const LANES: usize = 4;

/// The directions of up to [`BLOCK`] samples, a bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Directions {
    up: u64,
    down: u64,
}

impl Directions {
    /// Compares every sample with the one before it, the first one with `previous`.
    #[inline(always)]
    fn of<S: Simd>(simd: S, block: &[f64], previous: f64, threshold: f64) -> Self {
        let mut directions = Self::default();
        let (Some((&first, after)), Some((_, before))) = (block.split_first(), block.split_last())
        else {
            return directions;
        };
        directions.compare(0, previous, first, threshold);
        let ((before, last_before), (after, last)) =
            (before.as_chunks::<LANES>(), after.as_chunks::<LANES>());
        let wide = f64x4::splat(simd, threshold);
        for ((before, x), at) in before.iter().zip(after).zip((1..).step_by(LANES)) {
            let (before, x) = (f64x4::load_array_ref(simd, before), f64x4::load_array_ref(simd, x));
            directions.up |= x.simd_gt(before + wide).to_bitmask() << at;
            directions.down |= x.simd_lt(before - wide).to_bitmask() << at;
        }
        let at = 1 + after.len() * LANES;
        for ((&before, &x), at) in last_before.iter().zip(last).zip(at..) {
            directions.compare(at, before, x, threshold);
        }
        directions
    }

    /// Notes the direction of the sample with the number `at`, which comes after `previous`.
    #[inline(always)]
    fn compare(&mut self, at: usize, previous: f64, x: f64, threshold: f64) {
        self.up |= u64::from(x > previous + threshold) << at;
        self.down |= u64::from(x < previous - threshold) << at;
    }

    /// The direction of the sample with the number `at`.
    #[inline(always)]
    fn at(self, at: u32) -> Direction {
        match (self.up >> at & 1, self.down >> at & 1) {
            (1, _) => Direction::Up,
            (_, 1) => Direction::Down,
            _ => Direction::Flat,
        }
    }

    /// The samples, a bit each, that go another way than the one before them, the first of which
    /// follows on `direction`.
    #[inline(always)]
    fn changes(self, direction: Direction) -> u64 {
        let up = self.up ^ (self.up << 1 | u64::from(direction == Direction::Up));
        let down = self.down ^ (self.down << 1 | u64::from(direction == Direction::Down));
        up | down
    }
}

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
        for block in samples.chunks(BLOCK) {
            let directions = Directions::of(simd, block, previous, rules.threshold);
            let mut changes = directions.changes(direction) & (u64::MAX >> (BLOCK - block.len()));
            while changes != 0 {
                let at = changes.trailing_zeros();
                changes &= changes - 1;
                let end = self.next + u64::from(at);
                self.cut_at_bound(end, direction, rules, segments);
                if self.start < end {
                    segments.push(self.cut(end, direction.kind()));
                }
                direction = directions.at(at);
            }
            let end = self.next + block.len() as u64;
            self.cut_at_bound(end, direction, rules, segments);
            self.next = end;
            previous = block.last().copied().unwrap_or(previous);
        }
        self.state = State::Slope { previous, direction };
    }

    /// Cuts the run, which reaches at least up to the sample before `end`, wherever it is as long
    /// as the bound.
    #[inline(always)]
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
