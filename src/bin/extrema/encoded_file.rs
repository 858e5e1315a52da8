//! Encoded files, containers or raw streams: counted first, then decoded block by block.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::{IO_BUFFER_SIZE, open_seekable};
use extrema::codebook_file;
use extrema::codec::{CURVE_COUNT, Codebook, Decoder, Record, StereoMode};
use extrema::container::raw::{self, RawError, RawReader};
use extrema::container::{self, Header, Reader, SAMPLE_RATES, Section, Storage};

use crate::messages;
use crate::time_range::TimeRange;

/// Frames decoded at a time: 64 KB of samples per channel, which stay in the second-level cache
/// until they are written.
pub const MAX_BLOCK_FRAMES: usize = 8192;

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
    /// The curves that the raw stream was encoded with, a CSV file [default: the built-in ones]
    #[arg(long, value_name = "FILE", requires = "raw")]
    codebook: Option<PathBuf>,
}

impl RawOptions {
    /// Whether files are raw streams.
    pub fn is_raw(&self) -> bool {
        self.raw
    }
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
    codebook: Arc<Codebook>,
    decoder: Decoder,
    contents: Contents,
    /// Frames of the whole file that are there.
    file_frames: u64,
    /// Frames before the first that have not been decoded yet, and are left out.
    lead_in: u64,
    /// Frames that have not been decoded yet.
    frames_left: u64,
}

/// What an encoded file, or the part that is decoded, holds, counted without decoding it.
pub struct Contents {
    /// Size of the file in bytes.
    pub size: u64,
    /// Length in frames; in a file that is cut short, that of its shortest stream. Of an excerpt,
    /// without its lead-in.
    pub frames: u64,
    /// How many records there are.
    pub records: u64,
    /// Records by ordinal; index 0 counts holds. None if they were not counted one by one.
    pub by_ordinal: Option<ByOrdinal>,
    /// How they are stored. None of a raw stream, or if the whole file was not read.
    pub storage: Option<Storage>,
    /// What is missing, in words, if the file is cut short.
    pub missing: Option<String>,
}

/// Where the records come from.
enum RecordReader {
    Container(Box<Section<BufReader<File>>>),
    Raw(RawReader<File>),
}

/// The number of records by ordinal.
type ByOrdinal = [u64; CURVE_COUNT as usize + 1];

fn count(by_ordinal: &mut ByOrdinal, records: &[Record]) {
    for record in records {
        by_ordinal[usize::from(record.ordinal())] += 1;
    }
}

impl EncodedFile {
    /// Opens a file and counts what it holds, so that all of it is known to be valid.
    pub fn open(path: &Path, options: &RawOptions) -> anyhow::Result<Self> {
        Self::open_with(path, options, &TimeRange::default(), true)
    }

    /// Opens a file to decode a part of it, or all. If it has an index, that counts its records, and whether
    /// it is right shows while they are read; otherwise this is [`Self::open`].
    pub fn open_range(
        path: &Path,
        options: &RawOptions,
        range: &TimeRange,
    ) -> anyhow::Result<Self> {
        Self::open_with(path, options, range, false)
    }

    fn open_with(
        path: &Path,
        options: &RawOptions,
        range: &TimeRange,
        counts_all: bool,
    ) -> anyhow::Result<Self> {
        let cannot_read = || messages::cannot_read(path);
        let mut file = open_seekable(path)?;
        check_kind(path, &mut file, options.raw)?;
        file.rewind().with_context(cannot_read)?;
        let size = file.metadata().with_context(cannot_read)?.len();
        let handle = file.try_clone().with_context(cannot_read)?;
        let opened = match options.raw {
            true => Opened::raw(path, file, options, range, counts_all)?,
            false => Opened::container(path, file, range, counts_all)?,
        };
        let Opened { frames, by_ordinal, channels, .. } = opened;
        let mut file = Self {
            path: path.to_owned(),
            file: handle,
            is_raw: options.raw,
            records: opened.records,
            sample_rate: opened.sample_rate,
            channels,
            stereo: opened.stereo,
            decoder: Decoder::new(&opened.codebook, channels),
            codebook: opened.codebook,
            contents: Contents {
                size,
                frames: frames.end - frames.start,
                records: opened.records_count,
                by_ordinal,
                storage: opened.storage,
                missing: None,
            },
            file_frames: opened.file_frames,
            lead_in: opened.lead_in,
            frames_left: frames.end - frames.start,
        };
        file.contents.missing = (!opened.is_complete).then(|| file.missing());
        Ok(file)
    }

    /// Sample rate in Hz.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The curves that its records name.
    pub fn codebook(&self) -> &Arc<Codebook> {
        &self.codebook
    }

    /// How two channels have become its streams.
    pub fn stereo(&self) -> StereoMode {
        self.stereo
    }

    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The container's header; a raw stream has none.
    pub fn header(&self) -> Option<&Header> {
        match &self.records {
            RecordReader::Container(section) => Some(section.header()),
            RecordReader::Raw(_) => None,
        }
    }

    /// How much of a file that is cut short is there.
    fn missing(&self) -> String {
        let frames = self.file_frames;
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
    /// Decoding goes on where it was.
    pub fn for_each_record(
        &mut self,
        on_records: impl FnMut(usize, &[Record]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let position = self.file.stream_position()?;
        for_each_record(&self.file, self.is_raw, on_records)?;
        self.file.seek(SeekFrom::Start(position))?;
        Ok(())
    }

    /// Decodes the next block into `out`, one vector per channel. Returns false, and an empty block,
    /// at the end of the file.
    pub fn read(&mut self, out: &mut Vec<Vec<f64>>) -> anyhow::Result<bool> {
        self.skip_lead_in(out)?;
        let frames = self.frames_left.min(MAX_BLOCK_FRAMES as u64);
        self.decode(frames, out)?;
        self.frames_left -= frames;
        Ok(frames > 0)
    }

    /// Lets another decoder read the next frames instead, about as many as asked for. Returns how many those
    /// are, and 0 only at the end of the file.
    pub fn pass_on(&mut self, frames: usize, other: &mut Decoder) -> anyhow::Result<usize> {
        self.skip_lead_in(&mut Vec::new())?;
        // What has been read with them is passed on as well, so that hardly a record is handled twice.
        let most = self.frames_left.min(2 * frames as u64);
        self.feed_all(most.min(frames as u64))?;
        let frames = self.decoder.pass_on(most as usize, other);
        self.frames_left -= frames as u64;
        Ok(frames)
    }

    /// Decodes what comes before the first frame that counts.
    fn skip_lead_in(&mut self, out: &mut Vec<Vec<f64>>) -> anyhow::Result<()> {
        while self.lead_in > 0 && self.frames_left > 0 {
            let frames = self.lead_in.min(MAX_BLOCK_FRAMES as u64);
            self.decode(frames, out)?;
            self.lead_in -= frames;
        }
        Ok(())
    }

    /// Decodes frames into `out`.
    fn decode(&mut self, frames: u64, out: &mut Vec<Vec<f64>>) -> anyhow::Result<()> {
        self.feed_all(frames)?;
        draw(&mut self.decoder, self.stereo, frames as usize, out);
        Ok(())
    }

    /// Passes records to the decoder until every stream has at least `frames` samples.
    fn feed_all(&mut self, frames: u64) -> anyhow::Result<()> {
        for stream in 0..self.channels {
            while self.decoder.available_of(stream) < frames {
                self.feed(stream)?;
            }
        }
        Ok(())
    }

    /// Passes more records of a stream to the decoder.
    fn feed(&mut self, stream: usize) -> anyhow::Result<()> {
        let cannot_read = || messages::cannot_read(&self.path);
        let records = match &mut self.records {
            RecordReader::Container(section) => section.read(stream).with_context(cannot_read)?,
            RecordReader::Raw(reader) => {
                reader.read().with_context(cannot_read)?.unwrap_or_default()
            }
        };
        if records.is_empty() {
            bail!("{} changed while it was being read; try again", self.path.display());
        }
        self.decoder.push(stream, records);
        Ok(())
    }
}

/// Draws frames that a decoder has the records of, channel by channel.
pub fn draw(decoder: &mut Decoder, stereo: StereoMode, frames: usize, out: &mut Vec<Vec<f64>>) {
    out.resize_with(decoder.streams(), Vec::new);
    out.iter_mut().for_each(|channel| channel.resize(frames, 0.0));
    let mut slices: Vec<&mut [f64]> = out.iter_mut().map(Vec::as_mut_slice).collect();
    decoder.read(&mut slices, |_| ());
    if let [first, second] = &mut out[..] {
        for (a, b) in first.iter_mut().zip(second) {
            [*a, *b] = stereo.to_channels([*a, *b]);
        }
    }
}

/// A file that has been counted.
struct Opened {
    records: RecordReader,
    sample_rate: u32,
    channels: usize,
    stereo: StereoMode,
    codebook: Arc<Codebook>,
    /// Frames to be decoded and left out before the first.
    lead_in: u64,
    frames: Range<u64>,
    /// Frames of the whole file that are there.
    file_frames: u64,
    records_count: u64,
    by_ordinal: Option<ByOrdinal>,
    storage: Option<Storage>,
    is_complete: bool,
}

impl Opened {
    fn container(
        path: &Path,
        file: File,
        range: &TimeRange,
        counts_all: bool,
    ) -> anyhow::Result<Self> {
        let cannot_read = || messages::cannot_read(path);
        let file = BufReader::with_capacity(IO_BUFFER_SIZE, file);
        let mut reader = Reader::new(file).with_context(cannot_read)?;
        let (mut by_ordinal, mut storage) = (None, None);
        let mut index = match counts_all {
            true => None,
            false => reader.index().with_context(cannot_read)?,
        };
        // Where a file contradicts itself, all of it is read to find out what is wrong.
        let stated = reader.header().frames;
        index = index.filter(|index| stated.is_none_or(|frames| frames == index.frames));
        let index = match index {
            Some(index) => index,
            None => {
                let all = by_ordinal.insert([0; _]);
                let index =
                    reader.scan(|_, records| count(all, records)).with_context(cannot_read)?;
                storage = Some(reader.storage());
                index
            }
        };
        let Header { sample_rate, channels, settings, .. } = *reader.header();
        let codebook = reader.header().codebook.clone();
        let frames = range.frames(sample_rate, index.frames, path)?;
        let mut section = Section::new(reader, &index, frames.clone()).with_context(cannot_read)?;
        if !range.is_all() {
            let part = by_ordinal.insert([0; _]);
            section.scan(|records| count(part, records)).with_context(cannot_read)?;
        }
        let totals = index.totals.as_ref().map(|totals| totals.records.iter().sum::<u64>());
        let counted = by_ordinal.as_ref().map(|by_ordinal| by_ordinal.iter().sum());
        Ok(Self {
            lead_in: section.lead_in().into(),
            records: RecordReader::Container(Box::new(section)),
            sample_rate,
            channels: channels.into(),
            stereo: settings.stereo,
            codebook,
            frames,
            file_frames: index.frames,
            records_count: counted.or(totals).unwrap_or(0),
            by_ordinal,
            storage,
            is_complete: index.totals.is_some(),
        })
    }

    fn raw(
        path: &Path,
        file: File,
        options: &RawOptions,
        range: &TimeRange,
        counts_all: bool,
    ) -> anyhow::Result<Self> {
        let cannot_read = || messages::cannot_read(path);
        let sample_rate = options.rate;
        let codebook = options.codebook.as_deref().map(codebook_file::read).transpose()?;
        let mut by_ordinal = counts_all.then_some([0; _]);
        let (mut records_count, mut file_frames) = (0, 0_u64);
        let is_complete = for_each_record(&file, true, |_, records| {
            if let Some(all) = &mut by_ordinal {
                count(all, records);
            }
            records_count += records.len() as u64;
            file_frames = file_frames.saturating_add(length(records));
            Ok(())
        })
        .with_context(cannot_read)?;
        (&file).rewind().with_context(cannot_read)?;
        let frames = range.frames(sample_rate, file_frames, path)?;
        Ok(Self {
            records: RecordReader::Raw(RawReader::new(file)),
            sample_rate,
            channels: 1,
            stereo: StereoMode::LeftRight,
            codebook: codebook.unwrap_or_else(Codebook::standard),
            // There is no index.
            lead_in: frames.start,
            frames,
            file_frames,
            records_count,
            by_ordinal,
            storage: None,
            is_complete,
        })
    }
}

/// The samples that records stand for, less than 2^50 for as many as a chunk holds.
fn length(records: &[Record]) -> u64 {
    records.iter().map(|record| u64::from(record.length())).sum()
}

/// Calls `on_records` for all records of a file in their order, with the number of their stream. Returns
/// whether the file has its end.
fn for_each_record(
    mut file: &File,
    is_raw: bool,
    mut on_records: impl FnMut(usize, &[Record]) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    file.rewind()?;
    if is_raw {
        let mut reader = RawReader::new(file);
        loop {
            match reader.read() {
                Ok(Some(records)) => on_records(0, records)?,
                Ok(None) => return Ok(true),
                Err(RawError::CutShort { .. }) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
    }
    let mut reader = Reader::new(BufReader::with_capacity(IO_BUFFER_SIZE, file))?;
    while let Some((stream, records)) = reader.read()? {
        on_records(stream, records)?;
    }
    Ok(reader.is_complete())
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
