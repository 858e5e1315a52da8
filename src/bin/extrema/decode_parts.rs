//! Parts of an encoded file that are decoded at the same time.

use extrema::audio_file::{SampleFormat, StoredFrames};
use extrema::codec::{Decoder, StereoMode};

use crate::encoded_file::{EncodedFile, MAX_BLOCK_FRAMES, draw};

/// Samples of all channels in a part, roughly: 0.25 MB in 16 bits, so that what a processor has decoded is still in
/// its second-level cache when it writes it.
const SAMPLES_OF_PART: usize = 1 << 17;

/// A part of a file on its way into a WAV file.
pub struct Part {
    decoder: Decoder,
    /// How many frames it has.
    frames: usize,
    block: Vec<Vec<f64>>,
    stored: StoredFrames,
}

impl Part {
    /// Room for the parts of a file that up to `threads` threads work on.
    pub fn for_file(file: &EncodedFile, format: SampleFormat, threads: usize) -> Vec<Self> {
        let parts = file.contents().frames.div_ceil(frames_of_part(file) as u64).max(1);
        let part = |_| Self {
            decoder: Decoder::new(file.codebook(), file.channels()),
            frames: 0,
            block: Vec::new(),
            stored: StoredFrames::new(format),
        };
        (0..parts.min(threads as u64)).map(part).collect()
    }

    /// Reads the records of the next part. Returns false at the end of the file.
    pub fn read(&mut self, file: &mut EncodedFile) -> anyhow::Result<bool> {
        self.frames = file.pass_on(frames_of_part(file), &mut self.decoder)?;
        Ok(self.frames > 0)
    }

    /// Turns the records into what is written.
    pub fn decode(&mut self, stereo: StereoMode) {
        self.stored.clear();
        let mut left = self.frames;
        while left > 0 {
            let frames = left.min(MAX_BLOCK_FRAMES);
            draw(&mut self.decoder, stereo, frames, &mut self.block);
            let channels: Vec<&[f64]> = self.block.iter().map(Vec::as_slice).collect();
            self.stored.append(&channels);
            left -= frames;
        }
    }

    /// What is to be written.
    pub fn stored(&self) -> &StoredFrames {
        &self.stored
    }

    pub fn frames(&self) -> usize {
        self.frames
    }
}

fn frames_of_part(file: &EncodedFile) -> usize {
    (SAMPLES_OF_PART / file.channels()).max(1)
}
