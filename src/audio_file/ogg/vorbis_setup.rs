//! The codebooks in a Vorbis stream's setup header, whose size in memory its own does not bound.

use crate::audio_file::fault::Fault;

/// The most numbers in all vectors of a stream. Encoders need less than a twentieth of it.
const MAX_NUMBERS: u64 = 1 << 22;

/// Refuses a setup header whose codebooks are out of proportion: 30 bytes can stand for 16 MB.
///
/// # Errors
/// [`Fault`] if they are, or if the header is invalid.
pub fn check(header: &[u8]) -> Result<(), Fault> {
    let mut bits = Bits { bytes: header, at: 7 * 8 };
    let numbers =
        count_numbers(&mut bits).ok_or_else(|| Fault::damaged("its headers make no sense"))?;
    if numbers > MAX_NUMBERS {
        return Err(Fault::unsupported("its codebooks are larger than any encoder makes them"));
    }
    Ok(())
}

/// The numbers in the vectors of all codebooks; `None` if the header is invalid.
fn count_numbers(bits: &mut Bits) -> Option<u64> {
    let codebooks = bits.read(8)? + 1;
    let mut numbers = 0;
    for _ in 0..codebooks {
        numbers += count_codebook(bits)?;
    }
    Some(numbers)
}

fn count_codebook(bits: &mut Bits) -> Option<u64> {
    const SYNC: u64 = 0x56_4342;
    if bits.read(24)? != SYNC {
        return None;
    }
    let (dimensions, entries) = (bits.read(16)?, bits.read(24)?);
    let is_ordered = bits.read(1)? == 1;
    if is_ordered {
        bits.read(5)?;
        let mut entry = 0;
        while entry < entries {
            entry += bits.read(u64::BITS - (entries - entry).leading_zeros())?;
        }
    } else {
        let is_sparse = bits.read(1)? == 1;
        for _ in 0..entries {
            if !is_sparse || bits.read(1)? == 1 {
                bits.read(5)?;
            }
        }
    }
    let kind = bits.read(4)?;
    if kind == 0 {
        return Some(entries);
    }
    bits.read(32)?;
    bits.read(32)?;
    let size = bits.read(4)? as usize + 1;
    bits.read(1)?;
    let values = if kind == 1 { root(entries, dimensions)? } else { entries * dimensions };
    bits.skip(usize::try_from(values).ok()?.checked_mul(size)?)?;
    Some(entries * dimensions)
}

/// The largest whole number whose power of `dimensions` is at most `entries`.
fn root(entries: u64, dimensions: u64) -> Option<u64> {
    let dimensions = u32::try_from(dimensions).ok().filter(|&dimensions| dimensions > 0)?;
    let fits = |root: u64| root.checked_pow(dimensions).is_some_and(|power| power <= entries);
    let guess = (entries as f64).powf(1.0 / f64::from(dimensions)) as u64;
    (guess.saturating_sub(1)..=guess + 1).rev().find(|&root| fits(root))
}

/// Reads bits, the lowest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next `count` bits, at most 32; `None` at the end.
    fn read(&mut self, count: u32) -> Option<u64> {
        let mut value = 0;
        for i in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value |= u64::from(byte >> (self.at % 8) & 1) << i;
            self.at += 1;
        }
        Some(value)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.at = self.at.checked_add(count)?;
        (self.at <= self.bytes.len() * 8).then_some(())
    }
}
