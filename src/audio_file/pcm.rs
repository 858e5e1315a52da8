//! Samples as WAV files hold them, which are read many at a time.

use fearless_simd::{Level, Simd, dispatch};
use symphonia::core::codecs::{
    CODEC_TYPE_PCM_F32LE, CODEC_TYPE_PCM_S16LE, CODEC_TYPE_PCM_S24LE, CodecParameters,
};

use super::SourceFormat;

/// How the bytes of a packet are samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pcm {
    /// Integers of 16 bits.
    Int16,
    /// Integers of 24 bits.
    Int24,
    /// Floats of 32 bits.
    Float32,
}

impl Pcm {
    /// What a track has, if it is one of these and uses all of its bits.
    pub fn of(parameters: &CodecParameters, format: SourceFormat) -> Option<Self> {
        match (parameters.codec, format) {
            (CODEC_TYPE_PCM_S16LE, SourceFormat::Integer { bits: 16 }) => Some(Self::Int16),
            (CODEC_TYPE_PCM_S24LE, SourceFormat::Integer { bits: 24 }) => Some(Self::Int24),
            (CODEC_TYPE_PCM_F32LE, _) => Some(Self::Float32),
            _ => None,
        }
    }

    /// Appends the samples of a packet, a vector for each channel, integers of `b` bits divided by
    /// `2^(b−1) − 1`.
    pub fn append(self, bytes: &[u8], out: &mut [Vec<f64>]) {
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || match self {
                Self::Int16 => each(bytes, |b| f64::from(i16::from_le_bytes(b)) / 32_767.0, out),
                Self::Int24 => each(bytes, |b| f64::from(int24(b)) / 8_388_607.0, out),
                Self::Float32 => each(bytes, |b| f64::from(f32::from_le_bytes(b)), out),
            }
        ));
    }
}

#[inline(always)]
fn int24([a, b, c]: [u8; 3]) -> i32 {
    i32::from_le_bytes([0, a, b, c]) >> 8
}

#[inline(always)]
fn each<const BYTES: usize>(
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
