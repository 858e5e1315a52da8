//! How often frames are drawn, and how often the window looks whether it has to draw.

use std::time::Duration;

use crate::capture::CAPACITY_FRAMES;

/// Time between two frames while something moves: 30 a second, as video.
pub const FRAME: Duration = Duration::from_millis(33);

/// The same while the scope is frozen: only the codebook and the meters move.
pub const FROZEN_FRAME: Duration = Duration::from_millis(100);

/// The longest time between two looks for movement: the eye notices a late start from about 0.2 s on.
const IDLE: Duration = Duration::from_millis(150);

/// How much of the link to the audio thread may fill between two looks. The rest is for looks that
/// come late.
const MAX_FILL: f64 = 0.6;

/// Time between two looks for movement at a sample rate in Hz. At high rates it follows from what the
/// link holds, so that the beginning of what is played is not missed.
pub fn idle(sample_rate: f64) -> Duration {
    let until_filled = MAX_FILL * CAPACITY_FRAMES as f64 / sample_rate.max(1.0);
    IDLE.min(Duration::from_secs_f64(until_filled)).max(FRAME)
}
