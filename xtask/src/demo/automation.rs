//! The automation of the demo: the threshold goes from *Off* up to a strong setting and back.

use extrema::effect::Control;

use super::change::Change;

/// Frames between two changes. No divisor of the block size, so that most changes fall inside a
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

/// All changes over a track of `frames` frames, the first at its start.
pub fn over(frames: usize) -> Vec<Change> {
    let mut changes: Vec<Change> = (0..frames.max(1))
        .step_by(STEP)
        .map(|position| {
            let decibels = shape(position as f64 / frames as f64);
            // The end of the range is off.
            let plain = if decibels > -90.0 { decibels } else { f64::NEG_INFINITY };
            Change::new(position, Control::Threshold, plain)
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
        let first = changes.first().map(|change| (change.position, change.plain()));
        assert_eq!(first, Some((0, f64::NEG_INFINITY)));
        assert_eq!(changes.last().map(|change| change.plain()), Some(f64::NEG_INFINITY));
        let top = changes.iter().max_by(|a, b| a.value.total_cmp(&b.value)).copied();
        assert_eq!(top.map(|change| change.position), Some(65_000));
        let decibels = top.map_or(0.0, Change::plain);
        assert!((decibels + 20.0).abs() < 0.01, "{decibels}");
        assert!(changes.is_sorted_by(|a, b| a.position < b.position));
    }
}
