//! Encoded files, read and decoded block by block.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use extrema::audio_file::BUFFER;
use extrema::codec::{Codebook, Decoder, Record, StereoMode};
use extrema::container::raw::{self, RawReader};
use extrema::container::{Header, Reader};

/// Frames in a block.
const BLOCK: usize = 8192;

/// How an encoded file is to be understood.
#[derive(Debug, Args)]
pub struct StoredOptions {
    /// The file is a raw stream: nothing but the records of one channel
    #[arg(long)]
    raw: bool,
    /// The sample rate of a raw stream in Hz
    #[arg(long, value_name = "HZ", requires = "raw", default_value_t = raw::SAMPLE_RATE,
        value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
}

/// An encoded file and the decoder that plays it.
pub struct Stored {
    path: PathBuf,
    source: Source,
    sample_rate: u32,
    channels: usize,
    stereo: StereoMode,
    decoder: Decoder,
}

enum Source {
    Container(Reader<BufReader<File>>),
    Raw(RawReader<BufReader<File>>),
}

impl Stored {
    pub fn open(path: &Path, options: &StoredOptions) -> anyhow::Result<Self> {
        let cannot_open = || format!("cannot open {}", path.display());
        let file = BufReader::with_capacity(BUFFER, File::open(path).with_context(cannot_open)?);
        let mut codebook = Codebook::standard();
        let (source, sample_rate, channels, stereo) = if options.raw {
            (Source::Raw(RawReader::new(file)), options.rate, 1, StereoMode::LeftRight)
        } else {
            let reader = Reader::new(file).with_context(|| cannot_read(path))?;
            codebook = reader.codebook().with_context(|| cannot_read(path))?;
            let Header { sample_rate, channels, settings, .. } = *reader.header();
            (Source::Container(reader), sample_rate, usize::from(channels), settings.stereo)
        };
        let decoder = Decoder::new(&codebook, channels);
        Ok(Self { path: path.to_owned(), source, sample_rate, channels, stereo, decoder })
    }

    /// In Hz.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    /// What the file says of itself; a raw stream says nothing.
    pub fn header(&self) -> Option<&Header> {
        match &self.source {
            Source::Container(reader) => Some(reader.header()),
            Source::Raw(_) => None,
        }
    }

    /// Whether the whole file is there, known after the last block.
    pub fn is_complete(&self) -> bool {
        match &self.source {
            Source::Container(reader) => reader.is_complete(),
            Source::Raw(_) => true,
        }
    }

    /// Decodes the next block into `out`, a vector for each channel, and hands every record that
    /// was read for it to `seen`, with its stream. False at the end, when the block is empty.
    pub fn read(
        &mut self,
        out: &mut Vec<Vec<f64>>,
        mut seen: impl FnMut(usize, Record),
    ) -> anyhow::Result<bool> {
        while self.decoder.available() == 0 {
            if !self.feed(&mut seen)? {
                out.resize_with(self.channels, Vec::new);
                out.iter_mut().for_each(Vec::clear);
                return Ok(false);
            }
        }
        let frames = self.decoder.available().min(BLOCK);
        out.resize_with(self.channels, Vec::new);
        out.iter_mut().for_each(|channel| channel.resize(frames, 0.0));
        let mut slices: Vec<&mut [f64]> = out.iter_mut().map(Vec::as_mut_slice).collect();
        self.decoder.read(&mut slices, |_| ());
        if let [first, second] = &mut out[..] {
            for (a, b) in first.iter_mut().zip(second) {
                [*a, *b] = self.stereo.to_channels([*a, *b]);
            }
        }
        Ok(true)
    }

    /// Gives the decoder some more records; false if there are none.
    fn feed(&mut self, seen: &mut impl FnMut(usize, Record)) -> anyhow::Result<bool> {
        let path = &self.path;
        match &mut self.source {
            Source::Container(reader) => {
                let Some((stream, records)) = reader.read().with_context(|| cannot_read(path))?
                else {
                    return Ok(false);
                };
                records.iter().for_each(|&record| seen(stream, record));
                self.decoder.push(stream, records);
            }
            Source::Raw(reader) => {
                let Some(record) = reader.next() else {
                    return Ok(false);
                };
                let record = record.with_context(|| cannot_read(path))?;
                seen(0, record);
                self.decoder.push(0, &[record]);
            }
        }
        Ok(true)
    }
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}
