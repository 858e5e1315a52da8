//! The chunks of WAV and AIFF files, including those whose sizes are a little wrong.

use std::io;

use crate::audio_file::bytes::Bytes;

/// The most chunks that are looked at. A file of nothing but tiny chunks would take minutes.
pub const MAX_CHUNKS: usize = 1 << 16;

/// Bytes in front of a chunk's content.
const HEADER_SIZE: u64 = 8;

/// Chunks that are known to follow others. Where sizes are doubtful, these show where a chunk ends.
const KNOWN: [&[u8; 4]; 40] = [
    b"fmt ", b"data", b"fact", b"ds64", b"LIST", b"bext", b"cue ", b"smpl", b"inst", b"id3 ",
    b"ID3 ", b"JUNK", b"junk", b"PAD ", b"PEAK", b"iXML", b"_PMX", b"axml", b"chna", b"cart",
    b"afsp", b"DISP", b"LGWV", b"acid", b"strc", b"plst", b"minf", b"FLLR", b"umid", b"COMM",
    b"SSND", b"FVER", b"MARK", b"INST", b"APPL", b"COMT", b"NAME", b"AUTH", b"ANNO", b"CHAN",
];

/// The order of bytes in sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// As in `RIFF` and `RF64`.
    Little,
    /// As in `RIFX` and `FORM`.
    Big,
}

/// A chunk's header.
#[derive(Debug, Clone, Copy)]
pub struct Chunk {
    /// What it is.
    pub id: [u8; 4],
    /// The size of its content in bytes that it claims, without the padding to an even size.
    pub size: u32,
    /// Offset of its content.
    pub content: u64,
}

impl Chunk {
    /// Offset behind the content that it claims.
    pub fn end(&self) -> u64 {
        self.content + u64::from(self.size)
    }

    /// Whether the header is one of [`KNOWN`].
    fn is_known(&self) -> bool {
        KNOWN.contains(&&self.id)
    }

    /// Whether the header can be one at all: ids are printable ASCII.
    fn is_plausible(&self) -> bool {
        self.id.iter().all(|byte| (b' '..=b'~').contains(byte)) && self.id[0] != b' '
    }
}

/// The chunk at `offset`, whatever its id; `None` at the end of the file.
fn header_at(bytes: &mut Bytes, order: ByteOrder, offset: u64) -> io::Result<Option<Chunk>> {
    Ok(bytes.array_at(offset)?.map(|[a, b, c, d, size @ ..]: [u8; HEADER_SIZE as usize]| Chunk {
        id: [a, b, c, d],
        size: match order {
            ByteOrder::Little => u32::from_le_bytes(size),
            ByteOrder::Big => u32::from_be_bytes(size),
        },
        content: offset + HEADER_SIZE,
    }))
}

/// The first chunk of a file, at `offset`.
pub fn first(bytes: &mut Bytes, order: ByteOrder, offset: u64) -> io::Result<Option<Chunk>> {
    Ok(header_at(bytes, order, offset)?.filter(Chunk::is_plausible))
}

/// A known chunk at `end` or near it.
///
/// Chunks are padded to an even size; but some programs leave the padding out, count it in, or
/// miscount the fields of `fmt `.
pub fn known_near(bytes: &mut Bytes, order: ByteOrder, end: u64) -> io::Result<Option<Chunk>> {
    let padded = end + (end & 1);
    for offset in [padded, end, end + 1, end - 1, end + 2, end - 2, end + 4, end - 4] {
        if let Some(chunk) = header_at(bytes, order, offset)?
            && chunk.is_known()
        {
            return Ok(Some(chunk));
        }
    }
    Ok(None)
}

/// Whether chunks, whatever their ids, fill the file from `offset` to its very end.
pub fn fill_the_rest(bytes: &mut Bytes, order: ByteOrder, offset: u64) -> io::Result<bool> {
    let mut offset = offset;
    for _ in 0..MAX_CHUNKS {
        match header_at(bytes, order, offset)? {
            Some(chunk) if chunk.is_plausible() && chunk.end() <= bytes.len() => {
                offset = chunk.end() + (chunk.end() & 1);
            }
            _ => return Ok(false),
        }
        if offset >= bytes.len() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where audio of unknown size from `start` on ends: where known chunks begin that fill the file to its very
/// end, or else at its end.
pub fn end_of_audio(bytes: &mut Bytes, order: ByteOrder, start: u64) -> io::Result<u64> {
    let (begin, tail) = tail(bytes, start)?;
    for (offset, id) in (begin..).zip(tail.windows(4)) {
        if KNOWN.iter().any(|known| *known == id) && fill_the_rest(bytes, order, offset)? {
            return Ok(offset);
        }
    }
    Ok(bytes.len().max(start))
}

/// The last megabyte of the file, or as much of it as is behind `start`, and its offset: where chunks behind audio
/// of unknown size are looked for.
pub fn tail(bytes: &mut Bytes, start: u64) -> io::Result<(u64, Vec<u8>)> {
    const TAIL_SIZE: u64 = 1 << 20;
    let begin = start.max(bytes.len().saturating_sub(TAIL_SIZE));
    let mut tail = vec![0; bytes.len().saturating_sub(begin) as usize];
    bytes.read_at(begin, &mut tail)?;
    Ok((begin, tail))
}

/// The chunk that follows `chunk`; `None` at the end and where nothing looks like a chunk.
pub fn next(bytes: &mut Bytes, order: ByteOrder, chunk: &Chunk) -> io::Result<Option<Chunk>> {
    if let Some(known) = known_near(bytes, order, chunk.end())? {
        return Ok(Some(known));
    }
    let end = chunk.end();
    for offset in [end + (end & 1), end] {
        if let Some(next) = header_at(bytes, order, offset)?
            && next.is_plausible()
            && next.end() <= bytes.len()
        {
            return Ok(Some(next));
        }
    }
    // The texts in a list may show the end that its own size does not.
    if &chunk.id == b"LIST"
        && let Some(b"INFO" | b"adtl") = bytes.array_at(chunk.content)?.as_ref()
    {
        return first(bytes, order, chunk.content + 4);
    }
    Ok(None)
}
