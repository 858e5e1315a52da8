//! Title, artist and so on: as pairs of key and value, under the keys that Vorbis comments have.

mod read;
mod riff;

pub use read::{Unreadable, read_tags};
pub(super) use riff::to_chunks;
