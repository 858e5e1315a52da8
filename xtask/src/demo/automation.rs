//! The threshold's movement over a track: off, up to a strong setting, and back.

use extrema::codec::Threshold;

/// The parameter's lowest value in dBFS, which means *Off*; its highest is 0 dBFS.
const BOTTOM: f32 = -90.0;

/// Samples between two changes. Not a divisor of the block size, so that most changes fall inside
/// a block.
const STEP: usize = 100;

/// The movement in words.
pub const SHAPE_IN_WORDS: &str = "off, \u{2212}70 dB rising to \u{2212}20 dB and falling back, off";

/// Position in the track, from 0 to 1, and the threshold reached there in dBFS.
const SHAPE: [(f64, f64); 7] = [
    (0.0, -90.0),
    (0.12, -90.0),
    // From here on not *Off*.
    (0.12, -70.0),
    (0.65, -20.0),
    (0.88, -70.0),
    (0.88, -90.0),
    (1.0, -90.0),
];

/// A change of the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first sample it is true for.
    pub position: usize,
    /// The parameter's value as a host sends it, 0 to 1.
    pub value: f64,
}

impl Change {
    /// What the plugin makes of the value. Same arithmetic, in `f32` like a parameter.
    pub fn threshold(self) -> Threshold {
        let decibels = self.value as f32 * -BOTTOM + BOTTOM;
        if decibels <= BOTTOM { Threshold::OFF } else { Threshold::from_dbfs(decibels) }
    }
}

/// All changes over a track of so many frames, the first of them at its start.
pub fn over(frames: usize) -> Vec<Change> {
    let bottom = f64::from(BOTTOM);
    let mut changes: Vec<Change> = (0..frames.max(1))
        .step_by(STEP)
        .map(|position| {
            let decibels = shape(position as f64 / frames as f64);
            Change { position, value: (decibels - bottom) / -bottom }
        })
        .collect();
    changes.dedup_by_key(|change| change.value);
    changes
}

fn shape(at: f64) -> f64 {
    let corner = SHAPE.windows(2).rev().find(|pair| pair[0].0 <= at);
    let &[(from, a), (to, b)] = corner.unwrap_or(&SHAPE[..2]) else {
        return f64::from(BOTTOM);
    };
    if to > from { a + (b - a) * (at - from) / (to - from) } else { b }
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
