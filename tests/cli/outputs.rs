//! What is written: WAV headers, and what becomes of a file that is replaced.

use std::fs;
use std::process::Command;

use super::{Bench, waves};

/// A WAV file of silence with an extensible header.
fn extensible_wav(channels: u16, mask: u32, frames: usize) -> Vec<u8> {
    let frame_size = channels * 2;
    let data = vec![0; frames * usize::from(frame_size)];
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((60 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(40_u32.to_le_bytes());
    bytes.extend(0xfffe_u16.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(48_000_u32.to_le_bytes());
    bytes.extend((48_000 * u32::from(frame_size)).to_le_bytes());
    bytes.extend(frame_size.to_le_bytes());
    bytes.extend(16_u16.to_le_bytes());
    bytes.extend(22_u16.to_le_bytes());
    bytes.extend(16_u16.to_le_bytes());
    bytes.extend(mask.to_le_bytes());
    bytes.extend(b"\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

/// The chunks of a WAV file, whose RIFF size and pad bytes must be right.
pub fn chunks(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!((&bytes[..4], &bytes[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
    assert_eq!(number(4), bytes.len() - 8);
    assert!(bytes.len().is_multiple_of(2));
    let mut chunks = Vec::new();
    let mut at = 12;
    while at < bytes.len() {
        let name = String::from_utf8(bytes[at..at + 4].to_vec()).unwrap();
        let size = number(at + 4);
        chunks.push((name, bytes[at + 8..at + 8 + size].to_vec()));
        at += 8 + size.next_multiple_of(2);
    }
    assert_eq!(at, bytes.len());
    chunks
}

/// The format tag of a WAV file, and its channel mask if it has one.
fn tag_and_mask(bytes: &[u8]) -> (u16, Option<u32>) {
    let chunks = chunks(bytes);
    let (_, format) = chunks.iter().find(|(name, _)| name == "fmt ").unwrap();
    let tag = u16::from_le_bytes([format[0], format[1]]);
    let mask = format.get(20..24).map(|mask| u32::from_le_bytes(mask.try_into().unwrap()));
    (tag, mask)
}

const INTEGER: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;

#[test]
fn outputs_name_the_speakers_of_their_source() {
    let bench = Bench::new();
    let plain = |tag| (tag, None);
    let marked = |mask| (EXTENSIBLE, Some(mask));
    for (channels, mask, [int16, int24, float]) in [
        // Mono is unmarked, or marked as the centre, whatever the source says.
        (1, 0, [plain(INTEGER), marked(4), plain(FLOAT)]),
        (1, 1, [plain(INTEGER), marked(4), plain(FLOAT)]),
        (1, 4, [plain(INTEGER), marked(4), plain(FLOAT)]),
        (2, 3, [plain(INTEGER), marked(3), plain(FLOAT)]),
        (2, 0x30, [marked(0x30); 3]),
        (3, 7, [marked(7); 3]),
        (4, 0x33, [marked(0x33); 3]),
        (6, 0x60f, [marked(0x60f); 3]),
        (8, 0x63f, [marked(0x63f); 3]),
    ] {
        fs::write(bench.path("in.wav"), extensible_wav(channels, mask, 33)).unwrap();
        bench.works("encode in.wav a.extrema");
        for (bits, expected) in [("16", int16), ("24", int24), ("32f", float)] {
            bench.works(&format!("decode a.extrema out.wav --bits {bits}"));
            let written = fs::read(bench.path("out.wav")).unwrap();
            assert_eq!(tag_and_mask(&written), expected, "{channels}, {mask}, {bits}");
            if channels <= 2 {
                bench.works(&format!("render in.wav wet.wav --bits {bits}"));
                assert_eq!(tag_and_mask(&fs::read(bench.path("wet.wav")).unwrap()), expected);
            }
        }
        // One channel of several is no longer what its speaker was.
        bench.works(&format!("encode in.wav one.extrema --channel {channels}"));
        bench.works("decode one.extrema out.wav --bits 16");
        assert_eq!(tag_and_mask(&fs::read(bench.path("out.wav")).unwrap()), plain(INTEGER));
    }
}

#[test]
fn headers_are_as_short_as_they_can_be_and_odd_data_is_padded() {
    let bench = Bench::new();
    for (channels, frames) in [(1, 0), (1, 1), (1, 2), (1, 33), (2, 7), (3, 3), (5, 1)] {
        bench.write("in.wav", 44_100, &waves(channels, frames));
        bench.works("encode in.wav a.extrema");
        for (bits, size) in [("16", 2), ("24", 3), ("32f", 4)] {
            bench.works(&format!("decode a.extrema out.wav --bits {bits}"));
            let chunks = chunks(&fs::read(bench.path("out.wav")).unwrap());
            let names: Vec<&str> = chunks.iter().map(|(name, _)| &name[..]).collect();
            let fact = frames.to_le_bytes()[..4].to_vec();
            match bits {
                "32f" => {
                    assert_eq!(names, ["fmt ", "fact", "data"]);
                    assert_eq!(chunks[1].1, fact);
                }
                _ => assert_eq!(names, ["fmt ", "data"]),
            }
            assert_eq!(chunks.last().unwrap().1.len(), frames * channels * size);
            assert_eq!(bench.read("out.wav").len(), channels);
            assert_eq!(bench.read("out.wav")[0].len(), frames);
        }
    }
    // The header that everything can read.
    bench.write("in.wav", 44_100, &waves(2, 100));
    bench.works("render in.wav out.wav --bits 16");
    assert_eq!(fs::read(bench.path("out.wav")).unwrap().len(), 44 + 400);
}

/// Opus and AAC encoders refuse a mono file that claims to be the left channel.
#[test]
fn ffmpeg_encodes_what_is_written() {
    if Command::new("ffmpeg").arg("-version").output().is_err() {
        return eprintln!("SKIPPED: ffmpeg is not installed");
    }
    let bench = Bench::new();
    for channels in [1, 2, 6] {
        let mask = [0, 1, 3, 0, 0, 0, 0x3f][channels];
        fs::write(bench.path("in.wav"), extensible_wav(channels as u16, mask, 5000)).unwrap();
        bench.works("encode in.wav a.extrema");
        for bits in ["16", "24", "32f"] {
            bench.works(&format!("decode a.extrema out.wav --bits {bits}"));
            for codec in ["aac", "libopus"] {
                let output = Command::new("ffmpeg")
                    .current_dir(bench.0.path())
                    .args("-v error -i out.wav -f null -c:a".split(' '))
                    .args([codec, "-"])
                    .output()
                    .unwrap();
                let words = String::from_utf8_lossy(&output.stderr).into_owned();
                let is_missing = words.contains("Unknown encoder");
                assert!(is_missing || words.is_empty(), "{channels}, {bits}, {codec}: {words}");
            }
        }
    }
}

#[cfg(unix)]
mod permissions_and_links {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    const COMMANDS: [&str; 3] = ["encode in.wav out", "decode a.extrema out", "render in.wav out"];

    fn bench() -> Bench {
        let bench = Bench::new();
        bench.write("in.wav", 44_100, &waves(2, 3000));
        bench.works("encode in.wav a.extrema");
        bench
    }

    fn mode(bench: &Bench, name: &str) -> u32 {
        fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn new_files_are_ordinary_and_replaced_ones_keep_their_permissions() {
        let bench = bench();
        fs::write(bench.path("ordinary"), "").unwrap();
        for command in COMMANDS {
            let _ = fs::remove_file(bench.path("out"));
            bench.works(command);
            assert_eq!(mode(&bench, "out"), mode(&bench, "ordinary"), "{command}");
            let written = fs::read(bench.path("out")).unwrap();
            for bits in [0o600, 0o640, 0o666, 0o755] {
                fs::write(bench.path("out"), "an earlier output").unwrap();
                fs::set_permissions(bench.path("out"), Permissions::from_mode(bits)).unwrap();
                bench.works(command);
                assert_eq!(mode(&bench, "out"), bits, "{command}");
                assert!(fs::read(bench.path("out")).unwrap() == written, "{command}");
            }
        }
        // Under another umask.
        let program = env!("CARGO_BIN_EXE_extrema");
        let script = "umask 077; exec \"$0\" encode in.wav private";
        let mut shell = Command::new("sh");
        shell.current_dir(bench.0.path()).args(["-c", script, program]);
        assert!(shell.status().unwrap().success());
        assert_eq!(mode(&bench, "private"), 0o600);
    }

    #[test]
    fn write_protected_files_are_refused() {
        let bench = bench();
        fs::write(bench.path("out"), "keep me").unwrap();
        fs::set_permissions(bench.path("out"), Permissions::from_mode(0o444)).unwrap();
        symlink("out", bench.path("link")).unwrap();
        for command in COMMANDS {
            let words = bench.fails(command);
            assert!(words.contains("out") && words.contains("write-protected"), "{words}");
            bench.fails(&command.replace(" out", " link"));
        }
        assert_eq!(mode(&bench, "out"), 0o444);
    }

    #[test]
    fn symbolic_links_are_followed() {
        let bench = bench();
        fs::create_dir(bench.path("folder")).unwrap();
        for command in COMMANDS {
            bench.works(command);
            let written = fs::read(bench.path("out")).unwrap();
            for (link, target, exists) in [
                ("to-file", "old", true),
                ("to-nothing", "new", false),
                ("into-folder", "folder/new", false),
                ("to-link", "to-file", true),
            ] {
                let _ = fs::remove_file(bench.path(link));
                let _ = fs::remove_file(bench.path(target));
                if link == "to-link" {
                    symlink("old", bench.path("to-file")).unwrap();
                }
                if exists {
                    fs::write(bench.path(target), "an earlier output").unwrap();
                }
                symlink(target, bench.path(link)).unwrap();
                bench.works(&command.replace(" out", &format!(" {link}")));
                assert!(fs::read(bench.path(target)).unwrap() == written, "{command}: {link}");
                for link in [link, "to-link"].into_iter().filter(|name| bench.path(name).exists()) {
                    assert!(fs::symlink_metadata(bench.path(link)).unwrap().is_symlink());
                }
            }
            // An absolute link, and one in another folder that is relative to it.
            fs::create_dir_all(bench.path("other")).unwrap();
            let _ = fs::remove_file(bench.path("other/link"));
            symlink("../folder/far", bench.path("other/link")).unwrap();
            bench.works(&command.replace(" out", " other/link"));
            assert!(fs::read(bench.path("folder/far")).unwrap() == written);
            fs::remove_file(bench.path("other/link")).unwrap();
            symlink(bench.path("absolute"), bench.path("other/link")).unwrap();
            bench.works(&command.replace(" out", " other/link"));
            assert!(fs::read(bench.path("absolute")).unwrap() == written);
            fs::remove_file(bench.path("absolute")).unwrap();
        }
        symlink("b", bench.path("a")).unwrap();
        symlink("a", bench.path("b")).unwrap();
        let output = bench.run("encode in.wav a");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains("circle"));
        // The input is not overwritten through a link to it.
        symlink("in.wav", bench.path("same")).unwrap();
        let output = bench.run("encode in.wav same");
        assert_eq!(output.status.code(), Some(1));
    }
}
