//! True peak to true trough, with hysteresis.

use super::{Rules, Segment, SegmentKind, Segmenter, State};

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
    Pause,
}

impl Segmenter {
    #[inline(always)]
    pub(super) fn peak(&mut self, samples: &[f64], rules: &Rules, segments: &mut Vec<Segment>) {
        let mut rest = samples;
        while !rest.is_empty() {
            let used = match self.state {
                State::Slope { .. } => return,
                State::PeakFlat { reference } => self.flat(rest, reference, rules, segments),
                State::PeakMoving { rising, extreme, position } => {
                    let extreme = Extreme { value: extreme, position };
                    if rising {
                        self.moving::<true>(rest, extreme, rules, segments)
                    } else {
                        self.moving::<false>(rest, extreme, rules, segments)
                    }
                }
            };
            self.end_at_bound(rest[used - 1], rules, segments);
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
        rules: &Rules,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let (low, high) = (reference - rules.threshold, reference + rules.threshold);
        let within = &samples[..self.room(samples, rules.longest.hold)];
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

    /// Reads samples up to the next event after the extreme or to the bound; returns how many, at
    /// least 1.
    fn moving<const RISING: bool>(
        &mut self,
        samples: &[f64],
        extreme: Extreme,
        rules: &Rules,
        segments: &mut Vec<Segment>,
    ) -> usize {
        let within = &samples[..self.room(samples, rules.longest.curve)];
        let Extreme { mut value, mut position } = extreme;
        // Every sample moves the extreme or leaves it, without a branch; what rarely happens ends
        // the loop.
        let event = within.iter().zip(self.next..).find(|&(&x, here)| {
            let beyond = if RISING { x > value } else { x < value };
            value = if beyond { x } else { value };
            position = if beyond { here } else { position };
            let back = if RISING { value - x } else { x - value };
            (back > rules.threshold) | (here - position >= rules.pause)
        });
        let extreme = Extreme { value, position };
        let Some((&x, here)) = event else {
            self.state = State::PeakMoving { rising: RISING, extreme: value, position };
            self.next += within.len() as u64;
            return within.len();
        };
        let back = if RISING { value - x } else { x - value };
        let event = if back > rules.threshold { Event::Turn } else { Event::Pause };
        let used = (here - self.next) as usize + 1;
        self.next = here + 1;
        if self.start <= extreme.position {
            segments.push(self.cut(extreme.position + 1, SegmentKind::Moving));
        }
        self.state = match event {
            Event::Turn => State::PeakMoving { rising: !RISING, extreme: x, position: here },
            Event::Pause => State::PeakFlat { reference: extreme.value },
        };
        used
    }

    /// Cuts the open segment, whose latest sample is `x`, if it is as long as its bound.
    fn end_at_bound(&mut self, x: f64, rules: &Rules, segments: &mut Vec<Segment>) {
        let open = self.next - self.start;
        match self.state {
            State::PeakMoving { extreme, position, .. }
                if open >= u64::from(rules.longest.curve) =>
            {
                if self.start <= position && position + 1 < self.next {
                    segments.push(self.cut(position + 1, SegmentKind::Moving));
                    self.state = State::PeakFlat { reference: extreme };
                } else {
                    segments.push(self.cut(self.next, SegmentKind::Moving));
                }
            }
            State::PeakFlat { .. } if open >= u64::from(rules.longest.hold) => {
                segments.push(self.cut(self.next, SegmentKind::FlatAtBound));
                self.state = State::PeakFlat { reference: x };
            }
            _ => {}
        }
    }
}
