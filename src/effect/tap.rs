//! Observers of what the effect plays.

use crate::codec::{RecordEvent, StereoMode};

/// An observer of what is played, such as the link to the editor. It is called from the audio thread.
pub trait Tap {
    /// Whether the tap wants to see [`PlayedFrames::original`] and [`PlayedFrames::records`]. Asked
    /// once for each call of [`Self::frames`].
    fn is_listening(&self) -> bool {
        true
    }

    /// Some frames have been played.
    fn frames(&mut self, played: &PlayedFrames) {
        let _ = played;
    }
}

/// No observer.
impl Tap for () {
    fn is_listening(&self) -> bool {
        false
    }
}

/// Two observers, each of which is called whether or not the other listens.
impl<A: Tap, B: Tap> Tap for (&mut A, &mut B) {
    fn is_listening(&self) -> bool {
        self.0.is_listening() || self.1.is_listening()
    }

    fn frames(&mut self, played: &PlayedFrames) {
        self.0.frames(played);
        self.1.frames(played);
    }
}

/// Consecutive frames of one stereo mode and codebook, at most [`RUN_FRAMES`](super::RUN_FRAMES), by stream:
/// left and right, or mid and side.
#[derive(Debug, Clone, Copy)]
pub struct PlayedFrames<'a> {
    /// Position of the first frame in the stream of records.
    pub position: u64,
    /// The mode in which these frames were encoded. It is as late as the frames themselves; the
    /// current setting applies only one latency from now. Meaningless for one channel.
    pub stereo: StereoMode,
    /// The number of the codebook in which these frames were encoded; see
    /// [`Effect::set_codebook`](super::Effect::set_codebook).
    pub codebook: u16,
    /// The codec's input; no streams unless [`Tap::is_listening`].
    pub original: &'a [&'a [f64]],
    /// What the records decode to.
    pub decoded: &'a [&'a [f64]],
    /// The records that begin in these frames, stream by stream; none unless [`Tap::is_listening`].
    pub records: &'a [RecordEvent],
}
