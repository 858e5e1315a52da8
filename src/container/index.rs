//! The index: where in a file the chunks of each stream are, and where in the stream each begins.

use super::format::Totals;
use crate::codec::Record;

/// Bytes of a place in a file.
pub const PLACE_SIZE: usize = 18;

/// Where a chunk of records begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChunkPlace {
    /// Offset in bytes of the chunk in the file.
    pub position: u64,
    /// The frame of its stream, counted from the start of the lead-in, that its first record begins at.
    pub frame: u64,
    /// The level on which that record starts.
    pub level: i16,
}

impl ChunkPlace {
    /// As it is stored.
    pub(super) fn to_bytes(self) -> [u8; PLACE_SIZE] {
        let mut bytes = [0; PLACE_SIZE];
        bytes[..8].copy_from_slice(&self.position.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.frame.to_le_bytes());
        bytes[16..].copy_from_slice(&self.level.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: [u8; PLACE_SIZE]) -> Self {
        let number = |at: usize| {
            bytes[at..at + 8].iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte))
        };
        let level = i16::from_le_bytes([bytes[16], bytes[17]]);
        Self { position: number(0), frame: number(8), level }
    }
}

/// Where the chunks of records of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The chunks of each stream in order.
    pub streams: Vec<Vec<ChunkPlace>>,
    /// The file's length in frames, an excerpt's without its lead-in; that of the shortest stream if the
    /// file is cut short.
    pub frames: u64,
    /// The totals, or `None` if the file is cut short.
    pub totals: Option<Totals>,
}

impl Index {
    /// Adds the places of a stream from a payload, behind those that are there.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(super) fn add(
        &mut self,
        stream: usize,
        payload: &[u8],
        limits: (u64, u64),
    ) -> Result<(), &'static str> {
        let Some(places) = self.streams.get_mut(stream) else {
            return Err("the index belongs to a stream that does not exist");
        };
        for &bytes in payload.as_chunks().0 {
            let place = ChunkPlace::from_bytes(bytes);
            let follows = match places.last() {
                None => place.frame == 0 && place.level == 0 && place.position >= limits.0,
                Some(last) => place.frame > last.frame && place.position > last.position,
            };
            if !follows || place.position >= limits.1 {
                return Err("the index is in no order");
            }
            places.push(place);
        }
        Ok(())
    }
}

/// How far a stream has been written or read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cursor {
    /// Frames of all records so far.
    pub frame: u64,
    /// The level on which they end.
    pub level: i16,
}

impl Cursor {
    /// Goes through records up to the one in which `frame` lies, or to their end. Returns how many lie
    /// before it.
    pub fn advance(&mut self, records: &[Record], frame: u64) -> usize {
        for (number, record) in records.iter().enumerate() {
            let end = self.frame.saturating_add(record.length().into());
            if end > frame {
                return number;
            }
            *self = Self { frame: end, level: record.end(self.level) };
        }
        records.len()
    }
}
