//! Which way a wave goes from sample to sample, 64 of them at a time.

use fearless_simd::f64x4;
use fearless_simd::prelude::*;

use super::{Direction, SegmentKind};

/// How many samples are compared at a time: the bits of a mask.
pub const BLOCK: usize = 64;

/// How many samples are compared in one instruction.
const LANES: usize = 4;

/// The directions of up to [`BLOCK`] samples, a bit each.
#[derive(Debug, Clone, Copy, Default)]
pub struct Directions {
    up: u64,
    down: u64,
}

impl Directions {
    /// Compares every sample with the one before it, the first one with `previous`.
    #[inline(always)]
    pub fn of<S: Simd>(simd: S, block: &[f64], previous: f64, threshold: f64) -> Self {
        let mut directions = Self::default();
        let (Some((&first, after)), Some((_, before))) = (block.split_first(), block.split_last())
        else {
            return directions;
        };
        match block.first_chunk::<BLOCK>() {
            Some(block) => return Self::of_whole(simd, block, previous, threshold),
            None => directions.compare(0, previous, first, threshold),
        }
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

    /// The same of a whole block, without a rest.
    #[inline(always)]
    fn of_whole<S: Simd>(simd: S, block: &[f64; BLOCK], previous: f64, threshold: f64) -> Self {
        let wide = f64x4::splat(simd, threshold);
        let (mut up, mut down) = (0, 0);
        for at in (0..BLOCK).step_by(LANES) {
            let before = match at.checked_sub(1) {
                Some(from) => f64x4::from_slice(simd, &block[from..from + LANES]),
                None => f64x4::load_array(simd, [previous, block[0], block[1], block[2]]),
            };
            let x = f64x4::from_slice(simd, &block[at..at + LANES]);
            up |= x.simd_gt(before + wide).to_bitmask() << at;
            down |= x.simd_lt(before - wide).to_bitmask() << at;
        }
        Self { up, down }
    }

    /// Notes the direction of the sample with the number `at`, which comes after `previous`.
    #[inline(always)]
    fn compare(&mut self, at: usize, previous: f64, x: f64, threshold: f64) {
        self.up |= u64::from(x > previous + threshold) << at;
        self.down |= u64::from(x < previous - threshold) << at;
    }

    /// The direction of the sample with the number `at`.
    #[inline(always)]
    pub fn at(self, at: u32) -> Direction {
        match (self.up >> at & 1, self.down >> at & 1) {
            (1, _) => Direction::Up,
            (_, 1) => Direction::Down,
            _ => Direction::Flat,
        }
    }

    /// What the wave does at the sample with the number `at`.
    #[inline(always)]
    pub fn kind(self, at: u32) -> SegmentKind {
        if (self.up | self.down) >> at & 1 == 1 { SegmentKind::Moving } else { SegmentKind::Flat }
    }

    /// The samples, a bit each, that go another way than the one before them, the first of which
    /// follows on `direction`.
    #[inline(always)]
    pub fn changes(self, direction: Direction) -> u64 {
        let up = self.up ^ (self.up << 1 | u64::from(direction == Direction::Up));
        let down = self.down ^ (self.down << 1 | u64::from(direction == Direction::Down));
        up | down
    }

    /// The samples, a bit each, after which the wave goes another way, and the last one unless it
    /// is flat there.
    #[inline(always)]
    pub fn turns(self) -> u64 {
        (self.up & !(self.up >> 1)) | (self.down & !(self.down >> 1))
    }
}
