//! A part of a file that a decoder takes for the whole.

use std::fs::File;
use std::io::{self, Chain, Cursor, Read, Seek, SeekFrom, Take};

use symphonia::core::io::MediaSource;

/// Some bytes, and then a range of a file.
pub struct Section(Chain<Cursor<Vec<u8>>, Take<File>>);

impl Section {
    /// `prefix`, followed by the bytes of `file` from `start` to `end`.
    pub fn new(prefix: Vec<u8>, mut file: File, start: u64, end: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(start))?;
        Ok(Self(Cursor::new(prefix).chain(file.take(end.saturating_sub(start)))))
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Seek for Section {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl MediaSource for Section {
    fn is_seekable(&self) -> bool {
        false
    }

    fn byte_len(&self) -> Option<u64> {
        None
    }
}
