//! The direction of a wave from sample to sample, as bit masks of 64 samples.

use fearless_simd::f64x4;
use fearless_simd::prelude::*;

use super::{Direction, SegmentKind};

/// How many samples a mask has bits for.
pub const MASK_SAMPLES: usize = 64;

/// How many samples are compared at once.
const LANES: usize = 4;

/// The directions of up to [`MASK_SAMPLES`] samples, the first in the lowest bit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Directions {
    up: u64,
    down: u64,
}

impl Directions {
    /// Compares every sample with the one before it, and the first with `previous`.
    #[inline(always)]
    pub fn of<S: Simd>(simd: S, block: &[f64], previous: f64, threshold: f64) -> Self {
        let mut directions = Self::default();
        let (Some((&first, after)), Some((_, before))) = (block.split_first(), block.split_last())
        else {
            return directions;
        };
        match block.first_chunk::<MASK_SAMPLES>() {
            Some(block) => return Self::of_full(simd, block, previous, threshold),
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

    /// [`Self::of`] for a full mask, which needs no scalar remainder.
    #[inline(always)]
    fn of_full<S: Simd>(
        simd: S,
        block: &[f64; MASK_SAMPLES],
        previous: f64,
        threshold: f64,
    ) -> Self {
        let wide = f64x4::splat(simd, threshold);
        let (mut up, mut down) = (0, 0);
        for at in (0..MASK_SAMPLES).step_by(LANES) {
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

    /// Sets the direction of sample `at` of the block.
    #[inline(always)]
    fn compare(&mut self, at: usize, previous: f64, x: f64, threshold: f64) {
        self.up |= u64::from(x > previous + threshold) << at;
        self.down |= u64::from(x < previous - threshold) << at;
    }

    /// The direction of sample `at` of the block.
    #[inline(always)]
    pub fn at(self, at: u32) -> Direction {
        match (self.up >> at & 1, self.down >> at & 1) {
            (1, _) => Direction::Up,
            (_, 1) => Direction::Down,
            _ => Direction::Flat,
        }
    }

    /// The kind of segment that sample `at` of the block belongs to.
    #[inline(always)]
    pub fn kind(self, at: u32) -> SegmentKind {
        if (self.up | self.down) >> at & 1 == 1 { SegmentKind::Moving } else { SegmentKind::Flat }
    }

    /// A mask of the samples whose direction differs from that of the sample before. `direction` is
    /// that of the sample before the block.
    #[inline(always)]
    pub fn changes(self, direction: Direction) -> u64 {
        let up = self.up ^ (self.up << 1 | u64::from(direction == Direction::Up));
        let down = self.down ^ (self.down << 1 | u64::from(direction == Direction::Down));
        up | down
    }

    /// A mask of the samples after which a rise or a fall ends. The block's last sample counts as one
    /// unless it is flat.
    #[inline(always)]
    pub fn local_extremes(self) -> u64 {
        (self.up & !(self.up >> 1)) | (self.down & !(self.down >> 1))
    }
}
