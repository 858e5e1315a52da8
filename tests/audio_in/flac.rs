//! FLAC: metadata, tags behind, lengths, damage.

use extrema::audio_file::AudioReader;

use crate::expect::{fixture, fixture_bytes, holds, read, read_mask, refused};

/// A FLAC file in parts: its STREAMINFO, and its frames.
fn parts() -> (Vec<u8>, Vec<u8>) {
    let bytes = fixture_bytes("integers16.flac");
    let mut at = 4;
    loop {
        let is_last = bytes[at] & 0x80 != 0;
        let size = u32::from_be_bytes([0, bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        at += 4 + size as usize;
        if is_last {
            return (bytes[8..42].to_vec(), bytes[at..].to_vec());
        }
    }
}

pub fn block(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind], &(content.len() as u32).to_be_bytes()[1..], content].concat()
}

/// A file with a block behind STREAMINFO.
fn with_block(kind: u8, content: &[u8]) -> Vec<u8> {
    let (info, frames) = parts();
    let last = block(0x80 | 1, &[0; 10]);
    [&b"fLaC"[..], &block(0, &info), &block(kind, content), &last, &frames].concat()
}

#[test]
fn bad_metadata_does_not_matter() {
    let expected = read(&fixture("integers16.flac")).unwrap();
    for (what, kind, content) in [
        ("an empty picture", 6, &b""[..]),
        ("a picture of nonsense", 6, &[0xff; 99]),
        ("a short cue sheet", 5, &[0; 20]),
        ("a cue sheet of nonsense", 5, &[0xff; 400]),
        ("a seek table of an odd size", 3, &[1; 19]),
        ("comments of nonsense", 4, &[0xff; 40]),
        ("comments that are no UTF-8", 4, b"\x01\0\0\0\xff\x01\0\0\0\x01\0\0\0\xfe"),
        ("an application block without id", 2, b"x"),
        ("a reserved block", 99, b"anything"),
        ("a second STREAMINFO", 0, &[0; 34]),
    ] {
        holds(what, &with_block(kind, content), &expected);
    }
}

/// An APEv2 tag with one item.
pub fn ape(has_header: bool) -> Vec<u8> {
    let item = b"\x03\0\0\0\0\0\0\0Name\0abc";
    let side = |flags: u32| {
        let size = item.len() as u32 + 32;
        let fields = [2000, size, 1, flags].map(u32::to_le_bytes).concat();
        [&b"APETAGEX"[..], &fields, &[0; 8]].concat()
    };
    if has_header {
        [&side(0xa000_0000)[..], item, &side(0x8000_0000)].concat()
    } else {
        [&item[..], &side(0)].concat()
    }
}

/// Tags that programs put behind the audio.
pub fn tags() -> Vec<(&'static str, Vec<u8>)> {
    let id3v1 = [&b"TAG"[..], &[b' '; 125]].concat();
    let lyrics = b"LYRICSBEGININD0000210LYR00003abc000032LYRICS200".to_vec();
    let lyrics = {
        let text = b"LYRICSBEGININD0000210LYR00003abc";
        assert!(lyrics.starts_with(text));
        [&text[..], format!("{:06}", text.len()).as_bytes(), b"LYRICS200"].concat()
    };
    let id3v2 = b"ID3\x04\0\x10\0\0\0\x05hello3DI\x04\0\x10\0\0\0\x05".to_vec();
    vec![
        ("ID3v1", id3v1.clone()),
        ("APE", ape(true)),
        ("APE without a header", ape(false)),
        ("APE and ID3v1", [ape(true), id3v1.clone()].concat()),
        ("Lyrics3 and ID3v1", [lyrics, id3v1].concat()),
        ("ID3v2 behind", id3v2),
    ]
}

#[test]
fn tags_in_front_and_behind_are_no_audio() {
    let bytes = fixture_bytes("integers16.flac");
    let expected = read(&fixture("integers16.flac")).unwrap();
    for (what, tag) in tags() {
        holds(what, &[&bytes[..], &tag].concat(), &expected);
        let front = b"ID3\x03\0\0\0\0\0\x05hello";
        holds(what, &[&front[..], &bytes, &tag].concat(), &expected);
    }
}

/// Ends of tags that claim `size` bytes in front of them, which are no tag.
pub fn ends_of_tags(size: u32) -> Vec<(&'static str, Vec<u8>)> {
    let ape = |flags: u32| {
        // The size includes these 32 bytes, and no header.
        let header = if flags == 0 { 0 } else { 32 };
        let fields = [2000, size + 32 - header, 1, flags].map(u32::to_le_bytes).concat();
        [&b"APETAGEX"[..], &fields, &[0; 8]].concat()
    };
    let id3v2 = [(size - 10) >> 7, (size - 10) & 127].map(|byte| byte as u8);
    vec![
        ("APE", ape(0x8000_0000)),
        ("APE without a header", ape(0)),
        ("Lyrics3", format!("{size:06}LYRICS200").into_bytes()),
        ("ID3v2 behind", [&b"3DI\x04\0\x10\0\0"[..], &id3v2].concat()),
    ]
}

#[test]
fn the_end_of_a_tag_alone_takes_no_audio_away() {
    let (mut info, frames) = parts();
    // Neither length nor checksum.
    info[13] &= 0xf0;
    info[14..].fill(0);
    let last = frames.windows(4).rposition(|four| four == b"\xff\xf8\x69\x18").unwrap();
    for (what, end) in ends_of_tags((frames.len() - last) as u32) {
        let file = [&b"fLaC"[..], &block(0x80, &info), &frames, &end].concat();
        refused(what, &file, "no whole FLAC frame");
    }
}

#[test]
fn other_bytes_behind_are_no_audio() {
    let bytes = fixture_bytes("integers16.flac");
    let expected = read(&fixture("integers16.flac")).unwrap();
    for behind in [&[0; 5000][..], &[0; 1], b"x", b"hello", &[0xff; 99], &[0x55; 70_000]] {
        holds("bytes behind", &[&bytes[..], behind].concat(), &expected);
    }
}

#[test]
fn an_unknown_length_is_found_out() {
    let (mut info, frames) = parts();
    let expected = read(&fixture("integers16.flac")).unwrap();
    let file = |info: &[u8], frames: &[u8]| [b"fLaC", &block(0x80, info)[..], frames].concat();
    let true_info = info.clone();
    // The length, of which the upper four bits share a byte with the bits per sample.
    info[13] &= 0xf0;
    info[14..18].fill(0);
    holds("unknown length", &file(&info, &frames), &expected);
    refused("cut", &file(&info, &frames[..frames.len() - 40]), "");
    info[17] = 100;
    refused("too small a length", &file(&info, &frames), "more audio than its header claims");
    info[16] = 9;
    refused("too large a length", &file(&info, &frames), "but has 300");
    let mut other_sum = true_info.clone();
    other_sum[20] ^= 1;
    refused("another checksum", &file(&other_sum, &frames), "checksum of all audio");
    let mut no_sum = true_info;
    no_sum[18..].fill(0);
    holds("no checksum", &file(&no_sum, &frames), &expected);
    let mut nothing_known = no_sum.clone();
    nothing_known[13] &= 0xf0;
    nothing_known[14..18].fill(0);
    holds("nothing known", &file(&nothing_known, &frames), &expected);
    let behind = [&frames[..], b"hello"].concat();
    refused(
        "nothing known, and bytes behind",
        &file(&nothing_known, &behind),
        "no whole FLAC frame",
    );
    let cut = &frames[..frames.len() - 40];
    refused("nothing known, and cut", &file(&nothing_known, cut), "no whole FLAC frame");
    refused("no frames", &file(&no_sum, &[]), "claims 300 frames but has 0");
    refused("no frames and no length", &file(&nothing_known, &[]), "before its first frame");
    refused(
        "no STREAMINFO",
        &[&b"fLaC"[..], &block(0x84, &[0; 8]), &frames].concat(),
        "STREAMINFO",
    );
    refused("within the headers", b"fLaC\0\0\0\x22\x10\0", "ends within its headers");
}

/// A `VORBIS_COMMENT` block of these comments.
pub fn comments(comments: &[&str]) -> Vec<u8> {
    let text = |text: &str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
    let count = (comments.len() as u32).to_le_bytes();
    let comments = comments.iter().map(|comment| text(comment)).collect::<Vec<_>>().concat();
    block(4, &[&text("encoder"), &count[..], &comments].concat())
}

/// Comments that name speakers of a stereo file, and what mask they make.
pub const SPEAKERS: [(&[&str], u32); 9] = [
    (&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x30"], 0x30),
    (&["TITLE=a", "waveformatextensible_channel_mask=0X0600"], 0x600),
    // Not one speaker per channel, so that no channel can be told.
    (&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x7"], 0),
    (&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x0"], 0),
    (&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0xc0000000"], 0),
    // As if it were not there.
    (&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=left and right"], 3),
    (&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x123456789"], 3),
    (&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK"], 3),
    (&[], 3),
];

#[test]
fn a_comment_may_name_other_speakers() {
    for (fields, mask) in SPEAKERS {
        let file = with_block(4, &comments(fields)[4..]);
        assert_eq!(read_mask(&file), mask, "{fields:?}");
    }
    let cut = &comments(&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x30"])[4..40];
    assert_eq!(read_mask(&with_block(4, cut)), 3);
}

#[test]
fn frames_of_another_format_are_errors() {
    let (info, frames) = parts();
    for (what, at, bits) in OTHER_FORMATS {
        let mut info = info.clone();
        info[at] ^= bits;
        info[18..].fill(0);
        let file = [&b"fLaC"[..], &block(0x80, &info), &frames].concat();
        refused(what, &file, "");
    }
}

/// Bits of STREAMINFO that make another format of it: what, which byte, and which bits of it.
pub const OTHER_FORMATS: [(&str, usize, u8); 4] = [
    ("sample rate", 10, 1),
    ("sample rate", 12, 0x10),
    ("number of channels", 12, 2),
    ("number of bits per sample", 13, 0x10),
];

#[test]
fn surround_has_its_speakers() {
    let mut reader = AudioReader::open(fixture("surround.flac")).unwrap();
    assert_eq!((reader.channels(), reader.channel_mask()), (6, 0x3f));
    assert_eq!(reader.read_all().unwrap()[5].len(), 2400);
}
