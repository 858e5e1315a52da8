//! Reads files and compares them with what they hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use extrema::audio_file::AudioReader;
use tempfile::TempDir;

/// One vector per channel.
pub type Audio = Vec<Vec<f64>>;

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

pub fn fixture_bytes(name: &str) -> Vec<u8> {
    fs::read(fixture(name)).unwrap()
}

/// Everything in a file, or the error's text.
pub fn read(path: &Path) -> Result<Audio, String> {
    let mut reader = AudioReader::open(path).map_err(|error| error.to_string())?;
    let (channels, frames) = (reader.channels(), reader.frames());
    let audio = reader.read_all().map_err(|error| error.to_string())?;
    assert_eq!(audio.len(), channels);
    if let Some(frames) = frames {
        assert_eq!(audio[0].len() as u64, frames, "the header was believed, the audio differs");
    }
    Ok(audio)
}

/// [`read`] for a file of these bytes, whose name does not tell what it is.
pub fn read_bytes(bytes: &[u8]) -> Result<Audio, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("input");
    fs::write(&path, bytes).unwrap();
    read(&path)
}

/// The speakers of a file of these bytes.
pub fn read_mask(bytes: &[u8]) -> u32 {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("input");
    fs::write(&path, bytes).unwrap();
    AudioReader::open(path).unwrap().channel_mask()
}

/// Asserts that a file of these bytes is read as `expected`.
#[track_caller]
pub fn holds(what: &str, bytes: &[u8], expected: &[Vec<f64>]) {
    match read_bytes(bytes) {
        Ok(audio) if audio == expected => {}
        Ok(audio) => {
            let size = |audio: &[Vec<f64>]| (audio.len(), audio.first().map_or(0, Vec::len));
            let (ours, theirs) = (audio.iter().flatten(), expected.iter().flatten());
            let different = ours.zip(theirs).find(|(ours, theirs)| ours != theirs);
            panic!(
                "{what}: {:?} channels and frames instead of {:?}; {different:?}",
                size(&audio),
                size(expected)
            );
        }
        Err(error) => panic!("{what}: {error}"),
    }
}

/// Asserts that a file of these bytes is refused with a text that says `expected`, in words about
/// the file and not about a library.
#[track_caller]
pub fn refused(what: &str, bytes: &[u8], expected: &str) {
    match read_bytes(bytes) {
        Ok(audio) => panic!("{what}: {} channels of {} frames", audio.len(), audio[0].len()),
        Err(error) => {
            assert!(error.contains(expected), "{what}: {error}");
            assert!(error.contains("input"), "{what} is not named: {error}");
            for word in ["symphonia", "malformed", "entity", "probe", "panic"] {
                assert!(!error.contains(word), "{what}: {error}");
            }
        }
    }
}

/// What ffmpeg makes of a file; `None` if it is not installed, or fails.
pub fn ffmpeg(path: &Path, channels: usize) -> Option<Audio> {
    let arguments = ["-v", "error", "-i"];
    let output = Command::new("ffmpeg")
        .args(arguments)
        .arg(path)
        .args(["-f", "f64le", "-"])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let mut audio = vec![Vec::new(); channels];
    for (i, sample) in output.stdout.as_chunks().0.iter().enumerate() {
        audio[i % channels].push(f64::from_le_bytes(*sample));
    }
    Some(audio)
}

/// Asserts that ffmpeg, if it is installed, reads a file of these bytes like we do. It divides
/// integers by one more than we do.
#[track_caller]
pub fn like_ffmpeg(what: &str, bytes: &[u8], tolerance: f64) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("input");
    fs::write(&path, bytes).unwrap();
    let ours = read(&path).unwrap_or_else(|error| panic!("{what}: {error}"));
    let Some(theirs) = ffmpeg(&path, ours.len()) else { return };
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours.len(), theirs.len(), "{what}: frames");
        for (frame, (x, y)) in ours.iter().zip(theirs).enumerate() {
            assert!((x - y).abs() <= tolerance, "{what}: frame {frame} is {x}, for ffmpeg {y}");
        }
    }
}
