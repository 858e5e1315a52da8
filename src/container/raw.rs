//! Raw streams, the format of V0.1: the records of one channel and nothing else.
//!
//! A raw stream states neither its sample rate (44.1 kHz by convention) nor its codebook. One that
//! was made with other curves decodes with the right timing and levels but the wrong shapes.

use std::io::{self, Read, Write};

use thiserror::Error;

use super::input::read_up_to;
use super::write::{PAYLOAD_TARGET, StreamBuffer};
use crate::codec::Record;

/// Sample rate in Hz of a raw stream unless the user knows better.
pub const SAMPLE_RATE: u32 = 44_100;

/// Bytes read at a time: 4096 records, as many as in a chunk of a container. Reading and decoding
/// record by record takes eight times as long.
const READ_SIZE: usize = Record::BYTES << 12;

/// Why a raw stream could not be read.
#[derive(Debug, Error)]
pub enum RawError {
    /// The operating system reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A record has length 0.
    #[error(
        "the record at byte {position} has length 0, so this is not a raw stream, or it is damaged. \
         Every record of a raw stream has 5 bytes; streams from 64-bit builds of V0.1, where holds \
         have 9, cannot be read"
    )]
    ZeroLength {
        /// The record's offset in bytes.
        position: u64,
    },
    /// The stream ends within a record.
    #[error(
        "the stream is cut short: only {bytes} of the 5 bytes of the record at byte {position} \
         are there. Copy or encode it again; `extrema decode --raw --salvage` decodes the \
         {position} bytes before it"
    )]
    CutShort {
        /// The record's offset in bytes.
        position: u64,
        /// How many of its bytes there are, 1 to 4.
        bytes: usize,
    },
}

/// Reads a raw stream in slices of up to 4096 records.
#[derive(Debug)]
pub struct RawReader<R> {
    input: R,
    /// Offset in bytes of the next record.
    position: u64,
    bytes: Vec<u8>,
    records: Vec<Record>,
    /// Nothing more can be read.
    ended: bool,
    /// The error to be returned once the records before it have been handed out.
    error: Option<RawError>,
}

impl<R: Read> RawReader<R> {
    /// A reader from the start of a stream. The input needs no buffering.
    pub fn new(input: R) -> Self {
        Self {
            input,
            position: 0,
            bytes: Vec::new(),
            records: Vec::new(),
            ended: false,
            error: None,
        }
    }

    /// The next records, at least one, or `None` at the end of the stream.
    ///
    /// # Errors
    /// Any [`RawError`], after all records in front of it have been returned. From then on the
    /// stream counts as ended.
    pub fn read(&mut self) -> Result<Option<&[Record]>, RawError> {
        self.records.clear();
        if !self.ended {
            self.fill();
        }
        if !self.records.is_empty() {
            return Ok(Some(&self.records));
        }
        self.error.take().map_or(Ok(None), Err)
    }

    /// Reads up to [`READ_SIZE`] bytes and decodes all records before the first error.
    fn fill(&mut self) {
        let result = read_up_to(&mut self.input, READ_SIZE, &mut self.bytes);
        let (whole, rest) = self.bytes.as_chunks();
        self.records.extend(whole.iter().map_while(|&bytes| Record::from_bytes(bytes).ok()));
        self.position += (self.records.len() * Record::BYTES) as u64;
        let position = self.position;
        self.error = match result {
            _ if self.records.len() < whole.len() => Some(RawError::ZeroLength { position }),
            Err(error) => Some(error.into()),
            Ok(()) if !rest.is_empty() => Some(RawError::CutShort { position, bytes: rest.len() }),
            Ok(()) => None,
        };
        self.ended = self.error.is_some() || self.bytes.len() < READ_SIZE;
    }
}

/// Writes a raw stream. Consecutive holds are merged into one.
///
/// Records are buffered, so without [`Self::finish`] the last of them are missing.
#[derive(Debug)]
pub struct RawWriter<W> {
    output: W,
    buffer: StreamBuffer,
}

impl<W: Write> RawWriter<W> {
    /// A writer at the start of a stream.
    pub fn new(output: W) -> Self {
        Self { output, buffer: StreamBuffer::default() }
    }

    /// Appends records.
    ///
    /// # Errors
    /// Any error of the output.
    pub fn write(&mut self, records: &[Record]) -> io::Result<()> {
        let mut records = records.iter();
        while self.buffer.fill(&mut records, PAYLOAD_TARGET) {
            self.output.write_all(&self.buffer.payload)?;
            self.buffer.payload.clear();
        }
        Ok(())
    }

    /// Writes the remaining records, flushes the output and returns it.
    ///
    /// # Errors
    /// Any error of the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.buffer.finish();
        self.output.write_all(&self.buffer.payload)?;
        self.output.flush()?;
        Ok(self.output)
    }
}
