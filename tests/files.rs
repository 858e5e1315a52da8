//! Reading and writing audio files: exact values at every bit depth, and errors for damaged files.
#![cfg(feature = "files")]

use std::fs;
use std::path::{Path, PathBuf};

use extrema::audio_file::{AudioFileError, AudioReader, SampleFormat, SourceFormat, WavWriter};
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn read(path: &Path) -> Result<Vec<Vec<f64>>, AudioFileError> {
    AudioReader::open(path)?.read_all()
}

/// A WAV file with the given format tag, channels, bits per sample and sample bytes.
fn wav(tag: u16, channels: u16, bits: u16, data: &[u8]) -> Vec<u8> {
    let align = channels * bits / 8;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0");
    for field in [tag, channels] {
        file.extend(field.to_le_bytes());
    }
    file.extend(44_100_u32.to_le_bytes());
    file.extend((44_100 * u32::from(align)).to_le_bytes());
    for field in [align, bits] {
        file.extend(field.to_le_bytes());
    }
    file.extend(b"data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file
}

/// A mono AIFF file of 24-bit samples.
fn aiff(samples: &[i32]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|x| x.to_be_bytes()[1..].to_vec()).collect();
    let mut file = b"FORM".to_vec();
    file.extend((4 + 26 + 16 + data.len() as u32).to_be_bytes());
    file.extend(b"AIFFCOMM\0\0\0\x12\0\x01");
    file.extend((samples.len() as u32).to_be_bytes());
    // 24 bits; 44,100 Hz as an 80-bit float.
    file.extend(b"\0\x18\x40\x0e\xac\x44\0\0\0\0\0\0");
    file.extend(b"SSND");
    file.extend((8 + data.len() as u32).to_be_bytes());
    file.extend([0; 8]);
    file.extend(data);
    file
}

fn put(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn integers_are_divided_by_the_highest_positive_one() {
    let folder = TempDir::new().unwrap();
    for bits in [8_u16, 16, 24, 32] {
        let top = (1_i64 << (bits - 1)) - 1;
        let levels = [0, 1, -1, top, -top, -top - 1, top / 3];
        let data: Vec<u8> = levels
            .iter()
            .flat_map(|&level| {
                // 8-bit samples are unsigned: 128 is silence.
                let stored = if bits == 8 { level + 128 } else { level };
                stored.to_le_bytes()[..usize::from(bits / 8)].to_vec()
            })
            .collect();
        let path = put(&folder, "a.wav", &wav(1, 1, bits, &data));
        let mut reader = AudioReader::open(&path).unwrap();
        assert_eq!(reader.format(), SourceFormat::Integer { bits: u32::from(bits) });
        assert_eq!((reader.sample_rate(), reader.channels()), (44_100, 1));
        assert_eq!(reader.frames(), Some(7));
        let expected = levels.map(|level| level as f64 / top as f64);
        assert_eq!(reader.read_all().unwrap(), [expected], "{bits} bits");
    }
}

#[test]
fn floats_are_read_unchanged() {
    let folder = TempDir::new().unwrap();
    let levels = [0.1_f32, -3.5, 1.0, -0.0, 1e-30];
    let data: Vec<u8> = levels.iter().flat_map(|x| x.to_le_bytes()).collect();
    let path = put(&folder, "a.wav", &wav(3, 1, 32, &data));
    assert_eq!(read(&path).unwrap(), [levels.map(f64::from)]);

    let levels = [0.1_f64, -3.5, 1e-300];
    let data: Vec<u8> = levels.iter().flat_map(|x| x.to_le_bytes()).collect();
    let path = put(&folder, "b.wav", &wav(3, 1, 64, &data));
    assert_eq!(AudioReader::open(&path).unwrap().format(), SourceFormat::Float { bits: 64 });
    assert_eq!(read(&path).unwrap(), [levels]);
}

#[test]
fn aiff_is_exact_at_24_bits() {
    let folder = TempDir::new().unwrap();
    let levels = [0, 1, -8_388_608, 8_388_607, 5, 6, 7];
    let path = put(&folder, "a.aiff", &aiff(&levels));
    let expected = levels.map(|level| f64::from(level) / 8_388_607.0);
    assert_eq!(read(&path).unwrap(), [expected]);
}

/// The samples of the FLAC fixtures: the extremes, 0, 1 and −1, then pseudo-random ones.
fn fixture_level(frame: i64, channel: i64, bits: u32) -> i64 {
    let top = 1_i64 << (bits - 1);
    match [-top, top - 1, 0, 1, -1].get(frame as usize) {
        Some(&level) => level,
        None => {
            ((frame * 7919 + channel * 104_729) * ((1 << (bits - 12)) + 1)).rem_euclid(2 * top)
                - top
        }
    }
}

#[test]
fn flac_is_exact_at_16_and_24_bits() {
    for bits in [16, 24] {
        let mut reader = AudioReader::open(fixture(&format!("integers{bits}.flac"))).unwrap();
        assert_eq!(reader.format(), SourceFormat::Integer { bits });
        assert_eq!(reader.frames(), Some(300));
        let top = ((1_i64 << (bits - 1)) - 1) as f64;
        let expected = [0, 1].map(|channel| -> Vec<f64> {
            (0..300).map(|frame| fixture_level(frame, channel, bits) as f64 / top).collect()
        });
        assert_eq!(reader.read_all().unwrap(), expected);
    }
}

#[test]
fn lossy_files_keep_their_length_and_are_not_delayed() {
    for name in ["tone.mp3", "tone.ogg"] {
        let mut reader = AudioReader::open(fixture(name)).unwrap();
        assert_eq!((reader.sample_rate(), reader.channels()), (44_100, 2), "{name}");
        assert_eq!(reader.frames(), Some(4410), "{name}");
        let audio = reader.read_all().unwrap();
        for (channel, (level, pitch)) in [(0.5, 440.0), (0.25, 220.0)].into_iter().enumerate() {
            assert_eq!(audio[channel].len(), 4410, "{name}");
            // Shows a delay of a few samples. Near the ends, lossy codecs are less exact.
            for (i, x) in audio[channel].iter().enumerate().take(3400).skip(1000) {
                let t = i as f64 / 44_100.0;
                let expected = level * (std::f64::consts::TAU * pitch * t).sin();
                assert!((x - expected).abs() < 0.05, "{name}, channel {channel}, frame {i}");
            }
        }
    }
}

#[test]
fn wav_files_of_any_layout_and_length_are_exact() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    let formats = [16, 24, 32].map(|bits| (bits, hound::SampleFormat::Int));
    for (bits_per_sample, sample_format) in
        formats.into_iter().chain([(32, hound::SampleFormat::Float)])
    {
        for channels in [1, 2, 3, 6] {
            for frames in [1, 1152, 2304, 2305, 5000] {
                let spec = hound::WavSpec {
                    channels,
                    sample_rate: 48_000,
                    bits_per_sample,
                    sample_format,
                };
                let mut writer = hound::WavWriter::create(&path, spec).unwrap();
                let top = (1_i64 << (bits_per_sample - 1)) - 1;
                let mut expected = vec![Vec::new(); usize::from(channels)];
                for i in 0..frames {
                    for (channel, expected) in (0..).zip(&mut expected) {
                        // Steps through all values in large strides, differently per channel.
                        let value = (i * 1_000_003 + channel * 7_919) % (2 * top + 2) - top - 1;
                        if sample_format == hound::SampleFormat::Float {
                            writer.write_sample(value as f32).unwrap();
                            expected.push(f64::from(value as f32));
                        } else {
                            writer.write_sample(value as i32).unwrap();
                            expected.push(value as f64 / top as f64);
                        }
                    }
                }
                writer.finalize().unwrap();
                let read = read(&path).unwrap();
                assert!(read == expected, "{spec:?}, {frames} frames");
            }
        }
    }
}

#[test]
fn written_integers_are_rounded_and_clamped() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    let half = 0.5 / 32_767.0;
    for (format, top) in [(SampleFormat::Int16, 32_767.0), (SampleFormat::Int24, 8_388_607.0)] {
        let mut writer = WavWriter::create(&path, 48_000, 2, format).unwrap();
        writer.write(&[&[0.25, 1.0, 7.0], &[half, -1.0, -7.0]]).unwrap();
        writer.finish().unwrap();
        let mut reader = AudioReader::open(&path).unwrap();
        assert_eq!(reader.sample_rate(), 48_000);
        let scaled: Vec<Vec<f64>> = reader
            .read_all()
            .unwrap()
            .iter()
            .map(|channel| channel.iter().map(|x| x * top).collect())
            .collect();
        let quarter = (top * 0.25_f64).round();
        assert_eq!(scaled[0], [quarter, top, top]);
        assert_eq!(scaled[1][0], (top * half).round().max(1.0));
        assert_eq!(scaled[1][1..], [-top, -top - 1.0]);
    }
}

#[test]
fn written_floats_are_what_the_plugin_outputs() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    let mut writer = WavWriter::create(&path, 44_100, 1, SampleFormat::Float32).unwrap();
    writer.write(&[&[0.1, 1e-40, 5.0, -1e300]]).unwrap();
    writer.finish().unwrap();
    let expected = [f64::from(0.1_f32), 0.0, 5.0, f64::from(f32::MIN)];
    assert_eq!(read(&path).unwrap(), [expected]);
}

#[test]
fn an_unfinished_file_leaves_nothing_behind_and_the_old_one_in_place() {
    let folder = TempDir::new().unwrap();
    let path = put(&folder, "a.wav", b"old");
    let mut writer = WavWriter::create(&path, 44_100, 1, SampleFormat::Int16).unwrap();
    writer.write(&[&[0.0; 100]]).unwrap();
    drop(writer);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_written_file_has_ordinary_permissions_and_devices_are_not_replaced() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    let writer = WavWriter::create(&path, 44_100, 1, SampleFormat::Int16).unwrap();
    writer.finish().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&put(&folder, "ordinary", b"")));
    let null = Path::new("/dev/null");
    WavWriter::create(null, 44_100, 1, SampleFormat::Int16).unwrap().finish().unwrap();
    assert!(!fs::metadata(null).unwrap().is_file());
}

#[test]
fn files_cut_short_are_errors() {
    let folder = TempDir::new().unwrap();
    let whole = wav(1, 1, 16, &[1; 4000]);
    for (name, bytes) in [
        ("a.wav", whole),
        ("a.aiff", aiff(&[7; 2000])),
        ("a.flac", fs::read(fixture("integers16.flac")).unwrap()),
        ("a.mp3", fs::read(fixture("tone.mp3")).unwrap()),
        ("a.ogg", fs::read(fixture("tone.ogg")).unwrap()),
    ] {
        let path = put(&folder, name, &bytes);
        read(&path).unwrap();
        for length in [0, 3, 20, 100, bytes.len() / 2, bytes.len() - 1] {
            let path = put(&folder, name, &bytes[..length]);
            let error = read(&path).expect_err(name).to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}

/// Offsets of an Ogg file's pages.
fn pages(bytes: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|&at| bytes[at..].starts_with(b"OggS")).collect()
}

#[test]
fn an_ogg_file_without_its_last_page_is_cut_short() {
    let folder = TempDir::new().unwrap();
    let bytes = fs::read(fixture("pages.ogg")).unwrap();
    assert_eq!(read(&fixture("pages.ogg")).unwrap()[0].len(), 12_000);
    let last = *pages(&bytes).last().unwrap();
    let error = read(&put(&folder, "a.ogg", &bytes[..last])).unwrap_err();
    assert!(matches!(error, AudioFileError::CutShort { .. }), "{error}");
}

#[test]
fn damage_is_an_error_with_its_position() {
    let folder = TempDir::new().unwrap();
    let flac = fs::read(fixture("integers16.flac")).unwrap();
    let ogg = fs::read(fixture("pages.ogg")).unwrap();
    // In FLAC, the second of three packets: all but the last have 128 frames, and the last has 200
    // bytes. In Ogg, the first of two pages with audio.
    let second_packet = flac.len() - 400;
    let [.., first_page, _] = pages(&ogg)[..] else {
        panic!("not enough pages");
    };
    for (name, mut bytes, at, expected) in
        [("a.flac", flac, second_packet, 128), ("a.ogg", ogg, first_page + 200, 0)]
    {
        bytes[at] ^= 0x10;
        let error = read(&put(&folder, name, &bytes)).unwrap_err();
        assert!(
            matches!(error, AudioFileError::Damaged { frame, .. } if frame == expected),
            "{error}"
        );
    }
}

#[test]
fn headers_that_make_no_sense_are_errors() {
    let folder = TempDir::new().unwrap();
    for (what, bytes) in [
        ("no channels", wav(1, 0, 16, &[])),
        ("no bits", wav(0xfffe, 1, 0, &[])),
        ("12 bits", wav(1, 1, 12, &[0; 12])),
        ("an unsupported codec", wav(0x55, 1, 16, &[0; 12])),
        ("no audio file", b"Dear diary, today I cut a wave into pieces.".to_vec()),
    ] {
        let path = put(&folder, "a.wav", &bytes);
        let error = AudioReader::open(&path).err().expect(what);
        assert!(matches!(error, AudioFileError::Unsupported { .. }), "{what}: {error}");
    }
    let missing = AudioReader::open(folder.path().join("missing.wav")).err().unwrap();
    assert!(missing.to_string().contains("missing.wav"));
    let directory = AudioReader::open(folder.path()).err().unwrap();
    assert!(matches!(directory, AudioFileError::Open { .. }));
}
