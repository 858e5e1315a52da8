//! Writes `.extrema` files.

use std::io::Write;
use std::{mem, slice};

use super::header::Header;
use super::{
    CHUNK_HEADER_SIZE, ContainerError, ENCODING_PLAIN, KIND_END, KIND_EXCERPT, KIND_RECORDS,
    KIND_SETTINGS, MAX_PAYLOAD_SIZE, Totals, settings,
};
use crate::codec::{HoldMerger, Record};

/// A stream's payload in bytes at which it is written: 4096 records, less than a second of dense
/// music, so that a crash costs little, while chunk headers add only 0.1 %.
const PAYLOAD_TARGET: usize = Record::BYTES << 12;

/// Writes an `.extrema` file as records arrive. Until [`Self::finish`] writes the end chunk, the
/// file counts as cut short.
#[derive(Debug)]
pub struct Writer<W> {
    output: W,
    header: Header,
    streams: Vec<StreamBuffer>,
}

/// The records of one stream on their way into a file.
#[derive(Debug, Default)]
pub(super) struct StreamBuffer {
    holds: HoldMerger,
    /// Serialised records that have not been written yet.
    pub(super) payload: Vec<u8>,
    /// Totals so far, including the payload.
    records: u64,
    frames: u64,
    /// Frames of the last record that was serialised by [`Self::finish`].
    last: u32,
}

impl StreamBuffer {
    /// Serialises records until the payload is large enough to be written; returns whether it is.
    pub(super) fn fill(&mut self, records: &mut slice::Iter<'_, Record>) -> bool {
        // Locals stay in registers; through `self`, every record would wait for the previous
        // one's store.
        let (mut holds, mut frames) = (mem::take(&mut self.holds), 0);
        let before = self.payload.len();
        for &record in records {
            if let Some(record) = holds.push(record) {
                self.payload.extend_from_slice(&record.to_bytes());
                frames += u64::from(record.length());
                if self.payload.len() >= PAYLOAD_TARGET {
                    break;
                }
            }
        }
        self.holds = holds;
        self.frames += frames;
        self.records += ((self.payload.len() - before) / Record::BYTES) as u64;
        self.payload.len() >= PAYLOAD_TARGET
    }

    /// Serialises the last record, which was held back in case the next one could be merged.
    pub(super) fn finish(&mut self) {
        if let Some(record) = self.holds.finish() {
            self.payload.extend_from_slice(&record.to_bytes());
            self.records += 1;
            self.frames += u64::from(record.length());
            self.last = record.length();
        }
    }

    /// Whether the stream ends at a frame; in an excerpt its last record may go beyond it.
    fn ends_at(&self, end: u64, is_excerpt: bool) -> bool {
        let is_longer = self.frames > end && self.frames - u64::from(self.last) < end;
        self.frames == end || is_excerpt && is_longer
    }
}

impl<W: Write> Writer<W> {
    /// Begins a file by writing its header, and the settings that came after V0.1 if any is in use.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] if a field of the header is out
    /// of range.
    pub fn new(mut output: W, header: Header) -> Result<Self, ContainerError> {
        header.check().map_err(|(_, rule)| ContainerError::Unwritable(rule.to_owned()))?;
        let later = settings::to_bytes(&header.settings);
        if let Some(payload) = &later {
            settings::read(payload, &mut header.settings.clone())
                .map_err(|(_, rule)| ContainerError::Unwritable(rule.to_owned()))?;
        }
        output.write_all(&header.to_bytes())?;
        if let Some(payload) = later {
            write_chunk(&mut output, [KIND_SETTINGS, 0, ENCODING_PLAIN], 0, &payload)?;
        }
        if let Some(lead_in) = header.lead_in {
            let kind = [KIND_EXCERPT, 0, ENCODING_PLAIN];
            write_chunk(&mut output, kind, 0, &lead_in.to_le_bytes())?;
        }
        let streams = (0..header.channels).map(|_| StreamBuffer::default()).collect();
        Ok(Self { output, header, streams })
    }

    /// Appends records to a stream. Consecutive holds are merged into one.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] if any record has length 0, in
    /// which case none is written.
    ///
    /// # Panics
    /// If `stream` is not below the number of channels.
    pub fn write(&mut self, stream: usize, records: &[Record]) -> Result<(), ContainerError> {
        if records.iter().any(|record| record.length() == 0) {
            return Err(ContainerError::Unwritable("a record has length 0".to_owned()));
        }
        let mut records = records.iter();
        while self.streams[stream].fill(&mut records) {
            self.write_chunks()?;
        }
        Ok(())
    }

    /// Writes what has arrived, so that a crash later on costs none of it. A hold that goes on becomes
    /// two records.
    ///
    /// # Errors
    /// [`ContainerError::Io`].
    pub fn flush(&mut self) -> Result<(), ContainerError> {
        self.streams.iter_mut().for_each(StreamBuffer::finish);
        self.write_chunks()?;
        self.output.flush()?;
        Ok(())
    }

    /// The output, which has what [`Self::flush`] wrote.
    pub fn output(&self) -> &W {
        &self.output
    }

    /// Writes the remaining records and the end chunk, flushes the output and returns it. An excerpt
    /// ends with its shortest stream.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] if the streams are not all as long
    /// as the header says or as each other.
    pub fn finish(mut self) -> Result<(W, Totals), ContainerError> {
        self.flush()?;
        let shortest = self.streams.iter().map(|stream| stream.frames).min().unwrap_or(0);
        let lead_in = self.header.lead_in.unwrap_or(0);
        let frames = self.header.frames.unwrap_or(shortest.saturating_sub(lead_in.into()));
        self.finish_at(frames)
    }

    /// [`Self::finish`] with the length in frames, an excerpt's without its lead-in. Of the last record
    /// of each stream of an excerpt a part may lie behind its end.
    ///
    /// # Errors
    /// As for [`Self::finish`].
    pub fn finish_at(mut self, frames: u64) -> Result<(W, Totals), ContainerError> {
        self.flush()?;
        let lead_in = self.header.lead_in;
        let end = frames.saturating_add(lead_in.unwrap_or(0).into());
        if let Some(stated) = self.header.frames.filter(|stated| *stated != frames) {
            let words = format!("the streams have {frames} frames, but the header states {stated}");
            return Err(ContainerError::Unwritable(words));
        }
        let fits = |stream: &&StreamBuffer| stream.ends_at(end, lead_in.is_some());
        if let Some(other) = self.streams.iter().find(|stream| !fits(stream)) {
            return Err(ContainerError::Unwritable(format!(
                "a stream has {} frames, but the file has {end}",
                other.frames
            )));
        }
        let records: Vec<u64> = self.streams.iter().map(|stream| stream.records).collect();
        let mut payload = frames.to_le_bytes().to_vec();
        payload.extend(records.iter().flat_map(|records| records.to_le_bytes()));
        let channels = u32::from(self.header.channels);
        write_chunk(&mut self.output, [KIND_END, 0, ENCODING_PLAIN], channels, &payload)?;
        self.output.flush()?;
        Ok((self.output, Totals { frames, records }))
    }

    /// Writes a chunk of every stream that has records, so that a cut costs all about the same.
    fn write_chunks(&mut self) -> Result<(), ContainerError> {
        for (number, stream) in (0..self.header.channels).zip(&mut self.streams) {
            if !stream.payload.is_empty() {
                let count = (stream.payload.len() / Record::BYTES) as u32;
                let kind = [KIND_RECORDS, number, ENCODING_PLAIN];
                write_chunk(&mut self.output, kind, count, &stream.payload)?;
                stream.payload.clear();
            }
        }
        Ok(())
    }
}

fn write_chunk(
    output: &mut impl Write,
    [kind, stream, encoding]: [u8; 3],
    count: u32,
    payload: &[u8],
) -> Result<(), ContainerError> {
    debug_assert!(payload.len() <= MAX_PAYLOAD_SIZE as usize, "{} bytes", payload.len());
    let mut header = Vec::with_capacity(CHUNK_HEADER_SIZE);
    header.extend([kind, stream, encoding, 0]);
    header.extend(count.to_le_bytes());
    header.extend((payload.len() as u32).to_le_bytes());
    header.extend(crc32fast::hash(payload).to_le_bytes());
    header.extend(crc32fast::hash(&header).to_le_bytes());
    output.write_all(&header)?;
    output.write_all(payload)?;
    Ok(())
}
