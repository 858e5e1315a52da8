//! Converts packets to `f64` samples, one vector per channel.
//!
//! Integers of `b` bits are divided by `2^(b−1) − 1`; floats are taken as they are.

use fearless_simd::{Level, Simd, dispatch};
use symphonia::core::audio::{AudioBuffer, AudioBufferRef, Signal};
use symphonia::core::codecs::{
    CODEC_TYPE_PCM_F32LE, CODEC_TYPE_PCM_S16LE, CODEC_TYPE_PCM_S24LE, CodecParameters,
};
use symphonia::core::sample::Sample;

use super::SourceFormat;

/// Appends a packet that symphonia has decoded.
pub fn append_decoded(buffer: &AudioBufferRef<'_>, format: SourceFormat, out: &mut [Vec<f64>]) {
    match buffer {
        AudioBufferRef::U8(b) => integers(b.as_ref(), 8, format, |x| f64::from(x) - 128.0, out),
        AudioBufferRef::U16(b) => {
            integers(b.as_ref(), 16, format, |x| f64::from(x) - 32_768.0, out);
        }
        AudioBufferRef::U24(b) => {
            integers(b.as_ref(), 24, format, |x| f64::from(x.inner()) - 8_388_608.0, out);
        }
        AudioBufferRef::U32(b) => {
            integers(b.as_ref(), 32, format, |x| f64::from(x) - 2_147_483_648.0, out);
        }
        AudioBufferRef::S8(b) => integers(b.as_ref(), 8, format, f64::from, out),
        AudioBufferRef::S16(b) => integers(b.as_ref(), 16, format, f64::from, out),
        AudioBufferRef::S24(b) => integers(b.as_ref(), 24, format, |x| f64::from(x.inner()), out),
        AudioBufferRef::S32(b) => integers(b.as_ref(), 32, format, f64::from, out),
        AudioBufferRef::F32(b) => planar(b.as_ref(), f64::from, out),
        AudioBufferRef::F64(b) => planar(b.as_ref(), |x| x, out),
    }
}

/// Appends integers of `width` bits. Where the file has fewer bits, symphonia has shifted them to
/// the top; a larger divisor undoes that.
fn integers<S: Sample>(
    buffer: &AudioBuffer<S>,
    width: u32,
    format: SourceFormat,
    value: impl Fn(S) -> f64,
    out: &mut [Vec<f64>],
) {
    let bits = match format {
        SourceFormat::Integer { bits } => bits.min(width),
        SourceFormat::Float { .. } => width,
    };
    // With one bit, whose only values are 0 and −1, the highest level is 0: keep −1 as it is.
    let top = ((1_u64 << (bits - 1)) - 1).max(1);
    // Exact, so the division rounds just as if the integer had not been shifted.
    let divisor = (top << (width - bits)) as f64;
    planar(buffer, |x| value(x) / divisor, out);
}

fn planar<S: Sample>(buffer: &AudioBuffer<S>, value: impl Fn(S) -> f64, out: &mut [Vec<f64>]) {
    debug_assert_eq!(buffer.spec().channels.count(), out.len());
    for (channel, out) in out.iter_mut().enumerate() {
        out.extend(buffer.chan(channel).iter().map(|&x| value(x)));
    }
}

/// The sample layouts of nearly all WAV files. Their packets are converted straight from the
/// file's bytes, many samples at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WavLayout {
    Int16,
    Int24,
    Float32,
}

impl WavLayout {
    /// The layout of a track, if it is one of these and every bit is significant.
    pub fn of(parameters: &CodecParameters, format: SourceFormat) -> Option<Self> {
        match (parameters.codec, format) {
            (CODEC_TYPE_PCM_S16LE, SourceFormat::Integer { bits: 16 }) => Some(Self::Int16),
            (CODEC_TYPE_PCM_S24LE, SourceFormat::Integer { bits: 24 }) => Some(Self::Int24),
            (CODEC_TYPE_PCM_F32LE, _) => Some(Self::Float32),
            _ => None,
        }
    }

    /// Appends the samples of a packet.
    pub fn append(self, bytes: &[u8], out: &mut [Vec<f64>]) {
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || match self {
                Self::Int16 => {
                    interleaved(bytes, |b| f64::from(i16::from_le_bytes(b)) / 32_767.0, out);
                }
                Self::Int24 => interleaved(bytes, |b| f64::from(int24(b)) / 8_388_607.0, out),
                Self::Float32 => interleaved(bytes, |b| f64::from(f32::from_le_bytes(b)), out),
            }
        ));
    }
}

#[inline(always)]
fn int24([a, b, c]: [u8; 3]) -> i32 {
    i32::from_le_bytes([0, a, b, c]) >> 8
}

#[inline(always)]
fn interleaved<const BYTES: usize>(
    bytes: &[u8],
    value: impl Fn([u8; BYTES]) -> f64,
    out: &mut [Vec<f64>],
) {
    // A file cut short may end within a frame. It is dropped here and missed at the end.
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
