//! The `.extrema` file: a header, chunks of records as the audio arrived, and an end with totals.
//!
//! `docs/FORMAT.md` specifies it byte by byte. A file that was cut short, by a crash or a broken
//! download, is readable up to its last whole chunk; a damaged one is an error with its position.

mod header;
pub mod raw;
mod read;
mod write;

use std::io;

use thiserror::Error;

pub use header::Header;
pub use read::Reader;
pub use write::Writer;

/// The version of the format that is written, and the newest that is read.
pub const VERSION: u16 = 1;

/// The first eight bytes of every file.
pub const MAGIC: [u8; 8] = *b"EXTREMA\x1a";

/// A chunk of records.
const RECORDS: u8 = 1;
/// The last chunk.
const END: u8 = 2;

/// Payload encoding: records as they are, one after the other.
const PLAIN: u8 = 0;

/// The size of what comes before a chunk's payload.
const CHUNK_HEADER: usize = 20;

/// No chunk's payload is longer, which bounds what a reader has to hold.
const LONGEST_PAYLOAD: u32 = 1 << 20;

/// What a whole file amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// The length in frames.
    pub frames: u64,
    /// The number of records of each stream.
    pub records: Vec<u64>,
}

/// Why an `.extrema` file could not be read or written.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// The system would not read or write.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file does not begin like one.
    #[error(
        "this is no .extrema file: it does not begin with the letters EXTREMA. \
         A headerless stream of records is read with --raw"
    )]
    NotExtrema,
    /// The file ends within its header.
    #[error("the file ends within its header, so nothing of it can be decoded; fetch it again")]
    HeaderCutShort,
    /// The file is newer than this program.
    #[error(
        "the file has version {found} of the format and this program reads up to {VERSION}; \
         update Extrema to read it"
    )]
    NewerVersion {
        /// The file's version.
        found: u16,
    },
    /// The file was made with curves that this program does not have.
    #[error(
        "the file's curves are the codebook {found:?}, which this program does not have; \
         update Extrema to read it"
    )]
    UnknownCodebook {
        /// The codebook's name.
        found: String,
    },
    /// Something in the file contradicts the rest.
    #[error("the file is damaged at byte {position}: {reason}; fetch it again or encode it anew")]
    Damaged {
        /// The offset of what is wrong: of a chunk or of a record.
        position: u64,
        /// What is wrong.
        reason: String,
    },
    /// What was to be written breaks the rules of the format.
    #[error("{0}")]
    Unwritable(String),
}
