//! 24-bit integers in four bytes, whose header does not say which three of them count.

use super::layout::Encoding;
use crate::audio_file::bytes::Bytes;
use crate::audio_file::fault::Fault;

/// Finds out which three of four bytes the 24-bit integers are in.
///
/// The specification wants the upper ones, ALSA's `arecord -f S24_LE` uses the lower, and Cool Edit
/// stored floats under the same header.
///
/// Where the samples are all in the upper or all in the lower bytes, this reads them to the end, so that such a
/// file is read twice: a single sample could still show that they are neither.
pub fn find_encoding(
    bytes: &mut Bytes,
    start: u64,
    size: u64,
    big_endian: bool,
) -> Result<Encoding, Fault> {
    let (mut can_be_upper, mut can_be_lower) = (true, true);
    let mut buffer = vec![0; 1 << 14];
    let mut offset = 0;
    while offset < size && (can_be_upper || can_be_lower) {
        let count = buffer.len().min(usize::try_from(size - offset).unwrap_or(usize::MAX));
        let read = bytes.read_at(start + offset, &mut buffer[..count])?;
        if read < count {
            return Err(Fault::cut_short("it became shorter while it was read"));
        }
        for &sample in buffer[..count].as_chunks::<4>().0 {
            let value =
                if big_endian { i32::from_be_bytes(sample) } else { i32::from_le_bytes(sample) };
            can_be_upper &= value & 0xff == 0;
            can_be_lower &= value << 8 >> 8 == value;
        }
        offset += count as u64;
    }
    match (can_be_upper, can_be_lower) {
        (true, false) => Ok(Encoding::Signed(24)),
        (false, true) => Ok(Encoding::LowerInt24),
        // Both only if it is silent, or so soft or coarse that they cannot be told apart.
        (true, true) if is_silent(bytes, start, size)? => Ok(Encoding::Signed(24)),
        _ => Err(Fault::unsupported(
            "it has 24 bits in samples of 4 bytes, and its data does not show which 3 of them count",
        )),
    }
}

fn is_silent(bytes: &mut Bytes, start: u64, size: u64) -> Result<bool, Fault> {
    let mut buffer = [0; 1 << 12];
    for offset in (0..size).step_by(buffer.len()) {
        let count = buffer.len().min((size - offset) as usize);
        bytes.read_at(start + offset, &mut buffer[..count])?;
        if buffer[..count].iter().any(|&byte| byte != 0) {
            return Ok(false);
        }
    }
    Ok(true)
}
