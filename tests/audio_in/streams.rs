//! Files that are open already, and standard input.

use std::fs::{self, File};
use std::path::Path;

use extrema::audio_file::AudioReader;

use crate::build::eight_read;
use crate::expect::fixture;

#[test]
fn a_file_that_is_open_already_is_read_from_its_start() {
    let file = File::open(fixture("mono16.wav")).unwrap();
    let mut reader = AudioReader::from_file(file, Path::new("some name")).unwrap();
    assert_eq!(reader.read_all().unwrap(), eight_read());
    let file = File::open(fixture("alaw_cut.wav")).unwrap();
    let error = AudioReader::from_file(file, Path::new("some name")).err().unwrap();
    assert!(error.to_string().starts_with("some name is cut short"), "{error}");
}

#[cfg(feature = "cli")]
#[test]
fn standard_input_is_read_and_called_by_its_name() {
    use std::process::{Command, Output, Stdio};

    use tempfile::TempDir;

    let encode = |input: &str, output: &Path| -> Output {
        Command::new(env!("CARGO_BIN_EXE_extrema"))
            .args(["encode", "-"])
            .arg(output)
            .stdin(Stdio::from(File::open(fixture(input)).unwrap()))
            .output()
            .unwrap()
    };
    let folder = TempDir::new().unwrap();
    for name in ["mono16.wav", "tone.ogg", "tone.mp3", "integers16.flac"] {
        let (piped, named) = (folder.path().join("piped"), folder.path().join("named"));
        let output = encode(name, &piped);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let status = Command::new(env!("CARGO_BIN_EXE_extrema"))
            .arg("encode")
            .args([&fixture(name), &named])
            .output()
            .unwrap()
            .status;
        assert!(status.success());
        assert!(fs::read(piped).unwrap() == fs::read(named).unwrap(), "{name}");
    }
    let output = encode("alaw_cut.wav", &folder.path().join("none"));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && words.contains("standard input is cut short"), "{words}");
    assert!(!folder.path().join("none").exists());
}
