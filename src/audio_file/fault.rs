//! What is wrong with a file, before its path and the frame are known.

use std::io;
use std::path::Path;

use super::error::AudioFileError;

/// Ends the messages on files of a kind that cannot be read.
const SUPPORTED: &str = "Supported are WAV, AIFF, FLAC, MP3 and Ogg Vorbis; `ffmpeg -i IN OUT.wav` \
                         converts most other files";

/// What is wrong with a file. The texts continue "cannot read NAME: " and the like.
#[derive(Debug)]
pub enum Fault {
    /// The file is of a kind that is not supported; the text includes the remedy.
    Unsupported(String),
    /// The content is invalid.
    Damaged(String),
    /// The file ends too early.
    CutShort(String),
    /// The operating system failed to read.
    Read(io::Error),
}

impl Fault {
    /// A kind of file that cannot be read, and which kinds can.
    pub fn unsupported(reason: impl AsRef<str>) -> Self {
        Self::Unsupported(format!("{}. {SUPPORTED}", reason.as_ref()))
    }

    /// Invalid content.
    pub fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged(reason.into())
    }

    /// A file that ends too early.
    pub fn cut_short(reason: impl Into<String>) -> Self {
        Self::CutShort(reason.into())
    }

    /// The error for the file at `path`, of which `frame` is the first frame that was not read.
    pub fn at(self, path: &Path, frame: u64) -> AudioFileError {
        let path = path.to_owned();
        match self {
            Self::Unsupported(reason) => AudioFileError::Unsupported { path, reason },
            Self::Damaged(reason) => AudioFileError::Damaged { path, frame, reason },
            Self::CutShort(reason) => AudioFileError::CutShort { path, reason },
            Self::Read(source) => AudioFileError::Read { path, frame, source },
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}
