//! What symphonia's decoders have in common.

use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::audio::{Audio, GenericAudioBufferRef};
use symphonia::core::errors::{Error, Result};

use super::fault::Fault;
use super::pcm::layout::divisor;

/// Calls symphonia, which panics on some damaged files, and turns a panic into an error.
pub fn guard<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(Err(Error::DecodeError("it panicked")))
}

/// The fault for an error, whose own text speaks of the library more than of the file.
pub fn fault(error: Error) -> Fault {
    match error {
        Error::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Fault::Read(error)
        }
        Error::Unsupported(_) | Error::LimitError(_) => {
            Fault::unsupported("it uses features of its format that are not supported")
        }
        _ => Fault::damaged("its data makes no sense here"),
    }
}

/// Appends what was decoded, if it has the expected format; integers have `bits` significant bits.
pub fn append(
    buffer: &GenericAudioBufferRef<'_>,
    sample_rate: u32,
    bits: u32,
    out: &mut [Vec<f64>],
) -> std::result::Result<(), Fault> {
    if buffer.spec().channels().count() != out.len() {
        return Err(Fault::damaged("the number of channels changes here"));
    }
    if buffer.spec().rate() != sample_rate {
        return Err(Fault::damaged("the sample rate changes here"));
    }
    match buffer {
        GenericAudioBufferRef::F32(buffer) => {
            for (plane, out) in buffer.iter_planes().zip(out) {
                out.extend(plane.iter().map(|&x| f64::from(x)));
            }
        }
        GenericAudioBufferRef::S32(buffer) => {
            let divisor = divisor(bits, 32);
            for (plane, out) in buffer.iter_planes().zip(out) {
                out.extend(plane.iter().map(|&x| f64::from(x) / divisor));
            }
        }
        _ => return Err(Fault::damaged("its data makes no sense here")),
    }
    Ok(())
}
