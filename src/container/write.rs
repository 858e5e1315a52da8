//! Writes `.extrema` files.

use std::io::Write;

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
    fn store(&mut self, record: Record) {
        self.payload.extend_from_slice(&record.to_bytes());
        self.records += 1;
        self.frames += u64::from(record.length());
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

    /// Appends a record to a stream. Consecutive holds become one.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] for a record of length 0.
    ///
    /// # Panics
    /// If there is no such stream.
    pub fn write(&mut self, stream: usize, record: Record) -> Result<(), ContainerError> {
        if record.length() == 0 {
            return Err(ContainerError::Unwritable("a record of length 0".to_owned()));
        }
        let stream = &mut self.streams[stream];
        if let Some(record) = stream.holds.push(record) {
            stream.store(record);
        }
        if stream.payload.len() >= RECORDS_PER_CHUNK * Record::BYTES {
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
        for stream in &mut self.streams {
            if let Some(record) = stream.holds.finish() {
                stream.store(record);
            }
        }
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
