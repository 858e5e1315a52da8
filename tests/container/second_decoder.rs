//! Files decoded by a second decoder, `tests/reference/container.py`, which was written from
//! `docs/FORMAT.md` and shares nothing with this crate but the table of curves: the same bits.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use extrema::codec::{Codebook, Decoder, Encoder, Record, Settings, StereoMode};
use extrema::container::{Header, Reader, Tags, Writer};
use test_signals::{Random, chords};

use super::{example, header, length};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");

/// Names the interpreter that has a module for Zstandard; `cargo xtask test` does.
const PYTHON: &str = "EXTREMA_PYTHON";

fn python() -> PathBuf {
    std::env::var_os(PYTHON).map_or_else(|| "python3".into(), PathBuf::from)
}

/// Whether the interpreter can decompress.
#[cfg(feature = "pack")]
fn can_unpack() -> bool {
    let imports = "try:\n from compression import zstd\nexcept ImportError:\n import zstandard";
    let works = Command::new(python()).args(["-c", imports]).output().unwrap().status.success();
    assert!(works || std::env::var_os(PYTHON).is_none(), "{PYTHON} has no module for Zstandard");
    if !works {
        println!(
            "skipped packed files: Python has no module for Zstandard; name one with {PYTHON}"
        );
    }
    works
}

/// Curves of all lengths and ordinals, and holds.
fn any_records(seed: u64, frames: u64) -> Vec<Record> {
    let mut random = Random::new(seed);
    let mut next = |of: u64| random.bits() % of;
    let mut records = vec![Record::curve(200, 5000, i16::MIN), Record::curve(2, 300, i16::MAX)];
    while length(&records) + 400 < frames {
        // Mostly short, and on few levels, so that they can be packed.
        let longest = [4, 4, 4, 4, 4, 4, 4, 4, 9, 17, 300][next(11) as usize];
        records.push(match next(10) {
            0 => Record::hold(next(longest) as u32 + 1),
            _ => Record::curve(
                next(255) as u8 + 1,
                next(longest) as u16 + 1,
                (next(64) << 10) as u16 as i16,
            ),
        });
    }
    records.push(Record::hold((frames - length(&records)) as u32));
    records
}

/// What a file decodes to here, interleaved.
fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut reader = Reader::new(bytes).unwrap();
    let channels = usize::from(reader.header().channels);
    let mut decoder = Decoder::new(&reader.header().codebook, channels);
    while let Some((stream, records)) = reader.read().unwrap() {
        decoder.push(stream, records);
    }
    let lead_in = reader.header().lead_in.unwrap_or(0) as usize;
    let frames = reader.totals().unwrap().frames as usize;
    let mut samples = vec![vec![0.0; lead_in + frames]; channels];
    decoder.read(&mut samples.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>(), |_| ());
    if let [a, b] = &mut samples[..] {
        for (a, b) in a.iter_mut().zip(b) {
            [*a, *b] = reader.header().settings.stereo.to_channels([*a, *b]);
        }
    }
    let frame = |i: usize| samples.iter().flat_map(move |samples| samples[i].to_le_bytes());
    (lead_in..lead_in + frames).flat_map(frame).collect()
}

/// Lets the second decoder decode files, and returns what it says of them.
fn expect_the_same(files: &[Vec<u8>]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(python());
    command.args(["-B", "container.py", "decode"]).current_dir(FOLDER);
    let path = |number: usize, kind: &str| folder.path().join(format!("{number}.{kind}"));
    for (number, bytes) in files.iter().enumerate() {
        fs::write(path(number, "extrema"), bytes).unwrap();
        command.arg(path(number, "extrema")).arg(path(number, "f64"));
    }
    let result = command.output().expect("python3 runs");
    let said = String::from_utf8(result.stdout).unwrap();
    assert!(result.status.success(), "{said}{}", String::from_utf8_lossy(&result.stderr));
    for (number, bytes) in files.iter().enumerate() {
        let decoded = fs::read(path(number, "f64")).unwrap_or_else(|_| panic!("{number}: {said}"));
        assert!(decoded == decode(bytes), "{number}: {said}");
    }
    said
}

fn own_codebook() -> std::sync::Arc<Codebook> {
    let mut random = Random::new(3);
    let mut rows = *Codebook::standard().curves().rows();
    for number in rows[2..].as_flattened_mut() {
        *number = number.wrapping_add((random.bits() % 30) as i8);
    }
    Codebook::own(&rows)
}

fn tags() -> Tags {
    let mut tags = Tags::default();
    tags.add("TITLE", "Ré = Re").unwrap();
    tags.add("ARTIST", "").unwrap();
    tags
}

/// Headers of every kind, each with records.
fn cases() -> Vec<(Header, Vec<Vec<Record>>)> {
    let stereo = |stereo| Settings { stereo, zoom: 3, ..Settings::default() };
    let pair = |frames| vec![any_records(1, frames), any_records(2, frames)];
    let wave = chords(44_100.0, 9000, 4);
    let mut music = vec![Vec::new(); 2];
    let linked = stereo(StereoMode::Linked);
    let mut encoder = Encoder::offline(&own_codebook(), linked, 44_100.0, 2);
    let mut keep = |stream: usize, more: &[Record]| music[stream].extend_from_slice(more);
    encoder.process(&[&wave, &wave.iter().map(|x| -0.3 * x).collect::<Vec<_>>()], &mut keep);
    encoder.finish(&mut keep);
    vec![
        (Header { frames: Some(9000), channel_mask: 4, ..header(1) }, vec![any_records(5, 9000)]),
        (Header { settings: stereo(StereoMode::LeftRight), ..header(2) }, pair(8000)),
        (Header { settings: stereo(StereoMode::MidSide), tags: tags(), ..header(2) }, pair(8000)),
        (Header { settings: linked, codebook: own_codebook(), ..header(2) }, music),
        (
            Header {
                lead_in: Some(777),
                tags: tags(),
                codebook: own_codebook(),
                settings: stereo(StereoMode::MidSide),
                ..header(2)
            },
            pair(8000),
        ),
        (Header::new(768_000, 5, &Codebook::standard()), vec![any_records(6, 9000); 5]),
    ]
}

/// A file of several chunks, and so with an index.
fn write(mut writer: Writer<Vec<u8>>, streams: &[Vec<Record>], is_excerpt: bool) -> Vec<u8> {
    for part in 0..2 {
        for (number, records) in streams.iter().enumerate() {
            let places = [0, 1, 2].map(|half| records.len() * half / 2);
            writer.write(number, &records[places[part]..places[part + 1]]).unwrap();
        }
        writer.flush().unwrap();
    }
    match is_excerpt {
        true => writer.finish_at(length(&streams[0]) - 777 - 1).unwrap().0,
        false => writer.finish().unwrap().0,
    }
}

#[test]
fn plain_files_are_decoded_to_the_same_bits() {
    let mut files = vec![example()];
    for (header, streams) in cases() {
        let is_excerpt = header.lead_in.is_some();
        files.push(write(Writer::new(Vec::new(), header).unwrap(), &streams, is_excerpt));
    }
    let said = expect_the_same(&files);
    assert!(said.contains("\nTITLE=Ré = Re\nARTIST=\n"), "{said}");
    assert!(
        said.contains("768000 Hz, 5 channels, mask 0, 9000 frames, codebook extrema-1"),
        "{said}"
    );
    assert!(said.contains(&format!("codebook {}", own_codebook().name())), "{said}");
}

#[cfg(feature = "pack")]
#[test]
fn packed_files_are_decoded_to_the_same_bits() {
    if !can_unpack() {
        return;
    }
    let files: Vec<Vec<u8>> = cases()
        .into_iter()
        .map(|(header, streams)| {
            let is_excerpt = header.lead_in.is_some();
            write(Writer::packed(Vec::new(), header).unwrap(), &streams, is_excerpt)
        })
        .collect();
    let is_packed = |bytes: &Vec<u8>| bytes.windows(4).any(|head| head == [1, 0, 1, 0]);
    assert_eq!(files.iter().map(is_packed).collect::<Vec<_>>(), [true; 6]);
    expect_the_same(&files);
}

#[test]
fn the_second_decoder_itself() {
    let mut command = Command::new(python());
    command.args(["-B", "-m", "unittest", "-q", "test_container"]).current_dir(FOLDER);
    let result = command.output().expect("python3 runs");
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
}
