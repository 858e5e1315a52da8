//! What the readers of all kinds of files have in common.

use std::fmt;

use super::fault::Fault;

/// Frames in a block: a multiple of the encoder's chunks (768), which is slower on parts of a
/// chunk.
pub const BLOCK_FRAMES: usize = 2304;

/// How a file stores its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// Integers.
    Integer {
        /// Significant bits, 1 to 32.
        bits: u32,
    },
    /// Floats, which is also what lossy formats decode to.
    Float {
        /// 32 or 64 bits.
        bits: u32,
    },
    /// A-law, 8 bits.
    ALaw,
    /// µ-law, 8 bits.
    MuLaw,
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer { bits } => write!(f, "{bits}-bit integer"),
            Self::Float { bits } => write!(f, "{bits}-bit float"),
            Self::ALaw => f.write_str("8-bit A-law"),
            Self::MuLaw => f.write_str("8-bit µ-law"),
        }
    }
}

/// What a file says of its audio.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Sample rate in Hz, at least 1.
    pub sample_rate: u32,
    /// Number of channels, at least 1.
    pub channels: usize,
    /// The speakers as in a WAV file's channel mask, 0 if unknown.
    pub channel_mask: u32,
    /// How samples are stored.
    pub source: SourceFormat,
    /// Length in frames, if it is stated reliably.
    pub frames: Option<u64>,
}

/// Audio that is decoded piece by piece.
pub trait Decode: Send {
    /// Appends the next piece to `out`, one vector per channel. Returns false at the end, of which
    /// it makes sure that it is the true one.
    fn append_next(&mut self, out: &mut [Vec<f64>]) -> Result<bool, Fault>;
}
