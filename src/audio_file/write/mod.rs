//! Writes WAV files.

mod atomic_file;
mod temporary;
mod wav_header;

use std::io::{self, Seek, Write};
use std::path::Path;

use crate::audio_file::error::AudioFileError;
use crate::audio_file::metadata::to_chunks;
use crate::codec::{quantise_all, round_to_i32, to_f32};

pub use atomic_file::AtomicFile;
pub use temporary::remove_unfinished_files;

use wav_header::WavHeader;

/// Samples of all channels that are converted at a time: with their `f64` input and 16-bit levels,
/// 36 KB, which stay in the first-level cache.
const BLOCK_SAMPLES: usize = 3000;

/// Sample format of a WAV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SampleFormat {
    /// 16-bit integers.
    Int16,
    /// 24-bit integers.
    Int24,
    /// 32-bit floats, bit-identical to what the plugin outputs.
    #[default]
    Float32,
}

impl SampleFormat {
    /// Bits per sample.
    pub fn bits(self) -> u16 {
        match self {
            Self::Int16 => 16,
            Self::Int24 => 24,
            Self::Float32 => 32,
        }
    }

    /// `round(y · (2^(b−1) − 1))` with halves away from zero, clamped to `b` bits.
    fn quantise(self, sample: f64) -> i32 {
        let bits = self.bits();
        let top = f64::from((1_u32 << (bits - 1)) - 1);
        round_to_i32(sample * top).clamp(-top as i32 - 1, top as i32)
    }
}

/// What a WAV file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavSpec {
    /// Sample rate in Hz.
    pub sample_rate: u32,
    /// Number of channels, at least 1. A frame has at most 65,535 bytes.
    pub channels: usize,
    /// The speakers that the channels are for, as the bits of a channel mask in ascending order; 0 if
    /// they are unknown. A mask whose bits do not number the channels counts as unknown.
    pub channel_mask: u32,
    /// How samples are stored.
    pub format: SampleFormat,
    /// Length in frames, if it is known. Without it, a file has room for the larger sizes that it
    /// needs beyond 4 GiB, which some simple readers do not expect.
    pub frames: Option<u64>,
}

/// Writes a WAV file, which appears at its path only once it is finished. Beyond 4 GiB it is an RF64
/// file.
pub struct WavWriter {
    file: AtomicFile,
    header: WavHeader,
    /// Frames written so far.
    frames: u64,
    /// Quantised samples, channel by channel.
    levels: Vec<i16>,
    /// Samples as they are stored.
    bytes: Vec<u8>,
    /// The chunks behind the samples.
    tags: Vec<u8>,
}

impl WavWriter {
    /// Begins a WAV file of unknown length and speakers at `path`, with the sample rate in Hz.
    ///
    /// # Errors
    /// Those of [`Self::with_spec`].
    pub fn create(
        path: &Path,
        sample_rate: u32,
        channels: usize,
        format: SampleFormat,
    ) -> Result<Self, AudioFileError> {
        let (channel_mask, frames) = (0, None);
        Self::with_spec(path, WavSpec { sample_rate, channels, channel_mask, format, frames })
    }

    /// Begins a WAV file at `path`; [`STANDARD_STREAM`](super::STANDARD_STREAM) is standard output.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if no file can be created there, [`AudioFileError::Unwritable`] if a
    /// frame is larger than the format allows.
    pub fn with_spec(path: &Path, spec: WavSpec) -> Result<Self, AudioFileError> {
        let most = usize::from(u16::MAX / (spec.format.bits() / 8));
        if !(1..=most).contains(&spec.channels) {
            return Err(AudioFileError::Unwritable {
                path: path.to_owned(),
                reason: format!(
                    "a WAV file of {} bits has 1 to {most} channels, not {}",
                    spec.format.bits(),
                    spec.channels
                ),
            });
        }
        let mut header = WavHeader {
            sample_rate: spec.sample_rate,
            channels: spec.channels as u16,
            channel_mask: spec.channel_mask,
            format: spec.format,
            has_ds64: false,
            behind: 0,
        };
        header.has_ds64 = spec.frames.is_none_or(|frames| !header.fits(frames));
        let mut file = AtomicFile::create(path)?;
        // Holds the place; the length is known at the end.
        file.write_all(&header.to_bytes(0)).map_err(|source| write_error(path, source))?;
        Ok(Self {
            file,
            header,
            frames: 0,
            levels: Vec::new(),
            bytes: Vec::new(),
            tags: Vec::new(),
        })
    }

    /// Gives the file tags by their keys in Vorbis comments, in place of those it has: what `LIST INFO` knows,
    /// and everything else in an `id3 ` chunk. They are left out of a file that they would make larger than
    /// 4 GiB if it was not meant to be.
    pub fn set_tags<'a>(&mut self, tags: impl Iterator<Item = (&'a str, &'a str)>) {
        self.tags = to_chunks(tags);
    }

    /// Appends a block, one slice of equal length per channel.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the block cannot be written, [`AudioFileError::Unwritable`] if
    /// the file would exceed 4 GiB although the length that was given does not.
    ///
    /// # Panics
    /// If the number of slices is not the number of channels, or one is shorter than the first.
    pub fn write(&mut self, channels: &[&[f64]]) -> Result<(), AudioFileError> {
        assert_eq!(channels.len(), usize::from(self.header.channels));
        let frames = channels[0].len();
        self.frames += frames as u64;
        if !self.header.fits(self.frames) {
            return Err(AudioFileError::Unwritable {
                path: self.file.path().to_owned(),
                reason: "the audio is longer than was announced, and exceeds 4 GiB".to_owned(),
            });
        }
        let step = (BLOCK_SAMPLES / channels.len()).max(1);
        for from in (0..frames).step_by(step) {
            let range = from..frames.min(from + step);
            let (format, bytes) = (self.header.format, &mut self.bytes);
            match format {
                SampleFormat::Int16 => {
                    self.levels.resize(range.len() * channels.len(), 0);
                    let levels = &mut self.levels;
                    for (channel, levels) in channels.iter().zip(levels.chunks_mut(range.len())) {
                        quantise_all(&channel[range.clone()], levels);
                    }
                    interleave(levels.chunks(range.len()), bytes, i16::to_le_bytes);
                }
                SampleFormat::Int24 => {
                    let blocks = channels.iter().map(|channel| &channel[range.clone()]);
                    interleave(blocks, bytes, |sample| {
                        let [a, b, c, _] = format.quantise(sample).to_le_bytes();
                        [a, b, c]
                    });
                }
                SampleFormat::Float32 => {
                    let blocks = channels.iter().map(|channel| &channel[range.clone()]);
                    interleave(blocks, bytes, |sample| to_f32(sample).to_le_bytes());
                }
            }
            let written = self.file.write_all(bytes);
            written.map_err(|source| write_error(self.file.path(), source))?;
        }
        Ok(())
    }

    /// Completes the file and moves it to its path.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the rest cannot be written or an existing file cannot be
    /// replaced.
    pub fn finish(self) -> Result<(), AudioFileError> {
        let Self { mut file, mut header, frames, tags, .. } = self;
        let is_odd = frames.wrapping_mul(header.frame_size()) % 2 == 1;
        header.behind = tags.len() as u32;
        let tags = if header.fits(frames) { &tags[..] } else { &[] };
        header.behind = tags.len() as u32;
        let mut complete = || {
            file.write_all(if is_odd { &[0] } else { &[] })?;
            file.write_all(tags)?;
            file.rewind()?;
            file.write_all(&header.to_bytes(frames))
        };
        complete().map_err(|source| write_error(file.path(), source))?;
        file.finish()
    }
}

/// Replaces `bytes` by the samples of all channels, frame by frame. Mono and stereo have loops of their
/// own, which are vectorised.
fn interleave<'a, T: Copy + 'a, const N: usize>(
    mut channels: impl ExactSizeIterator<Item = &'a [T]> + Clone,
    bytes: &mut Vec<u8>,
    to_bytes: impl Fn(T) -> [u8; N],
) {
    let count = channels.len();
    let frames = channels.clone().next().map_or(0, <[T]>::len);
    bytes.resize(frames * count * N, 0);
    let (slots, _) = bytes.as_chunks_mut::<N>();
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

fn write_error(path: &Path, source: io::Error) -> AudioFileError {
    AudioFileError::Write { path: path.to_owned(), source }
}
