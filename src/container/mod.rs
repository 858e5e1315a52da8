//! The `.extrema` file: a header, what belongs to it, chunks of records in the order the audio arrived, an
//! index of them, and an end chunk with totals. An excerpt, such as a recording, may begin and end within
//! records. [`raw`] is the older format without any of that.
//!
//! `docs/FORMAT.md` specifies both byte by byte. A file that was cut short by a crash or an
//! interrupted download can be read up to its last whole chunk; a damaged file is an error that
//! gives the position of the damage.

mod chunk;
mod header;
mod index;
pub(crate) mod lead_in;
mod own_codebook;
#[cfg(feature = "pack")]
mod pack;
pub mod raw;
mod read;
mod section;
mod settings;
mod tags;
mod write;

use std::io::{self, Read};
use std::ops::RangeInclusive;

use thiserror::Error;

pub use header::Header;
pub use index::{ChunkPlace, Cursor, Index};
pub use read::Reader;
pub use section::Section;
pub use tags::{TagError, Tags};
pub use write::Writer;

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

/// Why an `.extrema` file could not be read or written.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// The operating system reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file does not begin with [`MAGIC`].
    #[error(
        "this is not an .extrema file: it does not begin with EXTREMA. \
         Use --raw if it is a raw stream of records without a header"
    )]
    NotExtrema,
    /// The file ends within its header.
    #[error(
        "the file is cut short within its header, so nothing can be decoded; \
         download or encode it again"
    )]
    HeaderCutShort,
    /// The file's format version is newer than [`VERSION`].
    #[error(
        "the file has format version {found}, but this program reads versions up to {VERSION}; \
         update Extrema to read it"
    )]
    NewerVersion {
        /// The file's version.
        found: u16,
    },
    /// The file was encoded with a codebook that this program does not have, and does not carry it.
    #[error(
        "the file was encoded with the codebook {found:?}, which it does not carry and this program \
         does not have; update Extrema to read it"
    )]
    UnknownCodebook {
        /// Name of the codebook.
        found: String,
    },
    /// The file has something that only a newer program knows and without which it cannot be decoded.
    #[error(
        "the chunk at byte {position} has the {what} {code}, which this program does not know; update \
         Extrema to read the file"
    )]
    UnknownChunk {
        /// Offset in bytes of the chunk.
        position: u64,
        /// Which of its properties is unknown.
        what: &'static str,
        /// Its value.
        code: u8,
    },
    /// The file is packed, and the program was built without the feature `pack`.
    #[error("the file is packed, and this program was built without what unpacks it")]
    CannotUnpack,
    /// The file breaks the rules of the format.
    #[error("the file is damaged at byte {position}: {reason}; download or encode it again")]
    Damaged {
        /// Offset in bytes of the header field, chunk or record that is wrong.
        position: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The header or the records to be written break the rules of the format.
    #[error("cannot be stored in an .extrema file: {0}")]
    Unwritable(String),
}

/// Replaces the contents of `buffer` by the next `size` bytes, or fewer at the end of the input.
/// Memory grows with the bytes that arrive, so a false size in a damaged file is harmless.
fn read_up_to(input: &mut impl Read, size: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    input.take(size as u64).read_to_end(buffer)?;
    Ok(())
}
