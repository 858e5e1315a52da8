//! The decoded audio beside the original.

use std::cmp::Ordering;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::bail;
use extrema::audio_file::AudioReader;
use extrema::codec::sanitise;

use super::over_time::Intervals;
use super::snr::{Snr, decibels};
use crate::encoded_file::EncodedFile;

/// Compares the decoded audio with the original.
pub struct Comparison {
    path: PathBuf,
    reader: AudioReader,
    /// Samples of the original that have not been compared yet.
    pending: Vec<Vec<f64>>,
    /// Frames that have been compared.
    position: u64,
    /// For each channel, the energy of the original and of the difference.
    energies: Vec<(f64, f64)>,
    /// The same of all channels together in each interval, if that is wanted.
    over_time: Option<(Intervals, Vec<(f64, f64)>)>,
    /// The frames of the original that are kept, and their samples by channel.
    kept: (Range<u64>, Vec<Vec<f64>>),
    /// Whether the encoded file has its end.
    is_whole: bool,
}

/// What a comparison has found.
pub struct Compared {
    pub snr: Snr,
    /// Energies of the original and of the difference in each interval.
    pub over_time: Option<Vec<(f64, f64)>>,
    /// The samples of the frames that were kept, by channel.
    pub kept: Vec<Vec<f64>>,
}

impl Comparison {
    /// Begins to compare a file with its original, of which the frames `kept` will be needed.
    pub fn open(
        path: &Path,
        file: &EncodedFile,
        intervals: Option<Intervals>,
        kept: Range<u64>,
    ) -> anyhow::Result<Self> {
        let reader = AudioReader::open(path)?;
        let original = (reader.channels(), reader.sample_rate());
        if original != (file.channels(), file.sample_rate()) {
            bail!(
                "{} has {} channel(s) at {} Hz, but the encoded file has {} channel(s) at {} Hz; \
                 name the audio file it was encoded from",
                path.display(),
                original.0,
                original.1,
                file.channels(),
                file.sample_rate()
            );
        }
        let comparison = Self {
            path: path.to_owned(),
            pending: vec![Vec::new(); original.0],
            position: 0,
            energies: vec![(0.0, 0.0); original.0],
            over_time: intervals.map(|intervals| (intervals, vec![(0.0, 0.0); intervals.count()])),
            kept: (kept, vec![Vec::new(); original.0]),
            is_whole: file.contents().missing.is_none(),
            reader,
        };
        if let Some(frames) = comparison.reader.frames() {
            comparison.check_length(frames.cmp(&file.contents().frames))?;
        }
        Ok(comparison)
    }

    /// Decodes the whole file.
    pub fn run(mut self, file: &mut EncodedFile) -> anyhow::Result<Compared> {
        let mut block = Vec::new();
        while file.read(&mut block)? {
            self.add(&block)?;
        }
        if !self.pending[0].is_empty() || self.reader.read(&mut Vec::new())? {
            self.check_length(Ordering::Greater)?;
        }
        let all = self.energies.iter().fold((0.0, 0.0), |(a, b), &(c, d)| (a + c, b + d));
        Ok(Compared {
            snr: Snr {
                original: self.path.display().to_string(),
                db: decibels(all),
                by_channel_db: self.energies.into_iter().map(decibels).collect(),
            },
            over_time: self.over_time.map(|(_, energies)| energies),
            kept: self.kept.1,
        })
    }

    /// The original must be as long as the encoded file, except that a file that was cut short may
    /// end before its original.
    fn check_length(&self, original: Ordering) -> anyhow::Result<()> {
        let length = match original {
            Ordering::Less => "shorter",
            Ordering::Greater if self.is_whole => "longer",
            _ => return Ok(()),
        };
        bail!(
            "{} is {length} than the encoded file; name the audio file it was encoded from",
            self.path.display()
        );
    }

    /// Compares the next decoded block.
    fn add(&mut self, decoded: &[Vec<f64>]) -> anyhow::Result<()> {
        let frames = decoded[0].len();
        let mut block = Vec::new();
        while self.pending[0].len() < frames && self.reader.read(&mut block)? {
            for (pending, block) in self.pending.iter_mut().zip(&block) {
                pending.extend_from_slice(block);
            }
        }
        let common = frames.min(self.pending[0].len());
        if common < frames {
            self.check_length(Ordering::Less)?;
        }
        let block = self.position..self.position + common as u64;
        self.position = block.end;
        for (channel, (pending, decoded)) in self.pending.iter_mut().zip(decoded).enumerate() {
            pending[..common].iter_mut().for_each(|x| *x = sanitise(*x));
            let (signal, noise) = &mut self.energies[channel];
            for (x, y) in pending[..common].iter().zip(decoded) {
                *signal += x * x;
                *noise += (x - y) * (x - y);
            }
            if let Some((intervals, energies)) = &mut self.over_time {
                let mut from = 0;
                for (number, frames) in intervals.parts(block.clone()) {
                    let part = from..from + frames as usize;
                    from = part.end;
                    let (signal, noise) = &mut energies[number];
                    for (x, y) in pending[part.clone()].iter().zip(&decoded[part]) {
                        *signal += x * x;
                        *noise += (x - y) * (x - y);
                    }
                }
            }
            let (range, kept) = &mut self.kept;
            let within = |frame: u64| (frame.clamp(block.start, block.end) - block.start) as usize;
            kept[channel].extend_from_slice(&pending[within(range.start)..within(range.end)]);
            pending.drain(..common);
        }
        Ok(())
    }
}
