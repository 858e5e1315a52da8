//! Tags: what the audio is, in words, as Vorbis comments have it.

use thiserror::Error;

/// Tags such as `TITLE=Elegy`, in order. A key may come more than once, as with several artists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    tags: Vec<(String, String)>,
    /// Bytes they take in a file.
    size: usize,
}

/// Why a tag cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TagError {
    /// The key is empty, or has other characters than a Vorbis comment's may have.
    #[error("the key of a tag must be 1 or more printable ASCII characters without = or ~")]
    Key,
    /// There would be more than a file can have.
    #[error("a file can have {} tags of {} bytes together", Tags::MAX_COUNT, Tags::MAX_SIZE)]
    Full,
}

impl Tags {
    /// The most tags of a file.
    pub const MAX_COUNT: usize = 4096;

    /// The most bytes that they take together: each its key, `=`, its value, and four for its size.
    pub const MAX_SIZE: usize = 1 << 16;

    /// Adds a tag behind the others. Its key keeps upper and lower case.
    ///
    /// # Errors
    /// [`TagError`]; then nothing is added.
    pub fn add(&mut self, key: &str, value: &str) -> Result<(), TagError> {
        if key.is_empty() || !key.bytes().all(|byte| matches!(byte, b' '..=b'}') && byte != b'=') {
            return Err(TagError::Key);
        }
        let size = self.size + size_of::<u32>() + key.len() + 1 + value.len();
        if size > Self::MAX_SIZE || self.tags.len() == Self::MAX_COUNT {
            return Err(TagError::Full);
        }
        self.size = size;
        self.tags.push((key.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The first value of a key, in upper or lower case.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(other, _)| other.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// The payload of their chunk.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size);
        for (key, value) in self.iter() {
            let size = (key.len() + 1 + value.len()) as u32;
            bytes.extend(size.to_le_bytes());
            bytes.extend([key, "=", value].map(str::as_bytes).concat());
        }
        bytes
    }

    /// Reads the payload of a chunk of `count` tags.
    ///
    /// # Errors
    /// The offset of what is wrong, and the rule that it breaks.
    pub(super) fn from_bytes(bytes: &[u8], count: u32) -> Result<Self, (usize, &'static str)> {
        let mut tags = Self::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let at = bytes.len() - rest.len();
            let Some((size, behind)) = rest.split_first_chunk() else {
                return Err((at, "a tag begins with its size in 4 bytes"));
            };
            let Some((text, behind)) = behind.split_at_checked(u32::from_le_bytes(*size) as usize)
            else {
                return Err((at, "a tag is longer than its chunk"));
            };
            let text = str::from_utf8(text).map_err(|_| (at, "a tag must be UTF-8"))?;
            let (key, value) = text.split_once('=').ok_or((at, "a tag must be KEY=VALUE"))?;
            tags.add(key, value).map_err(|error| match error {
                TagError::Key => (at, "the key of a tag must be printable ASCII without = or ~"),
                TagError::Full => (at, "there are more tags than the format allows"),
            })?;
            rest = behind;
        }
        if tags.len() != count as usize {
            return Err((0, "the chunk's size does not match its number of tags"));
        }
        Ok(tags)
    }
}
