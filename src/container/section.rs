//! A part of a file, read without what comes before it.

use std::io::{Read, Seek};
use std::ops::Range;

use super::error::ContainerError;
use super::header::Header;
use super::index::{ChunkPlace, Cursor, Index};
use super::lead_in::{Place, lead_in};
use super::read::Reader;
use crate::codec::Record;

/// The records of a part of a file, or of all of it: those of each stream as they are needed, so that no
/// more than a chunk of each is kept. [`Self::lead_in`] frames come before the first, as in an excerpt; what
/// is decoded behind them is the same as in the whole file, to the bit.
#[derive(Debug)]
pub struct Section<R> {
    reader: Reader<R>,
    frames: Range<u64>,
    lead_in: u32,
    streams: Vec<StreamSection>,
}

#[derive(Debug, Default)]
struct StreamSection {
    /// What it begins with, until that has been read.
    first: Vec<Record>,
    /// The chunks behind that which it needs.
    positions: Vec<u64>,
    /// How many of them have been read.
    read: usize,
    /// What has been read last.
    records: Vec<Record>,
}

impl<R: Read + Seek> Section<R> {
    /// The part of a file with these frames, of which as many count as there are.
    ///
    /// # Errors
    /// As for [`Reader::read_at`].
    pub fn new(
        mut reader: Reader<R>,
        index: &Index,
        frames: Range<u64>,
    ) -> Result<Self, ContainerError> {
        let end = frames.end.min(index.frames);
        let frames = frames.start.min(end)..end;
        let before = u64::from(reader.header().lead_in.unwrap_or(0));
        let wanted = frames.start + before..frames.end.saturating_add(before);
        if frames.start == 0 {
            // From the start of the streams on, which is where an excerpt's lead-in begins.
            let streams = index.streams.iter().map(|places| StreamSection {
                positions: positions(places, wanted.end),
                ..StreamSection::default()
            });
            let (lead_in, streams) = (before as u32, streams.collect());
            return Ok(Self { reader, frames, lead_in, streams });
        }
        let mut places = Vec::new();
        let mut streams = Vec::new();
        for (stream, chunks) in index.streams.iter().enumerate() {
            let number = chunks.partition_point(|place| place.frame <= wanted.start);
            let (_, later) = chunks.split_at(number);
            let (place, rest) = match chunks[..number].last() {
                Some(&chunk) if !wanted.is_empty() => {
                    let records = read_chunk(&mut reader, chunk.position, stream)?;
                    start(chunk, records, wanted.start)
                }
                _ => (Place { start: 0, open: None }, Vec::new()),
            };
            places.push(place);
            streams.push(StreamSection {
                first: rest,
                positions: positions(later, wanted.end),
                ..StreamSection::default()
            });
        }
        let (lead_in, fronts) = lead_in(&places);
        for (stream, front) in streams.iter_mut().zip(fronts) {
            stream.first.splice(..0, front);
        }
        Ok(Self { reader, frames, lead_in, streams })
    }

    /// The file's header.
    pub fn header(&self) -> &Header {
        self.reader.header()
    }

    /// The frames of the file that it is.
    pub fn frames(&self) -> Range<u64> {
        self.frames.clone()
    }

    /// How many frames have to be decoded and left out before the first.
    pub fn lead_in(&self) -> u32 {
        self.lead_in
    }

    /// Calls `on_records` for all records, stream by stream, without taking them.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub fn scan(&mut self, mut on_records: impl FnMut(&[Record])) -> Result<(), ContainerError> {
        for (number, stream) in self.streams.iter().enumerate() {
            on_records(&stream.first);
            for &position in &stream.positions[stream.read..] {
                on_records(read_chunk(&mut self.reader, position, number)?);
            }
        }
        Ok(())
    }

    /// The next records of a stream, or none if it has no more. The last may go beyond the end.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Damaged`] if the index leads to another chunk.
    ///
    /// # Panics
    /// If there is no such stream.
    pub fn read(&mut self, stream: usize) -> Result<&[Record], ContainerError> {
        let part = &mut self.streams[stream];
        if !part.first.is_empty() {
            part.records = std::mem::take(&mut part.first);
            return Ok(&part.records);
        }
        let Some(&position) = part.positions.get(part.read) else { return Ok(&[]) };
        part.read += 1;
        read_chunk(&mut self.reader, position, stream)
    }
}

/// Reads a chunk that has to belong to a stream.
fn read_chunk<R: Read + Seek>(
    reader: &mut Reader<R>,
    position: u64,
    stream: usize,
) -> Result<&[Record], ContainerError> {
    match reader.read_at(position)? {
        (of, records) if of == stream => Ok(records),
        _ => Err(ContainerError::Damaged {
            position,
            reason: "the index says that another stream's records are here".to_owned(),
        }),
    }
}

/// Where the chunks are that begin before a frame.
fn positions(places: &[ChunkPlace], end: u64) -> Vec<u64> {
    places.iter().take_while(|place| place.frame < end).map(|place| place.position).collect()
}

/// Where a stream stands at a frame in a chunk, and the records of the chunk behind the one that is open
/// there.
fn start(chunk: ChunkPlace, records: &[Record], frame: u64) -> (Place, Vec<Record>) {
    let mut cursor = Cursor { frame: chunk.frame, level: chunk.level };
    let before = cursor.advance(records, frame);
    match &records[before..] {
        &[open, ref rest @ ..] if cursor.frame < frame => {
            let open = Some((open, (frame - cursor.frame) as u32));
            (Place { start: cursor.level, open }, rest.to_vec())
        }
        rest => (Place { start: cursor.level, open: None }, rest.to_vec()),
    }
}
