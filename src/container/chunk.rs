//! Chunks: which kinds there are, in which order they come, and what stands in front of a payload.

use std::io::Write;

use super::error::ContainerError;

/// Bytes in front of a chunk's payload.
pub const CHUNK_HEADER_SIZE: usize = 20;

/// The largest payload in bytes, which bounds a reader's memory.
pub const MAX_PAYLOAD_SIZE: usize = 1 << 20;

/// Set in the codes of kinds without which a file plays all the same, so that a reader skips those it does
/// not know.
const SKIPPABLE: u8 = 0x80;

/// The kinds in the order in which they come. There is one of each, but for records and the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The curves of a codebook that is not built in, directly after the header.
    Codebook,
    /// Settings of the encoder.
    Settings,
    /// Title, artist and so on.
    Tags,
    /// The lead-in of an excerpt.
    Excerpt,
    /// Records of one stream.
    Records,
    /// Where the chunks of one stream are.
    Index,
    /// The totals.
    End,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Codebook,
        Self::Settings,
        Self::Tags,
        Self::Excerpt,
        Self::Records,
        Self::Index,
        Self::End,
    ];

    const fn code(self) -> u8 {
        match self {
            Self::Records => 1,
            Self::End => 2,
            Self::Codebook => 3,
            Self::Excerpt => 4,
            Self::Settings => SKIPPABLE | 1,
            Self::Tags => SKIPPABLE | 2,
            Self::Index => SKIPPABLE | 3,
        }
    }

    /// What it holds, as a sentence names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Codebook => "codebook",
            Self::Settings => "settings",
            Self::Tags => "tags",
            Self::Excerpt => "lead-in",
            Self::Records => "records",
            Self::Index => "index",
            Self::End => "end",
        }
    }

    /// Whether there can be more than one, each of a stream.
    pub const fn is_of_stream(self) -> bool {
        matches!(self, Self::Records | Self::Index)
    }
}

/// How a payload is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// Records by columns, compressed.
    Packed,
}

/// What stands in front of a payload.
#[derive(Debug, Clone, Copy)]
pub struct ChunkHeader {
    /// `None` if this version does not know it and can skip it.
    pub kind: Option<Kind>,
    pub stream: u8,
    pub encoding: Encoding,
    /// Records, tags or places in the payload, or streams in the end chunk; 0 in the others.
    pub count: u32,
    /// Of the payload, in bytes.
    pub size: usize,
    pub checksum: u32,
}

/// Why a chunk's header is refused.
pub enum ChunkError {
    /// It breaks a rule.
    Damaged(&'static str),
    /// It is of a kind, or stored in a way, that this version does not know and cannot skip.
    Unknown(&'static str, u8),
}

impl ChunkHeader {
    /// Reads the bytes in front of a payload.
    pub fn from_bytes(bytes: &[u8; CHUNK_HEADER_SIZE]) -> Result<Self, ChunkError> {
        let number = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        if crc32fast::hash(&bytes[..CHUNK_HEADER_SIZE - 4]) != number(16) {
            return Err(ChunkError::Damaged("the checksum of the chunk's header does not match"));
        }
        let [code, stream, encoding, reserved, ..] = *bytes;
        let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code);
        if kind.is_none() && code & SKIPPABLE == 0 {
            return Err(ChunkError::Unknown("kind", code));
        }
        let has_meaning = |kind: Kind| match kind {
            Kind::Records => reserved == 0,
            Kind::Index => reserved == 0 && encoding == 0,
            _ => reserved == 0 && encoding == 0 && stream == 0,
        };
        if !kind.is_none_or(has_meaning) {
            return Err(ChunkError::Damaged("a reserved byte of the chunk is not 0"));
        }
        let encoding = match encoding {
            0 => Encoding::Plain,
            1 => Encoding::Packed,
            _ if kind.is_none() => Encoding::Plain,
            other => return Err(ChunkError::Unknown("encoding", other)),
        };
        let (count, size, checksum) = (number(4), number(8) as usize, number(12));
        if size > MAX_PAYLOAD_SIZE {
            return Err(ChunkError::Damaged("the chunk is longer than the format allows"));
        }
        Ok(Self { kind, stream, encoding, count, size, checksum })
    }
}

/// Writes a chunk.
pub fn write_chunk(
    output: &mut impl Write,
    (kind, stream, encoding): (Kind, u8, Encoding),
    count: u32,
    payload: &[u8],
) -> Result<(), ContainerError> {
    debug_assert!(payload.len() <= MAX_PAYLOAD_SIZE, "{} bytes", payload.len());
    let mut header = Vec::with_capacity(CHUNK_HEADER_SIZE);
    header.extend([kind.code(), stream, u8::from(encoding == Encoding::Packed), 0]);
    header.extend(count.to_le_bytes());
    header.extend((payload.len() as u32).to_le_bytes());
    header.extend(crc32fast::hash(payload).to_le_bytes());
    header.extend(crc32fast::hash(&header).to_le_bytes());
    output.write_all(&header)?;
    output.write_all(payload)?;
    Ok(())
}
