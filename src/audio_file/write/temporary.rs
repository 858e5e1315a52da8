//! Files that have no name, or a provisional one, until they are complete.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, TempPath};

/// Provisional names that would outlive the process if it were interrupted now.
static PROVISIONAL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Deletes every unfinished file that has a name and calls `end`, which should end the process. No
/// such file is made, and none moves to its destination, while `end` runs.
///
/// A program calls this when it is interrupted. On Linux most unfinished files have no name, so that
/// even a process that is killed leaves nothing.
pub fn remove_unfinished_files(end: impl FnOnce()) {
    let mut provisional = provisional();
    for path in provisional.drain(..) {
        // Nothing can be done about one that cannot be deleted.
        let _ = std::fs::remove_file(path);
    }
    end();
}

fn provisional() -> MutexGuard<'static, Vec<PathBuf>> {
    // The list is valid at any time.
    PROVISIONAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An unfinished file in the folder of its destination.
#[derive(Debug)]
pub struct Temporary {
    file: File,
    /// `None` if it has no name.
    name: Option<ProvisionalName>,
}

impl Temporary {
    /// A new file with the permissions that any new file gets.
    pub fn create(folder: &Path) -> io::Result<Self> {
        match unnamed::create(folder) {
            Some(file) => Ok(Self { file, name: None }),
            None => Self::create_named(folder),
        }
    }

    fn create_named(folder: &Path) -> io::Result<Self> {
        let (file, name) = ProvisionalName::give(&builder(), folder, |path| {
            File::options().read(true).write(true).create_new(true).open(path)
        })?;
        Ok(Self { file, name: Some(name) })
    }

    /// The file, to be read and written.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Puts the file in its place, where it replaces a file that is there. It gets the owner, if
    /// that is allowed, and the permissions of the file `like`.
    pub fn persist(self, target: &Path, like: Option<&Metadata>) -> io::Result<()> {
        let Self { file, name } = self;
        if let Some(like) = like {
            #[cfg(unix)]
            {
                use std::os::unix::fs::{MetadataExt, fchown};
                let _ = fchown(&file, Some(like.uid()), Some(like.gid()));
            }
            file.set_permissions(like.permissions())?;
        }
        match name {
            Some(name) => name.rename(target),
            None => unnamed::persist(&file, target),
        }
    }
}

/// A name that is deleted if it is dropped, and when the process is interrupted.
#[derive(Debug)]
struct ProvisionalName(Option<TempPath>);

impl ProvisionalName {
    /// Calls `make` with unused paths in a folder until one of them can be made.
    fn give<T>(
        builder: &Builder<'_, '_>,
        folder: &Path,
        make: impl FnMut(&Path) -> io::Result<T>,
    ) -> io::Result<(T, Self)> {
        let mut provisional = provisional();
        let (made, path) = builder.make_in(folder, make)?.into_parts();
        provisional.push(path.to_path_buf());
        Ok((made, Self(Some(path))))
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        let Some(path) = self.0.take() else { return Ok(()) };
        // An interruption waits until the name is no longer listed.
        let mut provisional = provisional();
        provisional.retain(|listed| *listed != *path);
        path.persist(target).map_err(|failed| failed.error)
    }
}

impl Drop for ProvisionalName {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let mut provisional = provisional();
            provisional.retain(|listed| *listed != *path);
            // While an interruption waits.
            drop(path);
        }
    }
}

fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".extrema-");
    builder
}

/// Files without a name, which vanish with the process that has them open.
#[cfg(target_os = "linux")]
mod unnamed {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::OpenOptionsExt;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, OFlags, linkat};

    use super::{ProvisionalName, Temporary, builder};

    /// `None` if the file system or the kernel has no such files, or if the folder is not writable.
    pub fn create(folder: &Path) -> Option<File> {
        let flags = OFlags::TMPFILE.bits() as i32;
        let file = File::options().read(true).write(true).custom_flags(flags).open(folder).ok()?;
        // The file is named through this path, which is missing where /proc is not mounted.
        descriptor(&file).exists().then_some(file)
    }

    pub fn persist(file: &File, target: &Path) -> io::Result<()> {
        match link(file, target) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // The kernel cannot replace a file by an unnamed one. If the process is killed
                // between these two calls, the whole file is left under the provisional name.
                let folder = target.parent().unwrap_or(Path::new("."));
                let link = |path: &Path| link(file, path);
                ProvisionalName::give(&builder(), folder, link)?.1.rename(target)
            }
            // Some network file systems have unnamed files that cannot be named.
            Err(_) => copy(file, target),
        }
    }

    fn copy(mut file: &File, target: &Path) -> io::Result<()> {
        io::Seek::rewind(&mut file)?;
        let folder = target.parent().unwrap_or(Path::new("."));
        let copy = Temporary::create_named(folder)?;
        io::copy(&mut file, &mut copy.file())?;
        copy.persist(target, Some(&file.metadata()?))
    }

    fn link(file: &File, path: &Path) -> io::Result<()> {
        linkat(CWD, descriptor(file), CWD, path, AtFlags::SYMLINK_FOLLOW).map_err(Into::into)
    }

    fn descriptor(file: &File) -> PathBuf {
        format!("/proc/self/fd/{}", file.as_raw_fd()).into()
    }
}

#[cfg(not(target_os = "linux"))]
mod unnamed {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    /// No other system has files that can be given a name later.
    pub fn create(_folder: &Path) -> Option<File> {
        None
    }

    pub fn persist(_file: &File, _target: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    /// An interruption concerns the files of the whole process, those of other tests too.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    /// Both kinds, wherever the test runs.
    fn both(folder: &Path) -> Vec<Temporary> {
        [Temporary::create(folder), Temporary::create_named(folder)].map(Result::unwrap).into()
    }

    #[test]
    fn files_appear_whole_or_not_at_all() {
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        for (number, temporary) in both(folder.path()).into_iter().enumerate() {
            temporary.file().write_all(&[number as u8; 3]).unwrap();
            temporary.persist(&target, None).unwrap();
            assert_eq!(fs::read(&target).unwrap(), [number as u8; 3]);
        }
        for temporary in both(folder.path()) {
            temporary.file().write_all(b"half").unwrap();
        }
        assert_eq!(fs::read(&target).unwrap(), [1; 3]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_interruption_removes_what_has_a_name() {
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let count = || fs::read_dir(folder.path()).unwrap().count();
        let temporaries = both(folder.path());
        assert!(count() > 0);
        let mut left = usize::MAX;
        remove_unfinished_files(|| left = count());
        assert_eq!(left, 0);
        drop(temporaries);
    }
}
