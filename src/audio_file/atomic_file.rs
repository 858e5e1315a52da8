//! Output files that appear complete or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{AudioFileError, IO_BUFFER_SIZE};

/// A temporary file in the folder of its destination, which it replaces when it is finished. If it
/// is dropped before that, it is deleted.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Begins a file that will appear at `path`. An existing file there is kept until
    /// [`Self::finish`].
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the folder does not exist or is not writable, or if `path` is
    /// itself a folder or a device.
    pub fn create(path: &Path) -> Result<Self, AudioFileError> {
        let failed = |source| AudioFileError::Write { path: path.to_owned(), source };
        // Resolves symbolic links, so that the file is replaced and not the link to it.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // Renaming the temporary file over a device would replace the device.
        if fs::metadata(&target).is_ok_and(|existing| !existing.is_file()) {
            return Err(failed(io::Error::other("it is a folder or a device; name a file")));
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".extrema-");
        #[cfg(unix)]
        {
            // Temporary files are private by default; these are ordinary ones, subject to the umask.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(|error| {
            failed(match error.kind() {
                io::ErrorKind::NotFound => io::Error::other("the folder does not exist"),
                // Only the kind: the full text names the temporary file, which would confuse.
                kind => kind.into(),
            })
        })?;
        Ok(Self { path: target, file: BufWriter::with_capacity(IO_BUFFER_SIZE, file) })
    }

    /// A second handle to the file, with the same position.
    pub(super) fn handle(&self) -> io::Result<File> {
        self.file.get_ref().as_file().try_clone()
    }

    /// The destination.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the file to its destination.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the last bytes cannot be written or the destination cannot be
    /// replaced.
    pub fn finish(self) -> Result<(), AudioFileError> {
        let Self { path, file } = self;
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.persist(&path).map_err(|failed| failed.error))
            .map_err(|source| AudioFileError::Write { path, source })?;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
