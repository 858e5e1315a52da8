//! Encoded files, containers or raw streams: counted first, then decoded block by block.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::{IO_BUFFER_SIZE, open_seekable};
use extrema::codec::{CURVE_COUNT, Codebook, Decoder, Record, StereoMode};
use extrema::container::raw::{self, RawError, RawReader};
use extrema::container::{self, Header, Reader, SAMPLE_RATES};

use crate::messages;

/// Frames decoded at a time: 64 KB of samples per channel, which stay in the second-level cache
/// until they are written.
const MAX_BLOCK_FRAMES: usize = 8192;

/// How to read an encoded file.
#[derive(Debug, Args)]
pub struct RawOptions {
    /// Read a raw stream: the records of one channel without a header
    #[arg(long)]
    raw: bool,
    /// Sample rate of the raw stream in Hz, 200 to 4000000
    #[arg(long, value_name = "HZ", requires = "raw", default_value_t = raw::SAMPLE_RATE,
        value_parser = sample_rate)]
    rate: u32,
}

/// An encoded file and its decoder.
pub struct EncodedFile {
    path: PathBuf,
    file: File,
    is_raw: bool,
    records: RecordReader,
    sample_rate: u32,
    channels: usize,
    stereo: StereoMode,
    decoder: Decoder,
    contents: Contents,
    /// Samples of each stream that the decoder has records for.
    queued: Vec<u64>,
    /// Frames before the first of an excerpt that have not been decoded yet.
    lead_in: u64,
    /// Frames that have not been decoded yet.
    frames_left: u64,
}

/// What an encoded file holds, counted without decoding it.
pub struct Contents {
    /// Size of the file in bytes.
    pub size: u64,
    /// Length in frames; in a file that is cut short, that of its shortest stream. Of an excerpt,
    /// without its lead-in.
    pub frames: u64,
    /// Records by ordinal; index 0 counts holds.
    pub by_ordinal: [u64; CURVE_COUNT as usize + 1],
    /// What is missing, in words, if the file is cut short.
    pub missing: Option<String>,
}

/// Where the records come from.
enum RecordReader {
    Container {
        reader: Box<Reader<BufReader<File>>>,
        /// For each stream the positions of its chunks, and how many of them have been read.
        chunks: Vec<(Vec<u64>, usize)>,
    },
    Raw(RawReader<File>),
}

impl EncodedFile {
    /// Opens a file and counts what it holds, so that all of it is known to be valid.
    pub fn open(path: &Path, options: &RawOptions) -> anyhow::Result<Self> {
        let cannot_read = || messages::cannot_read(path);
        let mut file = open_seekable(path)?;
        check_kind(path, &mut file, options.raw)?;
        let size = file.metadata().with_context(cannot_read)?.len();
        let mut by_ordinal = [0; CURVE_COUNT as usize + 1];
        // Frames of each stream.
        let mut frames = Vec::new();
        let mut chunks = Vec::new();
        let end = for_each_record(&file, options.raw, |position, stream, records| {
            if frames.len() <= stream {
                frames.resize(stream + 1, 0_u64);
                chunks.resize(stream + 1, (Vec::new(), 0));
            }
            for record in records {
                by_ordinal[usize::from(record.ordinal())] += 1;
            }
            frames[stream] = frames[stream].saturating_add(length(records));
            if !records.is_empty() {
                chunks[stream].0.push(position);
            }
            Ok(())
        })
        .with_context(cannot_read)?;

        file.rewind().with_context(cannot_read)?;
        let handle = file.try_clone().with_context(cannot_read)?;
        let mut codebook = Codebook::standard();
        let mut lead_in = 0;
        let (records, sample_rate, channels, stereo) = if options.raw {
            let records = RecordReader::Raw(RawReader::new(file));
            (records, options.rate, 1, StereoMode::LeftRight)
        } else {
            let file = BufReader::with_capacity(IO_BUFFER_SIZE, file);
            let mut reader = Reader::new(file).with_context(cannot_read)?;
            // Completes the header with the settings that came after V0.1.
            reader.read().with_context(cannot_read)?;
            codebook = reader.codebook().with_context(cannot_read)?;
            let Header { sample_rate, channels, settings, .. } = *reader.header();
            lead_in = reader.header().lead_in.unwrap_or(0).into();
            chunks.resize(usize::from(channels), (Vec::new(), 0));
            let records = RecordReader::Container { reader: Box::new(reader), chunks };
            (records, sample_rate, usize::from(channels), settings.stereo)
        };
        frames.resize(channels, 0);
        let shortest = frames.into_iter().min().unwrap_or(0).saturating_sub(lead_in);
        let is_complete = end != End::CutShort;
        let frames = if let End::At(frames) = end { frames } else { shortest };
        let mut file = Self {
            path: path.to_owned(),
            file: handle,
            is_raw: options.raw,
            records,
            sample_rate,
            channels,
            stereo,
            decoder: Decoder::new(&codebook, channels),
            contents: Contents { size, frames, by_ordinal, missing: None },
            queued: vec![0; channels],
            lead_in,
            frames_left: frames,
        };
        file.contents.missing = (!is_complete).then(|| file.missing());
        Ok(file)
    }

    /// Sample rate in Hz.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The container's header; a raw stream has none.
    pub fn header(&self) -> Option<&Header> {
        match &self.records {
            RecordReader::Container { reader, .. } => Some(reader.header()),
            RecordReader::Raw(_) => None,
        }
    }

    /// How much of a file that is cut short is there.
    fn missing(&self) -> String {
        let frames = self.contents.frames;
        match self.header().map(|header| header.frames) {
            Some(Some(all)) => {
                let percent = 100.0 * frames as f64 / all.max(1) as f64;
                format!("it has {frames} of {all} frames ({percent:.1} %)")
            }
            Some(None) => format!("it has {frames} frames, and does not say of how many"),
            None => {
                let rest = self.contents.size % Record::BYTES as u64;
                format!(
                    "its last record has {rest} of 5 bytes; the records before it have {frames} frames"
                )
            }
        }
    }

    /// Calls `on_records` for all records in the order of the file, with the number of their stream.
    /// Nothing can be decoded after that.
    pub fn for_each_record(
        &mut self,
        mut on_records: impl FnMut(usize, &[Record]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for_each_record(&self.file, self.is_raw, |_, stream, records| on_records(stream, records))?;
        Ok(())
    }

    /// Decodes the next block into `out`, one vector per channel. Returns false, and an empty block,
    /// at the end of the file.
    pub fn read(&mut self, out: &mut Vec<Vec<f64>>) -> anyhow::Result<bool> {
        while self.lead_in > 0 && self.frames_left > 0 {
            let frames = self.lead_in.min(MAX_BLOCK_FRAMES as u64);
            self.decode(frames, out)?;
            self.lead_in -= frames;
        }
        let frames = self.frames_left.min(MAX_BLOCK_FRAMES as u64);
        self.decode(frames, out)?;
        self.frames_left -= frames;
        Ok(frames > 0)
    }

    /// Decodes frames into `out`.
    fn decode(&mut self, frames: u64, out: &mut Vec<Vec<f64>>) -> anyhow::Result<()> {
        for stream in 0..self.channels {
            while self.queued[stream] < frames {
                self.feed(stream)?;
            }
            self.queued[stream] -= frames;
        }
        out.resize_with(self.channels, Vec::new);
        out.iter_mut().for_each(|channel| channel.resize(frames as usize, 0.0));
        let mut slices: Vec<&mut [f64]> = out.iter_mut().map(Vec::as_mut_slice).collect();
        self.decoder.read(&mut slices, |_| ());
        if let [first, second] = &mut out[..] {
            for (a, b) in first.iter_mut().zip(second) {
                [*a, *b] = self.stereo.to_channels([*a, *b]);
            }
        }
        Ok(())
    }

    /// Passes more records of a stream to the decoder.
    fn feed(&mut self, stream: usize) -> anyhow::Result<()> {
        let cannot_read = || messages::cannot_read(&self.path);
        let records = match &mut self.records {
            RecordReader::Container { reader, chunks } => {
                let (positions, read) = &mut chunks[stream];
                let position = positions.get(*read);
                *read += 1;
                let chunk = position.map(|&position| reader.read_at(position)).transpose();
                chunk.with_context(cannot_read)?.filter(|&(of, _)| of == stream)
            }
            RecordReader::Raw(reader) => {
                reader.read().with_context(cannot_read)?.map(|records| (0, records))
            }
        };
        let Some((_, records)) = records else {
            bail!("{} changed while it was being read; try again", self.path.display());
        };
        self.decoder.push(stream, records);
        self.queued[stream] += length(records);
        Ok(())
    }
}

/// The samples that records stand for, less than 2^50 for as many as a chunk holds.
fn length(records: &[Record]) -> u64 {
    records.iter().map(|record| u64::from(record.length())).sum()
}

/// Where a file ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Before its end.
    CutShort,
    /// With its last record.
    WithRecords,
    /// At a number of frames.
    At(u64),
}

/// Calls `on_records` for all records of a file in their order, with the position of their chunk and
/// the number of their stream. Returns where the file ends.
fn for_each_record(
    mut file: &File,
    is_raw: bool,
    mut on_records: impl FnMut(u64, usize, &[Record]) -> anyhow::Result<()>,
) -> anyhow::Result<End> {
    file.rewind()?;
    if is_raw {
        let mut reader = RawReader::new(file);
        loop {
            match reader.read() {
                Ok(Some(records)) => on_records(0, 0, records)?,
                Ok(None) => return Ok(End::WithRecords),
                Err(RawError::CutShort { .. }) => return Ok(End::CutShort),
                Err(error) => return Err(error.into()),
            }
        }
    }
    let mut reader = Reader::new(BufReader::with_capacity(IO_BUFFER_SIZE, file))?;
    loop {
        let position = reader.position();
        match reader.read()? {
            Some((stream, records)) => on_records(position, stream, records)?,
            None => return Ok(reader.totals().map_or(End::CutShort, |all| End::At(all.frames))),
        }
    }
}

/// Refuses a file that is plainly of another kind.
fn check_kind(path: &Path, file: &mut File, is_raw: bool) -> anyhow::Result<()> {
    let mut start = Vec::new();
    file.take(12).read_to_end(&mut start).with_context(|| messages::cannot_read(path))?;
    let path = path.display();
    let is_container = start.starts_with(&container::MAGIC);
    if is_raw && is_container {
        bail!("{path} is an .extrema file and no raw stream; leave out --raw");
    }
    let kind = match &start[..] {
        [b'R', b'I' | b'F', b'F' | b'6', b'F' | b'4', .., b'W', b'A', b'V', b'E'] => "a WAV",
        [b'F', b'O', b'R', b'M', .., b'A', b'I', b'F', b'F' | b'C'] => "an AIFF",
        [b'f', b'L', b'a', b'C', ..] => "a FLAC",
        [b'O', b'g', b'g', b'S', ..] => "an Ogg",
        [b'I', b'D', b'3', ..] => "an MP3",
        _ => return Ok(()),
    };
    bail!("{path} is {kind} file and not encoded; `extrema encode` makes an .extrema file of it");
}

/// Reads the value of `--rate`.
fn sample_rate(text: &str) -> Result<u32, String> {
    let rate = text.parse().ok().filter(|rate| SAMPLE_RATES.contains(rate));
    rate.ok_or_else(|| {
        let (least, most) = (SAMPLE_RATES.start(), SAMPLE_RATES.end());
        format!("{text:?} is not a sample rate; write {least} to {most} in Hz")
    })
}
