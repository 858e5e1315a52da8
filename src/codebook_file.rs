//! A codebook of one's own, from a CSV file: for the command line's `--codebook` and the plugin.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::codec::Codebook;
use crate::codec::codebook_csv::CsvError;

/// The most bytes of a file: 100 times as many as a table has. What is larger, a track for example, need
/// not be read to know that it is none.
const MAX_BYTES: u64 = 1 << 20;

/// Why a file is no codebook.
#[derive(Debug, Error)]
pub enum CodebookFileError {
    /// It cannot be read.
    #[error("cannot read {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system reported.
        source: io::Error,
    },
    /// It is far larger than any table.
    #[error(
        "{} is too large for a codebook, which is a CSV file of 255 rows; name another file",
        .path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is not the table of a codebook.
    #[error("{}, {error}", .path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// Where it is wrong, and what belongs there.
        error: CsvError,
    },
}

/// Reads a codebook.
///
/// # Errors
/// [`CodebookFileError`]
pub fn read(path: &Path) -> Result<Arc<Codebook>, CodebookFileError> {
    let path = || path.to_owned();
    let read = || {
        let mut text = Vec::new();
        File::open(path())?.take(MAX_BYTES + 1).read_to_end(&mut text)?;
        Ok(text)
    };
    let text = read().map_err(|source| CodebookFileError::Io { path: path(), source })?;
    if text.len() as u64 > MAX_BYTES {
        return Err(CodebookFileError::TooLarge { path: path() });
    }
    Codebook::from_csv(&text).map_err(|error| CodebookFileError::Csv { path: path(), error })
}
