//! Random access to a file's bytes.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Small, since headers are short and what follows them is skipped.
const BUFFER_SIZE: usize = 1 << 12;

/// A file that is read at given offsets. Going on from where the last read ended is cheap.
#[derive(Debug)]
pub struct Bytes {
    file: BufReader<File>,
    position: u64,
    len: u64,
}

impl Bytes {
    /// Reads `file`, which must be seekable.
    pub fn new(mut file: File) -> io::Result<Self> {
        let len = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        Ok(Self { file: BufReader::with_capacity(BUFFER_SIZE, file), position: 0, len })
    }

    /// Size of the file in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Fills `buffer` from `offset` on, as far as the file goes, and returns the number of bytes.
    pub fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if offset >= self.len {
            return Ok(0);
        }
        // Both are positions in a file, so they fit in an i64.
        self.file.seek_relative(offset as i64 - self.position as i64)?;
        self.position = offset;
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => {
                    filled += count;
                    self.position += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// The `N` bytes at `offset`, `None` if the file ends before.
    pub fn array_at<const N: usize>(&mut self, offset: u64) -> io::Result<Option<[u8; N]>> {
        let mut array = [0; N];
        let count = self.read_at(offset, &mut array)?;
        Ok((count == N).then_some(array))
    }

    /// The file itself, at an unspecified position.
    pub fn into_file(self) -> File {
        self.file.into_inner()
    }
}
