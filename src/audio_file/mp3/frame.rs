//! The headers of MP3 frames.

/// Bit rates in kbit/s by their index in the header, without the first (free) and the last
/// (invalid).
const BITRATES_MPEG1: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BITRATES_MPEG2: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// Size of a header in bytes.
pub const HEADER_SIZE: usize = 4;

/// The largest frame in bytes: 320 kbit/s at 32 kHz, or 160 kbit/s at 8 kHz.
pub const MAX_FRAME_SIZE: usize = 1441;

/// The header of a layer III frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// In Hz.
    pub sample_rate: u32,
    /// 1 or 2.
    pub channels: usize,
    /// Frames of audio in it, 576 or 1152.
    pub frames: u32,
    /// Size of the whole frame in bytes, [`HEADER_SIZE`] to [`MAX_FRAME_SIZE`].
    pub size: usize,
    /// Whether two bytes of checksum follow the header.
    pub has_checksum: bool,
}

/// What four bytes are that look like the header of an MPEG audio frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    /// A layer III frame.
    Frame(FrameHeader),
    /// A layer III frame that does not say how long it is.
    FreeFormat,
    /// Layer I or II.
    OtherLayer,
    /// Nothing of the kind.
    None,
}

/// Parses a header.
pub fn parse([sync, version, rates, mode]: [u8; HEADER_SIZE]) -> Parsed {
    if sync != 0xff || version & 0xe0 != 0xe0 || version & 0x18 == 0x08 || version & 0x06 == 0 {
        return Parsed::None;
    }
    let (is_mpeg1, is_mpeg25) = (version & 0x08 != 0, version & 0x10 == 0);
    let (bitrate, sample_rate) = (usize::from(rates >> 4), usize::from(rates >> 2 & 3));
    if bitrate == 15 || sample_rate == 3 {
        return Parsed::None;
    }
    if version & 0x06 != 0x02 {
        return Parsed::OtherLayer;
    }
    let Some(bitrate) = bitrate.checked_sub(1) else {
        return Parsed::FreeFormat;
    };
    let sample_rate = [44_100, 48_000, 32_000][sample_rate]
        / if is_mpeg25 {
            4
        } else if is_mpeg1 {
            1
        } else {
            2
        };
    let (bitrates, frames) = if is_mpeg1 { (BITRATES_MPEG1, 1152) } else { (BITRATES_MPEG2, 576) };
    let padding = u32::from(rates >> 1 & 1);
    Parsed::Frame(FrameHeader {
        sample_rate,
        channels: if mode >> 6 == 3 { 1 } else { 2 },
        frames,
        size: (frames / 8 * 1000 * bitrates[bitrate] / sample_rate + padding) as usize,
        has_checksum: version & 1 == 0,
    })
}

/// Whether a whole frame has mixed blocks: short ones, but for the lowest two subbands.
///
/// No common encoder makes them, and decoders disagree: libmad and mpg123 decode the same, and
/// minimp3, ffmpeg and symphonia something else each.
pub fn has_mixed_blocks(frame: &[u8], header: FrameHeader) -> bool {
    const SHORT: u32 = 2;
    let is_mpeg1 = header.frames == 1152;
    let start = HEADER_SIZE + if header.has_checksum { 2 } else { 0 };
    let bit =
        |at: usize| frame.get(start + at / 8).map_or(0, |byte| u32::from(byte >> (7 - at % 8) & 1));
    // In front of the granules: where the main data begins, private bits, and which scale factors
    // are shared. In each granule: lengths, gains, and how scale factors are compressed.
    let (front, granules, size, flag) = match (is_mpeg1, header.channels) {
        (true, 1) => (9 + 5 + 4, 2, 59, 33),
        (true, _) => (9 + 3 + 8, 2, 59, 33),
        (false, 1) => (8 + 1, 1, 63, 38),
        (false, _) => (8 + 2, 1, 63, 38),
    };
    (0..granules * header.channels).any(|granule| {
        let at = front + granule * size + flag;
        let (is_switched, kind, is_mixed) = (bit(at), bit(at + 1) << 1 | bit(at + 2), bit(at + 3));
        is_switched == 1 && kind == SHORT && is_mixed == 1
    })
}
