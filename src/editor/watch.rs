//! Looking at what is played without drawing it, while the window is at rest.

use super::history::AUDIBLE;
use super::{STALLED, View};
use crate::capture::CaptureOutput;
use crate::params::codebook::SessionCodebook;

impl View {
    /// Takes in what was played since the last frame or look, at a sample rate in Hz and with the session's
    /// codebooks, and tells whether the picture would change. `now` is in seconds, on the clock of the
    /// frames.
    pub fn look(
        &mut self,
        capture: &mut CaptureOutput,
        codebooks: &SessionCodebook,
        sample_rate: f64,
        now: f64,
    ) -> bool {
        let codebook = self.codebook_number;
        let (was_waiting, was_stalled) = (self.waiting, self.is_stalled());
        let mut arrived = false;
        while let Some(packet) = capture.receive() {
            self.follow_codebook(codebooks, packet.header.codebook);
            self.history.push(packet, sample_rate);
            arrived = true;
        }
        if arrived {
            self.fed = now;
            // As in `feed`, so that the first audio of a window is drawn at once.
            self.settled &= !was_waiting;
            self.waiting = false;
        }
        let is_stalled = self.waiting || now - self.fed > STALLED;
        if is_stalled {
            self.follow_codebook(codebooks, codebooks.number());
        }
        codebook != self.codebook_number
            || was_waiting != self.waiting
            || was_stalled != is_stalled
            || arrived && !self.history.is_silent()
            || capture.meters.is_above(AUDIBLE)
    }
}
