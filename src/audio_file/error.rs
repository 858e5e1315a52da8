//! Why an audio file could not be read or written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why an audio file could not be read or written. The texts name the file and the remedy; what
/// the operating system said is the error's source.
#[derive(Debug, Error)]
pub enum AudioFileError {
    /// The file could not be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The operating system failed to read on.
    #[error("cannot read {} beyond frame {frame}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The first frame that is missing.
        frame: u64,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file is not of a supported kind.
    #[error("cannot read {}: {reason}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it is or has, and the remedy.
        reason: String,
    },
    /// The file's content is invalid.
    #[error(
        "{} is damaged at frame {frame}: {reason}. Download or export it again, or recover what is \
         left with `ffmpeg -i IN OUT.wav`",
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
        "{} is cut short: {reason}. Download or export it again, or recover what is left with \
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
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file format cannot hold the audio.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What does not fit, and what would.
        reason: String,
    },
}
