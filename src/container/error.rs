//! Why a file could not be read or written.

use std::io;

use thiserror::Error;

use super::format::VERSION;

/// Why an `.extrema` file could not be read or written.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// The operating system reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file does not begin with [`MAGIC`](super::MAGIC).
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
