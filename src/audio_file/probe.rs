//! A first look at a file, for what symphonia does not check or does not report.

use std::io::{self, Read, Seek, SeekFrom};

/// Bytes read of a chunk's content: enough for the fields of WAV's `fmt ` and AIFF's `COMM` chunk
/// that are needed here.
const PREFIX_SIZE: usize = 16;

/// The fixed part of an Ogg page's header, in front of the sizes of its segments.
const OGG_FIXED_SIZE: usize = 27;

/// The largest Ogg page: 255 segments of 255 bytes, and their sizes.
const OGG_MAX_PAGE_SIZE: u64 = OGG_FIXED_SIZE as u64 + 255 + 255 * 255;

/// What kind of file it is, and what its own headers say about its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// WAV or AIFF.
    Pcm {
        /// Length in frames, if the header states it.
        frames: Option<u64>,
    },
    /// Ogg.
    Ogg {
        /// The file ends with a complete page that is marked as the last.
        complete: bool,
        /// Length in frames, if the first page with audio is also the last.
        single_page_frames: Option<u64>,
    },
    /// Anything else.
    Other,
}

/// Reads the headers of a file. The inner error describes what is wrong with them.
///
/// # Errors
/// Any error of the operating system.
pub fn probe(file: &mut (impl Read + Seek)) -> io::Result<Result<FileKind, String>> {
    let mut start = [0; 12];
    let count = read_up_to(file, &mut start)?;
    match (&start[..4], &start[8..]) {
        _ if count == 0 => Ok(Err("the file is empty".to_owned())),
        (b"RIFF", b"WAVE") => wav(file),
        (b"FORM", b"AIFF" | b"AIFC") => aiff(file),
        (b"OggS", _) => {
            file.rewind()?;
            let single_page_frames = ogg_single_page_frames(file)?;
            Ok(Ok(FileKind::Ogg { complete: ogg_is_complete(file)?, single_page_frames }))
        }
        _ => Ok(Ok(FileKind::Other)),
    }
}

/// The header of an Ogg page.
struct OggPage {
    last: bool,
    /// Length of the audio up to the end of this page, in frames; 0 on pages without audio.
    frames: u64,
    /// Size of the page in bytes.
    size: usize,
}

impl OggPage {
    /// Parses a page's header, which is 27 to 282 bytes long, at the start of `bytes`.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let fixed: &[u8; OGG_FIXED_SIZE] = bytes.first_chunk()?;
        let [b'O', b'g', b'g', b'S', _, flags, a, b, c, d, e, f, g, h, .., count] = *fixed else {
            return None;
        };
        let sizes = bytes.get(OGG_FIXED_SIZE..OGG_FIXED_SIZE + usize::from(count))?;
        let frames = match u64::from_le_bytes([a, b, c, d, e, f, g, h]) {
            // Means that no packet ends on this page.
            u64::MAX => 0,
            frames => frames,
        };
        let content = sizes.iter().map(|&size| usize::from(size)).sum::<usize>();
        Some(Self { last: flags & 4 != 0, frames, size: OGG_FIXED_SIZE + sizes.len() + content })
    }
}

/// Length in frames of an Ogg file whose first page with audio is also its last.
fn ogg_single_page_frames(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    loop {
        let mut start = [0; OGG_FIXED_SIZE + 255];
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

/// Whether an Ogg file ends with a complete page that is marked as the last.
fn ogg_is_complete(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(OGG_MAX_PAGE_SIZE)))?;
    let mut end = Vec::new();
    file.take(OGG_MAX_PAGE_SIZE).read_to_end(&mut end)?;
    Ok((0..end.len()).rev().any(|at| {
        let page = OggPage::parse(&end[at..]);
        page.is_some_and(|page| page.last && page.size == end.len() - at)
    }))
}

fn wav(file: &mut (impl Read + Seek)) -> io::Result<Result<FileKind, String>> {
    let mut frame_size = None;
    while let Some(IffChunk { id, size, prefix }) = next_iff_chunk(file, u32::from_le_bytes)? {
        let field = |at: usize| u16::from_le_bytes([prefix[at], prefix[at + 1]]);
        match &id {
            b"fmt " if size >= 16 => {
                let (tag, channels, align, bits) = (field(0), field(2), field(12), field(14));
                let rate = u32::from(field(4)) | u32::from(field(6)) << 16;
                // PCM, float, and extensible, which is either of them; the size of a frame means
                // nothing for other codecs.
                let uncompressed = matches!(tag, 1 | 3 | 0xfffe);
                let expected = u32::from(channels) * u32::from(bits) / 8;
                if uncompressed && (bits == 0 || u32::from(align) != expected) {
                    return Ok(Err(format!(
                        "its header claims {align} bytes per frame for {channels} channels of \
                         {bits} bits"
                    )));
                }
                if let Err(reason) = check(channels, rate) {
                    return Ok(Err(reason));
                }
                frame_size = uncompressed.then_some(u64::from(align));
            }
            b"data" => {
                // Programs that write to a pipe leave the size at its maximum.
                let frame_size = frame_size.filter(|_| size != u32::MAX);
                let frames = frame_size.map(|frame_size| u64::from(size) / frame_size);
                return Ok(Ok(FileKind::Pcm { frames }));
            }
            _ => {}
        }
        skip(file, size)?;
    }
    Ok(Err("it has no data chunk, so no audio".to_owned()))
}

fn aiff(file: &mut (impl Read + Seek)) -> io::Result<Result<FileKind, String>> {
    while let Some(IffChunk { id, size, prefix }) = next_iff_chunk(file, u32::from_be_bytes)? {
        if &id == b"COMM" && size >= 18 {
            let channels = u16::from_be_bytes([prefix[0], prefix[1]]);
            let frames = u32::from_be_bytes([prefix[2], prefix[3], prefix[4], prefix[5]]);
            // An 80-bit float, which is zero exactly if the leading bits of its mantissa are.
            let rate = u32::from_be_bytes([prefix[10], prefix[11], prefix[12], prefix[13]]);
            let kind = FileKind::Pcm { frames: Some(u64::from(frames)) };
            return Ok(check(channels, rate).map(|()| kind));
        }
        skip(file, size)?;
    }
    Ok(Err("it has no COMM chunk to describe its audio".to_owned()))
}

fn check(channels: u16, rate: u32) -> Result<(), String> {
    if channels == 0 {
        Err("its header claims 0 channels".to_owned())
    } else if rate == 0 {
        Err("its header claims a sample rate of 0 Hz".to_owned())
    } else {
        Ok(())
    }
}

/// A chunk of a WAV or AIFF file.
struct IffChunk {
    id: [u8; 4],
    /// Size of its content in bytes, without the padding to an even size.
    size: u32,
    /// The first bytes of its content.
    prefix: [u8; PREFIX_SIZE],
}

/// The next chunk; leaves the file at the start of the chunk's content.
fn next_iff_chunk(
    file: &mut (impl Read + Seek),
    to_u32: fn([u8; 4]) -> u32,
) -> io::Result<Option<IffChunk>> {
    let mut start = [0; 8];
    if read_up_to(file, &mut start)? < start.len() {
        return Ok(None);
    }
    let [a, b, c, d, size @ ..] = start;
    let mut prefix = [0; PREFIX_SIZE];
    let count = read_up_to(file, &mut prefix)?;
    file.seek(SeekFrom::Current(-(count as i64)))?;
    Ok(Some(IffChunk { id: [a, b, c, d], size: to_u32(size), prefix }))
}

/// Skips a chunk's content, which is padded to an even size.
fn skip(file: &mut impl Seek, size: u32) -> io::Result<()> {
    let size = i64::from(size);
    file.seek_relative(size + size % 2)
}

/// Fills `buffer` as far as the file goes and returns the number of bytes read.
fn read_up_to(file: &mut impl Read, mut buffer: &mut [u8]) -> io::Result<usize> {
    let limit = buffer.len() as u64;
    io::copy(&mut file.take(limit), &mut buffer).map(|count| count as usize)
}
