//! A file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{AudioFileError, BUFFER};

/// A file under construction beside its destination, which it replaces when finished. If it is
/// dropped before, nothing remains of it.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl NewFile {
    /// Begins a file that will be found at `path`. An existing file stays as it is until
    /// [`Self::finish`].
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the folder does not exist or cannot be written to, or if `path`
    /// is a folder or a device.
    pub fn create(path: &Path) -> Result<Self, AudioFileError> {
        let failed = |source| AudioFileError::Write { path: path.to_owned(), source };
        // Through a link, so that the file it names is replaced and not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // A device must not be replaced by a file.
        if fs::metadata(&target).is_ok_and(|existing| !existing.is_file()) {
            return Err(failed(io::Error::other("it exists and is no ordinary file")));
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".extrema-");
        #[cfg(unix)]
        {
            // What any new file gets, instead of the privacy of a temporary one; the umask applies.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        // Without the temporary file's random name, which would only confuse.
        let file = builder.tempfile_in(folder).map_err(|error| failed(error.kind().into()))?;
        Ok(Self { path: target, file: BufWriter::with_capacity(BUFFER, file) })
    }

    /// A second handle to the file, which shares its position.
    pub(super) fn handle(&self) -> io::Result<File> {
        self.file.get_ref().as_file().try_clone()
    }

    /// Where the file will be found.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the last bytes could not be written or the destination cannot
    /// be replaced.
    pub fn finish(self) -> Result<(), AudioFileError> {
        let Self { path, file } = self;
        let put = || {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.persist(&path).map_err(|failed| failed.error)
        };
        match put() {
            Ok(_) => Ok(()),
            Err(source) => Err(AudioFileError::Write { path, source }),
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
