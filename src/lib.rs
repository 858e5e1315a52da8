//! Extrema
#[cfg(feature = "files")]
pub mod audio_file;
pub mod codec;
pub mod container;
pub mod effect;
pub mod raw;
