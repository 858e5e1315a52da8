//! Damaged files of every kind never panic, hang or fill the memory.

use std::io::Write;
use std::time::{Duration, Instant};

use extrema::audio_file::AudioReader;
use tempfile::NamedTempFile;
use test_signals::Random;

use crate::expect::fixture_bytes;

const FIXTURES: [&str; 18] = [
    "alaw_ext.wav",
    "ambisonics36.wav",
    "data0_mpg123.wav",
    "list_unpadded.wav",
    "mono16.wav",
    "rf64.wav",
    "flac_id3v1.flac",
    "surround.flac",
    "loud.mp3",
    "mixed.mp3",
    "mp3_crc.mp3",
    "mpeg25.mp3",
    "tone.mp3",
    "mono.oga",
    "mono.ogg",
    "ogg_zeros_behind.ogg",
    "surround.ogg",
    "tone.ogg",
];

#[test]
fn damaged_files_end_in_audio_or_an_error() {
    let mut random = Random::new(12);
    let mut below = |limit: usize| (random.bits() % limit as u64) as usize;
    for name in FIXTURES {
        let original = fixture_bytes(name);
        for _ in 0..60 {
            let mut bytes = original.clone();
            for _ in 0..1 + below(6) {
                let at = below(bytes.len());
                match below(6) {
                    0 => bytes[at] ^= 1 << below(8),
                    1 => bytes[at] = [0, 0x7f, 0x80, 0xff][below(4)],
                    // Headers are at the start.
                    2 => {
                        let at = below(bytes.len().min(80));
                        bytes[at] = below(256) as u8;
                    }
                    3 => bytes.truncate(at + 1),
                    4 => drop(bytes.drain(at..(at + 1 + below(9)).min(bytes.len()))),
                    _ => drop(bytes.splice(at..at, vec![below(256) as u8; below(40)])),
                }
                if bytes.is_empty() {
                    break;
                }
            }
            let mut file = NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let start = Instant::now();
            if let Ok(mut reader) = AudioReader::open(file.path()) {
                let mut block = Vec::new();
                let mut frames = 0;
                while let Ok(true) = reader.read(&mut block) {
                    frames += block[0].len();
                }
                // The densest is Vorbis of one byte per packet.
                assert!(frames <= 8192 * bytes.len(), "{name}: {frames} frames");
            }
            assert!(start.elapsed() < Duration::from_secs(20), "{name}");
        }
    }
}
