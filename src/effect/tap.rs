//! Those who watch what is played.

use crate::codec::RecordEvent;

/// Someone who listens to what is played, such as an editor or a meter.
pub trait Tap {
    /// Whether there is anyone. If not, chunks do not show what went into the codec.
    fn is_listening(&self) -> bool {
        true
    }

    /// A record begins to sound.
    fn record(&mut self, played: RecordEvent) {
        let _ = played;
    }

    /// A few frames have sounded, at most [`CHUNK_FRAMES`](super::CHUNK_FRAMES).
    fn chunk(&mut self, chunk: &Chunk) {
        let _ = chunk;
    }
}

/// Nobody listens.
impl Tap for () {
    fn is_listening(&self) -> bool {
        false
    }
}

/// A few frames as the codec saw them and as it played them, by stream: for two channels left and
/// right, or mid and side.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// Position of the first frame in the stream of records.
    pub position: u64,
    /// What went into the codec; no streams unless [`Tap::is_listening`].
    pub original: &'a [&'a [f64]],
    /// What its records decode to.
    pub decoded: &'a [&'a [f64]],
}
