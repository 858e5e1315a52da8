//! True peak to true trough, with hysteresis.

use fearless_simd::Simd;

use super::directions::{BLOCK, Directions};
use super::{Segment, SegmentKind, Segmenter, SegmenterParams, State};

/// A running extreme.
#[derive(Debug, Clone, Copy)]
struct Extreme {
    value: f64,
    position: u64,
}

/// What a sample does after an extreme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// The wave has come back by more than the threshold.
    Turn,
    /// The extreme has stood for too long.
    Release,
}

impl Segmenter {
    #[inline(always)]
    pub(super) fn peak(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        let mut rest = samples;
        while !rest.is_empty() {
            let used = match self.state {
                State::Slope { .. } => return,
                State::PeakFlat { reference } => self.flat(rest, reference, params, segments),
                State::PeakMoving { rising, extreme, position } => {
                    let extreme = Extreme { value: extreme, position };
                    let block = &rest[..rest.len().min(BLOCK)];
                    if self.only_turns(block, extreme, params) {
                        self.turns(simd, block, rising, extreme, params, segments)
                    } else if rising {
                        self.moving::<true>(block, extreme, params, segments)
                    } else {
                        self.moving::<false>(block, extreme, params, segments)
                    }
                }
            };
            self.end_at_bound(rest[used - 1], params, segments);
            rest = &rest[used..];
        }
    }

    /// How many of the samples to come may pass before the open segment is as long as a bound.
    fn room(&self, samples: &[f64], bound: u32) -> usize {
        let room = u64::from(bound).saturating_sub(self.next - self.start).max(1);
        samples.len().min(usize::try_from(room).unwrap_or(usize::MAX))
    }

    /// Reads samples as far as they stay around the reference, and the one that does not; returns
    /// how many, at least 1.
    fn flat(
        &mut self,
        samples: &[f64],
        reference: f64,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let (low, high) = (reference - params.threshold, reference + params.threshold);
        let within = &samples[..self.room(samples, params.max_length.hold)];
        let Some(index) = within.iter().position(|&x| x > high || x < low) else {
            self.next += within.len() as u64;
            return within.len();
        };
        let (here, x) = (self.next + index as u64, within[index]);
        if self.start < here {
            segments.push(self.cut(here, SegmentKind::Flat));
        }
        self.state = State::PeakMoving { rising: x > high, extreme: x, position: here };
        self.next = here + 1;
        index + 1
    }

    /// Whether a block is too short for a release after the extreme and for the bound.
    fn only_turns(&self, block: &[f64], extreme: Extreme, params: &SegmenterParams) -> bool {
        let end = self.next + block.len() as u64;
        end - extreme.position <= params.release
            && end - self.start < u64::from(params.max_length.curve)
    }

    /// Reads a block in which nothing but turns can happen; returns how many samples that are.
    ///
    /// Then only the samples count after which the wave goes another way: on its way there, it
    /// moves the extreme up to the last one, or comes back from it by most with the last one. The
    /// first one counts as well, since the threshold may just have been lowered.
    #[inline(always)]
    fn turns(
        &mut self,
        simd: impl Simd,
        block: &[f64],
        rising: bool,
        extreme: Extreme,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let Some(&first) = block.first() else { return 0 };
        let mut turns = Directions::of(simd, block, first, 0.0).turns() | 1;
        // A falling wave is turned upside down.
        let mut sign = if rising { 1.0 } else { -1.0 };
        let Extreme { mut value, mut position } = extreme;
        value *= sign;
        while turns != 0 {
            let at = turns.trailing_zeros();
            turns &= turns - 1;
            let (x, here) = (block[at as usize] * sign, self.next + u64::from(at));
            if value - x > params.threshold {
                if self.start <= position {
                    segments.push(self.cut(position + 1, SegmentKind::Moving));
                }
                sign = -sign;
                (value, position) = (-x, here);
            } else {
                let beyond = x > value;
                value = if beyond { x } else { value };
                position = if beyond { here } else { position };
            }
        }
        self.state = State::PeakMoving { rising: sign > 0.0, extreme: value * sign, position };
        self.next += block.len() as u64;
        block.len()
    }

    /// Reads samples up to the next event after the extreme or to the bound; returns how many, at
    /// least 1.
    fn moving<const RISING: bool>(
        &mut self,
        samples: &[f64],
        extreme: Extreme,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let within = &samples[..self.room(samples, params.max_length.curve)];
        let Extreme { mut value, mut position } = extreme;
        // Every sample moves the extreme or leaves it, without a branch; what rarely happens ends
        // the loop.
        let event = within.iter().zip(self.next..).find(|&(&x, here)| {
            let beyond = if RISING { x > value } else { x < value };
            value = if beyond { x } else { value };
            position = if beyond { here } else { position };
            let back = if RISING { value - x } else { x - value };
            (back > params.threshold) | (here - position >= params.release)
        });
        let extreme = Extreme { value, position };
        let Some((&x, here)) = event else {
            self.state = State::PeakMoving { rising: RISING, extreme: value, position };
            self.next += within.len() as u64;
            return within.len();
        };
        let back = if RISING { value - x } else { x - value };
        let event = if back > params.threshold { Event::Turn } else { Event::Release };
        let used = (here - self.next) as usize + 1;
        self.next = here + 1;
        if self.start <= extreme.position {
            segments.push(self.cut(extreme.position + 1, SegmentKind::Moving));
        }
        self.state = match event {
            Event::Turn => State::PeakMoving { rising: !RISING, extreme: x, position: here },
            Event::Release => State::PeakFlat { reference: extreme.value },
        };
        used
    }

    /// Cuts the open segment, whose latest sample is `x`, if it is as long as its bound.
    fn end_at_bound(&mut self, x: f64, params: &SegmenterParams, segments: &mut Vec<Segment>) {
        let open = self.next - self.start;
        match self.state {
            State::PeakMoving { extreme, position, .. }
                if open >= u64::from(params.max_length.curve) =>
            {
                if self.start <= position && position + 1 < self.next {
                    segments.push(self.cut(position + 1, SegmentKind::Moving));
                    self.state = State::PeakFlat { reference: extreme };
                } else {
                    segments.push(self.cut(self.next, SegmentKind::Moving));
                }
            }
            State::PeakFlat { .. } if open >= u64::from(params.max_length.hold) => {
                segments.push(self.cut(self.next, SegmentKind::FlatCutAtMax));
                self.state = State::PeakFlat { reference: x };
            }
            _ => {}
        }
    }
}
