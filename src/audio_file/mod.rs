//! Audio files: reads WAV, AIFF, FLAC, MP3 and Ogg Vorbis, writes WAV.
//!
//! Files are read and written block by block, so memory does not grow with their length. Integer
//! samples of `b` bits are divided by exactly `2^(b−1) − 1` and floats are never rescaled. A file
//! that is damaged or cut short is an error, never just a shorter or quieter result.

mod bytes;
mod decode;
mod error;
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

pub use decode::SourceFormat;
pub use error::AudioFileError;
pub use metadata::{Unreadable, read_tags};
pub use read::AudioReader;
pub use source::{IO_BUFFER_SIZE, STANDARD_STREAM, open_seekable};
pub use symphonia_audio::silence_caught_panics;
pub use write::{
    AtomicFile, SampleFormat, StoredFrames, WavSpec, WavWriter, remove_unfinished_files,
};
