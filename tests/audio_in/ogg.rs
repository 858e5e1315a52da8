//! Ogg: pages, chains, what is behind, damage.

use std::fs::{self, File};

use extrema::audio_file::{Unreadable, read_tags};
use tempfile::TempDir;

use crate::expect::{
    fixture, fixture_bytes, holds, like_ffmpeg, read, read_bytes, read_mask, refused,
};
use crate::flac;

/// A page, whose checksum is worked out when it is written.
#[derive(Clone)]
pub struct Page {
    flags: u8,
    granule: u64,
    serial: u32,
    sequence: u32,
    segments: Vec<u8>,
    content: Vec<u8>,
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

pub fn parse(mut bytes: &[u8]) -> Vec<Page> {
    let mut pages = Vec::new();
    while bytes.starts_with(b"OggS") {
        let segments = bytes[27..27 + usize::from(bytes[26])].to_vec();
        let start = 27 + segments.len();
        let end = start + segments.iter().map(|&size| usize::from(size)).sum::<usize>();
        pages.push(Page {
            flags: bytes[5],
            granule: u64::from_le_bytes(bytes[6..14].try_into().unwrap()),
            serial: u32_at(bytes, 14),
            sequence: u32_at(bytes, 18),
            segments,
            content: bytes[start..end].to_vec(),
        });
        bytes = &bytes[end..];
    }
    pages
}

/// The definition of the checksum, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc: u32, _| {
            crc << 1 ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}

pub fn write(pages: &[Page]) -> Vec<u8> {
    let mut file = Vec::new();
    for page in pages {
        let mut bytes = [b"OggS\0", &[page.flags][..], &page.granule.to_le_bytes()].concat();
        bytes.extend([page.serial, page.sequence, 0].map(u32::to_le_bytes).concat());
        bytes.push(page.segments.len() as u8);
        bytes.extend(&page.segments);
        bytes.extend(&page.content);
        let sum = checksum(&bytes);
        bytes[22..26].copy_from_slice(&sum.to_le_bytes());
        file.extend(bytes);
    }
    file
}

fn renumber(pages: &mut [Page]) {
    for (page, sequence) in pages.iter_mut().zip(0..) {
        page.sequence = sequence;
    }
}

#[test]
fn anything_but_pages_may_be_behind() {
    let bytes = fixture_bytes("pages.ogg");
    let expected = read(&fixture("pages.ogg")).unwrap();
    assert_eq!(write(&parse(&bytes)), bytes);
    for behind in [&[0; 70_000][..], &[0xff; 30], b"x", b"OggS", b"TAG and so on", b"OggS\0\0"] {
        holds("bytes behind", &[&bytes[..], behind].concat(), &expected);
    }
    for (what, tag) in crate::flac::tags() {
        holds(what, &[&bytes[..], &tag].concat(), &expected);
    }
}

#[test]
fn pages_may_begin_inside_a_packet() {
    let mut tried = 0;
    for name in ["pages.ogg", "tone.ogg", "mono.ogg", "mono.oga"] {
        let pages = parse(&fixture_bytes(name));
        let expected = read(&fixture(name)).unwrap();
        for i in 1..pages.len() {
            let segments = &pages[i].segments;
            for count in (1..segments.len()).filter(|&count| segments[count - 1] == 255) {
                // Only headers all end at the same time. For others it is known if none ends.
                let none_ends = segments[..count].iter().all(|&size| size == 255);
                if pages[i].granule != 0 && !none_ends {
                    continue;
                }
                let (mut first, mut second) = (pages[i].clone(), pages[i].clone());
                let size = segments[..count].iter().map(|&size| usize::from(size)).sum();
                second.segments = first.segments.split_off(count);
                second.content = first.content.split_off(size);
                second.flags |= 1;
                first.flags &= !4;
                first.granule = if none_ends { u64::MAX } else { 0 };
                let mut split = pages.clone();
                split.splice(i..=i, [first, second]);
                renumber(&mut split);
                holds(name, &write(&split), &expected);
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn chains_are_read_whole() {
    let (tone, pages) = (fixture_bytes("tone.ogg"), fixture_bytes("pages.ogg"));
    let once = read(&fixture("tone.ogg")).unwrap();
    let thrice: Vec<Vec<f64>> = once.iter().map(|channel| channel.repeat(3)).collect();
    // With the same serial number, which is allowed in a row, and with others.
    holds("same serial numbers", &tone.repeat(3), &thrice);
    let renamed: Vec<u8> = (0..3)
        .flat_map(|serial| {
            let mut pages = parse(&tone);
            pages.iter_mut().for_each(|page| page.serial = serial);
            write(&pages)
        })
        .collect();
    holds("other serial numbers", &renamed, &thrice);
    let mono = fixture_bytes("mono.ogg");
    refused("other channels", &[tone.clone(), mono].concat(), "different numbers of channels");
    refused("another rate", &[tone.clone(), pages.clone()].concat(), "different sample rates");
    let mut cut = parse(&pages);
    cut.pop();
    let cut = write(&cut);
    refused("the first is cut short", &[cut, tone.clone()].concat(), "before the one before it");
    refused("the second is cut short", &[&tone[..], &tone[..900]].concat(), "page is missing");
    let mixed = [parse(&tone)[..1].to_vec(), parse(&pages)].concat();
    refused("side by side", &write(&mixed), "before the one before it");
}

#[test]
fn audio_may_begin_at_any_time() {
    let mut pages = parse(&fixture_bytes("pages.ogg"));
    let expected = read(&fixture("pages.ogg")).unwrap();
    for page in pages.iter_mut().filter(|page| page.granule > 0 && page.granule < u64::MAX) {
        page.granule += 1_000_000;
    }
    holds("a later start", &write(&pages), &expected);
}

#[test]
fn a_stream_that_is_no_audio_is_passed_over() {
    let pages = parse(&fixture_bytes("tone.ogg"));
    let expected = read(&fixture("tone.ogg")).unwrap();
    let other = |flags, sequence| Page {
        flags,
        granule: 0,
        serial: 99,
        sequence,
        segments: vec![7],
        content: b"fishead".to_vec(),
    };
    let mut mixed = pages.clone();
    mixed.insert(1, other(2, 0));
    mixed.insert(3, other(4, 1));
    holds("a skeleton", &write(&mixed), &expected);
    refused("nothing but a skeleton", &write(&[other(2, 0), other(4, 1)]), "no audio in Vorbis");
}

#[test]
fn lost_and_damaged_pages_are_errors() {
    let pages = parse(&fixture_bytes("pages.ogg"));
    for i in 2..pages.len() - 1 {
        let mut lost = pages.clone();
        lost.remove(i);
        refused("a lost page", &write(&lost), "");
        let mut twice = pages.clone();
        twice.insert(i, pages[i].clone());
        refused("a page twice", &write(&twice), "");
    }
    let mut later = pages.clone();
    later.last_mut().unwrap().granule += 100;
    refused("audio that is missing by its time", &write(&later), "some audio is missing");
    let bytes = fixture_bytes("pages.ogg");
    let last = bytes.len() - 50;
    let mut damaged = bytes.clone();
    damaged[last] ^= 1;
    refused("a wrong bit", &damaged, "checksum of the Ogg page");
    let between = [&bytes[..58], b"??", &bytes[58..]].concat();
    refused("bytes between pages", &between, "something else than an Ogg page at byte 58");
}

#[test]
fn flac_in_ogg_is_read() {
    let audio = read(&fixture("mono.oga")).unwrap();
    assert_eq!((audio.len(), audio[0].len()), (1, 4410));
    like_ffmpeg("FLAC in Ogg", &fixture_bytes("mono.oga"), 1e-4);
    let mut bytes = fixture_bytes("mono.oga");
    let end = bytes.len() - 9;
    bytes[end] ^= 1;
    assert!(read_bytes(&bytes).is_err());
}

/// FLAC in Ogg whose STREAMINFO, without a checksum, has bits of a byte inverted.
fn with_stream_info(at: usize, bits: u8) -> Vec<Page> {
    // In front of it are the mapping's header and that of the block.
    const START: usize = 17;
    let mut pages = parse(&fixture_bytes("mono.oga"));
    pages[0].content[START + at] ^= bits;
    pages[0].content[START + 18..].fill(0);
    pages
}

#[test]
fn frames_of_another_format_in_ogg_are_errors() {
    let expected = read(&fixture("mono.oga")).unwrap();
    holds("the same format", &write(&with_stream_info(0, 0)), &expected);
    for (what, at, bits) in flac::OTHER_FORMATS {
        let words = format!("the {what} changes here");
        refused(what, &write(&with_stream_info(at, bits)), &words);
    }
}

#[test]
fn a_comment_in_ogg_may_name_the_speaker() {
    for (comment, mask) in [("0x100", 0x100), ("0x3", 0), ("none", 4)] {
        let mut pages = with_stream_info(0, 0);
        let comment = format!("WAVEFORMATEXTENSIBLE_CHANNEL_MASK={comment}");
        pages[1].content = flac::comments(&[&comment]);
        pages[1].segments = vec![pages[1].content.len() as u8];
        assert_eq!(read_mask(&write(&pages)), mask, "{comment}");
    }
}

#[test]
fn surround_in_vorbis_is_refused() {
    refused("5.1", &fixture_bytes("surround.ogg"), "6 channels; in Ogg Vorbis, only mono");
}

#[test]
fn codebooks_larger_than_any_encoder_makes_them_are_refused() {
    // 256 codebooks of 2^17 vectors with 32 dimensions each: 4 GiB from 8 KiB.
    let mut bits = Vec::new();
    let mut put = |value: u64, count: usize| bits.extend((0..count).map(|i| value >> i & 1 == 1));
    put(255, 8);
    for _ in 0..256 {
        put(0x56_4342, 24);
        put(32, 16);
        put(1 << 17, 24);
        // Ordered: all of 17 bits.
        put(1, 1);
        put(16, 5);
        put(1 << 17, 18);
        put(1, 4);
        put(0, 64);
        put(0, 4);
        put(0, 1);
        // One value, since no other number to the power of 32 is that small.
        put(0, 1);
    }
    let packed = bits
        .chunks(8)
        .map(|bits| bits.iter().enumerate().map(|(i, &bit)| u8::from(bit) << i).sum::<u8>());
    let setup: Vec<u8> = b"\x05vorbis".iter().copied().chain(packed).collect();
    let mut pages = parse(&fixture_bytes("mono.ogg"));
    let mut segments = vec![255; setup.len() / 255];
    segments.push((setup.len() % 255) as u8);
    pages[1].segments = [&[8][..], &segments].concat();
    pages[1].content = [&b"\x03vorbis."[..], &setup].concat();
    refused("huge codebooks", &write(&pages), "codebooks are larger");
}

/// The tags of a file of these bytes.
fn tags(bytes: &[u8]) -> Result<Vec<(String, String)>, Unreadable> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("input");
    fs::write(&path, bytes).unwrap();
    read_tags(&File::open(path).unwrap())
}

/// Pages for a packet of a stream, all but the last of them full.
fn packet_pages(packet: &[u8], like: &Page) -> Vec<Page> {
    let mut segments = vec![255; packet.len() / 255];
    segments.push((packet.len() % 255) as u8);
    let mut rest = packet;
    let page = |(number, segments): (usize, &[u8])| {
        let size = segments.iter().map(|&size| usize::from(size)).sum();
        let (content, behind) = rest.split_at(size);
        rest = behind;
        let (segments, content) = (segments.to_vec(), content.to_vec());
        Page { flags: u8::from(number > 0), segments, content, ..like.clone() }
    };
    segments.chunks(255).enumerate().map(page).collect()
}

#[test]
fn tags_of_flac_in_ogg_are_read_wherever_their_block_is() {
    let original = parse(&fixture_bytes("mono.oga"));
    let padding = flac::block(1, &[0; 10]);
    let long = "x".repeat(200_000);
    let long = format!("LYRICS={long}");
    let comments = flac::comments(&["TITLE=Élégie", &long, "title=again", "no tag"]);
    let last = |block: &[u8]| [&[block[0] | 0x80][..], &block[1..]].concat();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let expected = [pair("TITLE", "Élégie"), pair("LYRICS", &long[7..]), pair("title", "again")];
    for (what, blocks) in [
        ("comments first", vec![comments.clone(), last(&padding)]),
        ("comments last", vec![padding.clone(), padding.clone(), last(&comments)]),
        ("no block is marked as the last", vec![padding.clone(), comments.clone()]),
        ("all are", vec![last(&padding), last(&comments)]),
    ] {
        let blocks = blocks.iter().flat_map(|block| packet_pages(block, &original[1]));
        let mut pages = vec![original[0].clone()];
        pages.extend(blocks);
        // The audio, behind two blocks.
        pages.extend_from_slice(&original[3..]);
        renumber(&mut pages);
        let bytes = write(&pages);
        assert_eq!(tags(&bytes).unwrap(), expected, "{what}");
        assert_eq!(read_bytes(&bytes), read_bytes(&fixture_bytes("mono.oga")), "{what}");
        // Behind a tag that other programs put in front, where there are none.
        let id3 = b"ID3\x03\0\0\0\0\0\x05hello";
        assert_eq!(tags(&[id3, &bytes[..]].concat()).unwrap(), expected, "{what}, ID3");
    }
    assert_eq!(tags(&fixture_bytes("mono.oga")), Ok(Vec::new()));
    let tagged = fixture_bytes("tagged.oga");
    assert_eq!(tags(&tagged).unwrap().len(), 11);
    let mut damaged = tagged.clone();
    damaged[200] ^= 1;
    assert_eq!(tags(&damaged), Err(Unreadable));
    assert_eq!(tags(&tagged[..300]), Err(Unreadable));
}
