//! Reading input whose length is not known.

use std::io::{self, Read};

/// Replaces the contents of `buffer` by the next `size` bytes, or fewer at the end of the input.
/// Memory grows with the bytes that arrive, so a false size in a damaged file is harmless.
pub(super) fn read_up_to(
    input: &mut impl Read,
    size: usize,
    buffer: &mut Vec<u8>,
) -> io::Result<()> {
    buffer.clear();
    input.take(size as u64).read_to_end(buffer)?;
    Ok(())
}
