//! The headers of FLAC frames, which repeat what the stream's header says.

use super::fault::Fault;
use super::flac_metadata::StreamInfo;

/// Refuses a frame whose sample rate, channels or bits are not those of the stream. The decoder would take
/// its samples for those of the stream.
///
/// # Errors
/// [`Fault::Damaged`] also if no frame begins at the start of `frame`.
pub fn check(frame: &[u8], info: &StreamInfo) -> Result<(), Fault> {
    let no_frame = || Fault::damaged("there is no FLAC frame here");
    let [0xff, 0xf8 | 0xf9, sizes, kinds, rest @ ..] = frame else { return Err(no_frame()) };
    let channels = match kinds >> 4 {
        independent @ 0..8 => usize::from(independent) + 1,
        // One of them is a difference.
        8..=10 => 2,
        _ => return Err(no_frame()),
    };
    if channels != info.channels {
        return Err(Fault::damaged("the number of channels changes here"));
    }
    let bits = match kinds >> 1 & 7 {
        0 => info.bits,
        code => [8, 12, 0, 16, 20, 24, 32][usize::from(code) - 1],
    };
    if bits != info.bits {
        return Err(Fault::damaged("the number of bits per sample changes here"));
    }
    if sample_rate(*sizes, rest).ok_or_else(no_frame)?.unwrap_or(info.sample_rate)
        != info.sample_rate
    {
        return Err(Fault::damaged("the sample rate changes here"));
    }
    Ok(())
}

/// The rate in Hz, `Some(None)` if it is left to the stream's header, `None` if there is none.
fn sample_rate(sizes: u8, rest: &[u8]) -> Option<Option<u32>> {
    const COMMON: [u32; 11] =
        [88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];
    // In front of a rate that is written out are the frame's number, as long as its first byte says, and
    // its size.
    let number_size = rest.first()?.leading_ones().max(1) as usize;
    let block_size = match sizes >> 4 {
        6 => 1,
        7 => 2,
        _ => 0,
    };
    let written = rest.get(number_size + block_size..)?;
    let two_bytes = || Some(u32::from(u16::from_be_bytes(*written.first_chunk()?)));
    Some(Some(match sizes & 15 {
        0 => return Some(None),
        code @ 1..=11 => COMMON[usize::from(code) - 1],
        12 => u32::from(*written.first()?) * 1000,
        13 => two_bytes()?,
        14 => two_bytes()? * 10,
        _ => return None,
    }))
}
