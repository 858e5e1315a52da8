//! The automation of the demo: the threshold goes from *Off* up to a strong setting and back.

use extrema::codec::Threshold;
use extrema::effect::Control;

/// Samples between two changes. No divisor of the block size, so that most changes fall inside a
/// block.
const STEP: usize = 100;

/// [`SHAPE`] in words.
pub const SHAPE_IN_WORDS: &str = "off, \u{2212}70 dB rising to \u{2212}20 dB and falling back, off";

/// Position in the track, from 0 to 1, and the threshold reached there in dBFS; -90 is *Off*.
const SHAPE: [(f64, f64); 7] = [
    (0.0, -90.0),
    (0.12, -90.0),
    // Above the parameter's lowest value, so no longer *Off*.
    (0.12, -70.0),
    (0.65, -20.0),
    (0.88, -70.0),
    (0.88, -90.0),
    (1.0, -90.0),
];

/// A change of the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first sample that it applies to.
    pub position: usize,
    /// The parameter's value as a host sends it, 0 to 1.
    pub value: f64,
}

impl Change {
    /// What the plugin makes of the value.
    pub fn threshold(self) -> Threshold {
        Threshold::from_dbfs(Control::Threshold.value_at(self.value as f32))
    }
}

/// All changes over a track of `frames` frames, the first at its start.
pub fn over(frames: usize) -> Vec<Change> {
    let mut changes: Vec<Change> = (0..frames.max(1))
        .step_by(STEP)
        .map(|position| {
            let decibels = shape(position as f64 / frames as f64);
            // The end of the range is off.
            let plain = if decibels > -90.0 { decibels } else { f64::NEG_INFINITY };
            Change { position, value: Control::Threshold.position(plain).into() }
        })
        .collect();
    changes.dedup_by_key(|change| change.value);
    changes
}

/// The threshold in dBFS at a position in the track, from 0 to 1.
fn shape(at: f64) -> f64 {
    let from = SHAPE.partition_point(|&(start, _)| start <= at).clamp(1, SHAPE.len() - 1);
    let ((start, a), (end, b)) = (SHAPE[from - 1], SHAPE[from]);
    a + (b - a) * ((at - start) / (end - start)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_from_off_to_the_top_and_back() {
        let changes = over(100_000);
        let first = changes.first().map(|change| (change.position, change.threshold()));
        assert_eq!(first, Some((0, Threshold::OFF)));
        assert_eq!(changes.last().map(|change| change.threshold()), Some(Threshold::OFF));
        let top = changes.iter().max_by(|a, b| a.value.total_cmp(&b.value)).copied();
        assert_eq!(top.map(|change| change.position), Some(65_000));
        let decibels = top.map_or(0.0, |change| change.threshold().dbfs());
        assert!((decibels + 20.0).abs() < 0.01, "{decibels}");
        assert!(changes.is_sorted_by(|a, b| a.position < b.position));
    }
}
