//! What the program says when something goes wrong: what it is, where, and the remedy.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::iter;
use std::path::Path;

use extrema::container::ContainerError;
use extrema::container::raw::RawError;

/// What failed if results cannot be printed.
pub const CANNOT_PRINT: &str = "cannot write to standard output";

/// Prints a line to standard error. A failure to do so is ignored: there is no other place to report it.
pub fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "extrema: {line}");
}

/// An error and what caused it, in one line.
pub fn describe(error: &anyhow::Error) -> String {
    describe_error(error.as_ref())
}

/// [`describe`] for an error of another type.
pub fn describe_error(error: &(dyn Error + 'static)) -> String {
    let mut causes: Vec<String> = iter::successors(Some(error), |&error| error.source())
        .map(|cause| io_error(cause).map_or_else(|| cause.to_string(), describe_io))
        .collect();
    // An error that stands for its cause has the same text.
    causes.dedup();
    causes.join(": ")
}

/// Whether the reader of our output, `head` for example, has closed it.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(io_error).any(|error| error.kind() == ErrorKind::BrokenPipe)
}

pub fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}

pub fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

fn io_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a io::Error> {
    if let Some(ContainerError::Io(error)) = error.downcast_ref() {
        return Some(error);
    }
    if let Some(RawError::Io(error)) = error.downcast_ref() {
        return Some(error);
    }
    error.downcast_ref()
}

/// What the operating system reported, in words and with a remedy where there is one.
fn describe_io(error: &io::Error) -> String {
    // Our own words.
    if let Some(own) = error.get_ref() {
        return own.to_string();
    }
    let words = match error.kind() {
        ErrorKind::NotFound => "there is no such file; check the name",
        ErrorKind::PermissionDenied => "permission denied; change its permissions, or name another",
        ErrorKind::IsADirectory => "it is a folder; name a file",
        ErrorKind::NotADirectory => "a part of its path is a file and not a folder; check the name",
        ErrorKind::StorageFull => {
            "the disk is full; free some space, or name a file on another disk"
        }
        ErrorKind::QuotaExceeded => {
            "your share of the disk is full; free some space, or name a file on another disk"
        }
        ErrorKind::FileTooLarge => {
            "the file system does not take files this large; name a file on another one"
        }
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only; name a file on another one",
        ErrorKind::InvalidFilename => "the name is not valid or too long; choose another",
        ErrorKind::BrokenPipe => "the program that was reading it has closed it",
        _ => return without_number(&error.to_string()).to_owned(),
    };
    words.to_owned()
}

/// The text of an operating system's error without its number.
fn without_number(text: &str) -> &str {
    text.split_once(" (os error ").map_or(text, |(words, _)| words)
}
