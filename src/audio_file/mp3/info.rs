//! The frame without audio at the start of most MP3 files.

use super::frame::{FrameHeader, HEADER_SIZE};

/// Where a `VBRI` header is, whatever the frame.
const VBRI_OFFSET: usize = HEADER_SIZE + 32;

/// What a `Xing`, `Info` or `VBRI` header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// The number of MP3 frames that follow.
    pub mp3_frames: Option<u32>,
    /// How many frames of audio the encoder has put in front and behind.
    pub delay_and_padding: Option<(u32, u32)>,
}

/// Whether such a header is somewhere in these bytes.
pub fn is_in(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|four| matches!(four, b"Xing" | b"Info" | b"VBRI"))
}

impl Info {
    /// Parses a whole MP3 frame; `None` if it is one with audio.
    pub fn parse(frame: &[u8], header: FrameHeader) -> Option<Self> {
        let side_info_size = match (header.frames, header.channels) {
            (1152, 2) => 32,
            (1152, _) | (_, 2) => 17,
            _ => 9,
        };
        // Encoders that protect frames by a checksum may or may not leave room for it here.
        let offset = HEADER_SIZE + side_info_size;
        for offset in [offset, offset + 2] {
            let tag = frame.get(offset..).unwrap_or_default();
            if tag.starts_with(b"Xing") || tag.starts_with(b"Info") {
                return Some(Self::parse_xing(&tag[4..]));
            }
        }
        let tag = frame.get(VBRI_OFFSET..).unwrap_or_default();
        let mp3_frames = u32_at(tag, 14);
        tag.starts_with(b"VBRI").then_some(Self { mp3_frames, delay_and_padding: None })
    }

    /// Parses what follows the four characters.
    fn parse_xing(tag: &[u8]) -> Self {
        let flags = u32_at(tag, 0).unwrap_or(0);
        let has = |bit: u32| flags & bit != 0;
        let mp3_frames = if has(1) { u32_at(tag, 4) } else { None };
        // The number of frames, of bytes, the table of contents, the quality.
        let sizes = [(1, 4), (2, 4), (4, 100), (8, 4)];
        let size: usize = sizes.iter().filter(|(bit, _)| has(*bit)).map(|(_, size)| size).sum();
        let extension = tag.get(4 + size..).unwrap_or_default();
        // The name of the encoder; without it, the rest is not there.
        let delay_and_padding = match extension.get(..24) {
            Some([b'A'..=b'z', .., a, b, c]) => Some((
                u32::from(*a) << 4 | u32::from(b >> 4),
                u32::from(b & 15) << 8 | u32::from(*c),
            )),
            _ => None,
        };
        Self { mp3_frames, delay_and_padding }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}
