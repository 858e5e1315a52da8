//! The metadata blocks in front of a FLAC stream: what its audio is, and which speakers it is for.

use super::bytes::Bytes;
use super::decode::{Format, SourceFormat};
use super::fault::Fault;
use super::flac_speakers::{stated_mask, usual_mask};

/// Size of the `STREAMINFO` block in bytes.
pub const STREAM_INFO_SIZE: usize = 34;

/// Bytes in front of a metadata block.
const BLOCK_HEADER_SIZE: u64 = 4;

/// Marks the last metadata block.
pub const LAST_BLOCK: u8 = 0x80;

/// The kind of the metadata block with comments.
pub const COMMENTS: u8 = 4;

/// What the `STREAMINFO` block says.
#[derive(Debug, Clone, Copy)]
pub struct StreamInfo {
    /// The block itself.
    pub bytes: [u8; STREAM_INFO_SIZE],
    /// In Hz, at least 1.
    pub sample_rate: u32,
    /// 1 to 8.
    pub channels: usize,
    /// Bits per sample, 4 to 32.
    pub bits: u32,
    /// Length in frames, if it is known.
    pub frames: Option<u64>,
    /// The speakers as in a WAV file's channel mask, 0 if unknown. A comment may name others than usual.
    pub channel_mask: u32,
}

impl StreamInfo {
    /// Parses the block.
    pub fn parse(bytes: [u8; STREAM_INFO_SIZE]) -> Result<Self, Fault> {
        let [_, _, _, _, _, _, _, _, _, _, a, b, c, d, e, f, g, h, ..] = bytes;
        // 20 bits of rate, 3 of channels, 5 of bits per sample, 36 of length.
        let fields = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        let sample_rate = (fields >> 44) as u32;
        if sample_rate == 0 {
            return Err(Fault::unsupported("its header claims a sample rate of 0 Hz"));
        }
        let channels = (fields >> 41 & 7) as usize + 1;
        Ok(Self {
            bytes,
            sample_rate,
            channels,
            bits: (fields >> 36 & 31) as u32 + 1,
            frames: Some(fields & 0xf_ffff_ffff).filter(|&frames| frames > 0),
            channel_mask: usual_mask(channels),
        })
    }

    /// Takes over the speakers that a [`COMMENTS`] block names, if it does.
    pub fn read_comments(&mut self, comments: &[u8]) {
        self.channel_mask = stated_mask(comments, self.channels).unwrap_or(self.channel_mask);
    }

    /// What the stream's audio is.
    pub fn format(&self) -> Format {
        Format {
            sample_rate: self.sample_rate,
            channels: self.channels,
            channel_mask: self.channel_mask,
            source: SourceFormat::Integer { bits: self.bits },
            frames: self.frames,
        }
    }
}

/// The stream information of the file whose marker is at `start`, and where its frames begin. What other
/// blocks hold does not matter.
pub fn read_metadata(bytes: &mut Bytes, start: u64) -> Result<(StreamInfo, u64), Fault> {
    let cut_short = || Fault::cut_short("it ends within its headers");
    let mut offset = start + 4;
    let mut info = None;
    let mut comments = Vec::new();
    loop {
        let [kind, a, b, c] = bytes.array_at(offset)?.ok_or_else(cut_short)?;
        let size = u32::from_be_bytes([0, a, b, c]);
        let content = offset + BLOCK_HEADER_SIZE;
        if kind & !LAST_BLOCK == 0 && info.is_none() && size as usize == STREAM_INFO_SIZE {
            info = Some(StreamInfo::parse(bytes.array_at(content)?.ok_or_else(cut_short)?)?);
        }
        if kind & !LAST_BLOCK == COMMENTS && comments.is_empty() {
            let present = bytes.len().saturating_sub(content).min(size.into());
            comments.resize(present as usize, 0);
            bytes.read_at(content, &mut comments)?;
        }
        offset = content + u64::from(size);
        if kind & LAST_BLOCK != 0 {
            let mut info: StreamInfo = info.ok_or_else(|| {
                Fault::damaged("it has no valid STREAMINFO block to describe its audio")
            })?;
            info.read_comments(&comments);
            return Ok((info, offset));
        }
    }
}
