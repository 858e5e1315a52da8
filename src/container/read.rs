//! Reads `.extrema` files.

use std::io::{Read, Seek};
use std::sync::Arc;

use super::header::{HEADER_SIZE, Header};
use super::{
    CHUNK_HEADER_SIZE, ContainerError, ENCODING_PLAIN, KIND_END, KIND_EXCERPT, KIND_RECORDS,
    KIND_SETTINGS, MAX_PAYLOAD_SIZE, Totals, read_up_to, settings,
};
use crate::codec::{Codebook, Record};

/// Reads an `.extrema` file chunk by chunk. The input should be buffered.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    /// Offset in bytes of the next chunk.
    position: u64,
    payload: Vec<u8>,
    records: Vec<Record>,
    /// What has been read so far of each stream.
    counts: Vec<StreamCount>,
    /// Whether a chunk of records has been read, before which all others but the end come.
    has_records: bool,
    progress: Progress,
}

/// What has been read of a stream.
#[derive(Debug, Clone, Copy, Default)]
struct StreamCount {
    frames: u64,
    records: u64,
    /// Frames of the last record.
    last: u32,
}

/// How far a file has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Progress {
    /// More chunks may follow.
    Reading,
    /// The input ended before the end chunk.
    CutShort,
    /// The end chunk has been read.
    Complete(Totals),
}

/// What the reader needs of a chunk's header.
struct ChunkHeader {
    kind: u8,
    stream: usize,
    /// Records in the payload, or streams in the end chunk.
    count: u32,
}

impl<R: Read> Reader<R> {
    /// Opens a file by reading its header.
    ///
    /// # Errors
    /// Any [`ContainerError`] except [`ContainerError::Unwritable`].
    pub fn new(mut input: R) -> Result<Self, ContainerError> {
        let mut bytes = Vec::new();
        read_up_to(&mut input, HEADER_SIZE, &mut bytes)?;
        let header = Header::from_bytes(&bytes)?;
        Ok(Self {
            input,
            counts: vec![StreamCount::default(); usize::from(header.channels)],
            has_records: false,
            header,
            position: HEADER_SIZE as u64,
            payload: bytes,
            records: Vec::new(),
            progress: Progress::Reading,
        })
    }

    /// The file's header. Settings that came after V0.1, and whether it is an excerpt, are in it after
    /// the first [`Self::read`].
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The codebook that the file was encoded with, to be handed to the decoder.
    ///
    /// # Errors
    /// [`ContainerError::UnknownCodebook`] if this version of Extrema does not include it.
    pub fn codebook(&self) -> Result<Arc<Codebook>, ContainerError> {
        let name = &self.header.codebook;
        Codebook::named(name).ok_or_else(|| ContainerError::UnknownCodebook { found: name.clone() })
    }

    /// Offset in bytes of the next chunk.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next chunk: the number of a stream, and the records to be appended to that stream.
    /// `None` at the end of the file; [`Self::is_complete`] tells whether it was cut short.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Damaged`] with the position of the chunk or
    /// record.
    pub fn read(&mut self) -> Result<Option<(usize, &[Record])>, ContainerError> {
        if self.progress != Progress::Reading {
            return Ok(None);
        }
        let is_first = self.position == HEADER_SIZE as u64;
        let Some(ChunkHeader { kind, stream, count }) = self.read_chunk()? else {
            self.progress = Progress::CutShort;
            return Ok(None);
        };
        if kind == KIND_SETTINGS {
            if !is_first {
                return Err(self.damaged("the settings do not come first"));
            }
            self.read_settings(count)?;
            return self.read();
        }
        if kind == KIND_EXCERPT {
            self.read_excerpt(count)?;
            return self.read();
        }
        if kind == KIND_END {
            self.progress = Progress::Complete(self.read_totals(count)?);
            return Ok(None);
        }
        self.has_records = true;
        self.read_records(stream, count)?;
        self.count_records(stream)?;
        self.position += (CHUNK_HEADER_SIZE + self.payload.len()) as u64;
        Ok(Some((stream, &self.records)))
    }

    /// Reads a chunk's header and its payload, and checks both checksums. `None` if the input ends
    /// before them.
    fn read_chunk(&mut self) -> Result<Option<ChunkHeader>, ContainerError> {
        read_up_to(&mut self.input, CHUNK_HEADER_SIZE, &mut self.payload)?;
        let Some(&header) = self.payload.first_chunk::<CHUNK_HEADER_SIZE>() else {
            return Ok(None);
        };
        let number = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        if crc32fast::hash(&header[..CHUNK_HEADER_SIZE - 4]) != number(16) {
            return Err(self.damaged("the checksum of the chunk's header does not match"));
        }
        let [kind, stream, encoding, reserved, ..] = header;
        let (count, size, checksum) = (number(4), number(8), number(12));
        if encoding != ENCODING_PLAIN
            || !matches!(kind, KIND_RECORDS | KIND_END | KIND_SETTINGS | KIND_EXCERPT)
        {
            return Err(self.damaged("format version 1 has no such kind of chunk"));
        }
        if reserved != 0 || kind != KIND_RECORDS && stream != 0 {
            return Err(self.damaged("a reserved byte of the chunk is not 0"));
        }
        if size > MAX_PAYLOAD_SIZE {
            return Err(self.damaged("the chunk is longer than the format allows"));
        }
        read_up_to(&mut self.input, size as usize, &mut self.payload)?;
        if self.payload.len() < size as usize {
            return Ok(None);
        }
        if crc32fast::hash(&self.payload) != checksum {
            return Err(self.damaged("the checksum of the chunk's payload does not match"));
        }
        Ok(Some(ChunkHeader { kind, stream: usize::from(stream), count }))
    }

    /// Whether the file has been read to its end chunk. This is known only after [`Self::read`]
    /// has returned `None`.
    pub fn is_complete(&self) -> bool {
        self.totals().is_some()
    }

    /// The totals of the end chunk, once it has been read.
    pub fn totals(&self) -> Option<&Totals> {
        match &self.progress {
            Progress::Complete(totals) => Some(totals),
            Progress::Reading | Progress::CutShort => None,
        }
    }

    /// Decodes the payload of a chunk of settings.
    fn read_settings(&mut self, count: u32) -> Result<(), ContainerError> {
        if count != 0 {
            return Err(self.damaged("a chunk of settings has no records"));
        }
        settings::read(&self.payload, &mut self.header.settings).map_err(|(offset, rule)| {
            let position = self.position + (CHUNK_HEADER_SIZE + offset) as u64;
            ContainerError::Damaged { position, reason: rule.to_owned() }
        })?;
        self.position += (CHUNK_HEADER_SIZE + self.payload.len()) as u64;
        Ok(())
    }

    /// Decodes the payload of the chunk that makes the file an excerpt.
    fn read_excerpt(&mut self, count: u32) -> Result<(), ContainerError> {
        if self.has_records || self.header.lead_in.is_some() {
            return Err(self.damaged("the excerpt's lead-in does not come before all records"));
        }
        if count != 0 {
            return Err(self.damaged("the chunk of a lead-in has no records"));
        }
        let Ok(bytes) = self.payload.as_slice().try_into() else {
            return Err(self.damaged("the chunk of a lead-in has 4 bytes"));
        };
        self.header.lead_in = Some(u32::from_le_bytes(bytes));
        // The offset is that of a header's field; here it is the chunk that is wrong.
        self.header.check().map_err(|(_, rule)| self.damaged(rule))?;
        self.position += (CHUNK_HEADER_SIZE + self.payload.len()) as u64;
        Ok(())
    }

    /// Decodes the payload of a chunk of records.
    fn read_records(&mut self, stream: usize, count: u32) -> Result<(), ContainerError> {
        let (records, rest) = self.payload.as_chunks::<{ Record::BYTES }>();
        if records.len() != count as usize || !rest.is_empty() {
            return Err(self.damaged("the chunk's size does not match its number of records"));
        }
        if stream >= self.counts.len() {
            return Err(self.damaged("the chunk belongs to a stream that does not exist"));
        }
        self.records.clear();
        self.records.reserve(records.len());
        for bytes in records {
            match Record::from_bytes(*bytes) {
                Ok(record) => self.records.push(record),
                Err(error) => {
                    let before = CHUNK_HEADER_SIZE + self.records.len() * Record::BYTES;
                    let (position, reason) = (self.position + before as u64, error.to_string());
                    return Err(ContainerError::Damaged { position, reason });
                }
            }
        }
        Ok(())
    }

    /// Counts the records of a chunk, none of which may go beyond the length that the header states.
    fn count_records(&mut self, stream: usize) -> Result<(), ContainerError> {
        let StreamCount { frames, records, last } = &mut self.counts[stream];
        let before = *frames;
        let added = self.records.iter().map(|record| u64::from(record.length())).sum::<u64>();
        *frames = frames.saturating_add(added);
        *records += self.records.len() as u64;
        *last = self.records.last().map_or(*last, |record| record.length());
        match self.header.frames {
            Some(most) if *frames > most => {
                let mut end = before;
                let is_within = |record: &&Record| {
                    end = end.saturating_add(u64::from(record.length()));
                    end <= most
                };
                let within = self.records.iter().take_while(is_within).count();
                let offset = CHUNK_HEADER_SIZE + within * Record::BYTES;
                let reason = format!(
                    "stream {stream} is longer than the {most} frames that the header states"
                );
                Err(ContainerError::Damaged { position: self.position + offset as u64, reason })
            }
            _ => Ok(()),
        }
    }

    /// Decodes the payload of the end chunk and compares it with what has been read.
    fn read_totals(&self, count: u32) -> Result<Totals, ContainerError> {
        let (numbers, rest) = self.payload.as_chunks();
        let mut numbers = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let (Some(frames), [], true) = (numbers.next(), rest, count as usize == self.counts.len())
        else {
            return Err(self.damaged("the end chunk does not match the number of streams"));
        };
        let records: Vec<u64> = numbers.collect();
        if !self.counts.iter().map(|count| count.records).eq(records.iter().copied()) {
            return Err(self.damaged("the end chunk counts other records than the file has"));
        }
        let lead_in = self.header.lead_in.map(u64::from);
        let end = frames.saturating_add(lead_in.unwrap_or(0));
        let fits = |count: &StreamCount| {
            // Of an excerpt's last record only a part may be heard.
            let is_longer = count.frames > end && count.frames - u64::from(count.last) < end;
            count.frames == end || lead_in.is_some() && is_longer
        };
        if !self.counts.iter().all(fits) || self.header.frames.is_some_and(|all| all != frames) {
            return Err(self.damaged("the streams are not as long as the file claims"));
        }
        Ok(Totals { frames, records })
    }

    fn damaged(&self, reason: &str) -> ContainerError {
        ContainerError::Damaged { position: self.position, reason: reason.to_owned() }
    }
}

impl<R: Read + Seek> Reader<R> {
    /// Reads a chunk of records again, by the [`Self::position`] that was next before it was first
    /// read. Returns the number of its stream and its records, and does not count them.
    ///
    /// A stream that is silent for long writes nothing while others write many chunks. Reading each
    /// stream's chunks as they are needed keeps no more than one of each in memory.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Damaged`] if there is no such chunk.
    pub fn read_at(&mut self, position: u64) -> Result<(usize, &[Record]), ContainerError> {
        // Stays within the input's buffer if it can.
        self.input.seek_relative(position.wrapping_sub(self.position) as i64)?;
        self.position = position;
        let mut chunk = self.read_chunk()?;
        // The first chunk of records was next to be read while these still lay before it.
        while matches!(chunk, Some(ChunkHeader { kind: KIND_SETTINGS | KIND_EXCERPT, .. })) {
            self.position += (CHUNK_HEADER_SIZE + self.payload.len()) as u64;
            chunk = self.read_chunk()?;
        }
        let Some(ChunkHeader { kind: KIND_RECORDS, stream, count }) = chunk else {
            return Err(self.damaged("the chunk is gone; the file changed while it was being read"));
        };
        self.read_records(stream, count)?;
        self.position += (CHUNK_HEADER_SIZE + self.payload.len()) as u64;
        Ok((stream, &self.records))
    }
}
