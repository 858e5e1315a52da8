//! A look at the headers of files, for what the decoding library does not check or does not tell.

use std::io::{self, Read, Seek, SeekFrom};

/// The chunks that matter, WAVE's format and AIFF's common chunk, begin with at most this much.
const HEAD: usize = 16;

/// An Ogg page is at most this long.
const OGG_PAGE: u64 = 27 + 255 + 255 * 255;

/// What a file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// WAV or AIFF, with the number of frames, if the header knows it.
    Pcm(Option<u64>),
    /// Ogg.
    Ogg {
        /// Whether the last page is there.
        whole: bool,
        /// The number of frames, if all of them are on one page.
        single_page: Option<u64>,
    },
    /// Something else.
    Other,
}

/// Reads the header of a file.
///
/// # Errors
/// What is wrong with the header, in words, or the system's error.
pub fn header(file: &mut (impl Read + Seek)) -> io::Result<Result<Header, String>> {
    let mut start = [0; 12];
    let read = read_up_to(file, &mut start)?;
    match (&start[..4], &start[8..]) {
        _ if read == 0 => Ok(Err("it is empty".to_owned())),
        (b"RIFF", b"WAVE") => wave(file),
        (b"FORM", b"AIFF" | b"AIFC") => aiff(file),
        (b"OggS", _) => {
            file.rewind()?;
            let single_page = ogg_single_page(file)?;
            Ok(Ok(Header::Ogg { whole: ogg_is_whole(file)?, single_page }))
        }
        _ => Ok(Ok(Header::Other)),
    }
}

/// The beginning of an Ogg page.
struct OggPage {
    last: bool,
    /// How many frames the stream has up to the end of this page; 0 for pages without audio.
    frames: u64,
    size: usize,
}

impl OggPage {
    /// Reads a page's beginning, which is 27 to 282 bytes long.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let fixed: &[u8; 27] = bytes.first_chunk()?;
        let [b'O', b'g', b'g', b'S', _, flags, a, b, c, d, e, f, g, h, .., count] = *fixed else {
            return None;
        };
        let sizes = bytes.get(27..27 + usize::from(count))?;
        let frames = match u64::from_le_bytes([a, b, c, d, e, f, g, h]) {
            // No packet ends on this page.
            u64::MAX => 0,
            frames => frames,
        };
        let content = sizes.iter().map(|&size| usize::from(size)).sum::<usize>();
        Some(Self { last: flags & 4 != 0, frames, size: 27 + sizes.len() + content })
    }
}

/// The number of frames of an Ogg file whose first page with audio is its last one.
fn ogg_single_page(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    loop {
        let mut start = [0; 27 + 255];
        let read = read_up_to(file, &mut start)?;
        let Some(page) = OggPage::parse(&start[..read]) else {
            return Ok(None);
        };
        if page.frames > 0 {
            return Ok(page.last.then_some(page.frames));
        }
        file.seek(SeekFrom::Current(page.size as i64 - read as i64))?;
    }
}

/// Whether an Ogg file ends with a whole page that is marked as the last.
fn ogg_is_whole(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(OGG_PAGE)))?;
    let mut end = Vec::new();
    file.take(OGG_PAGE).read_to_end(&mut end)?;
    Ok((0..end.len()).rev().any(|at| {
        let page = OggPage::parse(&end[at..]);
        page.is_some_and(|page| page.last && page.size == end.len() - at)
    }))
}

fn wave(file: &mut (impl Read + Seek)) -> io::Result<Result<Header, String>> {
    let mut block = None;
    while let Some(Chunk { id, size, head }) = chunk(file, u32::from_le_bytes)? {
        let field = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        match &id {
            b"fmt " if size >= 16 => {
                let (tag, channels, align, bits) = (field(0), field(2), field(12), field(14));
                let rate = u32::from(field(4)) | u32::from(field(6)) << 16;
                // Of PCM, float and extensible, which may be either, the layout is known.
                let plain = matches!(tag, 1 | 3 | 0xfffe);
                let expected = u32::from(channels) * u32::from(bits) / 8;
                if plain && (bits == 0 || u32::from(align) != expected) {
                    return Ok(Err(format!(
                        "its header claims {align} bytes a frame for {channels} channels of \
                         {bits} bits"
                    )));
                }
                if let Err(reason) = check(channels, rate) {
                    return Ok(Err(reason));
                }
                block = plain.then_some(u64::from(align));
            }
            b"data" => {
                // Programs that write into a pipe leave the size at its greatest value.
                let known = block.filter(|_| size != u32::MAX);
                return Ok(Ok(Header::Pcm(known.map(|block| u64::from(size) / block))));
            }
            _ => {}
        }
        skip(file, size)?;
    }
    Ok(Err("it has no audio data".to_owned()))
}

fn aiff(file: &mut (impl Read + Seek)) -> io::Result<Result<Header, String>> {
    while let Some(Chunk { id, size, head }) = chunk(file, u32::from_be_bytes)? {
        if &id == b"COMM" && size >= 18 {
            let channels = u16::from_be_bytes([head[0], head[1]]);
            let frames = u32::from_be_bytes([head[2], head[3], head[4], head[5]]);
            // The rate is an 80-bit float, zero only if its leading mantissa bits are.
            let rate = u32::from_be_bytes([head[10], head[11], head[12], head[13]]);
            let header = Header::Pcm(Some(u64::from(frames)));
            return Ok(check(channels, rate).map(|()| header));
        }
        skip(file, size)?;
    }
    Ok(Err("it has no description of its audio".to_owned()))
}

fn check(channels: u16, rate: u32) -> Result<(), String> {
    if channels == 0 {
        Err("its header claims no channels".to_owned())
    } else if rate == 0 {
        Err("its header claims a sample rate of 0 Hz".to_owned())
    } else {
        Ok(())
    }
}

/// A chunk's name, the size of its content, and how that begins.
struct Chunk {
    id: [u8; 4],
    size: u32,
    head: [u8; HEAD],
}

/// The next chunk; the position is left at its content.
fn chunk(file: &mut (impl Read + Seek), number: fn([u8; 4]) -> u32) -> io::Result<Option<Chunk>> {
    let mut start = [0; 8];
    if read_up_to(file, &mut start)? < start.len() {
        return Ok(None);
    }
    let [a, b, c, d, size @ ..] = start;
    let (id, size) = ([a, b, c, d], number(size));
    let mut head = [0; HEAD];
    let read = read_up_to(file, &mut head)?;
    file.seek(SeekFrom::Current(-(read as i64)))?;
    Ok(Some(Chunk { id, size, head }))
}

/// Skips a chunk's content, which is padded to an even size.
fn skip(file: &mut impl Seek, size: u32) -> io::Result<()> {
    let size = i64::from(size);
    file.seek(SeekFrom::Current(size + size % 2)).map(drop)
}

fn read_up_to(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
