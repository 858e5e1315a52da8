//! How often frames are drawn.

use std::time::Duration;

use crate::capture::CAPACITY_FRAMES;

/// Time between two frames while something moves: 30 a second, as video.
pub const FRAME: Duration = Duration::from_millis(33);

/// The longest time between two checks for movement while nothing moves: the eye notices a late start
/// from about 0.2 s on.
const IDLE: Duration = Duration::from_millis(150);

/// How much of the link to the audio thread may fill between two checks. The rest is for checks that
/// come late.
const MAX_FILL: f64 = 0.6;

/// Time between two checks for movement at a sample rate in Hz. At high rates it follows from what the
/// link holds, so that the beginning of what is played is not missed.
pub fn idle(sample_rate: f64) -> Duration {
    let until_filled = MAX_FILL * CAPACITY_FRAMES as f64 / sample_rate.max(1.0);
    IDLE.min(Duration::from_secs_f64(until_filled)).max(FRAME)
}

/// Keeps the starts of frames [`FRAME`] apart, however long drawing takes.
#[derive(Debug, Default)]
pub struct FrameLimiter {
    /// When the last frame began, in seconds.
    last: f64,
    /// The wait that was asked for after it, in seconds.
    waited: f64,
}

impl FrameLimiter {
    /// How long to wait after the frame that began at `now`, in seconds. At least half of [`FRAME`], so
    /// that a slow machine does not spend all its time on drawing.
    pub fn wait(&mut self, now: f64) -> Duration {
        let frame = FRAME.as_secs_f64();
        let drawing = now - self.last - self.waited;
        self.last = now;
        self.waited = (frame - drawing).clamp(frame / 2.0, frame);
        Duration::from_secs_f64(self.waited)
    }
}
