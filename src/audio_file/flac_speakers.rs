//! Which speakers the channels of a FLAC stream are for.

use super::pcm::wave_format::speakers;

/// Names the speakers where they are not the usual ones, by RFC 9639, section 8.6.2.
const MASK_FIELD: &str = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK";

/// The speakers that follow from the number of channels, as a WAV file's channel mask.
pub fn usual_mask(channels: usize) -> u32 {
    match channels {
        1 => 0x4,
        2 => 0x3,
        3 => 0x7,
        4 => 0x33,
        5 => 0x37,
        6 => 0x3f,
        7 => 0x70f,
        8 => 0x63f,
        _ => 0,
    }
}

/// The speakers that a `VORBIS_COMMENT` block names, 0 if they do not tell which channel is which; `None` if
/// it names none, or makes no sense.
pub fn stated_mask(comments: &[u8], channels: usize) -> Option<u32> {
    let (_encoder, mut rest) = split_text(comments)?;
    let count = take_u32(&mut rest)?;
    for _ in 0..count {
        let (comment, behind) = split_text(rest)?;
        rest = behind;
        let Some((name, value)) = std::str::from_utf8(comment).ok().and_then(|x| x.split_once('='))
        else {
            continue;
        };
        if name.eq_ignore_ascii_case(MASK_FIELD) {
            let digits = value.trim().strip_prefix("0x").or(value.trim().strip_prefix("0X"))?;
            let mask = u32::from_str_radix(digits, 16).ok()?;
            return Some(speakers(mask, channels as u16));
        }
    }
    None
}

/// A text behind its size, and what follows it.
fn split_text(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let size = take_u32(&mut bytes)?;
    bytes.split_at_checked(size as usize)
}

fn take_u32(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}
