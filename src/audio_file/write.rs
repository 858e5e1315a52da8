//! Writes WAV files.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use super::{AtomicFile, AudioFileError, IO_BUFFER_SIZE};
use crate::codec::{quantise_all, round_to_i32, to_f32};

/// Samples of all channels that are quantised to 16 bits at a time: with their `f64` input, 30 KB,
/// which stays in the first-level cache.
const INT16_BLOCK_SAMPLES: usize = 3000;

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

/// Writes a WAV file, which appears at its path only once it is finished.
pub struct WavWriter {
    file: AtomicFile,
    wav: hound::WavWriter<BufWriter<File>>,
    format: SampleFormat,
    channels: usize,
    /// Frames that can still be written before the format's 32-bit sizes overflow.
    frames_left: u64,
    /// Quantised samples, channel by channel.
    levels: Vec<i16>,
}

impl WavWriter {
    /// Begins a WAV file at `path`, with the sample rate in Hz and 1 to 65535 channels.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if no file can be created there, [`AudioFileError::Unwritable`]
    /// for any other number of channels.
    pub fn create(
        path: &Path,
        sample_rate: u32,
        channels: usize,
        format: SampleFormat,
    ) -> Result<Self, AudioFileError> {
        let count = u16::try_from(channels).ok().filter(|&count| count > 0);
        let channels_u16 = count.ok_or_else(|| AudioFileError::Unwritable {
            path: path.to_owned(),
            reason: format!("a WAV file has 1 to 65535 channels, not {channels}"),
        })?;
        let file = AtomicFile::create(path)?;
        let spec = hound::WavSpec {
            channels: channels_u16,
            sample_rate,
            bits_per_sample: format.bits(),
            sample_format: match format {
                SampleFormat::Float32 => hound::SampleFormat::Float,
                SampleFormat::Int16 | SampleFormat::Int24 => hound::SampleFormat::Int,
            },
        };
        let handle = file.handle().map_err(|source| write_error(file.path(), source))?;
        let wav = hound::WavWriter::new(BufWriter::with_capacity(IO_BUFFER_SIZE, handle), spec)
            .map_err(|error| write_error(path, to_io_error(error)))?;
        // The sizes in the header also count the header itself, which is less than 128 bytes.
        let frames_left =
            u64::from(u32::MAX - 128) / (channels as u64 * u64::from(format.bits() / 8));
        Ok(Self { file, wav, format, channels, frames_left, levels: Vec::new() })
    }

    /// Appends a block, one slice of equal length per channel.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the block cannot be written, [`AudioFileError::Unwritable`] if
    /// the file would exceed the format's 4 GiB.
    ///
    /// # Panics
    /// If the number of slices is not the number of channels, or one is shorter than the first.
    pub fn write(&mut self, channels: &[&[f64]]) -> Result<(), AudioFileError> {
        assert_eq!(channels.len(), self.channels);
        let frames = channels[0].len();
        let Some(frames_left) = self.frames_left.checked_sub(frames as u64) else {
            return Err(AudioFileError::Unwritable {
                path: self.file.path().to_owned(),
                reason: "a WAV file cannot exceed 4 GiB; use fewer bits or split the audio"
                    .to_owned(),
            });
        };
        self.frames_left = frames_left;
        let samples = (0..frames).flat_map(|frame| channels.iter().map(move |c| c[frame]));
        let (wav, format) = (&mut self.wav, self.format);
        let step = (INT16_BLOCK_SAMPLES / channels.len()).max(1);
        let written = match format {
            SampleFormat::Float32 => samples.map(to_f32).try_for_each(|y| wav.write_sample(y)),
            SampleFormat::Int24 => {
                samples.map(|y| format.quantise(y)).try_for_each(|y| wav.write_sample(y))
            }
            // hound's own 16-bit path takes a whole block, and counts its samples in 32 bits.
            SampleFormat::Int16 => (0..frames).step_by(step).try_for_each(|from| {
                let range = from..frames.min(from + step);
                let levels = &mut self.levels;
                levels.resize(range.len() * channels.len(), 0);
                for (channel, levels) in channels.iter().zip(levels.chunks_mut(range.len())) {
                    quantise_all(&channel[range.clone()], levels);
                }
                let mut writer = wav.get_i16_writer(levels.len() as u32);
                // Mono is already in the order of the file.
                match channels {
                    [_] => levels.iter().for_each(|&level| writer.write_sample(level)),
                    _ => (0..range.len()).for_each(|frame| {
                        let levels = levels[frame..].iter().step_by(range.len());
                        levels.for_each(|&level| writer.write_sample(level));
                    }),
                }
                writer.flush()
            }),
        };
        written.map_err(|error| write_error(self.file.path(), to_io_error(error)))
    }

    /// Completes the file and moves it to its path.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the rest cannot be written or an existing file cannot be
    /// replaced.
    pub fn finish(self) -> Result<(), AudioFileError> {
        let Self { file, wav, .. } = self;
        wav.finalize().map_err(|error| write_error(file.path(), to_io_error(error)))?;
        file.finish()
    }
}

fn write_error(path: &Path, source: io::Error) -> AudioFileError {
    AudioFileError::Write { path: path.to_owned(), source }
}

fn to_io_error(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other),
    }
}
