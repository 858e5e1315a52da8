//! Recognises what kind of file it is by its first bytes.

use super::bytes::Bytes;
use super::fault::Fault;
use super::pcm::wave64;
use crate::container;

/// Bytes that are looked at. A tar archive names itself 257 bytes in.
const START_SIZE: usize = 512;

/// A kind of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `RIFF`, `RIFX`, `RF64` or `BW64` WAV.
    Wav,
    /// Sony Wave64.
    Wave64,
    /// AIFF or AIFF-C.
    Aiff,
    /// FLAC, not in Ogg.
    Flac,
    /// Ogg, with Vorbis or FLAC.
    Ogg,
    /// MP3, which has no unmistakable start.
    Mp3,
}

/// Files that are often mistaken for audio files that can be read: offset and bytes of their
/// signature, and what they are.
const OTHERS: &[(usize, &[u8], &str)] = &[
    (
        0,
        b"MThd",
        "a MIDI file, which holds notes and no audio: play it with a synthesiser into a WAV file",
    ),
    (
        8,
        b"RMID",
        "a MIDI file, which holds notes and no audio: play it with a synthesiser into a WAV file",
    ),
    (4, b"ftyp", "an MP4 or M4A file"),
    (4, b"moov", "a QuickTime file"),
    (4, b"mdat", "a QuickTime file"),
    (4, b"wide", "a QuickTime file"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM file"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file (WMA, WMV or ASF)"),
    (0, b"caff", "a CAF file"),
    (0, b".snd", "an AU file"),
    (0, b"dns.", "an AU file"),
    (0, b"wvpk", "a WavPack file"),
    (0, b"MAC ", "a Monkey's Audio file"),
    (0, b"TTA1", "a True Audio file"),
    (0, b"MP+", "a Musepack file"),
    (0, b"MPCK", "a Musepack file"),
    (0, b"OFR ", "an OptimFROG file"),
    (0, b"DSD ", "a DSF file"),
    (0, b"FRM8", "a DSDIFF file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"#!SILK", "a SILK file"),
    (0, b"ajkg", "a Shorten file"),
    (0, b"Creative Voice File", "a VOC file"),
    (8, b"8SVX", "an 8SVX file"),
    (8, b"AVI ", "an AVI file"),
    (0, b"FLV\x01", "a Flash video"),
    (0, b".RMF", "a RealMedia file"),
    (0, b".ra\xfd", "a RealAudio file"),
    (0, b"ADIF", "an AAC file"),
    (0, b"NIST_1A", "a NIST Sphere file"),
    (0, b"\x64\xa3", "an IRCAM file"),
    (0, b"\0\0\x01\xba", "an MPEG video"),
    (0, b"\0\0\x01\xb3", "an MPEG video"),
    (0, b"Extended Module:", "a module, which a tracker plays: export it as a WAV file"),
    (0, b"IMPM", "a module, which a tracker plays: export it as a WAV file"),
    (0, b"#EXTM3U", "a playlist: name one of the files in it"),
    (0, b"[playlist]", "a playlist: name one of the files in it"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (0, b"BM", "a BMP picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (0, b"PK\x05\x06", "a ZIP archive: unpack it first"),
    (0, b"\x1f\x8b", "a gzip archive: unpack it first"),
    (0, b"BZh", "a bzip2 archive: unpack it first"),
    (0, b"\xfd7zXZ", "an xz archive: unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive: unpack it first"),
    (0, b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (0, b"Rar!", "a RAR archive: unpack it first"),
    (257, b"ustar", "a tar archive: unpack it first"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"SQLite format 3", "a database"),
];

/// Recognises a file that can be read, and where it begins: behind ID3v2 tags, which some programs
/// put in front of everything.
///
/// # Errors
/// [`Fault::Unsupported`] that says what the file is instead.
pub fn recognise(bytes: &mut Bytes) -> Result<(Kind, u64), Fault> {
    if bytes.len() == 0 {
        return Err(Fault::unsupported("the file is empty"));
    }
    let begin = behind_id3v2(bytes)?;
    let mut start = [0; START_SIZE];
    let count = bytes.read_at(begin, &mut start)?;
    let start = &start[..count];
    let has = |at: usize, magic: &[u8]| start.get(at..).is_some_and(|at| at.starts_with(magic));
    let kind =
        if [b"RIFF", b"RIFX", b"RF64", b"BW64"].iter().any(|id| has(0, *id)) && has(8, b"WAVE") {
            Kind::Wav
        } else if has(0, b"FORM") && (has(8, b"AIFF") || has(8, b"AIFC")) {
            Kind::Aiff
        } else if has(0, &wave64::MAGIC) {
            Kind::Wave64
        } else if has(0, b"fLaC") {
            Kind::Flac
        } else if has(0, b"OggS") {
            Kind::Ogg
        } else if has(0, &container::MAGIC) {
            return Err(Fault::Unsupported(
                "this is an .extrema file: decode it first, with `extrema decode`".to_owned(),
            ));
        } else if let Some(fault) = other(&has, start, bytes.len()) {
            return Err(fault);
        } else {
            Kind::Mp3
        };
    Ok((kind, begin))
}

/// What a file is that cannot be read, if its start shows it.
fn other(has: &impl Fn(usize, &[u8]) -> bool, start: &[u8], len: u64) -> Option<Fault> {
    if let Some((.., what)) = OTHERS.iter().find(|(at, magic, _)| has(*at, magic)) {
        // Those with a remedy of their own are no audio that could be converted.
        return Some(if what.contains(": ") {
            Fault::Unsupported(format!("this is {what}"))
        } else {
            Fault::unsupported(format!("this is {what}"))
        });
    }
    // AAC has MP3's sync word, but in a layer that does not exist.
    if let [0xff, second, ..] = *start
        && second & 0xf6 == 0xf0
    {
        return Some(Fault::unsupported("this is an AAC file"));
    }
    if start.iter().all(|&byte| byte == 0) {
        return Some(Fault::unsupported(
            "it begins with nothing but zeros, so it is no audio file",
        ));
    }
    if start.len() < 12 && !start.starts_with(&[0xff]) {
        return Some(Fault::unsupported(format!("it has {len} bytes, too few for an audio file")));
    }
    let is_text = match std::str::from_utf8(start) {
        Ok(text) => is_text(text),
        // The last character may be cut off.
        Err(error) => error.error_len().is_none() && error.valid_up_to() + 4 > start.len(),
    };
    is_text.then(|| Fault::unsupported("this is text, not audio"))
}

fn is_text(text: &str) -> bool {
    text.chars().all(|char| !char.is_control() || matches!(char, '\n' | '\r' | '\t' | '\x0c'))
}

/// Where the file begins behind ID3v2 tags.
fn behind_id3v2(bytes: &mut Bytes) -> Result<u64, Fault> {
    let mut offset = 0;
    loop {
        match id3v2_size(bytes, offset)? {
            0 => return Ok(offset),
            size => offset += size,
        }
        if offset >= bytes.len() {
            return Err(Fault::cut_short("it ends with its ID3 tag, before any audio"));
        }
    }
}

/// Size of the ID3v2 tag at `offset`, 0 if there is none.
pub fn id3v2_size(bytes: &mut Bytes, offset: u64) -> Result<u64, Fault> {
    let Some([b'I', b'D', b'3', 2..=4, _, flags, size @ ..]) = bytes.array_at::<10>(offset)? else {
        return Ok(0);
    };
    if size.iter().any(|&byte| byte >= 0x80) {
        return Ok(0);
    }
    let size = size.iter().fold(0, |size, &byte| size << 7 | u64::from(byte));
    // The footer repeats the header.
    Ok(10 + size + if flags & 0x10 == 0 { 0 } else { 10 })
}
