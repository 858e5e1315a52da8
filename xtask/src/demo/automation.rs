//! The threshold's movement over a track: off, up to a strong setting, and back.

use extrema::codec::Threshold;

/// The parameter's lowest value in dBFS, which means *Off*; its highest is 0 dBFS.
const BOTTOM: f32 = -90.0;

/// Samples between two changes. Not a divisor of the block size, so that most changes fall inside
/// a block.
const STEP: usize = 100;

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
