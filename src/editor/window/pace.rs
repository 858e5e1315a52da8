//! How often pictures are drawn.

use std::time::Duration;

use crate::capture::QUEUE_FRAMES;

/// Time between pictures while something moves.
pub const FRAME: Duration = Duration::from_millis(33);

/// The longest time between looks whether something has begun to move.
const IDLE: Duration = Duration::from_millis(150);

/// How much of the queue may fill between looks; the next one may be late.
const FILLED: f64 = 0.6;

/// Time between looks whether something has begun to move, at a sample rate in Hz: short enough not
/// to miss how it began.
pub fn idle(sample_rate: f64) -> Duration {
    let room = FILLED * QUEUE_FRAMES as f64 / sample_rate.max(1.0);
    IDLE.min(Duration::from_secs_f64(room)).max(FRAME)
}

/// Keeps pictures [`FRAME`] apart, whatever drawing them takes.
#[derive(Debug, Default)]
pub struct Pace {
    /// When the last picture was begun, in seconds.
    last: f64,
    /// How long was to be waited after it, in seconds.
    waited: f64,
}

impl Pace {
    /// How long to wait after the picture that was begun `now`, in seconds. A slow machine rests at
    /// least half of the time.
    pub fn wait(&mut self, now: f64) -> Duration {
        let frame = FRAME.as_secs_f64();
        let drawing = now - self.last - self.waited;
        self.last = now;
        self.waited = (frame - drawing).clamp(frame / 2.0, frame);
        Duration::from_secs_f64(self.waited)
    }
}
