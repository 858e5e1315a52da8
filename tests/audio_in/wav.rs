//! WAV: kinds of samples, headers, and chunks.

use extrema::audio_file::{AudioReader, SourceFormat};
use tempfile::TempDir;

use crate::build::{Fmt, chunk, eight, eight_read, riff, sized_chunk, wav};
use crate::expect::{Audio, holds, like_ffmpeg, read_bytes, refused};

/// Integers as they are read.
fn levels(levels: &[i32], divisor: f64) -> Audio {
    vec![levels.iter().map(|&level| f64::from(level) / divisor).collect()]
}

fn int32(levels: &[i32]) -> Vec<u8> {
    levels.iter().flat_map(|level| level.to_le_bytes()).collect()
}

fn int16(levels: &[i16]) -> Vec<u8> {
    levels.iter().flat_map(|level| level.to_le_bytes()).collect()
}

#[test]
fn valid_bits_are_the_upper_bits_of_a_sample() {
    let small = [16, -16, 32_752, -32_768, 160];
    let expected = levels(&small.map(i32::from), 2047.0 * 16.0);
    holds("12 of 16, plain", &wav(&Fmt::new(1, 1, 12), &int16(&small)), &expected);
    let fmt = Fmt::extensible(1, 1, 16, 12, 4);
    holds("12 of 16, extensible", &wav(&fmt, &int16(&small)), &expected);

    let large = [256, -256, 0x7fff_ff00, i32::MIN, 0x1234_5600];
    let expected = levels(&large, 8_388_607.0 * 256.0);
    let fmt = Fmt::extensible(1, 1, 32, 24, 4);
    holds("24 of 32, extensible", &wav(&fmt, &int32(&large)), &expected);
}

#[test]
fn no_valid_bits_or_too_many_mean_all_bits() {
    for valid_bits in [0, 17, 24, 0xffff] {
        let fmt = Fmt::extensible(1, 1, 16, valid_bits, 4);
        holds(&format!("{valid_bits} valid bits"), &wav(&fmt, &eight()), &eight_read());
    }
    let fmt = Fmt::new(1, 1, 0);
    let fmt = Fmt { align: 2, ..fmt };
    holds("0 bits", &wav(&fmt, &eight()), &eight_read());
    let frame = vec![vec![1.0]; 6000];
    let fmt = Fmt { align: 12_000, ..Fmt::new(1, 6000, 0) };
    holds("0 bits of many channels", &wav(&fmt, &int16(&[32_767; 6000])), &frame);
}

#[test]
fn in_24_of_32_bits_the_data_shows_which_bytes_count() {
    let expected = levels(&[1, -1, 0x7f_ffff, -0x80_0000, 0x12_3456], 8_388_607.0);
    let upper = int32(&[256, -256, 0x7fff_ff00, i32::MIN, 0x1234_5600]);
    let lower = int32(&[1, -1, 0x7f_ffff, -0x80_0000, 0x12_3456]);
    let extensible = Fmt { align: 4, ..Fmt::extensible(1, 1, 24, 24, 4) };
    for fmt in [Fmt { align: 4, ..Fmt::new(1, 1, 24) }, extensible] {
        holds("upper", &wav(&fmt, &upper), &expected);
        holds("lower, as from arecord", &wav(&fmt, &lower), &expected);
        holds("silence", &wav(&fmt, &[0; 8]), &[vec![0.0; 2]]);
        let floats: Vec<u8> = [0.1_f32, -1e6].iter().flat_map(|x| x.to_le_bytes()).collect();
        refused("floats, as from Cool Edit", &wav(&fmt, &floats), "24 bits in samples of 4 bytes");
        refused("neither", &wav(&fmt, &int32(&[256, 512])), "24 bits in samples of 4 bytes");
    }
}

/// The values of ITU-T G.711 from its tables: segment by segment, in steps that double.
fn g711(is_a_law: bool) -> Vec<f64> {
    (0..=255_u8)
        .map(|byte| {
            let byte = if is_a_law { byte ^ 0x55 } else { !byte };
            let (segment, step) = (i32::from(byte >> 4 & 7), f64::from(byte & 15));
            let magnitude = if is_a_law {
                let start = if segment == 0 { 0.0 } else { 16.0 };
                (start + step + 0.5) * 2_f64.powi((segment - 1).max(0) + 1) / 4096.0
            } else {
                ((16.5 + step) * 2_f64.powi(segment) - 16.5) * 2.0 / 8192.0
            };
            // A-law marks positive values, and µ-law, inverted, negative ones.
            if (byte & 0x80 != 0) == is_a_law { magnitude } else { -magnitude }
        })
        .collect()
}

#[test]
fn a_law_and_mu_law_are_exact_with_any_header() {
    let all: Vec<u8> = (0..=255).collect();
    for (tag, source) in [(6, SourceFormat::ALaw), (7, SourceFormat::MuLaw)] {
        let expected = [g711(tag == 6)];
        let plain = Fmt::new(tag, 1, 8);
        holds("16 bytes", &wav(&plain, &all), &expected);
        holds("18 bytes", &wav(&Fmt { extension: vec![0; 2], ..plain.clone() }, &all), &expected);
        holds("0 bits", &wav(&Fmt { bits: 0, ..plain.clone() }, &all), &expected);
        holds("16 bits", &wav(&Fmt { bits: 16, ..plain.clone() }, &all), &expected);
        let fmt = chunk(b"fmt ", &plain.content()[..14]);
        holds("14 bytes", &riff(&[&fmt, &chunk(b"data", &all)]), &expected);
        let extensible = wav(&Fmt::extensible(tag, 1, 8, 8, 4), &all);
        holds("extensible", &extensible, &expected);
        like_ffmpeg("extensible", &extensible, 1e-9);
        let cut = &wav(&plain, &all)[..44 + 100];
        refused("cut", cut, "claims 256 frames but has 100");

        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.wav");
        std::fs::write(&path, extensible).unwrap();
        assert_eq!(AudioReader::open(path).unwrap().format(), source);
    }
}

#[test]
fn any_number_of_channels_is_read_and_only_whole_masks_are_believed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    for (channels, mask, expected_mask) in [
        (1, 0x4, 0x4),
        (1, 0x1, 0x1),
        (2, 0x3, 0x3),
        (2, 0x0, 0x0),
        (2, 0x7, 0x0),
        (4, 0x107, 0x107),
        (6, 0x3f, 0x3f),
        (6, 0x3, 0x0),
        (6, 0xffff_ffff, 0x0),
        (3, 0x8000_0003, 0x0),
        (18, 0x3_ffff, 0x3_ffff),
        (26, 0x3ff_ffff, 0x0),
        (27, 0x7ff_ffff, 0x0),
        (32, 0xffff_ffff, 0x0),
        (33, 0x0, 0x0),
        (255, 0x0, 0x0),
        (1000, 0xffff_ffff, 0x0),
    ] {
        let frame: Vec<i16> = (0..channels).map(|channel: u16| channel as i16 - 9).collect();
        let data = [int16(&frame), int16(&frame.iter().map(|x| -x).collect::<Vec<_>>())].concat();
        let expected: Audio = frame
            .iter()
            .map(|&level| vec![f64::from(level) / 32_767.0, f64::from(-level) / 32_767.0])
            .collect();
        let file = wav(&Fmt::extensible(1, channels, 16, 16, mask), &data);
        holds(&format!("{channels} channels, mask {mask:x}"), &file, &expected);
        std::fs::write(&path, file).unwrap();
        assert_eq!(AudioReader::open(&path).unwrap().channel_mask(), expected_mask, "{mask:x}");
    }
    for (channels, expected_mask) in [(1, 0x4), (2, 0x3), (3, 0), (6, 0)] {
        std::fs::write(&path, wav(&Fmt::new(1, channels, 16), &[0; 48])).unwrap();
        assert_eq!(AudioReader::open(&path).unwrap().channel_mask(), expected_mask);
    }
}

#[test]
fn headers_that_contradict_themselves_are_refused() {
    let plain = Fmt::new(1, 2, 16);
    for align in [0, 1, 2, 3, 5, 6, 16, 0xffff] {
        let fmt = Fmt { align, ..plain.clone() };
        refused(&format!("align {align}"), &wav(&fmt, &[0; 96]), "bytes per frame for 2 channels");
    }
    for bits in 0..=40 {
        // Whatever the bits, nothing panics.
        let _ = read_bytes(&wav(&Fmt { align: 0, ..Fmt::new(1, 1, bits) }, &[0; 16]));
        let _ = read_bytes(&wav(&Fmt { align: 1, ..Fmt::new(3, 1, bits) }, &[0; 16]));
    }
    let fmt = Fmt { align: 0xffff, ..Fmt::new(1, 1, 0) };
    refused("the largest align", &wav(&fmt, &[0; 96]), "65535 bytes per frame");
    refused("no channels", &wav(&Fmt::new(1, 0, 16), &[0; 8]), "0 channels");
    refused("no rate", &wav(&Fmt { rate: 0, ..plain.clone() }, &[0; 8]), "0 Hz");
    refused("64-bit integers", &wav(&Fmt::new(1, 1, 64), &[0; 8]), "8 bytes per frame");
    let fmt = Fmt { align: 4, ..Fmt::new(1, 1, 20) };
    refused(
        "20 bits in 4 bytes",
        &wav(&fmt, &[0; 8]),
        "4 bytes per frame for 1 channels of 20 bits",
    );
    for (tag, channels, bits) in
        [(1, 0x8000_u16, 24), (1, 20_000, 32), (3, 0x4000, 64), (3, 0x8000, 32)]
    {
        let fmt = Fmt { align: channels.wrapping_mul(bits / 8), ..Fmt::new(tag, channels, bits) };
        let data = vec![0; usize::from(channels) * usize::from(bits / 8)];
        refused("more bytes per frame than a header states", &wav(&fmt, &data), "bytes per frame");
    }
    refused("16-bit floats", &wav(&Fmt::new(3, 1, 16), &[0; 8]), "2 bytes per frame");
    let extensible = Fmt { extension: vec![0; 2], ..Fmt::new(0xfffe, 1, 16) };
    refused("no extension", &wav(&extensible, &[0; 8]), "has no extension");
    let mut unknown = Fmt::extensible(1, 1, 16, 16, 4);
    unknown.extension[12] = 9;
    refused("unknown sub-format", &wav(&unknown, &[0; 8]), "unknown kind");
}

#[test]
fn other_codecs_are_named() {
    for (tag, name) in [
        (0x02, "Microsoft ADPCM"),
        (0x11, "IMA ADPCM"),
        (0x31, "GSM"),
        (0x55, "MP3"),
        (0x161, "Windows Media Audio"),
        (0x1234, "0x1234"),
    ] {
        refused(name, &wav(&Fmt::new(tag, 1, 16), &[0; 8]), name);
        refused(name, &wav(&Fmt::extensible(tag, 1, 16, 16, 4), &[0; 8]), name);
    }
}

#[test]
fn other_chunks_may_be_anywhere_and_of_any_size() {
    let (fmt, data) = (Fmt::new(1, 1, 16).chunk(), chunk(b"data", &eight()));
    let odd = chunk(b"junk", b"odd");
    let unpadded = sized_chunk(b"junk", 3, b"odd");
    let info = |size: u32, items: &[u8]| sized_chunk(b"LIST", size, &[b"INFO", items].concat());
    let item = sized_chunk(b"ISFT", 5, b"Lavf\0");
    let padded_item = chunk(b"ISFT", b"Lavf\0");
    let files: &[(&str, &[&[u8]])] = &[
        ("odd, padded", &[&odd, &fmt, &odd, &data, &odd]),
        ("odd, padded with something else", &[&[&unpadded[..], b"x"].concat(), &fmt, &data]),
        ("odd, unpadded", &[&unpadded, &fmt, &unpadded, &data, &unpadded]),
        ("unknown and unpadded", &[&sized_chunk(b"abcd", 3, b"odd"), &fmt, &data]),
        ("unknown and padded", &[&chunk(b"abcd", b"odd"), &chunk(b"efgh", b""), &fmt, &data]),
        ("LIST, right", &[&fmt, &info(18, &padded_item), &data]),
        ("LIST, unpadded", &[&fmt, &info(17, &item), &data]),
        ("LIST, padded but not counted", &[&fmt, &info(17, &padded_item), &data]),
        ("LIST, counted but not padded", &[&fmt, &info(18, &item), &data]),
        ("LIST, too long", &[&fmt, &info(18 + 5000, &padded_item), &data]),
        ("LIST, into the data", &[&fmt, &info(18 + 12, &padded_item), &data]),
        ("LIST, too long and unpadded", &[&fmt, &info(1 << 30, &item), &data]),
        ("LIST, the largest", &[&fmt, &info(u32::MAX, &padded_item), &data]),
        ("INFO item too long", &[&fmt, &info(18, &sized_chunk(b"ISFT", 99, b"Lavf\0\0")), &data]),
        ("LIST before fmt", &[&info(18, &padded_item), &fmt, &data]),
        ("fact of 4", &[&fmt, &chunk(b"fact", &[8, 0, 0, 0]), &data]),
        ("fact of 8", &[&fmt, &chunk(b"fact", &[0; 8]), &data]),
        ("fact of 4 that claims 8", &[&fmt, &sized_chunk(b"fact", 8, &[0; 4]), &data]),
        ("fact of 0", &[&fmt, &chunk(b"fact", &[]), &data]),
        ("data before fmt", &[&data, &fmt]),
        ("a second, empty data chunk", &[&fmt, &data, &chunk(b"data", &[])]),
    ];
    for (what, chunks) in files {
        holds(what, &riff(chunks), &eight_read());
    }
    refused("two data chunks", &riff(&[&fmt, &data, &data]), "several data chunks");
    refused("no data", &riff(&[&fmt, &odd]), "no data chunk");
    refused("no fmt", &riff(&[&odd, &data]), "no fmt chunk");
}

#[test]
fn fmt_chunks_of_any_length_are_read() {
    let data = chunk(b"data", &eight());
    let content = Fmt::new(1, 1, 16).content();
    for (what, fmt) in [
        ("14", chunk(b"fmt ", &content[..14])),
        ("18", chunk(b"fmt ", &[&content[..], &[0; 2]].concat())),
        ("20", chunk(b"fmt ", &[&content[..], &[0; 4]].concat())),
        ("40", chunk(b"fmt ", &[&content[..], &[0; 24]].concat())),
        ("50", chunk(b"fmt ", &[&content[..], &[7; 34]].concat())),
        ("17, unpadded", sized_chunk(b"fmt ", 17, &[&content[..], &[0]].concat())),
        ("16 that claims 18", sized_chunk(b"fmt ", 18, &content)),
        ("18 that claims 16", sized_chunk(b"fmt ", 16, &[&content[..], &[0; 2]].concat())),
    ] {
        holds(what, &riff(&[&fmt, &data]), &eight_read());
    }
    let short = chunk(b"fmt ", &content[..12]);
    refused("12", &riff(&[&short, &data]), "fmt chunk has 12 bytes");
}

#[test]
fn big_endian_wav_is_read() {
    let fields: [(u32, usize); 6] = [(1, 2), (1, 2), (44_100, 4), (88_200, 4), (2, 2), (16, 2)];
    let fmt: Vec<u8> =
        fields.iter().flat_map(|(x, size)| x.to_be_bytes()[4 - size..].to_vec()).collect();
    let data: Vec<u8> = eight().chunks(2).flat_map(|x| [x[1], x[0]]).collect();
    let chunks = [crate::build::big_chunk(b"fmt ", &fmt), crate::build::big_chunk(b"data", &data)];
    let chunks = chunks.concat();
    let file = [b"RIFX", &(4 + chunks.len() as u32).to_be_bytes()[..], b"WAVE", &chunks].concat();
    holds("RIFX", &file, &eight_read());
}

#[test]
fn floods_end_quickly() {
    let zeros = vec![0; 20_000_000];
    refused("zeros", &zeros, "nothing but zeros");
    refused("zeros behind the form", &riff(&[&zeros]), "no fmt chunk");
    refused("zeros behind fmt", &riff(&[&Fmt::new(1, 1, 16).chunk(), &zeros]), "no data chunk");
    refused("tiny chunks", &riff(&[&b"JUNK\0\0\0\0".repeat(2_000_000)]), "no fmt chunk");
    refused("tiny unknown chunks", &riff(&[&b"abcd\0\0\0\0".repeat(2_000_000)]), "no fmt chunk");
    holds(
        "an ID3 tag in front",
        &[b"ID3\x03\0\0\0\0\0\x05tag..", &wav(&Fmt::new(1, 1, 16), &eight())[..]].concat(),
        &eight_read(),
    );
}
