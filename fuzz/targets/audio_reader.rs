//! Any bytes as an audio file: read whole, or refused with an error.

use std::io::Write;
use std::path::Path;

use extrema::audio_file::AudioReader;

/// Silence takes few bytes in some formats, so that a small file could be read for minutes.
const MAX_SAMPLES: usize = 4 << 20;

/// Begins a page of Ogg.
const PAGE_MAGIC: &[u8] = b"OggS";

/// Reads a file of these bytes, and an Ogg file with right checksums, too, without which nothing else of it is
/// looked at.
pub fn run(bytes: &[u8]) {
    read(bytes);
    if bytes.starts_with(PAGE_MAGIC) {
        read(&with_checksums(bytes));
    }
}

fn read(bytes: &[u8]) {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("a written file");
    let Ok(mut reader) = AudioReader::from_file(file, Path::new("a fuzzed file")) else { return };
    let (channels, promised) = (reader.channels(), reader.frames());
    assert!(channels > 0 && reader.sample_rate() > 0);
    let (mut block, mut frames) = (Vec::new(), 0);
    loop {
        match reader.read(&mut block) {
            Ok(true) => {
                assert_eq!(block.len(), channels);
                assert!(block.iter().all(|channel| channel.len() == block[0].len()));
                assert!(!block[0].is_empty());
                frames += block[0].len();
            }
            // A file that is read to its end has what its header promises.
            Ok(false) => return assert!(promised.is_none_or(|promised| promised == frames as u64)),
            Err(_) => return,
        }
        if frames * channels > MAX_SAMPLES {
            return;
        }
    }
}

/// The same bytes with the checksums that the pages in a row from the first on would have to have.
fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    /// In front of the sizes of the segments.
    const FIXED_SIZE: usize = 27;
    let mut bytes = bytes.to_vec();
    let mut rest = &mut bytes[..];
    while rest.len() >= FIXED_SIZE && rest.starts_with(PAGE_MAGIC) {
        let segments = rest.iter().skip(FIXED_SIZE).take(rest[FIXED_SIZE - 1].into());
        let size = FIXED_SIZE + segments.map(|&size| usize::from(size) + 1).sum::<usize>();
        let (page, behind) = rest.split_at_mut(size.min(rest.len()));
        page[22..26].fill(0);
        let checksum = page.iter().fold(0, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte) << 24, |crc: u32, _| {
                crc << 1 ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 }
            })
        });
        page[22..26].copy_from_slice(&checksum.to_le_bytes());
        rest = behind;
    }
    bytes
}
