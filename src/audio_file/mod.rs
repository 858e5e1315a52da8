//! Audio files: WAV, AIFF, FLAC, MP3 and Ogg Vorbis in, WAV out.
//!
//! Reading and writing are streams of blocks, so that a file of any length needs little memory.
//! Integer samples of `b` bits are divided by exactly `2^(b−1) − 1`, floats are never rescaled, and
//! a file that is damaged or cut short is an error rather than a shorter or quieter file.

mod decoded;
mod header;
mod new_file;
mod pcm;
mod read;
mod write;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

pub use new_file::NewFile;
pub use read::{AudioReader, SourceFormat};
pub use write::{SampleFormat, WavWriter};

/// How many bytes go to the system at a time: enough for its calls to be few, and not so many that
/// the memory for them is asked of the system as well, and given back, for every file.
pub const BUFFER: usize = 1 << 16;

/// Why an audio file could not be read or written, where, and what to do about it.
#[derive(Debug, Error)]
pub enum AudioFileError {
    /// The file could not be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Reading stopped half-way.
    #[error("cannot read {} beyond frame {frame}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The first frame that is missing.
        frame: u64,
        /// What the system said.
        source: io::Error,
    },
    /// Not a kind of file that is understood.
    #[error(
        "cannot read {}: {reason}. Readable are WAV, AIFF, FLAC, MP3 and Ogg Vorbis; \
         `ffmpeg -i IN OUT.wav` converts most other files",
        path.display()
    )]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What is not understood.
        reason: String,
    },
    /// The file contradicts itself.
    #[error(
        "{} is damaged at frame {frame}: {reason}. Fetch it again, or save what is left of it with \
         `ffmpeg -i IN OUT.wav`",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first frame that cannot be trusted.
        frame: u64,
        /// What is wrong.
        reason: String,
    },
    /// The file ends too early.
    #[error(
        "{} is cut short: {reason}. Fetch it again, or save what is left of it with \
         `ffmpeg -i IN OUT.wav`",
        path.display()
    )]
    CutShort {
        /// The file.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// The file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The audio does not fit into the file format.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What does not fit, and what would.
        reason: String,
    },
}
