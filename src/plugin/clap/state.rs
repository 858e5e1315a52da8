//! Loading of saved states that a host may have padded or cut.

use std::ffi::c_void;

use clap_sys::plugin::clap_plugin;
use clap_sys::stream::clap_istream;
use nice_plug::nice_warn;

use super::Instance;

/// The bytes before the text, which hold its length.
const LENGTH_BYTES: usize = size_of::<u64>();

/// Ten thousand times what a session has.
const MAX_BYTES: usize = 16 << 20;

/// Loads a state without the zeros that some hosts put behind it. What cannot be read changes
/// nothing.
pub unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    // SAFETY: a host passes what it was given, and a stream that lives as long as this call.
    unsafe {
        let (Some(instance), Some(stream)) = (Instance::of(plugin), stream.as_ref()) else {
            return false;
        };
        let Some(load) = instance.framework.state.load else { return false };
        let bytes = match text(stream) {
            Ok(text) => [&(text.len() as u64).to_le_bytes(), &text[..]].concat(),
            Err(reason) => {
                nice_warn!("This session's state was not loaded: {reason}. Nothing was changed.");
                return false;
            }
        };
        let mut rest = &bytes[..];
        let stream = clap_istream { ctx: (&raw mut rest).cast(), read: Some(read) };
        let is_loaded = load(plugin, &raw const stream);
        if !is_loaded {
            nice_warn!("This session's state is damaged and was not loaded. Nothing was changed.");
        }
        is_loaded
    }
}

/// The text of a state, or why there is none.
///
/// # Safety
///
/// The stream must follow CLAP.
unsafe fn text(stream: &clap_istream) -> Result<Vec<u8>, &'static str> {
    // SAFETY: as above.
    let length = unsafe { read_up_to(stream, LENGTH_BYTES) }?;
    let length = *length.as_array().ok_or("it is cut short")?;
    let length = u64::from_le_bytes(length);
    let length = usize::try_from(length).ok().filter(|&length| length <= MAX_BYTES);
    let length = length.ok_or("it is longer than any that Extrema writes")?;
    // SAFETY: as above.
    let mut text = unsafe { read_up_to(stream, length) }?;
    let end = text.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    text.truncate(end);
    Ok(text)
}

/// Reads so many bytes, or all that there are.
///
/// # Safety
///
/// The stream must follow CLAP.
unsafe fn read_up_to(stream: &clap_istream, length: usize) -> Result<Vec<u8>, &'static str> {
    let read = stream.read.ok_or("the host cannot read it")?;
    let mut bytes = vec![0; length];
    let mut end = 0;
    while end < length {
        let rest = &mut bytes[end..];
        // SAFETY: as above, and there is room for the rest.
        let count = unsafe { read(stream, rest.as_mut_ptr().cast(), rest.len() as u64) };
        match usize::try_from(count) {
            Ok(0) => break,
            Ok(count) if count <= rest.len() => end += count,
            _ => return Err("the host could not read it"),
        }
    }
    bytes.truncate(end);
    Ok(bytes)
}

/// Reads from a slice of bytes, the stream's context.
unsafe extern "C" fn read(stream: *const clap_istream, buffer: *mut c_void, size: u64) -> i64 {
    // SAFETY: nice-plug passes the stream that `load` has made, and room for as many bytes as it says.
    unsafe {
        let rest = &mut *(*stream).ctx.cast::<&[u8]>();
        let count = rest.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        buffer.cast::<u8>().copy_from_nonoverlapping(rest.as_ptr(), count);
        *rest = &rest[count..];
        count as i64
    }
}
