//! Ogg pages.

use crate::audio_file::bytes::Bytes;
use crate::audio_file::fault::Fault;

/// The part of a page's header in front of the sizes of its segments, in bytes.
const FIXED_SIZE: usize = 27;

/// The header of a page.
#[derive(Debug, Clone)]
pub struct PageHeader {
    /// Where it begins.
    pub offset: u64,
    /// Which logical stream it belongs to.
    pub serial: u32,
    /// Counts the pages of a logical stream.
    pub sequence: u32,
    /// Length of the audio up to the last packet that ends on this page; `None` if none does.
    pub granule: Option<u64>,
    /// The page begins inside a packet.
    pub is_continued: bool,
    /// The first page of its logical stream.
    pub is_first: bool,
    /// The last page of its logical stream.
    pub is_last: bool,
    /// Sizes of the segments; a packet ends with the first below 255.
    pub segments: Vec<u8>,
    checksum: u32,
}

impl PageHeader {
    /// The header at `offset`; `None` if there is none, or not a whole one.
    pub fn read(bytes: &mut Bytes, offset: u64) -> Result<Option<Self>, Fault> {
        let Some(fixed) = bytes.array_at::<FIXED_SIZE>(offset)? else { return Ok(None) };
        let [b'O', b'g', b'g', b'S', 0, flags, rest @ ..] = fixed else { return Ok(None) };
        let [a, b, c, d, e, f, g, h, rest @ ..] = rest;
        let granule = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let [a, b, c, d, e, f, g, h, i, j, k, l, count] = rest;
        let mut segments = vec![0; count.into()];
        if bytes.read_at(offset + FIXED_SIZE as u64, &mut segments)? < segments.len() {
            return Ok(None);
        }
        Ok(Some(Self {
            offset,
            serial: u32::from_le_bytes([a, b, c, d]),
            sequence: u32::from_le_bytes([e, f, g, h]),
            checksum: u32::from_le_bytes([i, j, k, l]),
            granule: Some(granule).filter(|&granule| granule != u64::MAX),
            is_continued: flags & 1 != 0,
            is_first: flags & 2 != 0,
            is_last: flags & 4 != 0,
            segments,
        }))
    }

    /// Offset of the content.
    pub fn content(&self) -> u64 {
        self.offset + (FIXED_SIZE + self.segments.len()) as u64
    }

    /// Offset behind the page.
    pub fn end(&self) -> u64 {
        self.content() + self.segments.iter().map(|&size| u64::from(size)).sum::<u64>()
    }

    /// Reads the content; `None` if the checksum of the page does not match.
    pub fn read_content(&self, bytes: &mut Bytes) -> Result<Option<Vec<u8>>, Fault> {
        let mut page = vec![0; (self.end() - self.offset) as usize];
        if bytes.read_at(self.offset, &mut page)? < page.len() {
            return Ok(None);
        }
        // The checksum itself counts as zero.
        page[22..26].fill(0);
        Ok((checksum(&page) == self.checksum)
            .then(|| page.split_off((self.content() - self.offset) as usize)))
    }
}

/// Ogg's CRC-32, which is not the usual one: bits in the other order, and nothing inverted.
fn checksum(page: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 256 {
            let mut crc = (i as u32) << 24;
            let mut bit = 0;
            while bit < 8 {
                crc = crc << 1 ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 };
                bit += 1;
            }
            table[i] = crc;
            i += 1;
        }
        table
    };
    page.iter().fold(0, |crc, &byte| crc << 8 ^ TABLE[usize::from((crc >> 24) as u8 ^ byte)])
}
