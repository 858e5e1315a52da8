//! A piece of audio in memory, in the `f32` that hosts exchange.

use std::path::Path;

use anyhow::{Context, Result, bail};
use extrema::audio_file::{AudioReader, SampleFormat, WavWriter};
use extrema::codec::to_f32;

/// Mono or stereo audio.
pub struct Track {
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

    /// The track with each channel changed.
    pub fn map(&self, change: impl FnMut(&Vec<f32>) -> Vec<f32>) -> Self {
        self.with(self.channels.iter().map(change).collect())
    }

    /// Writes a 32-bit float WAV file, which keeps every sample to the bit.
    pub fn write(&self, path: &Path) -> Result<()> {
        let count = self.channels.len();
        let mut writer = WavWriter::create(path, self.sample_rate, count, SampleFormat::Float32)?;
        let to_f64 = |channel: &Vec<f32>| channel.iter().map(|&x| f64::from(x)).collect();
        let channels: Vec<Vec<f64>> = self.channels.iter().map(to_f64).collect();
        writer.write(&channels.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
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

    /// The largest difference between two samples.
    pub fn largest_difference(&self, other: &Self) -> f32 {
        let pairs = self.channels.iter().flatten().zip(other.channels.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    /// Where a track first differs from this one, in words; `None` if it has the same bits. What
    /// one of them is longer by does not count.
    pub fn difference(&self, found: &Self) -> Option<String> {
        self.channels.iter().zip(&found.channels).enumerate().find_map(|(channel, (a, b))| {
            let differs = |(a, b): (&f32, &f32)| a.to_bits() != b.to_bits();
            let frame = a.iter().zip(b).position(differs)?;
            Some(format!(
                "they differ from frame {frame} of channel {channel} on, {} instead of {}, by up to \
                 {:e}",
                b[frame],
                a[frame],
                self.largest_difference(found)
            ))
        })
    }
}
