//! The spans on offer, and the one that is chosen first.

use super::Scope;
use crate::editor::history::History;

/// The spans on offer, in milliseconds: from single segments to whole notes, each about 1.5 times
/// the one before.
pub const SPANS: [f64; 17] = [
    2.0, 3.0, 5.0, 8.0, 12.0, 16.0, 24.0, 35.0, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 500.0,
    750.0, 1000.0,
];

/// The longest span in milliseconds in which segments are drawn one by one.
pub(super) const LONGEST_DETAILED: f64 = 100.0;

/// The first span shows about this many segments: enough to see a pattern, few enough to see each.
const SEGMENTS: f64 = 17.0;

/// Seconds of signal from which the first span is found: the attack of a note alone would mislead.
const HEARD: f64 = 0.2;

/// The share of that time that curves have to cover: before and after a signal there are long holds.
const LEAST_CURVES: f64 = 0.75;

impl Scope {
    /// Chooses a longer span, or a shorter one for negative steps.
    pub fn change_span(&mut self, steps: isize) {
        self.span = self.span.saturating_add_signed(steps).min(SPANS.len() - 1);
        self.span_chosen |= steps != 0;
    }

    /// Finds the span for the first signal that plays, once, unless someone has chosen one.
    pub(super) fn find_first_span(&mut self, history: &History, stream: usize) {
        if self.span_chosen || stream >= history.streams() {
            return;
        }
        let heard = (HEARD * history.sample_rate()) as u64;
        let latest = history.unbroken(heard);
        if latest.end - latest.start < heard {
            return;
        }
        let segments = history.segments(stream, latest.end - heard..latest.end);
        let (mut count, mut curves) = (0, 0);
        for segment in segments {
            count += 1;
            curves += if segment.is_hold() { 0 } else { segment.record.length() };
        }
        if f64::from(curves) < LEAST_CURVES * heard as f64 {
            return;
        }
        let wanted = SEGMENTS * 1000.0 * HEARD / f64::from(count);
        let detailed = SPANS.iter().take_while(|&&span| span <= LONGEST_DETAILED).enumerate();
        let distance = |span: f64| (span / wanted).ln().abs();
        let nearest = detailed.min_by(|a, b| distance(*a.1).total_cmp(&distance(*b.1)));
        if let Some((index, _)) = nearest {
            self.span = index;
            self.span_chosen = true;
        }
    }
}
