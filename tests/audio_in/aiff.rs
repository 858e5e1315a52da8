//! AIFF and AIFF-C.

use extrema::audio_file::AudioReader;
use tempfile::TempDir;

use crate::build::{AIFF_44100, Aiff, big_chunk};
use crate::expect::{Audio, holds, like_ffmpeg, refused};

const LEVELS: [i32; 6] = [0, 1, -1, i32::MAX, i32::MIN, 0x1234_5678];

/// [`LEVELS`] in the upper bytes, big-endian or reversed.
fn integers(bytes: usize, is_reversed: bool) -> Vec<u8> {
    let samples = LEVELS.iter().map(|level| level.to_be_bytes()[..bytes].to_vec());
    samples
        .flat_map(|mut sample| {
            if is_reversed {
                sample.reverse();
            }
            sample
        })
        .collect()
}

/// [`integers`] as they should be read.
fn read_integers(bytes: usize) -> Audio {
    let shift = 32 - 8 * bytes as u32;
    let top = f64::from(i32::MAX >> shift);
    vec![LEVELS.iter().map(|&level| f64::from(level >> shift) / top).collect()]
}

fn file<'a>(compression: Option<&'a [u8; 4]>, bits: u16, data: &'a [u8]) -> Aiff<'a> {
    Aiff { compression, channels: 1, frames: 6, bits, rate: AIFF_44100, data }
}

#[test]
fn all_integers_are_exact() {
    for (bits, bytes) in [(8, 1), (16, 2), (24, 3), (32, 4)] {
        let (big, little) = (integers(bytes, false), integers(bytes, true));
        let expected = read_integers(bytes);
        holds("AIFF", &file(None, bits, &big).file(), &expected);
        holds("NONE", &file(Some(b"NONE"), bits, &big).file(), &expected);
        holds("twos", &file(Some(b"twos"), bits, &big).file(), &expected);
        holds("sowt", &file(Some(b"sowt"), bits, &little).file(), &expected);
        like_ffmpeg("AIFF", &file(None, bits, &big).file(), 0.01);
    }
    // Some programs write the bits of something else here.
    for bits in [16, 24, 32] {
        holds("in24", &file(Some(b"in24"), bits, &integers(3, false)).file(), &read_integers(3));
        holds("42ni", &file(Some(b"42ni"), bits, &integers(3, true)).file(), &read_integers(3));
        holds("in32", &file(Some(b"in32"), bits, &integers(4, false)).file(), &read_integers(4));
        holds("23ni", &file(Some(b"23ni"), bits, &integers(4, true)).file(), &read_integers(4));
    }
    let unsigned: Vec<u8> = integers(1, false).iter().map(|byte| byte ^ 0x80).collect();
    holds("raw", &file(Some(b"raw "), 8, &unsigned).file(), &read_integers(1));
}

#[test]
fn fewer_bits_are_the_upper_ones() {
    let expected = vec![vec![1.0 / 2047.0, -1.0 / 2047.0, 1.0]];
    let data = [0x00, 0x10, 0xff, 0xf0, 0x7f, 0xf0];
    holds("12 bits", &Aiff { frames: 3, ..file(None, 12, &data) }.file(), &expected);
}

#[test]
fn floats_are_unchanged_in_small_letters_and_capitals() {
    let levels = [0.1, -3.5, 1.0, 1e-30, 0.0, 8.0];
    let small: Vec<u8> = levels.iter().flat_map(|&x| (x as f32).to_be_bytes()).collect();
    let large: Vec<u8> = levels.iter().flat_map(|x: &f64| x.to_be_bytes()).collect();
    let rounded = [levels.iter().map(|&x| f64::from(x as f32)).collect()];
    for (compression, bits) in [(b"fl32", 32), (b"FL32", 32), (b"fl32", 16)] {
        holds("32 bits", &file(Some(compression), bits, &small).file(), &rounded);
    }
    for (compression, bits) in [(b"fl64", 64), (b"FL64", 64), (b"FL64", 32)] {
        holds("64 bits", &file(Some(compression), bits, &large).file(), &[levels.to_vec()]);
    }
}

#[test]
fn a_law_and_mu_law_are_read_whatever_the_bits() {
    for compression in [b"alaw", b"ALAW", b"ulaw", b"ULAW"] {
        for bits in [8, 16] {
            let data = [0x00, 0x80, 0x55, 0xd5, 0x2a, 0xff];
            like_ffmpeg("logarithmic", &file(Some(compression), bits, &data).file(), 1e-9);
        }
    }
    holds(
        "the largest",
        &Aiff { frames: 2, ..file(Some(b"alaw"), 16, &[0x2a, 0xaa]) }.file(),
        &[vec![-32_256.0 / 32_768.0, 32_256.0 / 32_768.0]],
    );
    holds(
        "the largest",
        &Aiff { frames: 2, ..file(Some(b"ulaw"), 16, &[0x00, 0x80]) }.file(),
        &[vec![-32_124.0 / 32_768.0, 32_124.0 / 32_768.0]],
    );
}

#[test]
fn other_compressions_are_named() {
    refused("ima4", &file(Some(b"ima4"), 16, &[0; 34]).file(), "IMA ADPCM");
    refused("MAC3", &file(Some(b"MAC3"), 16, &[0; 34]).file(), "MAC3");
    refused("no text", &file(Some(b"\0\x01\x02\n"), 16, &[0; 34]).file(), "\\u{1}");
}

#[test]
fn chunks_may_be_in_any_order_and_samples_at_an_offset() {
    let data = integers(3, false);
    let aiff = file(None, 24, &data);
    let name = big_chunk(b"NAME", b"odd");
    let expected = read_integers(3);
    for (what, chunks) in [
        ("offset", [name.clone(), aiff.common(), aiff.sound(6)]),
        ("SSND first", [aiff.sound(0), name.clone(), aiff.common()]),
        ("SSND first, with offset", [aiff.sound(5), aiff.common(), name.clone()]),
        ("unpadded", [name[..11].to_vec(), aiff.common(), aiff.sound(0)]),
    ] {
        let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        holds(what, &aiff.form(&chunks), &expected);
    }
    refused("no SSND", &aiff.form(&[&aiff.common()]), "no SSND chunk");
    let twice = [&aiff.common()[..], &aiff.sound(0), &aiff.sound(0)];
    refused("two SSND chunks", &aiff.form(&twice), "several SSND chunks");
    refused("no COMM", &aiff.form(&[&aiff.sound(0)]), "no COMM chunk");
    let beyond = Aiff { data: &data[..3], ..file(None, 24, &[]) };
    refused("offset beyond", &beyond.form(&[&beyond.common(), &beyond.sound(900)]), "but has 1");
}

#[test]
fn unknown_sizes_mean_the_rest_of_the_file() {
    let data = integers(2, false);
    let expected = read_integers(2);
    for frames in [0, 0x7f00_0000, u32::MAX] {
        let aiff = Aiff { frames, ..file(None, 16, &data) };
        holds("frames", &aiff.file(), &expected);
        for size in [0_u32, 0x7f00_0000, 0x7fff_ffff, u32::MAX] {
            let mut sound = aiff.sound(0);
            sound[4..8].copy_from_slice(&size.to_be_bytes());
            holds("sizes", &aiff.form(&[&aiff.common(), &sound]), &expected);
        }
    }
    let more = Aiff { frames: 7, ..file(None, 16, &data) };
    refused("more frames than there are", &more.file(), "claims 7 frames but has 6");
    let file = file(None, 16, &data).file();
    refused("cut", &file[..file.len() - 1], "claims 6 frames but has 5");
}

#[test]
fn chunks_behind_audio_of_unknown_size_are_no_audio() {
    let data = integers(2, false);
    let behind = [big_chunk(b"NAME", b"odd"), big_chunk(b"ANNO", b"more")].concat();
    for size in [0_u32, 0x7f00_0000, u32::MAX] {
        for (frames, data, expected) in
            [(0, &data[..], read_integers(2)), (0, &[], vec![vec![]]), (6, &data, read_integers(2))]
        {
            let aiff = Aiff { frames, ..file(None, 16, data) };
            let mut sound = aiff.sound(0);
            sound[4..8].copy_from_slice(&size.to_be_bytes());
            let file = aiff.form(&[&aiff.common(), &sound, &behind]);
            holds(&format!("{size:x}, {frames}"), &file, &expected);
        }
    }
    // Without the eight bytes in front of the samples.
    let empty = Aiff { frames: 0, ..file(None, 16, &[]) };
    for id in [b"NAME", b"zzzz"] {
        let file = empty.form(&[&empty.common(), b"SSND\0\0\0\0", &big_chunk(id, b"odd")]);
        holds("nothing at all", &file, &[vec![]]);
    }
    let claiming = Aiff { frames: 6, ..file(None, 16, &[]) };
    let file = claiming.form(&[&claiming.common(), b"SSND\0\0\0\0", &behind]);
    refused("no audio", &file, "claims 6 frames but has 0");
}

#[test]
fn odd_rates_are_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.aiff");
    for (rate, expected) in [
        (b"\x40\x0e\xac\x44\0\0\0\0\0\0", 44_100),
        (b"\x40\x0b\xfa\0\0\0\0\0\0\0", 8000),
        // 22254.5454… Hz, the rate of old Macintoshes.
        (b"\x40\x0d\xad\xdd\x17\x45\xd1\x74\x5d\x17", 22_255),
        (b"\x40\x10\xbb\x80\0\0\0\0\0\0", 192_000),
        (b"\x3f\xff\x80\0\0\0\0\0\0\0", 1),
    ] {
        let data = integers(2, false);
        std::fs::write(&path, Aiff { rate: *rate, ..file(None, 16, &data) }.file()).unwrap();
        assert_eq!(AudioReader::open(&path).unwrap().sample_rate(), expected);
    }
    for (what, rate) in [
        ("0 Hz", b"\0\0\0\0\0\0\0\0\0\0"),
        ("impossible sample rate", b"\xc0\x0e\xac\x44\0\0\0\0\0\0"),
        ("impossible sample rate", b"\x7f\xff\x80\0\0\0\0\0\0\0"),
        ("impossible sample rate", b"\x40\x3e\x80\0\0\0\0\0\0\0"),
    ] {
        refused(what, &Aiff { rate: *rate, ..file(None, 16, &[0; 12]) }.file(), what);
    }
}
