//! What symphonia's decoders have in common.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use symphonia::core::audio::{Audio, GenericAudioBufferRef};
use symphonia::core::errors::{Error, Result};

use super::fault::Fault;
use super::pcm::layout::divisor;

thread_local! {
    /// Whether this thread is inside [`guard`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Calls symphonia, which panics on some damaged files, and turns a panic into an error.
pub fn guard<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    IS_GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    IS_GUARDED.set(false);
    result.unwrap_or(Err(Error::DecodeError("it panicked")))
}

/// Keeps the panics of decoders, which are caught and become errors, from the process's panic hook,
/// which would print them. All other panics go on to the hook that is there now.
///
/// A program calls this once, at its start.
pub fn silence_caught_panics() {
    let hook = take_hook();
    set_hook(Box::new(move |panic| {
        if !IS_GUARDED.get() {
            hook(panic);
        }
    }));
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

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static SEEN: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn only_caught_panics_are_silenced() {
        // The hook belongs to the whole process, so that other tests come here too.
        let hook = take_hook();
        set_hook(Box::new(move |panic| {
            SEEN.set(SEEN.get() + 1);
            hook(panic);
        }));
        silence_caught_panics();
        assert!(guard(|| -> Result<()> { panic!("in a decoder") }).is_err());
        assert_eq!(SEEN.get(), 0);
        assert!(guard(|| Ok(())).is_ok());
        assert!(catch_unwind(|| panic!("elsewhere, which is meant to be printed")).is_err());
        assert_eq!(SEEN.get(), 1);
    }
}
