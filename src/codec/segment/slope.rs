//! V0.1's detector: runs of samples that all rise, all fall, or all hardly move.

use super::{Direction, Rules, Segment, SegmentKind, Segmenter, State};

/// How many samples are compared at a time.
const BLOCK: usize = 64;

/// How many directions are compared at a time, as the bytes of a `u64`.
const WORD: usize = 8;

impl Direction {
    fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Up,
            2 => Self::Down,
            _ => Self::Flat,
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Flat => 0,
            Self::Up => 1,
            Self::Down => 2,
        }
    }
}

/// The direction of a sample after another, as its code.
#[inline(always)]
fn code(x: f64, previous: f64, threshold: f64) -> u8 {
    u8::from(x > previous + threshold) | (u8::from(x < previous - threshold) << 1)
}

impl Segmenter {
    pub(super) fn slope(&mut self, samples: &[f64], rules: &Rules, emit: &mut impl FnMut(Segment)) {
        let State::Slope { mut previous, mut direction } = self.state else { return };
        for block in samples.chunks(BLOCK) {
            let (Some(&first), Some(&last)) = (block.first(), block.last()) else { break };
            let mut codes = [0; BLOCK];
            codes[0] = code(first, previous, rules.threshold);
            let pairs = block.iter().zip(&block[1..]);
            for (now, (before, x)) in codes[1..].iter_mut().zip(pairs) {
                *now = code(*x, *before, rules.threshold);
            }
            // What is beyond the block never differs.
            let latest = codes[block.len() - 1];
            let words = block.len().div_ceil(WORD);
            codes[block.len()..words * WORD].fill(latest);
            previous = last;

            for (word, codes) in (0..).zip(codes.as_chunks::<WORD>().0).take(words) {
                let codes = u64::from_le_bytes(*codes);
                let mut changes = codes ^ ((codes << 8) | u64::from(direction.code()));
                while changes != 0 {
                    let byte = changes.trailing_zeros() / 8;
                    changes &= !(0xFF << (8 * byte));
                    self.end_run(
                        self.next + word * WORD as u64 + u64::from(byte),
                        direction,
                        rules,
                        emit,
                    );
                    direction = Direction::from_code((codes >> (8 * byte)) as u8);
                }
            }
            let end = self.next + block.len() as u64;
            self.cut_at_bound(end, direction, rules, emit);
            self.next = end;
        }
        self.state = State::Slope { previous, direction };
    }

    /// The run ends before the sample at `end`.
    #[inline]
    fn end_run(
        &mut self,
        end: u64,
        direction: Direction,
        rules: &Rules,
        emit: &mut impl FnMut(Segment),
    ) {
        self.cut_at_bound(end, direction, rules, emit);
        if self.start < end {
            emit(self.cut(end, direction.kind()));
        }
    }

    /// Cuts the run, which reaches at least up to the sample before `end`, wherever it is as long
    /// as the bound.
    #[inline]
    fn cut_at_bound(
        &mut self,
        end: u64,
        direction: Direction,
        rules: &Rules,
        emit: &mut impl FnMut(Segment),
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
            emit(self.cut(at, kind));
        }
    }
}
