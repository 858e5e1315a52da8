//! WAV: sizes that programs write before they know them, and files that need 64 bits.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use extrema::audio_file::AudioReader;
use tempfile::TempDir;

use crate::build::{Fmt, chunk, eight, eight_read, riff, sized_chunk};
use crate::expect::{holds, like_ffmpeg, read_bytes, refused};

/// A WAV file whose data chunk claims `size`.
fn claiming(size: u32, data: &[u8]) -> Vec<u8> {
    riff(&[&Fmt::new(1, 1, 16).chunk(), &sized_chunk(b"data", size, data)])
}

#[test]
fn unknown_sizes_mean_the_rest_of_the_file() {
    for size in [
        0,
        0xffff_ffff,
        0x7fff_ffff,
        0x7fff_f000,
        0x8000_0000,
        0xffff_ffff - 36,
        0x7fff_ffff - 36,
        0x7fff_f000 - 36,
        0x8000_0000 - 36,
        0xffff_fffe,
        0xffff_fff0,
        0xffff_ff00,
        0x7fff_fffe,
        0xffff_ffdb,
    ] {
        let file = claiming(size, &eight());
        holds(&format!("{size:x}"), &file, &eight_read());
        like_ffmpeg(&format!("{size:x}"), &file, 1e-4);
        let half_a_frame = [&eight()[..], &[7]].concat();
        holds(&format!("{size:x} and a part"), &claiming(size, &half_a_frame), &eight_read());
        let mut file = file;
        for riff_size in [0, 1, 4, 36, 0xffff_ffff, 0x7fff_f024] {
            file[4..8].copy_from_slice(&u32::to_le_bytes(riff_size));
            holds(&format!("{size:x} in {riff_size:x}"), &file, &eight_read());
        }
    }
    holds("0 and nothing", &claiming(0, &[]), &[vec![]]);
    holds("0 and a chunk", &claiming(0, &chunk(b"LIST", b"INFO")), &[vec![]]);
}

#[test]
fn a_chunk_behind_no_data_is_no_audio() {
    for chunk in [&b"zzzz\x04\0\0\0abcd"[..], b"abcd\x01\0\0\0x\0efgh\0\0\0\0"] {
        holds("WAV", &claiming(0, chunk), &[vec![]]);
    }
    let file = wave64(24);
    // Ids of 16 bytes differ in the first four.
    let data = file.windows(4).rposition(|id| id == b"data").unwrap();
    let empty = &file[..data + 24];
    let id = [b"zzzz", &file[data + 4..data + 16]].concat();
    holds("Wave64", &[empty, &id, &[32, 0, 0, 0, 0, 0, 0, 0], &[1; 8]].concat(), &[vec![]]);
}

#[test]
fn chunks_behind_audio_of_unknown_size_are_no_audio() {
    let list = chunk(b"LIST", b"INFOICMT\x04\0\0\0text");
    for size in [0, 0x7fff_f000, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
        for behind in [list.clone(), [&list[..], &chunk(b"id3 ", b"odd")].concat()] {
            let file = claiming(size, &[&eight()[..], &behind].concat());
            holds(&format!("{size:x}"), &file, &eight_read());
        }
        // No chunk, and one that does not end with the file, are audio like all the rest.
        let file = claiming(size, &[&eight()[..], &list, b"\x01\0"].concat());
        assert_eq!(read_bytes(&file).unwrap()[0].len(), 8 + list.len() / 2 + 1);
    }
}

#[test]
fn other_sizes_beyond_the_file_mean_that_it_is_cut_short() {
    for size in [18, 20, 1000, 0x1000_0000, 0x7fff_8000, 0x8000_8000, 0x9000_0000, 0xffff_8000] {
        refused(&format!("{size:x}"), &claiming(size, &eight()), "but has 8");
    }
    // Only half a frame is missing.
    holds("17", &claiming(17, &eight()), &eight_read());
}

#[test]
fn bytes_behind_the_data_are_no_audio() {
    for behind in [&b"\0\0\0\0\0\0\0\0\0"[..], b"x", b"garbage that is no chunk", &[0xff; 999]] {
        let data = [&eight()[..], behind].concat();
        holds("garbage", &claiming(16, &data), &eight_read());
    }
    let mut file = claiming(16, &eight());
    for riff_size in [0, 1, 20, 0x7fff_ffff, 0xffff_ffff] {
        file[4..8].copy_from_slice(&u32::to_le_bytes(riff_size));
        holds(&format!("RIFF size {riff_size:x}"), &file, &eight_read());
    }
}

/// An RF64 or BW64 file with the sizes of its `ds64` and `data` chunks.
fn rf64(form: &[u8; 4], ds64_data: u64, data: u32) -> Vec<u8> {
    let ds64 = [&100_u64.to_le_bytes()[..], &ds64_data.to_le_bytes(), &[0; 12]].concat();
    let (ds64, fmt) = (chunk(b"ds64", &ds64), Fmt::new(1, 1, 16).chunk());
    let data = sized_chunk(b"data", data, &eight());
    [form, &u32::MAX.to_le_bytes()[..], b"WAVE", &ds64, &fmt, &data].concat()
}

#[test]
fn rf64_and_bw64_are_read() {
    for form in [b"RF64", b"BW64"] {
        holds("64-bit size", &rf64(form, 16, u32::MAX), &eight_read());
        holds("32-bit size", &rf64(form, 16, 16), &eight_read());
        holds("no size", &rf64(form, 0, u32::MAX), &eight_read());
        holds("the largest size", &rf64(form, u64::MAX, u32::MAX), &eight_read());
        let cut = rf64(form, 1 << 40, u32::MAX);
        refused("too large a size", &cut, "claims 549755813888 frames but has 8");
        like_ffmpeg("RF64", &rf64(b"RF64", 16, u32::MAX), 1e-4);
        let mut file = rf64(form, 16, u32::MAX);
        file.drain(12..48);
        holds("no ds64 chunk", &file, &eight_read());
    }
}

/// What follows the first four bytes in the ids of Wave64 chunks.
const WAVE64_ID_REST: &[u8; 12] = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a";

/// A Wave64 file whose data chunk claims `size`.
fn wave64(size: u64) -> Vec<u8> {
    const REST: &[u8; 12] = WAVE64_ID_REST;
    let fmt = Fmt::new(1, 1, 16).content();
    [
        &b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"[..],
        &152_u64.to_le_bytes(),
        b"wave",
        REST,
        b"junk",
        REST,
        &27_u64.to_le_bytes(),
        b"odd\0\0\0\0\0",
        b"fmt ",
        REST,
        &40_u64.to_le_bytes(),
        &fmt,
        b"data",
        REST,
        &size.to_le_bytes(),
        &eight(),
    ]
    .concat()
}

#[test]
fn wave64_is_read() {
    holds("right", &wave64(40), &eight_read());
    like_ffmpeg("right", &wave64(40), 1e-4);
    for size in [0, 24, u64::MAX, i64::MAX as u64] {
        holds(&format!("size {size:x}"), &wave64(size), &eight_read());
    }
    let junk = [&b"junk"[..], WAVE64_ID_REST, &[32, 0, 0, 0, 0, 0, 0, 0], &[1; 8]].concat();
    for size in [0, 40, u64::MAX] {
        let file = [wave64(size), junk.clone()].concat();
        holds("a chunk behind", &file, &eight_read());
    }
    refused("too large a size", &wave64(24 + 100), "claims 50 frames but has 8");
    refused("nothing else", &wave64(40)[..40], "no data chunk");
}

/// A sparse file with 4 GiB of silence between the header, which claims `size`, and [`eight`].
fn beyond_4_gib(size: u32, behind: &[u8]) -> Option<(TempDir, u64)> {
    let folder = TempDir::new().unwrap();
    let mut file = File::create(folder.path().join("a.wav")).unwrap();
    file.write_all(&claiming(size, &[])).unwrap();
    // The file system may have no room for a file of that size, not even for a hole.
    file.seek(SeekFrom::Current((1 << 32) - 4)).ok()?;
    file.write_all(&eight()).ok()?;
    file.write_all(behind).ok()?;
    Some((folder, ((1 << 32) - 4 + 16) / 2))
}

#[test]
fn sizes_modulo_4_gib_mean_the_rest_of_the_file() {
    for (what, size, behind) in [
        ("the last chunk", 12, &b""[..]),
        ("another chunk behind", 12, &chunk(b"LIST", b"INFO")),
        ("unknown", u32::MAX, b""),
        ("unknown, from sox", 0x7fff_f000, b""),
    ] {
        let Some((folder, frames)) = beyond_4_gib(size, behind) else { return };
        let reader = AudioReader::open(folder.path().join("a.wav")).unwrap();
        assert_eq!(reader.frames(), Some(frames), "{what}");
    }
}
