//! Input that can be read from any position, wherever it comes from.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use super::error::AudioFileError;

/// The path that stands for standard input or output.
pub const STANDARD_STREAM: &str = "-";

/// Size in bytes of the buffers between us and the operating system: large enough to make system
/// calls rare, small enough for the allocator to reuse the memory instead of mapping it anew for
/// every file (glibc does so from 128 KiB up).
pub const IO_BUFFER_SIZE: usize = 1 << 16;

/// Opens a file, a pipe or a device for reading; [`STANDARD_STREAM`] is standard input.
///
/// Headers may have to be read after what they describe, so whatever cannot seek is first copied to
/// the end into an unnamed temporary file.
///
/// # Errors
/// [`AudioFileError::Open`] if there is nothing to read there, or no room for the copy.
pub fn open_seekable(path: &Path) -> Result<File, AudioFileError> {
    let open = || {
        if path == Path::new(STANDARD_STREAM) {
            return copy_to_temporary(&mut io::stdin().lock());
        }
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if metadata.is_file() { Ok(file) } else { copy_to_temporary(&mut file) }
    };
    let path = display_name(path);
    open().map_err(|source| AudioFileError::Open { path: path.to_owned(), source })
}

/// What messages call the file at `path`.
pub(super) fn display_name(path: &Path) -> &Path {
    if path == Path::new(STANDARD_STREAM) { Path::new("standard input") } else { path }
}

fn copy_to_temporary(input: &mut impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(input, &mut file)?;
    file.rewind()?;
    Ok(file)
}
