//! Encoded files, containers or raw streams, decoded block by block.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use extrema::audio_file::IO_BUFFER_SIZE;
use extrema::codec::{Codebook, Decoder, Record, StereoMode};
use extrema::container::raw::{self, RawReader};
use extrema::container::{Header, Reader};

/// Frames decoded at a time: 64 KB of samples per channel, which stay in the second-level cache
/// until they are written.
const MAX_BLOCK_FRAMES: usize = 8192;

/// How to read an encoded file.
#[derive(Debug, Args)]
pub struct RawOptions {
    /// Read a raw stream: the records of one channel without a header
    #[arg(long)]
    raw: bool,
    /// Sample rate of the raw stream in Hz, at least 1
    #[arg(long, value_name = "HZ", requires = "raw", default_value_t = raw::SAMPLE_RATE,
        value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
}

/// An encoded file and its decoder.
pub struct EncodedFile {
    path: PathBuf,
    records: RecordReader,
    sample_rate: u32,
    channels: usize,
    stereo: StereoMode,
    decoder: Decoder,
}

/// Where the records come from.
enum RecordReader {
    Container(Reader<BufReader<File>>),
    Raw(RawReader<File>),
}

impl EncodedFile {
    pub fn open(path: &Path, options: &RawOptions) -> anyhow::Result<Self> {
        let cannot_read = || cannot_read(path);
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let mut codebook = Codebook::standard();
        let (records, sample_rate, channels, stereo) = if options.raw {
            let records = RecordReader::Raw(RawReader::new(file));
            (records, options.rate, 1, StereoMode::LeftRight)
        } else {
            let file = BufReader::with_capacity(IO_BUFFER_SIZE, file);
            let reader = Reader::new(file).with_context(cannot_read)?;
            codebook = reader.codebook().with_context(cannot_read)?;
            let Header { sample_rate, channels, settings, .. } = *reader.header();
            let records = RecordReader::Container(reader);
            (records, sample_rate, usize::from(channels), settings.stereo)
        };
        let decoder = Decoder::new(&codebook, channels);
        Ok(Self { path: path.to_owned(), records, sample_rate, channels, stereo, decoder })
    }

    /// Sample rate in Hz.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The container's header; a raw stream has none.
    pub fn header(&self) -> Option<&Header> {
        match &self.records {
            RecordReader::Container(reader) => Some(reader.header()),
            RecordReader::Raw(_) => None,
        }
    }

    /// Whether the file has its end; known once [`Self::read`] has returned false.
    pub fn is_complete(&self) -> bool {
        match &self.records {
            RecordReader::Container(reader) => reader.is_complete(),
            RecordReader::Raw(_) => true,
        }
    }

    /// Decodes the next block into `out`, one vector per channel, and passes the records that were
    /// read for it to `on_records`, with the number of their stream. Returns false, and an empty
    /// block, at the end of the file.
    pub fn read(
        &mut self,
        out: &mut Vec<Vec<f64>>,
        mut on_records: impl FnMut(usize, &[Record]),
    ) -> anyhow::Result<bool> {
        while self.decoder.available() < MAX_BLOCK_FRAMES && self.feed(&mut on_records)? {}
        let frames = self.decoder.available().min(MAX_BLOCK_FRAMES);
        out.resize_with(self.channels, Vec::new);
        out.iter_mut().for_each(|channel| channel.resize(frames, 0.0));
        let mut slices: Vec<&mut [f64]> = out.iter_mut().map(Vec::as_mut_slice).collect();
        self.decoder.read(&mut slices, |_| ());
        if let [first, second] = &mut out[..] {
            for (a, b) in first.iter_mut().zip(second) {
                [*a, *b] = self.stereo.to_channels([*a, *b]);
            }
        }
        Ok(frames > 0)
    }

    /// Passes more records to the decoder; returns false if there are none.
    fn feed(&mut self, on_records: &mut impl FnMut(usize, &[Record])) -> anyhow::Result<bool> {
        let next = match &mut self.records {
            RecordReader::Container(reader) => {
                reader.read().with_context(|| cannot_read(&self.path))?
            }
            RecordReader::Raw(reader) => {
                let records = reader.read().with_context(|| cannot_read(&self.path))?;
                records.map(|records| (0, records))
            }
        };
        let Some((stream, records)) = next else { return Ok(false) };
        on_records(stream, records);
        self.decoder.push(stream, records);
        Ok(true)
    }
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}
