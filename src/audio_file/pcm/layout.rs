//! How PCM samples lie in a file, and their conversion to `f64`.
//!
//! Integers of `b` bits are divided by `2^(b−1) − 1`, the values of A-law and µ-law by 32768; floats
//! are taken as they are.

use fearless_simd::{Level, Simd, dispatch};

use crate::audio_file::decode::SourceFormat;

/// How PCM samples lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// What the bytes of a sample mean.
    pub encoding: Encoding,
    /// Bytes per sample: 1 to 4 for integers, 4 or 8 for floats, 1 for A-law and µ-law.
    pub bytes: usize,
    /// Whether the most significant byte comes first.
    pub big_endian: bool,
}

/// What the bytes of a sample mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Signed integers; the field is the number of significant bits, which are the upper ones.
    Signed(u32),
    /// The same with half the range added, so that no value is negative.
    Offset(u32),
    /// Signed 24-bit integers in the lower three of four bytes.
    LowerInt24,
    /// IEEE floats.
    Float,
    /// A-law of ITU-T G.711.
    ALaw,
    /// µ-law of ITU-T G.711.
    MuLaw,
}

impl Layout {
    /// The format as it is shown to the user.
    pub fn source_format(self) -> SourceFormat {
        match self.encoding {
            Encoding::Signed(bits) | Encoding::Offset(bits) => SourceFormat::Integer { bits },
            Encoding::LowerInt24 => SourceFormat::Integer { bits: 24 },
            Encoding::Float => SourceFormat::Float { bits: 8 * self.bytes as u32 },
            Encoding::ALaw => SourceFormat::ALaw,
            Encoding::MuLaw => SourceFormat::MuLaw,
        }
    }

    /// Appends the samples of whole frames, one vector per channel.
    pub fn append(self, bytes: &[u8], out: &mut [Vec<f64>]) {
        match (self.encoding, self.bytes, self.big_endian) {
            // Nearly all files: many samples at a time.
            (Encoding::Signed(16), 2, false)
            | (Encoding::Signed(24), 3, false)
            | (Encoding::Float, 4, false) => dispatch!(Level::new(), simd => simd.vectorize(
                #[inline(always)]
                || match self.bytes {
                    2 => interleaved(bytes, |b| by_top::<16>(i16::from_le_bytes(b).into()), out),
                    3 => interleaved(bytes, |b| by_top::<24>(int24(b, 0)), out),
                    _ => interleaved(bytes, |b| f64::from(f32::from_le_bytes(b)), out),
                }
            )),
            _ => self.append_any(bytes, out),
        }
    }

    fn append_any(self, bytes: &[u8], out: &mut [Vec<f64>]) {
        let Self { encoding, bytes: size, big_endian } = self;
        match encoding {
            Encoding::Signed(bits) | Encoding::Offset(bits) => {
                let divisor = divisor(bits, 8 * size as u32);
                // Adding half the range and inverting the top bit are the same.
                let flip = if matches!(encoding, Encoding::Offset(_)) { i32::MIN } else { 0 };
                match size {
                    1 => interleaved(
                        bytes,
                        |b: [u8; 1]| {
                            f64::from((i32::from_le_bytes([0, 0, 0, b[0]]) ^ flip) >> 24) / divisor
                        },
                        out,
                    ),
                    2 if big_endian => interleaved(
                        bytes,
                        |b| f64::from(i16::from_be_bytes(b) ^ (flip >> 16) as i16) / divisor,
                        out,
                    ),
                    2 => interleaved(
                        bytes,
                        |b| f64::from(i16::from_le_bytes(b) ^ (flip >> 16) as i16) / divisor,
                        out,
                    ),
                    3 if big_endian => interleaved(
                        bytes,
                        |[a, b, c]: [u8; 3]| f64::from(int24([c, b, a], flip)) / divisor,
                        out,
                    ),
                    3 => interleaved(bytes, |b: [u8; 3]| f64::from(int24(b, flip)) / divisor, out),
                    _ if big_endian => interleaved(
                        bytes,
                        |b| f64::from(i32::from_be_bytes(b) ^ flip) / divisor,
                        out,
                    ),
                    _ => interleaved(
                        bytes,
                        |b| f64::from(i32::from_le_bytes(b) ^ flip) / divisor,
                        out,
                    ),
                }
            }
            Encoding::LowerInt24 => {
                let divisor = divisor(24, 24);
                let value = |lower| f64::from(int24(lower, 0)) / divisor;
                if big_endian {
                    interleaved(bytes, |[_, a, b, c]: [u8; 4]| value([c, b, a]), out);
                } else {
                    interleaved(bytes, |[a, b, c, _]: [u8; 4]| value([a, b, c]), out);
                }
            }
            Encoding::Float => match (size, big_endian) {
                (4, false) => interleaved(bytes, |b| f64::from(f32::from_le_bytes(b)), out),
                (4, true) => interleaved(bytes, |b| f64::from(f32::from_be_bytes(b)), out),
                (_, false) => interleaved(bytes, f64::from_le_bytes, out),
                (_, true) => interleaved(bytes, f64::from_be_bytes, out),
            },
            Encoding::ALaw => interleaved(bytes, |[b]: [u8; 1]| from_16_bits(a_law(b)), out),
            Encoding::MuLaw => interleaved(bytes, |[b]: [u8; 1]| from_16_bits(mu_law(b)), out),
        }
    }
}

/// What integers of `width` bits, of which the upper `bits` are significant, are divided by.
pub fn divisor(bits: u32, width: u32) -> f64 {
    // With one bit, whose only values are 0 and −1, the highest level is 0: keep −1 as it is.
    let top = ((1_u64 << (bits - 1)) - 1).max(1);
    // Exact, so the division rounds just as if the integer had not been shifted.
    (top << (width - bits)) as f64
}

/// An integer of `BITS` bits divided by `2^(BITS−1) − 1`, to the bit: `1/(2^k − 1)` is `2^−k + 2^−2k + …`. The
/// product with the first terms is exact, and that with the rest too small to be rounded the wrong way, so that
/// their sum is rounded as the quotient is. Two products take a third of the time of a division.
#[inline(always)]
fn by_top<const BITS: u32>(level: i32) -> f64 {
    let exact = const { first_terms(BITS - 1) };
    let rest = const { rest_of_terms(BITS - 1) };
    let level = f64::from(level);
    level * exact + level * rest
}

/// `2^−k + 2^−2k`.
const fn first_terms(k: u32) -> f64 {
    let unit = 1.0 / (1_u64 << k) as f64;
    unit + unit * unit
}

/// `2^−3k + 2^−4k + …`.
const fn rest_of_terms(k: u32) -> f64 {
    let unit = 1.0 / (1_u64 << k) as f64;
    unit * unit / ((1_u64 << k) - 1) as f64
}

#[inline(always)]
fn int24([a, b, c]: [u8; 3], flip: i32) -> i32 {
    (i32::from_le_bytes([0, a, b, c]) ^ flip) >> 8
}

#[inline(always)]
fn from_16_bits(level: i32) -> f64 {
    f64::from(level) / 32_768.0
}

/// The 16-bit level of an A-law sample: 13 bits, moved to the top.
#[inline(always)]
fn a_law(byte: u8) -> i32 {
    // Every other bit is inverted on the line.
    let byte = i32::from(byte ^ 0x55);
    let (exponent, mantissa) = (byte >> 4 & 7, byte & 15);
    let magnitude = match exponent {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 0x108) << (exponent - 1),
    };
    if byte & 0x80 == 0 { -magnitude } else { magnitude }
}

/// The 16-bit level of a µ-law sample: 14 bits, moved to the top.
#[inline(always)]
fn mu_law(byte: u8) -> i32 {
    const BIAS: i32 = 0x84;
    // All bits are inverted on the line.
    let byte = i32::from(!byte);
    let (exponent, mantissa) = (byte >> 4 & 7, byte & 15);
    let magnitude = (((mantissa << 3) + BIAS) << exponent) - BIAS;
    if byte & 0x80 == 0 { magnitude } else { -magnitude }
}

#[inline(always)]
fn interleaved<const BYTES: usize>(
    bytes: &[u8],
    value: impl Fn([u8; BYTES]) -> f64,
    out: &mut [Vec<f64>],
) {
    let samples = bytes.as_chunks::<BYTES>().0;
    match out {
        [mono] => mono.extend(samples.iter().map(|&x| value(x))),
        [left, right] => {
            let frames = samples.as_chunks::<2>().0;
            left.extend(frames.iter().map(|&[x, _]| value(x)));
            right.extend(frames.iter().map(|&[_, x]| value(x)));
        }
        _ => {
            for frame in samples.chunks_exact(out.len()) {
                out.iter_mut().zip(frame).for_each(|(out, &x)| out.push(value(x)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_quotients_to_the_bit() {
        for level in i32::from(i16::MIN)..=i32::from(i16::MAX) {
            assert_eq!(by_top::<16>(level).to_bits(), (f64::from(level) / 32_767.0).to_bits());
        }
        for level in -(1 << 23)..1 << 23 {
            assert_eq!(by_top::<24>(level).to_bits(), (f64::from(level) / 8_388_607.0).to_bits());
        }
    }
}
