//! Writes `.extrema` files.

use std::io::Write;
use std::{mem, slice};

use super::header::Header;
use super::{CHUNK_HEADER, ContainerError, END, PLAIN, RECORDS, Totals};
use crate::codec::{HoldMerger, Record};

/// How many records a stream gathers before all streams write theirs: less than a second of dense
/// music, and the chunk's header is a thousandth of it.
const RECORDS_PER_CHUNK: usize = 1 << 12;

/// Writes an `.extrema` file as records arrive. Without [`Self::finish`] the file has no end and
/// counts as cut short.
#[derive(Debug)]
pub struct Writer<W> {
    output: W,
    header: Header,
    streams: Vec<Stream>,
}

/// What a stream has not written yet, and what it has had so far.
#[derive(Debug, Default)]
struct Stream {
    holds: HoldMerger,
    payload: Vec<u8>,
    records: u64,
    frames: u64,
}

impl Stream {
    /// Stores records until a chunk is full, and returns whether it is.
    fn fill(&mut self, records: &mut slice::Iter<'_, Record>) -> bool {
        const FULL: usize = RECORDS_PER_CHUNK * Record::BYTES;
        // Not kept in memory meanwhile, where each record would have to wait for the one before it.
        let (mut holds, mut frames) = (mem::take(&mut self.holds), 0);
        let before = self.payload.len();
        for &record in records {
            if let Some(record) = holds.push(record) {
                self.payload.extend_from_slice(&record.to_bytes());
                frames += u64::from(record.length());
                if self.payload.len() >= FULL {
                    break;
                }
            }
        }
        self.holds = holds;
        self.frames += frames;
        self.records += ((self.payload.len() - before) / Record::BYTES) as u64;
        self.payload.len() >= FULL
    }

    /// Stores the record that was held back in case it went on.
    fn finish(&mut self) {
        if let Some(record) = self.holds.finish() {
            self.payload.extend_from_slice(&record.to_bytes());
            self.records += 1;
            self.frames += u64::from(record.length());
        }
    }
}

impl<W: Write> Writer<W> {
    /// Begins a file: writes the header.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Damaged`] if a field of the header is out of
    /// its range.
    pub fn new(mut output: W, header: Header) -> Result<Self, ContainerError> {
        header.check()?;
        output.write_all(&header.to_bytes())?;
        let streams = (0..header.channels).map(|_| Stream::default()).collect();
        Ok(Self { output, header, streams })
    }

    /// Appends records to a stream. Consecutive holds become one.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] for a record of length 0, in which
    /// case none of them is written.
    ///
    /// # Panics
    /// If there is no such stream.
    pub fn write(&mut self, stream: usize, records: &[Record]) -> Result<(), ContainerError> {
        if records.iter().any(|record| record.length() == 0) {
            return Err(ContainerError::Unwritable("a record of length 0".to_owned()));
        }
        let mut records = records.iter();
        while self.streams[stream].fill(&mut records) {
            self.write_chunks()?;
        }
        Ok(())
    }

    /// Writes what is left and the end chunk, and gives the output back, flushed.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] if the streams differ in length
    /// from each other or from the header.
    pub fn finish(mut self) -> Result<(W, Totals), ContainerError> {
        self.streams.iter_mut().for_each(Stream::finish);
        self.write_chunks()?;
        let frames = self.header.frames.unwrap_or(self.streams[0].frames);
        if let Some(other) = self.streams.iter().find(|stream| stream.frames != frames) {
            return Err(ContainerError::Unwritable(format!(
                "a stream of {} frames in a file of {frames}",
                other.frames
            )));
        }
        let records: Vec<u64> = self.streams.iter().map(|stream| stream.records).collect();
        let mut payload = frames.to_le_bytes().to_vec();
        payload.extend(records.iter().flat_map(|records| records.to_le_bytes()));
        write_chunk(&mut self.output, [END, 0, PLAIN], u32::from(self.header.channels), &payload)?;
        self.output.flush()?;
        Ok((self.output, Totals { frames, records }))
    }

    /// Writes a chunk for every stream that has something, so that all get about equally far.
    fn write_chunks(&mut self) -> Result<(), ContainerError> {
        for (number, stream) in (0..).zip(&mut self.streams) {
            if !stream.payload.is_empty() {
                // Every stream writes when one has gathered `RECORDS_PER_CHUNK`.
                let count = (stream.payload.len() / Record::BYTES) as u32;
                write_chunk(&mut self.output, [RECORDS, number, PLAIN], count, &stream.payload)?;
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
    let mut header = Vec::with_capacity(CHUNK_HEADER);
    header.extend([kind, stream, encoding, 0]);
    header.extend(count.to_le_bytes());
    header.extend((payload.len() as u32).to_le_bytes());
    header.extend(crc32fast::hash(payload).to_le_bytes());
    header.extend(crc32fast::hash(&header).to_le_bytes());
    output.write_all(&header)?;
    output.write_all(payload)?;
    Ok(())
}
