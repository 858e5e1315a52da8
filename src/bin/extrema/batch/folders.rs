//! The folders of outputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Context;

/// Folders that were made, to be removed if nothing has come into them.
#[derive(Debug, Default)]
pub struct Folders(Mutex<Vec<PathBuf>>);

impl Folders {
    /// Makes the folder of a file, and those that it is in.
    pub fn make_for(&self, file: &Path) -> anyhow::Result<()> {
        let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
            return Ok(());
        };
        let missing = folder
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        let made = fs::create_dir_all(folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => io::Error::other(
                "there is a file where a folder would have to be; name another folder",
            ),
            io::ErrorKind::PermissionDenied => {
                io::Error::other("you may not make it there; name another folder")
            }
            _ => error,
        });
        // From the outermost to the innermost.
        missing.reverse();
        self.0.lock().unwrap_or_else(|error| error.into_inner()).append(&mut missing);
        made.with_context(|| format!("cannot make the folder {}", folder.display()))
    }

    /// Removes those of the folders that are empty.
    pub fn remove_empty(self) {
        let made = self.0.into_inner().unwrap_or_else(|error| error.into_inner());
        for folder in made.iter().rev() {
            // Fails where there are files.
            let _ = fs::remove_dir(folder);
        }
    }
}
