//! The headerless stream of V0.1: the records of one channel, nothing before, between or after.
//!
//! It knows neither its sample rate (44.1 kHz is implied) nor its codebook: a stream that another
//! program made has its timing and levels, but is drawn with our curves.

use std::io::{self, Read, Write};

use thiserror::Error;

use crate::codec::{HoldMerger, Record};

/// The sample rate, in Hz, of a stream that does not say.
pub const SAMPLE_RATE: u32 = 44_100;

/// Why a raw stream could not be read.
#[derive(Debug, Error)]
pub enum RawError {
    /// The system would not read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A record that stands for nothing.
    #[error(
        "the record at byte {position} has length 0, so this is no raw stream, or it is damaged. \
         Raw streams have records of 5 bytes; those with holds of 9 bytes, from 64-bit builds of \
         V0.1, cannot be read"
    )]
    ZeroLength {
        /// The record's offset in bytes.
        position: u64,
    },
    /// The stream ends within a record.
    #[error(
        "the record at byte {position} has {bytes} of its 5 bytes, so the stream was cut short. \
         To decode what is whole, cut the file to {position} bytes"
    )]
    CutShort {
        /// The record's offset in bytes.
        position: u64,
        /// How many bytes of it there are.
        bytes: usize,
    },
}

/// Reads a raw stream record by record. The input should be buffered.
///
/// It is an iterator that ends after the last record or the first error.
#[derive(Debug)]
pub struct RawReader<R> {
    input: R,
    position: u64,
    record: Vec<u8>,
    ended: bool,
}

impl<R: Read> RawReader<R> {
    /// A reader from the start of a stream.
    pub fn new(input: R) -> Self {
        Self { input, position: 0, record: Vec::new(), ended: false }
    }

    fn read(&mut self) -> Result<Option<Record>, RawError> {
        self.record.clear();
        (&mut self.input).take(Record::BYTES as u64).read_to_end(&mut self.record)?;
        let position = self.position;
        let Some(&whole) = self.record.first_chunk() else {
            return match self.record.len() {
                0 => Ok(None),
                bytes => Err(RawError::CutShort { position, bytes }),
            };
        };
        self.position += Record::BYTES as u64;
        match Record::from_bytes(whole) {
            Ok(record) => Ok(Some(record)),
            Err(_) => Err(RawError::ZeroLength { position }),
        }
    }
}

impl<R: Read> Iterator for RawReader<R> {
    type Item = Result<Record, RawError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let result = self.read().transpose();
        self.ended = !matches!(result, Some(Ok(_)));
        result
    }
}

/// Writes a raw stream; consecutive holds become one.
#[derive(Debug)]
pub struct RawWriter<W> {
    output: W,
    holds: HoldMerger,
}

impl<W: Write> RawWriter<W> {
    /// A writer at the start of a stream.
    pub fn new(output: W) -> Self {
        Self { output, holds: HoldMerger::default() }
    }

    /// Appends records.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, records: &[Record]) -> io::Result<()> {
        for &record in records {
            if let Some(record) = self.holds.push(record) {
                self.output.write_all(&record.to_bytes())?;
            }
        }
        Ok(())
    }

    /// Writes what is left and gives the output back, flushed.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self) -> io::Result<W> {
        if let Some(record) = self.holds.finish() {
            self.output.write_all(&record.to_bytes())?;
        }
        self.output.flush()?;
        Ok(self.output)
    }
}
