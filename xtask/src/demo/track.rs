//! A piece of audio in memory, as a host holds it.

use std::path::Path;

use anyhow::{Context, Result, bail};
use extrema::audio_file::{AudioReader, SampleFormat, WavWriter};
use extrema::codec::to_f32;

/// Mono or stereo audio.
pub struct Track {
    /// In Hz.
    pub sample_rate: u32,
    /// One or two channels of the same length.
    pub channels: Vec<Vec<f32>>,
}

impl Track {
    /// Reads a mono or stereo file.
    pub fn read(path: &Path) -> Result<Self> {
        let mut reader = AudioReader::open(path)?;
        let count = reader.channels();
        if count > 2 {
            bail!(
                "{} has {count} channels, and Extrema works on mono or stereo: mix it down, for \
                 example with `ffmpeg -i IN -ac 2 OUT.wav`",
                path.display()
            );
        }
        let channels = reader.read_all()?;
        if channels[0].is_empty() {
            bail!("{} holds no audio", path.display());
        }
        let to_f32 = |channel: Vec<f64>| channel.into_iter().map(to_f32).collect();
        let channels = channels.into_iter().map(to_f32).collect();
        Ok(Self { sample_rate: reader.sample_rate(), channels })
    }

    /// Another track of the same sample rate.
    pub fn with(&self, channels: Vec<Vec<f32>>) -> Self {
        Self { sample_rate: self.sample_rate, channels }
    }

    /// Writes a 32-bit float WAV file, which is to the bit what a host received.
    pub fn write(&self, path: &Path) -> Result<()> {
        let count = self.channels.len();
        let mut writer = WavWriter::create(path, self.sample_rate, count, SampleFormat::Float32)?;
        let wide: Vec<Vec<f64>> = self
            .channels
            .iter()
            .map(|channel| channel.iter().map(|&x| f64::from(x)).collect())
            .collect();
        let slices: Vec<&[f64]> = wide.iter().map(Vec::as_slice).collect();
        writer.write(&slices)?;
        writer.finish().context("the WAV file could not be completed")
    }

    /// Length in frames.
    pub fn frames(&self) -> usize {
        self.channels[0].len()
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.sample_rate)
    }
}
