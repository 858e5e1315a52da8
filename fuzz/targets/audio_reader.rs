//! Any bytes as an audio file: read whole, or refused with an error.

use std::io::Write;
use std::path::Path;

use extrema::audio_file::AudioReader;

/// Silence takes few bytes in some formats, so that a small file could be read for minutes.
const MAX_SAMPLES: usize = 4 << 20;

/// Reads a file of these bytes.
pub fn run(bytes: &[u8]) {
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
