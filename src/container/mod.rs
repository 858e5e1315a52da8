//! The `.extrema` file: a header, what belongs to it, chunks of records in the order the audio arrived, an
//! index of them, and an end chunk with totals. An excerpt, such as a recording, may begin and end within
//! records. [`raw`] is the older format without any of that.
//!
//! `docs/FORMAT.md` specifies both byte by byte. A file that was cut short by a crash or an
//! interrupted download can be read up to its last whole chunk; a damaged file is an error that
//! gives the position of the damage.

mod chunk;
mod error;
mod format;
mod header;
mod index;
mod input;
pub(crate) mod lead_in;
mod own_codebook;
#[cfg(feature = "pack")]
mod pack;
pub mod raw;
mod read;
mod section;
mod settings;
mod tags;
mod write;

pub use error::ContainerError;
pub use format::{MAGIC, MAX_LEAD_IN, SAMPLE_RATES, Storage, Totals, VERSION};
pub use header::Header;
pub use index::{ChunkPlace, Cursor, Index};
pub use read::Reader;
pub use section::Section;
pub use tags::{TagError, Tags};
pub use write::Writer;
