//! What holds for every `.extrema` file.

use std::ops::RangeInclusive;

/// The format version that is written, and the newest that can be read.
pub const VERSION: u16 = 1;

/// The first eight bytes of every file.
pub const MAGIC: [u8; 8] = *b"EXTREMA\x1a";

/// Sample rates in Hz that a file can have. Below 200 Hz, the detectors' 5 ms are less than a sample;
/// above 4 MHz, the bytes per second of 255 channels would no longer fit into a WAV file's header.
pub const SAMPLE_RATES: RangeInclusive<u32> = 200..=4_000_000;

/// The most frames before the first of an excerpt: all but the last of the longest curve, and one that
/// sets the level on which it starts.
pub const MAX_LEAD_IN: u32 = u16::MAX as u32;

/// The totals of a complete file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Length in frames; of an excerpt without its lead-in.
    pub frames: u64,
    /// Number of records in each stream.
    pub records: Vec<u64>,
}

/// How the records of a file are stored, as far as they have been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Storage {
    /// Chunks of records, of all streams.
    pub chunks: u64,
    /// How many of them are packed.
    pub packed_chunks: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
    /// Whether the file has an index of them.
    pub has_index: bool,
}
