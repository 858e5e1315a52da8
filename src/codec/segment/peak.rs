//! From local maximum to local minimum, with hysteresis.
//!
//! The state is *flat* around a reference, or *moving* away from the last turn with a running extreme.
//! Most blocks can neither reach the maximum length nor let the extreme time out. In those only local
//! extremes need checking, a fraction of all samples.

use fearless_simd::Simd;

use super::directions::{Directions, MASK_SAMPLES};
use super::{Segment, SegmentKind, Segmenter, SegmenterParams, State};

/// A running extreme.
#[derive(Debug, Clone, Copy)]
struct Extreme {
    value: f64,
    position: u64,
}

/// Why a rise or a fall ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// The wave has come back by more than the threshold.
    Turn,
    /// The extreme has stood for 5 ms.
    Timeout,
}

impl Segmenter {
    /// Appends the segments that end in a block of samples.
    #[inline(always)]
    pub(super) fn process_peak(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        let mut rest = samples;
        while !rest.is_empty() {
            let used = match self.state {
                State::Slope { .. } | State::Best { .. } => return,
                State::PeakFlat { reference } => {
                    self.process_flat(rest, reference, params, segments)
                }
                State::PeakMoving { rising, extreme, position } => {
                    let extreme = Extreme { value: extreme, position };
                    let block = &rest[..rest.len().min(MASK_SAMPLES)];
                    if self.can_only_turn(block, extreme, params) {
                        self.process_turns(simd, block, rising, extreme, params, segments)
                    } else if rising {
                        self.process_moving::<true>(block, extreme, params, segments)
                    } else {
                        self.process_moving::<false>(block, extreme, params, segments)
                    }
                }
            };
            self.cut_open_at_max(rest[used - 1], params, segments);
            rest = &rest[used..];
        }
    }

    /// How many of the samples to read before the open segment is as long as the maximum.
    fn until_max(&self, samples: &[f64], max: u32) -> usize {
        let room = u64::from(max).saturating_sub(self.next - self.start).max(1);
        samples.len().min(usize::try_from(room).unwrap_or(usize::MAX))
    }

    /// Reads samples up to the first one that leaves the threshold around the reference, or up to the
    /// maximum. Returns how many it read, at least 1.
    fn process_flat(
        &mut self,
        samples: &[f64],
        reference: f64,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let (low, high) = (reference - params.threshold, reference + params.threshold);
        let within = &samples[..self.until_max(samples, params.max_length.hold)];
        let Some(index) = within.iter().position(|&x| x > high || x < low) else {
            self.next += within.len() as u64;
            return within.len();
        };
        let (here, x) = (self.next + index as u64, within[index]);
        if self.start < here && self.ends_at(here, false, params) {
            segments.push(self.cut(here, SegmentKind::Flat));
        }
        self.state = State::PeakMoving { rising: x > high, extreme: x, position: here };
        self.next = here + 1;
        index + 1
    }

    /// Whether a block ends too early for a timeout and for the maximum length, and every turn in it
    /// counts.
    fn can_only_turn(&self, block: &[f64], extreme: Extreme, params: &SegmenterParams) -> bool {
        let end = self.next + block.len() as u64;
        extreme.position >= self.earliest_end
            && end - extreme.position <= params.extreme_timeout
            && end - self.start < u64::from(params.max_length.curve)
    }

    /// Reads a block of which [`Self::can_only_turn`] is true. Returns how many samples it read: all.
    ///
    /// Only local extremes need checking: the last sample of a monotonic run moves the extreme or
    /// retraces furthest from it. One sample cannot do both, so the order of the two checks does not
    /// matter. The block's first sample is checked too, because the threshold may just have been
    /// lowered.
    #[inline(always)]
    fn process_turns(
        &mut self,
        simd: impl Simd,
        block: &[f64],
        rising: bool,
        extreme: Extreme,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let Some(&first) = block.first() else { return 0 };
        let mut extremes = Directions::of(simd, block, first, 0.0).local_extremes() | 1;
        // Falling is rising with the sign flipped.
        let mut sign = if rising { 1.0 } else { -1.0 };
        let Extreme { mut value, mut position } = extreme;
        value *= sign;
        while extremes != 0 {
            let at = extremes.trailing_zeros();
            extremes &= extremes - 1;
            let (x, here) = (block[at as usize] * sign, self.next + u64::from(at));
            if value - x > params.threshold {
                if self.start <= position {
                    self.turns += 1;
                    if self.turns >= params.zoom {
                        segments.push(self.cut(position + 1, SegmentKind::Moving));
                    }
                }
                sign = -sign;
                (value, position) = (-x, here);
            } else {
                let further = x > value;
                value = if further { x } else { value };
                position = if further { here } else { position };
            }
        }
        self.state = State::PeakMoving { rising: sign > 0.0, extreme: value * sign, position };
        self.next += block.len() as u64;
        block.len()
    }

    /// Reads samples up to the next event or up to the maximum. Returns how many it read, at least 1.
    fn process_moving<const RISING: bool>(
        &mut self,
        samples: &[f64],
        extreme: Extreme,
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let within = &samples[..self.until_max(samples, params.max_length.curve)];
        let Extreme { mut value, mut position } = extreme;
        // Moving the extreme takes no branch; only the rare events do.
        let event = within.iter().zip(self.next..).find(|&(&x, here)| {
            let further = if RISING { x > value } else { x < value };
            value = if further { x } else { value };
            position = if further { here } else { position };
            let back = if RISING { value - x } else { x - value };
            (back > params.threshold) | (here - position >= params.extreme_timeout)
        });
        let extreme = Extreme { value, position };
        let Some((&x, here)) = event else {
            self.state = State::PeakMoving { rising: RISING, extreme: value, position };
            self.next += within.len() as u64;
            return within.len();
        };
        let back = if RISING { value - x } else { x - value };
        let event = if back > params.threshold { Event::Turn } else { Event::Timeout };
        let used = (here - self.next) as usize + 1;
        self.next = here + 1;
        let end = extreme.position + 1;
        if self.start < end && self.ends_at(end, event == Event::Turn, params) {
            segments.push(self.cut(end, SegmentKind::Moving));
        }
        self.state = match event {
            Event::Turn => State::PeakMoving { rising: !RISING, extreme: x, position: here },
            Event::Timeout => State::PeakFlat { reference: extreme.value },
        };
        used
    }

    /// Cuts the open segment, whose last sample is `x`, if it has reached the maximum.
    fn cut_open_at_max(&mut self, x: f64, params: &SegmenterParams, segments: &mut Vec<Segment>) {
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
                segments.push(self.cut(self.next, SegmentKind::FlatCut));
                self.state = State::PeakFlat { reference: x };
            }
            _ => {}
        }
    }
}
