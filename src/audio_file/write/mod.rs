//! Writes WAV files.

mod atomic_file;
mod stored;
mod temporary;
mod wav_header;

use std::io::{self, Seek, Write};
use std::mem;
use std::path::Path;

use crate::audio_file::error::AudioFileError;
use crate::audio_file::metadata::to_chunks;
use crate::codec::round_to_i32;

pub use atomic_file::AtomicFile;
pub use stored::StoredFrames;
pub use temporary::remove_unfinished_files;

use wav_header::WavHeader;

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
    /// The block that is being written.
    block: StoredFrames,
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
            block: StoredFrames::new(spec.format),
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
        let mut block = mem::replace(&mut self.block, StoredFrames::new(self.header.format));
        block.clear();
        block.append(channels);
        let result = self.write_stored(&block);
        self.block = block;
        result
    }

    /// Appends frames that are converted already.
    ///
    /// # Errors
    /// Those of [`Self::write`].
    ///
    /// # Panics
    /// If they have another sample format or other channels than the file.
    pub fn write_stored(&mut self, stored: &StoredFrames) -> Result<(), AudioFileError> {
        assert_eq!(stored.format, self.header.format);
        assert_eq!(stored.bytes.len() as u64, stored.frames * self.header.frame_size());
        self.frames += stored.frames;
        if !self.header.fits(self.frames) {
            return Err(AudioFileError::Unwritable {
                path: self.file.path().to_owned(),
                reason: "the audio is longer than was announced, and exceeds 4 GiB".to_owned(),
            });
        }
        let written = self.file.write_all(&stored.bytes);
        written.map_err(|source| write_error(self.file.path(), source))
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

fn write_error(path: &Path, source: io::Error) -> AudioFileError {
    AudioFileError::Write { path: path.to_owned(), source }
}
