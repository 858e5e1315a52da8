//! Another codebook in the middle of the stream: the encoder changes at once, the decoder once the frame is
//! played from which on it holds.

use std::sync::Arc;

use super::Effect;
use crate::codec::Codebook;

/// A codebook in which the input is already encoded, and from which frame on.
#[derive(Debug)]
pub(super) struct NextCodebook {
    pub(super) position: u64,
    codebook: Arc<Codebook>,
    number: u16,
}

impl Effect {
    /// Encodes with the curves of another codebook from the next frame on that is read, without a gap. The
    /// number is what [`PlayedFrames::codebook`](super::PlayedFrames::codebook) then says; with the codebook
    /// that the effect was made with it says 0.
    ///
    /// Returns false, and does nothing, while an earlier change is not heard yet: try again after the
    /// latency. Neither allocates nor frees if the tables are [built](Codebook::build_tables) and somebody
    /// else keeps every codebook until the next is heard.
    pub fn set_codebook(&mut self, codebook: &Arc<Codebook>, number: u16) -> bool {
        if self.next_codebook.is_some() {
            return false;
        }
        let position = self.read_position();
        self.encoder.set_codebook(codebook, &mut |stream, records| {
            self.decoder.push(stream, records);
        });
        self.next_codebook = Some(NextCodebook { position, codebook: codebook.clone(), number });
        if self.fresh {
            self.take_next_codebook(u64::MAX);
        }
        true
    }

    /// Plays with the next codebook, if there is one and it begins at or before a position.
    pub(super) fn take_next_codebook(&mut self, position: u64) {
        if let Some(NextCodebook { codebook, number, .. }) =
            self.next_codebook.take_if(|next| next.position <= position)
        {
            self.decoder.set_codebook(&codebook);
            self.codebook_number = number;
        }
    }
}
