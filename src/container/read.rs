//! Reads `.extrema` files.

use std::io::Read;
use std::sync::Arc;

use super::header::{self, Header};
use super::{CHUNK_HEADER, ContainerError, END, LONGEST_PAYLOAD, PLAIN, RECORDS, Totals};
use crate::codec::{Codebook, Record};

/// Reads an `.extrema` file chunk by chunk. The input should be buffered.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    /// The offset of the next chunk.
    position: u64,
    payload: Vec<u8>,
    records: Vec<Record>,
    /// What has been read of each stream: its frames and its records.
    read: Vec<(u64, u64)>,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// More may follow.
    Open,
    /// The input ended before the end chunk.
    CutShort,
    /// The end chunk has been read.
    Complete(Totals),
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Any [`ContainerError`] but [`ContainerError::Unwritable`].
    pub fn new(mut input: R) -> Result<Self, ContainerError> {
        let mut payload = Vec::new();
        take(&mut input, header::SIZE, &mut payload)?;
        let header = Header::from_bytes(&payload)?;
        Ok(Self {
            input,
            read: vec![(0, 0); usize::from(header.channels)],
            header,
            position: header::SIZE as u64,
            payload,
            records: Vec::new(),
            state: State::Open,
        })
    }

    /// What the file says before its first record.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The codebook that the file's records are drawn with.
    ///
    /// # Errors
    /// [`ContainerError::UnknownCodebook`] if this version of Extrema does not come with it.
    pub fn codebook(&self) -> Result<Arc<Codebook>, ContainerError> {
        let name = &self.header.codebook;
        Codebook::named(name).ok_or_else(|| ContainerError::UnknownCodebook { found: name.clone() })
    }

    /// The next chunk: the number of its stream, and records to be appended to it. `None` at the
    /// end, or where the file was cut short, which [`Self::is_complete`] tells apart.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Damaged`] with the position of the chunk.
    pub fn read(&mut self) -> Result<Option<(usize, &[Record])>, ContainerError> {
        if self.state != State::Open {
            return Ok(None);
        }
        let mut head = Vec::with_capacity(CHUNK_HEADER);
        take(&mut self.input, CHUNK_HEADER, &mut head)?;
        let Some(&head) = head.first_chunk::<CHUNK_HEADER>() else {
            self.state = State::CutShort;
            return Ok(None);
        };
        let number =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if crc32fast::hash(&head[..CHUNK_HEADER - 4]) != number(16) {
            return Err(self.damaged("the checksum of a chunk's header does not match"));
        }
        let [kind, stream, encoding, ..] = head;
        let (count, size, checksum) = (number(4), number(8), number(12));
        if encoding != PLAIN || !matches!(kind, RECORDS | END) {
            return Err(self.damaged("a kind of chunk that does not belong to this version"));
        }
        if size > LONGEST_PAYLOAD {
            return Err(self.damaged("a chunk longer than the format allows"));
        }
        take(&mut self.input, size as usize, &mut self.payload)?;
        if self.payload.len() < size as usize {
            self.state = State::CutShort;
            return Ok(None);
        }
        if crc32fast::hash(&self.payload) != checksum {
            return Err(self.damaged("the checksum of a chunk's records does not match"));
        }
        if kind == END {
            let totals = self.totals_of_end(count)?;
            self.state = State::Complete(totals);
            return Ok(None);
        }
        self.read_records(usize::from(stream), count)?;
        self.position += (CHUNK_HEADER + self.payload.len()) as u64;
        Ok(Some((usize::from(stream), &self.records)))
    }

    /// Whether the file has been read to its end chunk. Before [`Self::read`] has returned `None`,
    /// nobody can know.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.totals().is_some()
    }

    /// What the file amounts to, once it has been read to its end chunk.
    #[must_use]
    pub fn totals(&self) -> Option<&Totals> {
        match &self.state {
            State::Complete(totals) => Some(totals),
            State::Open | State::CutShort => None,
        }
    }

    fn read_records(&mut self, stream: usize, count: u32) -> Result<(), ContainerError> {
        let (records, rest) = self.payload.as_chunks::<{ Record::BYTES }>();
        if records.len() != count as usize || !rest.is_empty() {
            return Err(self.damaged("a chunk whose size does not fit its number of records"));
        }
        let Some((frames, total)) = self.read.get_mut(stream) else {
            return Err(self.damaged("a chunk of a stream that does not exist"));
        };
        self.records.clear();
        self.records.reserve(records.len());
        for bytes in records {
            match Record::from_bytes(*bytes) {
                Ok(record) => self.records.push(record),
                Err(error) => {
                    let before = CHUNK_HEADER + self.records.len() * Record::BYTES;
                    let (position, reason) = (self.position + before as u64, error.to_string());
                    return Err(ContainerError::Damaged { position, reason });
                }
            }
        }
        *frames += self.records.iter().map(|record| u64::from(record.length())).sum::<u64>();
        *total += u64::from(count);
        Ok(())
    }

    /// Reads the payload of the end chunk and compares it with what has been read.
    fn totals_of_end(&self, count: u32) -> Result<Totals, ContainerError> {
        let (numbers, rest) = self.payload.as_chunks();
        let mut numbers = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let (Some(frames), [], true) = (numbers.next(), rest, count as usize == self.read.len())
        else {
            return Err(self.damaged("an end that does not fit the number of streams"));
        };
        let records: Vec<u64> = numbers.collect();
        let read = self.read.iter();
        if !read.clone().map(|&(_, total)| total).eq(records.iter().copied()) {
            return Err(self.damaged("records are missing"));
        }
        let known = self.header.frames.unwrap_or(frames);
        if known != frames || !read.clone().all(|&(length, _)| length == frames) {
            return Err(self.damaged("the streams are not as long as the file says"));
        }
        Ok(Totals { frames, records })
    }

    fn damaged(&self, reason: &str) -> ContainerError {
        ContainerError::Damaged { position: self.position, reason: reason.to_owned() }
    }
}

/// Reads up to `size` bytes into `buffer`, less only at the end of the input. Memory is taken as
/// bytes arrive, not as a length promises.
fn take(input: &mut impl Read, size: usize, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    buffer.clear();
    input.take(size as u64).read_to_end(buffer).map(drop)
}
