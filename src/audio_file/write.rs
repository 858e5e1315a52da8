//! Writes WAV files.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use super::{AudioFileError, BUFFER, NewFile};
use crate::codec::{quantise_all, round_to_i32, to_f32};

/// How many samples of 16 bits are written at once, few enough to stay in the first-level cache.
const PIECE: usize = 3000;

/// How samples are stored in a WAV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SampleFormat {
    /// 16-bit integers.
    Int16,
    /// 24-bit integers.
    Int24,
    /// 32-bit floats, exactly what a host would receive from the plugin.
    #[default]
    Float32,
}

impl SampleFormat {
    /// Bits per sample.
    #[must_use]
    pub fn bits(self) -> u16 {
        match self {
            Self::Int16 => 16,
            Self::Int24 => 24,
            Self::Float32 => 32,
        }
    }

    /// `round(y · (2^(b−1) − 1))`, halves away from zero, clamped to the `b` bits.
    fn integer(self, sample: f64) -> i32 {
        let bits = self.bits();
        let top = f64::from((1_u32 << (bits - 1)) - 1);
        round_to_i32(sample * top).clamp(-top as i32 - 1, top as i32)
    }
}

/// A WAV file under construction; it appears when it is finished, and not at all if it is not.
pub struct WavWriter {
    file: NewFile,
    wav: hound::WavWriter<BufWriter<File>>,
    format: SampleFormat,
    channels: usize,
    /// How many frames the format's 32-bit sizes still have room for.
    room: u64,
    /// Working memory for a piece, channel by channel.
    levels: Vec<i16>,
}

impl WavWriter {
    /// Begins a WAV file at `path`, with a sample rate in Hz.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if no file can be made there, [`AudioFileError::Unwritable`] for
    /// no channels or more than 65535.
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
        let file = NewFile::create(path)?;
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
        let wav = hound::WavWriter::new(BufWriter::with_capacity(BUFFER, handle), spec)
            .map_err(|error| write_error(path, to_io(error)))?;
        // The header takes less than 128 bytes of what 32 bits can count.
        let room = u64::from(u32::MAX - 128) / (channels as u64 * u64::from(format.bits() / 8));
        Ok(Self { file, wav, format, channels, room, levels: Vec::new() })
    }

    /// Appends a block, one slice of equal length for each channel.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the disk does not take it, [`AudioFileError::Unwritable`] if
    /// the file would exceed the 4 GiB of the format.
    ///
    /// # Panics
    /// If there are not as many slices as channels, or one is shorter than the first.
    pub fn write(&mut self, channels: &[&[f64]]) -> Result<(), AudioFileError> {
        assert_eq!(channels.len(), self.channels);
        let frames = channels[0].len();
        let Some(room) = self.room.checked_sub(frames as u64) else {
            return Err(AudioFileError::Unwritable {
                path: self.file.path().to_owned(),
                reason: "a WAV file ends at 4 GiB; use fewer bits, or work on the piece in parts"
                    .to_owned(),
            });
        };
        self.room = room;
        let samples = (0..frames).flat_map(|frame| channels.iter().map(move |c| c[frame]));
        let (wav, format) = (&mut self.wav, self.format);
        let step = (PIECE / channels.len()).max(1);
        let written = match format {
            SampleFormat::Float32 => samples.map(to_f32).try_for_each(|y| wav.write_sample(y)),
            SampleFormat::Int24 => {
                samples.map(|y| format.integer(y)).try_for_each(|y| wav.write_sample(y))
            }
            // Piece by piece, since the library counts the samples of a piece in 32 bits.
            SampleFormat::Int16 => (0..frames).step_by(step).try_for_each(|from| {
                let piece = from..frames.min(from + step);
                let levels = &mut self.levels;
                levels.resize(piece.len() * channels.len(), 0);
                for (channel, levels) in channels.iter().zip(levels.chunks_mut(piece.len())) {
                    quantise_all(&channel[piece.clone()], levels);
                }
                let mut writer = wav.get_i16_writer(levels.len() as u32);
                // Those of one channel are in order already.
                match channels {
                    [_] => levels.iter().for_each(|&level| writer.write_sample(level)),
                    _ => (0..piece.len()).for_each(|frame| {
                        let levels = levels[frame..].iter().step_by(piece.len());
                        levels.for_each(|&level| writer.write_sample(level));
                    }),
                }
                writer.flush()
            }),
        };
        written.map_err(|error| write_error(self.file.path(), to_io(error)))
    }

    /// Completes the file and puts it in its place.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the rest could not be written or the destination cannot be
    /// replaced.
    pub fn finish(self) -> Result<(), AudioFileError> {
        let Self { file, wav, .. } = self;
        wav.finalize().map_err(|error| write_error(file.path(), to_io(error)))?;
        file.finish()
    }
}

fn write_error(path: &Path, source: io::Error) -> AudioFileError {
    AudioFileError::Write { path: path.to_owned(), source }
}

fn to_io(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other),
    }
}
