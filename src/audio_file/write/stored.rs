//! Samples as a WAV file stores them.

use super::SampleFormat;
use crate::codec::{quantise_all, to_f32};

/// Samples of all channels that are converted at a time: with their `f64` input and 16-bit levels,
/// 36 KB, which stay in the first-level cache.
const BLOCK_SAMPLES: usize = 3000;

/// Frames in the form in which a WAV file stores them, converted ahead of
/// [`WavWriter::write_stored`](super::WavWriter::write_stored).
#[derive(Debug)]
pub struct StoredFrames {
    pub(super) format: SampleFormat,
    pub(super) frames: u64,
    pub(super) bytes: Vec<u8>,
    /// Quantised samples, channel by channel.
    levels: Vec<i16>,
}

impl StoredFrames {
    /// No frames yet.
    pub fn new(format: SampleFormat) -> Self {
        Self { format, frames: 0, bytes: Vec::new(), levels: Vec::new() }
    }

    /// Forgets all frames.
    pub fn clear(&mut self) {
        self.frames = 0;
        self.bytes.clear();
    }

    /// Appends a block, one slice of equal length per channel.
    ///
    /// # Panics
    /// If a slice is shorter than the first.
    pub fn append(&mut self, channels: &[&[f64]]) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        self.frames += frames as u64;
        let step = (BLOCK_SAMPLES / channels.len().max(1)).max(1);
        let Self { format, bytes, levels, .. } = self;
        for from in (0..frames).step_by(step) {
            let range = from..frames.min(from + step);
            let blocks = channels.iter().map(|channel| &channel[range.clone()]);
            match format {
                SampleFormat::Int16 => {
                    levels.resize(range.len() * channels.len(), 0);
                    for (block, levels) in blocks.zip(levels.chunks_mut(range.len())) {
                        quantise_all(block, levels);
                    }
                    interleave(levels.chunks(range.len()), bytes, i16::to_le_bytes);
                }
                SampleFormat::Int24 => interleave(blocks, bytes, |sample| {
                    let [a, b, c, _] = format.quantise(sample).to_le_bytes();
                    [a, b, c]
                }),
                SampleFormat::Float32 => {
                    interleave(blocks, bytes, |sample| to_f32(sample).to_le_bytes());
                }
            }
        }
    }
}

/// Appends the samples of all channels to `bytes`, frame by frame. Mono and stereo have loops of their
/// own, which are vectorised.
fn interleave<'a, T: Copy + 'a, const N: usize>(
    mut channels: impl ExactSizeIterator<Item = &'a [T]> + Clone,
    bytes: &mut Vec<u8>,
    to_bytes: impl Fn(T) -> [u8; N],
) {
    let count = channels.len();
    let frames = channels.clone().next().map_or(0, <[T]>::len);
    let before = bytes.len();
    bytes.resize(before + frames * count * N, 0);
    let (slots, _) = bytes[before..].as_chunks_mut::<N>();
    if count <= 2
        && let Some(first) = channels.next()
    {
        if let Some(second) = channels.next() {
            let (slots, _) = slots.as_chunks_mut();
            for (slots, (&a, &b)) in slots.iter_mut().zip(first.iter().zip(second)) {
                *slots = [to_bytes(a), to_bytes(b)];
            }
        } else {
            slots.iter_mut().zip(first).for_each(|(slot, &sample)| *slot = to_bytes(sample));
        }
        return;
    }
    for (number, channel) in channels.enumerate() {
        let slots = slots[number..].iter_mut().step_by(count);
        slots.zip(channel).for_each(|(slot, &sample)| *slot = to_bytes(sample));
    }
}
