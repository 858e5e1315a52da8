//! Which files the paths on a command line stand for.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::messages;

/// What a command reads and makes.
#[derive(Debug)]
pub struct FileKind {
    /// What its inputs are called.
    pub name: &'static str,
    /// The extensions of the files that are taken from folders.
    pub extensions: &'static [&'static str],
    /// The extension of what becomes of them.
    pub output: &'static str,
}

/// An input.
#[derive(Debug)]
pub struct Found {
    pub path: PathBuf,
    /// Its path within the folder that was named, or its name.
    pub within: PathBuf,
    /// In bytes; 0 if it is not known.
    pub size: u64,
}

/// The files that `paths` stand for, each once: those that are named, whatever they are, and of folders, all
/// of a kind but the hidden ones, sorted by name. Calls `complain` with what cannot be listed.
pub fn find(paths: &[PathBuf], kind: &FileKind, mut complain: impl FnMut(String)) -> Vec<Found> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let mut add = |path: &Path, within: &Path| {
        let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if seen.insert(identity) {
            let size = path.metadata().map_or(0, |metadata| metadata.len());
            all.push(Found { path: path.to_owned(), within: within.to_owned(), size });
        }
    };
    for path in paths {
        if !path.is_dir() {
            add(path, path.file_name().map_or(path, Path::new));
            continue;
        }
        let mut is_empty = true;
        let entries = WalkDir::new(path).follow_links(true).sort_by_file_name();
        for entry in entries.into_iter().filter_entry(|entry| !is_hidden(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_file() && kind.has(entry.path()) => {
                    is_empty = false;
                    add(entry.path(), entry.path().strip_prefix(path).unwrap_or(entry.path()));
                }
                Ok(_) => (),
                Err(error) => {
                    if let Some(words) = describe(&error, kind) {
                        is_empty = false;
                        complain(words);
                    }
                }
            }
        }
        if is_empty {
            complain(format!("there are no {} in {}", kind.name, path.display()));
        }
    }
    all
}

impl FileKind {
    /// Whether a file of a folder is of the kind.
    fn has(&self, path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension
            .is_some_and(|own| self.extensions.iter().any(|other| own.eq_ignore_ascii_case(other)))
    }
}

/// Whether a file or folder within the one that was named is hidden.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// What is wrong with an entry of a folder, if that matters.
fn describe(error: &walkdir::Error, kind: &FileKind) -> Option<String> {
    let path = error.path().unwrap_or(Path::new("a folder"));
    if let Some(folder) = error.loop_ancestor() {
        return Some(format!(
            "cannot list {}: it is a link to {}, which it is in; remove the link",
            path.display(),
            folder.display()
        ));
    }
    let reason = error.io_error()?;
    // A link to nothing is only missed where it has the name of an input.
    let is_of_no_interest = reason.kind() == ErrorKind::NotFound && !kind.has(path);
    (!is_of_no_interest)
        .then(|| format!("cannot open {}: {}", path.display(), messages::describe_error(reason)))
}
