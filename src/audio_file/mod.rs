//! Audio files: reads WAV, AIFF, FLAC, MP3 and Ogg Vorbis, writes WAV.
//!
//! Files are read and written block by block, so memory does not grow with their length. Integer
//! samples of `b` bits are divided by exactly `2^(b−1) − 1` and floats are never rescaled. A file
//! that is damaged or cut short is an error, never just a shorter or quieter result.

mod bytes;
mod decode;
mod fault;
mod flac;
mod flac_frame;
mod flac_metadata;
mod flac_speakers;
mod kind;
mod metadata;
mod mp3;
mod ogg;
mod pcm;
mod read;
mod section;
mod source;
mod symphonia_audio;
mod tags;
mod write;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

pub use decode::SourceFormat;
pub use metadata::{Unreadable, read_tags};
pub use read::AudioReader;
pub use source::{STANDARD_STREAM, open_seekable};
pub use symphonia_audio::silence_caught_panics;
pub use write::{AtomicFile, SampleFormat, WavSpec, WavWriter, remove_unfinished_files};

/// Size in bytes of the buffers between us and the operating system: large enough to make system
/// calls rare, small enough for the allocator to reuse the memory instead of mapping it anew for
/// every file (glibc does so from 128 KiB up).
pub const IO_BUFFER_SIZE: usize = 1 << 16;

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
