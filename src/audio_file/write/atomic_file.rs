//! Output files that appear complete or not at all.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufReader, BufWriter, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::temporary::Temporary;
use crate::audio_file::error::AudioFileError;
use crate::audio_file::source::{IO_BUFFER_SIZE, STANDARD_STREAM};

/// How many symbolic links in a row are followed; Linux follows as many.
const MAX_LINKS: usize = 40;

/// An output that is collected in a temporary file and delivered as a whole when it is finished. If
/// it is dropped before that, nothing of it is left.
///
/// A file replaces what is at its path, and keeps that file's permissions. A pipe, a device or
/// [`STANDARD_STREAM`] receives a copy.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    output: BufWriter<File>,
    destination: Destination,
}

#[derive(Debug)]
enum Destination {
    /// A path, and what is known of the file that is there.
    File { target: PathBuf, temporary: Temporary, existing: Option<Box<Metadata>> },
    /// Whatever cannot be replaced: a pipe or a device, or standard output if it is `None`.
    Stream(Option<File>),
}

impl AtomicFile {
    /// Begins a file that will appear at `path`; [`STANDARD_STREAM`] is standard output. An existing
    /// file there is kept until [`Self::finish`]. Symbolic links are followed.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the folder does not exist or is not writable, if `path` is a
    /// folder or a disk, if the file there is write-protected, or if standard output is a terminal.
    pub fn create(path: &Path) -> Result<Self, AudioFileError> {
        let failed = |source| AudioFileError::Write { path: path.to_owned(), source };
        let (destination, file) = open(path).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            output: BufWriter::with_capacity(IO_BUFFER_SIZE, file),
            destination,
        })
    }

    /// The path as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Delivers the file to its destination.
    ///
    /// # Errors
    /// [`AudioFileError::Write`] if the last bytes cannot be written or the destination cannot be
    /// replaced.
    pub fn finish(self) -> Result<(), AudioFileError> {
        let Self { path, output, destination } = self;
        output
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| deliver(file, destination))
            .map_err(|source| AudioFileError::Write { path, source })
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.output.seek(to)
    }
}

/// Finds out where the output goes, and opens the temporary file for it.
fn open(path: &Path) -> io::Result<(Destination, File)> {
    if let Some(stream) = stream(path)? {
        if stream.as_ref().map_or(io::stdout().is_terminal(), IsTerminal::is_terminal) {
            return Err(refuse(
                "it is a terminal, which cannot show audio; name a file, or send it on with > or |",
            ));
        }
        let file = tempfile::tempfile().map_err(|error| {
            let folder = std::env::temp_dir();
            let words = format!("no temporary file can be made in {}", folder.display());
            io::Error::new(error.kind(), format!("{words}; set TMPDIR to another folder"))
        })?;
        return Ok((Destination::Stream(stream), file));
    }
    let target = follow_links(path)?;
    if target.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(refuse("it names a folder; name a file"));
    }
    let existing = existing(&target)?;
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    // From here on the folder is known, so that the target always has a parent.
    let target =
        folder.join(target.file_name().ok_or_else(|| refuse("it names a folder; name a file"))?);
    let temporary = Temporary::create(&folder).map_err(|error| {
        // Only the kind: the full text may name the temporary file, which would confuse.
        match error.kind() {
            io::ErrorKind::NotFound => refuse("its folder does not exist; make it first"),
            io::ErrorKind::PermissionDenied => {
                refuse("you may not write to its folder; name a file in another one")
            }
            kind => kind.into(),
        }
    })?;
    let file = temporary.file().try_clone()?;
    Ok((Destination::File { target, temporary, existing }, file))
}

/// The pipe or device that `path` is, `Some(None)` for standard output, `None` for a file.
fn stream(path: &Path) -> io::Result<Option<Option<File>>> {
    let is = |other| path == Path::new(other);
    if is(STANDARD_STREAM) || is("/dev/stdout") || is("/dev/fd/1") || is("/proc/self/fd/1") {
        return Ok(Some(None));
    }
    let Ok(metadata) = fs::metadata(path) else { return Ok(None) };
    if metadata.is_dir() {
        return Err(refuse("it is a folder; name a file"));
    }
    // A file that this process has open already must not be replaced.
    let is_open = path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd");
    if metadata.is_file() && !is_open {
        return Ok(None);
    }
    #[cfg(unix)]
    if std::os::unix::fs::FileTypeExt::is_block_device(&metadata.file_type()) {
        return Err(refuse("it is a disk; name a file"));
    }
    Ok(Some(Some(OpenOptions::new().append(true).open(path)?)))
}

/// Where a chain of symbolic links leads, whether or not there is a file at its end.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(next) = fs::read_link(&target) else { return Ok(target) };
        // A relative link is relative to the folder that it is in.
        target.pop();
        target.push(next);
    }
    Err(refuse("its symbolic links lead in a circle; name a file"))
}

/// What is known of the file that is to be replaced, `None` if there is none.
fn existing(target: &Path) -> io::Result<Option<Box<Metadata>>> {
    let metadata = match fs::metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // Root may write to anything, so that opening the file does not show its write protection.
    let opened = OpenOptions::new().write(true).open(target);
    let is_denied = opened.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
    if metadata.permissions().readonly() || is_denied {
        return Err(refuse("the file there is write-protected; unprotect it or name another"));
    }
    Ok(Some(Box::new(metadata)))
}

fn deliver(mut file: File, destination: Destination) -> io::Result<()> {
    match destination {
        Destination::File { target, temporary, existing } => {
            temporary.persist(&target, existing.as_deref())
        }
        Destination::Stream(stream) => {
            file.rewind()?;
            let mut file = BufReader::with_capacity(IO_BUFFER_SIZE, file);
            let mut stream: Box<dyn Write> = match stream {
                Some(stream) => Box::new(stream),
                None => Box::new(io::stdout().lock()),
            };
            io::copy(&mut file, &mut stream)?;
            stream.flush()
        }
    }
}

fn refuse(reason: &str) -> io::Error {
    io::Error::other(reason)
}
