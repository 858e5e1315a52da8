//! The description of the audio in WAV and Wave64 files.

use super::chunks::ByteOrder;
use super::layout::{Encoding, Layout};
use crate::audio_file::fault::Fault;

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
const EXTENSIBLE: u16 = 0xfffe;

/// The speakers that have a bit in a channel mask; the others are reserved.
const ALL_SPEAKERS: u32 = 0x3_ffff;

/// What follows the format tag in the sub-format of an extensible header.
const SUBFORMAT: [u8; 14] = *b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";
/// The same for Ambisonics.
const SUBFORMAT_AMBISONIC: [u8; 14] = *b"\0\0\x21\x07\xd3\x11\x86\x44\xc8\xc1\xca\0\0\0";

/// What a `fmt ` chunk says.
#[derive(Debug, Clone, Copy)]
pub struct WaveFormat {
    /// At least 1.
    pub channels: u16,
    /// In Hz, at least 1.
    pub sample_rate: u32,
    /// The speakers, 0 if unknown.
    pub channel_mask: u32,
    /// How samples are stored, in little-endian order. [`Encoding::LowerInt24`] stands for 24 bits in
    /// any three of four bytes.
    pub layout: Layout,
}

impl WaveFormat {
    /// Size of the longest `fmt ` chunk that is used, in bytes.
    pub const MAX_SIZE: usize = 40;

    /// Parses the content of a `fmt ` chunk.
    ///
    /// # Errors
    /// [`Fault::Unsupported`] if it is not PCM, or makes no sense.
    pub fn parse(fields: &[u8], order: ByteOrder) -> Result<Self, Fault> {
        // From 14 bytes on there is all but the number of bits, which plain PCM can do without.
        if fields.len() < 14 {
            return Err(Fault::unsupported(format!(
                "its fmt chunk has {} bytes, too few to describe its audio",
                fields.len()
            )));
        }
        let u16_at = |at: usize| match (fields.get(at..at + 2), order) {
            (Some(&[a, b]), ByteOrder::Little) => u16::from_le_bytes([a, b]),
            (Some(&[a, b]), ByteOrder::Big) => u16::from_be_bytes([a, b]),
            _ => 0,
        };
        let u32_at = |at: usize| match order {
            ByteOrder::Little => u32::from(u16_at(at)) | u32::from(u16_at(at + 2)) << 16,
            ByteOrder::Big => u32::from(u16_at(at)) << 16 | u32::from(u16_at(at + 2)),
        };
        let (mut tag, channels, sample_rate) = (u16_at(0), u16_at(2), u32_at(4));
        let (align, bits) = (u16_at(12), u16_at(14));
        check(channels, sample_rate)?;
        let (mut valid_bits, mut channel_mask) = (0, default_mask(channels));
        if tag == EXTENSIBLE {
            let Some(subformat) = fields.get(24..40) else {
                return Err(Fault::unsupported(
                    "its fmt chunk says that it is extended, but has no extension",
                ));
            };
            let (start, rest) = subformat.split_at(2);
            if rest != SUBFORMAT && rest != SUBFORMAT_AMBISONIC {
                return Err(Fault::unsupported("its samples are of an unknown kind"));
            }
            tag = u16::from_le_bytes([start[0], start[1]]);
            valid_bits = u16_at(18);
            channel_mask = speakers(u32_at(20), channels);
        }
        let layout = layout(tag, channels, align, bits, valid_bits)?;
        Ok(Self { channels, sample_rate, channel_mask, layout })
    }
}

/// Refuses what no file can have.
pub fn check(channels: u16, sample_rate: u32) -> Result<(), Fault> {
    if channels == 0 {
        Err(Fault::unsupported("its header claims 0 channels"))
    } else if sample_rate == 0 {
        Err(Fault::unsupported("its header claims a sample rate of 0 Hz"))
    } else {
        Ok(())
    }
}

/// The speakers of files that do not name them: known for mono and stereo only.
pub fn default_mask(channels: u16) -> u32 {
    match channels {
        1 => 0x4,
        2 => 0x3,
        _ => 0,
    }
}

/// A mask with exactly one known speaker per channel; otherwise 0, since it does not tell which
/// channel is which.
pub fn speakers(mask: u32, channels: u16) -> u32 {
    let is_whole = mask & !ALL_SPEAKERS == 0 && mask.count_ones() == u32::from(channels);
    if is_whole { mask } else { 0 }
}

fn layout(
    tag: u16,
    channels: u16,
    align: u16,
    bits: u16,
    valid_bits: u16,
) -> Result<Layout, Fault> {
    let inconsistent = || {
        Fault::unsupported(format!(
            "its header claims {align} bytes per frame for {channels} channels of {bits} bits"
        ))
    };
    if !matches!(tag, PCM | FLOAT | A_LAW | MU_LAW) {
        return Err(Fault::unsupported(format!("its audio is {}", codec(tag))));
    }
    if align == 0 || !align.is_multiple_of(channels) {
        return Err(inconsistent());
    }
    let bytes = usize::from(align / channels);
    // Headers of 14 bytes have no number of bits.
    let bits = if bits == 0 { u16::try_from(8 * bytes).unwrap_or(u16::MAX) } else { bits };
    let encoding = match tag {
        FLOAT if matches!((bytes, bits), (4, 32) | (8, 64)) => Encoding::Float,
        // Which programs give as 8 or as the 16 that they expand to.
        A_LAW if bytes == 1 && matches!(bits, 8 | 16) => Encoding::ALaw,
        MU_LAW if bytes == 1 && matches!(bits, 8 | 16) => Encoding::MuLaw,
        PCM if bytes == 4 && bits == 24 && matches!(valid_bits, 0 | 24) => Encoding::LowerInt24,
        PCM if bytes <= 4 && usize::from(bits).div_ceil(8) == bytes => {
            let is_valid = (1..=bits).contains(&valid_bits);
            let bits = u32::from(if is_valid { valid_bits } else { bits });
            if bytes == 1 { Encoding::Offset(bits) } else { Encoding::Signed(bits) }
        }
        _ => return Err(inconsistent()),
    };
    Ok(Layout { encoding, bytes, big_endian: false })
}

/// A name for a format tag that is not supported.
fn codec(tag: u16) -> String {
    let name = match tag {
        0x0002 => "Microsoft ADPCM",
        0x0011 => "IMA ADPCM",
        0x0014 | 0x0040 | 0x0064 | 0x0045 => "G.72x ADPCM",
        0x0022 => "TrueSpeech",
        0x0031 | 0x0032 => "GSM",
        0x0050 => "MPEG layer 1 or 2",
        0x0055 => "MP3",
        0x0092 | 0x2000 => "AC-3",
        0x00ff | 0x1600 | 0x1610 => "AAC",
        0x0160..=0x0163 => "Windows Media Audio",
        0x0270 => "ATRAC3",
        0x2001 | 0x0008 => "DTS",
        0x674f..=0x6751 | 0x676f..=0x6771 => "Vorbis",
        0xf1ac => "FLAC",
        _ => return format!("of format {tag:#06x}, which is not PCM"),
    };
    format!("compressed as {name}")
}
