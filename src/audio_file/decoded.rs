//! Samples as the decoding library hands them out.

use symphonia::core::audio::{AudioBuffer, AudioBufferRef, Signal};
use symphonia::core::sample::Sample;

use super::SourceFormat;

/// Appends a decoded packet. Where the file has fewer bits than the buffer, the library has
/// shifted them to the top, which is undone here.
pub fn append(buffer: &AudioBufferRef<'_>, format: SourceFormat, out: &mut [Vec<f64>]) {
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
        AudioBufferRef::F32(b) => plane(b.as_ref(), f64::from, out),
        AudioBufferRef::F64(b) => plane(b.as_ref(), |x| x, out),
    }
}

/// Divides integers of a file's `b` bits, at the top of `width` bits, by `2^(b−1) − 1`.
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
    // One bit has no positive level; its only other one, −1, stays as it is.
    let top = ((1_u64 << (bits - 1)) - 1).max(1);
    // Exact, and a division by it is rounded once, as one of the unshifted integer would be.
    let divisor = (top << (width - bits)) as f64;
    plane(buffer, |x| value(x) / divisor, out);
}

fn plane<S: Sample>(buffer: &AudioBuffer<S>, value: impl Fn(S) -> f64, out: &mut [Vec<f64>]) {
    for (channel, out) in out.iter_mut().enumerate() {
        out.extend(buffer.chan(channel).iter().map(|&x| value(x)));
    }
}
