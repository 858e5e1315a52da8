//! Ogg files: which streams there are, and their packets.

use std::collections::HashSet;

use super::page::PageHeader;
use crate::audio_file::bytes::Bytes;
use crate::audio_file::fault::Fault;

/// A codec that can be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Ogg Vorbis.
    Vorbis,
    /// FLAC in Ogg.
    Flac,
}

/// A logical stream of audio. A chain is several of them in a row.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Offset of its first page.
    pub start: u64,
    /// Offset behind its last page.
    pub end: u64,
    /// Marks its pages.
    pub serial: u32,
    /// What its packets are.
    pub codec: Codec,
    /// Length of the audio up to its end.
    pub end_granule: u64,
}

/// What the first page of a logical stream shows.
enum Content {
    Audio(Codec),
    /// Not audio.
    Other,
}

/// Lists the streams of audio in the file that begins at `start`.
///
/// # Errors
/// [`Fault`] if a stream is incomplete or of an unsupported kind, or if streams run side by side.
pub fn links(bytes: &mut Bytes, start: u64) -> Result<Vec<Link>, Fault> {
    let mut links = Vec::new();
    let mut open: Option<Link> = None;
    let mut others = HashSet::new();
    let mut offset = start;
    while let Some(page) = next_page(bytes, offset, open.is_some())? {
        if page.is_first {
            match content(bytes, &page)? {
                Content::Audio(_) if open.is_some() => {
                    return Err(Fault::unsupported(
                        "a stream of audio in it begins before the one before it has ended",
                    ));
                }
                Content::Audio(codec) => {
                    let (start, end, serial) = (page.offset, page.end(), page.serial);
                    open = Some(Link { start, end, serial, codec, end_granule: 0 });
                }
                Content::Other => drop(others.insert(page.serial)),
            }
        }
        match &mut open {
            Some(link) if link.serial == page.serial => {
                link.end = page.end();
                link.end_granule = page.granule.unwrap_or(link.end_granule);
                if page.is_last {
                    links.extend(open.take());
                }
            }
            _ if others.contains(&page.serial) => {}
            _ => {
                return Err(Fault::damaged(format!(
                    "the Ogg page at byte {} belongs to no stream",
                    page.offset
                )));
            }
        }
        offset = page.end();
    }
    if links.is_empty() {
        return Err(Fault::unsupported("this Ogg file has no audio in Vorbis or FLAC"));
    }
    Ok(links)
}

/// The first stream of audio in the file that begins at `start`, by the first pages of all streams, which
/// come before any others. Where it ends is not looked for: its pages may be anywhere in the file.
///
/// # Errors
/// [`Fault`] if it is of an unsupported kind.
pub fn first_link(bytes: &mut Bytes, start: u64) -> Result<Option<Link>, Fault> {
    let mut offset = start;
    while let Some(page) = PageHeader::read(bytes, offset)?.filter(|page| page.is_first) {
        if let Content::Audio(codec) = content(bytes, &page)? {
            let (start, end, serial) = (page.offset, bytes.len(), page.serial);
            return Ok(Some(Link { start, end, serial, codec, end_granule: 0 }));
        }
        offset = page.end();
    }
    Ok(None)
}

/// The page at `offset`; `None` at the end, behind which there may be anything but pages.
fn next_page(bytes: &mut Bytes, offset: u64, is_open: bool) -> Result<Option<PageHeader>, Fault> {
    match PageHeader::read(bytes, offset)? {
        Some(page) if page.end() <= bytes.len() => Ok(Some(page)),
        found => {
            let is_end = found.is_some() || !has_page_behind(bytes, offset)?;
            match (is_end, is_open) {
                (true, false) if found.is_none() => Ok(None),
                (true, _) => Err(Fault::cut_short("its last Ogg page is missing")),
                (false, _) => Err(Fault::damaged(format!(
                    "there is something else than an Ogg page at byte {offset}"
                ))),
            }
        }
    }
}

/// Whether there is a page anywhere behind `offset`, or so much that looks like one that it would
/// take long to find out.
fn has_page_behind(bytes: &mut Bytes, mut offset: u64) -> Result<bool, Fault> {
    const MAX_TRIES: usize = 1000;
    let mut window = vec![0; 1 << 16];
    let mut tries = 0;
    loop {
        let count = bytes.read_at(offset, &mut window)?;
        for at in (0..count).filter(|&at| window[at..count].starts_with(b"OggS")) {
            if let Some(page) = PageHeader::read(bytes, offset + at as u64)?
                && (tries > MAX_TRIES || page.read_content(bytes)?.is_some())
            {
                return Ok(true);
            }
            tries += 1;
        }
        if count < window.len() {
            return Ok(false);
        }
        // A signature may lie across the end of the window.
        offset += count as u64 - 3;
    }
}

fn content(bytes: &mut Bytes, page: &PageHeader) -> Result<Content, Fault> {
    let mut start = [0; 8];
    let count = bytes.read_at(page.content(), &mut start)?;
    let start = &start[..count];
    let refused = |name| Err(Fault::unsupported(format!("this is Ogg with {name}")));
    match start {
        b if b.starts_with(b"\x01vorbis") => Ok(Content::Audio(Codec::Vorbis)),
        b if b.starts_with(b"\x7fFLAC") => Ok(Content::Audio(Codec::Flac)),
        b if b.starts_with(b"OpusHead") => {
            Err(Fault::unsupported("this is an Opus file, or another one with Opus in it"))
        }
        b if b.starts_with(b"Speex") => refused("Speex"),
        b if b.starts_with(b"PCM ") => refused("uncompressed audio"),
        b if b.starts_with(b"CELT") => refused("CELT"),
        _ => Ok(Content::Other),
    }
}

/// The packets that end on a page.
#[derive(Debug)]
pub struct Packets {
    /// Their contents.
    pub packets: Vec<Vec<u8>>,
    /// Length of the audio up to the last of them.
    pub granule: Option<u64>,
    /// Nothing follows.
    pub is_last: bool,
}

/// Reads the packets of a stream page by page.
#[derive(Debug)]
pub struct PacketReader {
    link: Link,
    /// Offset of the next page.
    offset: u64,
    /// Number of the next page.
    sequence: Option<u32>,
    /// The beginning of a packet that continues on the next page.
    partial: Option<Vec<u8>>,
}

impl PacketReader {
    /// Begins with the first page of `link`.
    pub fn new(link: Link) -> Self {
        Self { link, offset: link.start, sequence: None, partial: None }
    }

    /// The packets of the next page; `None` behind the last page.
    pub fn next(&mut self, bytes: &mut Bytes) -> Result<Option<Packets>, Fault> {
        let page = loop {
            if self.offset >= self.link.end {
                return Ok(None);
            }
            let page = PageHeader::read(bytes, self.offset)?
                .ok_or_else(|| Fault::cut_short("it became shorter while it was read"))?;
            self.offset = page.end();
            if page.serial == self.link.serial {
                break page;
            }
        };
        let sequence = self.sequence.unwrap_or(page.sequence);
        if page.sequence != sequence {
            return Err(Fault::damaged(format!(
                "Ogg page {sequence} is missing before byte {}",
                page.offset
            )));
        }
        self.sequence = Some(sequence.wrapping_add(1));
        let Some(content) = page.read_content(bytes)? else {
            return Err(Fault::damaged(format!(
                "the checksum of the Ogg page at byte {} does not match",
                page.offset
            )));
        };
        if page.is_continued != self.partial.is_some() {
            return Err(Fault::damaged(format!(
                "a packet is incomplete before byte {}",
                page.offset
            )));
        }
        let mut packets = Vec::new();
        let mut rest = &content[..];
        for &size in &page.segments {
            let (segment, behind) = rest.split_at(size.into());
            rest = behind;
            self.partial.get_or_insert_default().extend(segment);
            if size < 255 {
                packets.extend(self.partial.take());
            }
        }
        if page.is_last && self.partial.is_some() {
            return Err(Fault::cut_short("its last packet is incomplete"));
        }
        Ok(Some(Packets { packets, granule: page.granule, is_last: page.is_last }))
    }
}
