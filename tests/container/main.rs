//! The `.extrema` file: written and read back, cut short anywhere, damaged anywhere.

mod chunks;
mod codebook;
mod excerpt;
mod index;
#[cfg(feature = "pack")]
mod packed;
mod second_decoder;
mod settings;
mod tags;

use std::fs;
use std::io::Cursor;

use extrema::codec::{
    Codebook, Decoder, Detector, Encoder, MaxLength, Record, Settings, StereoMode, Threshold,
};
use extrema::container::{ContainerError, Header, Reader, Totals, Writer};
use proptest::prelude::*;

/// Offset of the first chunk, behind the header.
const CHUNK: usize = 64;

const RECORDS: [Record; 3] = [Record::curve(1, 4, 100), Record::hold(3), Record::curve(2, 2, -100)];

/// The bytes of the example in `docs/FORMAT.md`.
fn example() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/FORMAT.md");
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("    00"))
        .flat_map(|line| {
            let columns = line.split("  ").nth(1).unwrap();
            columns.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect::<Vec<_>>()
        })
        .collect()
}

fn header(channels: u8) -> Header {
    Header::new(44_100, channels, &Codebook::standard())
}

/// A file's records by stream, and its totals if it is complete.
type Contents = (Vec<Vec<Record>>, Option<Totals>);

fn read(bytes: &[u8]) -> Result<Contents, ContainerError> {
    let mut reader = Reader::new(bytes)?;
    let mut streams = vec![Vec::new(); usize::from(reader.header().channels)];
    while let Some((stream, records)) = reader.read()? {
        streams[stream].extend_from_slice(records);
    }
    assert_eq!(reader.is_complete(), reader.totals().is_some());
    Ok((streams, reader.totals().cloned()))
}

fn write(header: Header, streams: &[Vec<Record>]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    let longest = streams.iter().map(Vec::len).max().unwrap_or(0);
    for i in 0..longest {
        for (number, stream) in streams.iter().enumerate() {
            if let Some(&record) = stream.get(i) {
                writer.write(number, &[record]).unwrap();
            }
        }
    }
    writer.finish().unwrap().0
}

fn length(stream: &[Record]) -> u64 {
    stream.iter().map(|record| u64::from(record.length())).sum()
}

#[test]
fn the_documented_example_is_read_and_written_byte_for_byte() {
    let bytes = example();
    assert_eq!(bytes.len(), 143);
    let reader = Reader::new(&bytes[..]).unwrap();
    let expected = Header { frames: Some(9), ..header(1) };
    assert_eq!(*reader.header(), expected);
    let totals = Totals { frames: 9, records: vec![3] };
    assert_eq!(read(&bytes).unwrap(), (vec![RECORDS.to_vec()], Some(totals)));
    assert_eq!(write(expected, &[RECORDS.to_vec()]), bytes);
}

#[test]
fn every_field_of_the_header_comes_back() {
    for (stereo, detector) in
        [(StereoMode::MidSide, Detector::Peak), (StereoMode::Linked, Detector::Slope)]
    {
        let header = Header {
            channel_mask: 0x600,
            frames: Some(0),
            settings: Settings {
                threshold: Threshold::from_dbfs(-56.3),
                points: 64,
                curves: 1,
                detector,
                max_length: MaxLength { curve: 7, hold: 70_000 },
                stereo,
                ..Settings::default()
            },
            ..Header::new(192_000, 2, &Codebook::standard())
        };
        let bytes = write(header.clone(), &[vec![], vec![]]);
        assert_eq!(*Reader::new(&bytes[..]).unwrap().header(), header);
        let totals = Totals { frames: 0, records: vec![0, 0] };
        assert_eq!(read(&bytes).unwrap().1, Some(totals));
    }
}

#[test]
fn a_file_cut_anywhere_yields_its_whole_chunks() {
    // Enough records for several chunks of each stream.
    let stream = |ordinal| -> Vec<Record> {
        (0..40_000).map(|i| Record::curve(ordinal, 1, i as i16)).collect()
    };
    let streams = [stream(5), stream(6)];
    let bytes = write(header(2), &streams);
    let mut cuts: Vec<usize> = (0..200).collect();
    cuts.extend((200..bytes.len()).step_by(4099));
    cuts.extend(bytes.len() - 60..bytes.len());
    let mut most = 0;
    for cut in cuts {
        match read(&bytes[..cut]) {
            Ok((read, totals)) => {
                assert!(cut >= 64, "{cut}");
                assert_eq!(totals, None, "{cut}");
                for (read, written) in read.iter().zip(&streams) {
                    assert!(written.starts_with(read), "{cut}");
                    // No more is missing than one chunk of each stream.
                    assert!(read.len() * 10 + 50_000 > cut, "{cut}");
                }
                most = most.max(read[1].len());
            }
            Err(error) => {
                assert!(cut < 64, "{cut}: {error}");
                let expected = if cut < 8 { "not an .extrema file" } else { "within its header" };
                assert!(error.to_string().contains(expected), "{cut}: {error}");
            }
        }
    }
    assert_eq!(most, 40_000);
}

#[test]
fn any_flipped_bit_is_an_error() {
    let bytes = example();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&bytes).is_err(), "bit {bit}");
    }
}

#[test]
fn errors_give_the_position() {
    let mut bytes = example();
    // A bit of the last record.
    bytes[0x62] ^= 1;
    let error = read(&bytes).unwrap_err();
    assert!(matches!(error, ContainerError::Damaged { position: 0x40, .. }), "{error}");

    // A record of length 0 under a valid checksum.
    let mut bytes = example();
    bytes[0x5a..0x5d].copy_from_slice(&[0, 0, 0]);
    seal(&mut bytes, 0x40);
    let error = read(&bytes).unwrap_err();
    assert!(matches!(error, ContainerError::Damaged { position: 0x59, .. }), "{error}");

    // A second stream in a mono file.
    let mut bytes = example();
    bytes[0x41] = 1;
    seal(&mut bytes, 0x40);
    let error = read(&bytes).unwrap_err();
    assert!(matches!(error, ContainerError::Damaged { position: 0x40, .. }), "{error}");
}

/// A chunk of stream 0, plain.
fn chunk(kind: u8, count: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, 0, 0, 0];
    bytes.extend(count.to_le_bytes());
    bytes.extend((payload.len() as u32).to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(payload);
    seal(&mut bytes, 0);
    bytes
}

/// Recomputes the checksums of the chunk at an offset.
fn seal(bytes: &mut [u8], at: usize) {
    let size = u32::from_le_bytes(bytes[at + 8..at + 12].try_into().unwrap()) as usize;
    let payload = crc32fast::hash(&bytes[at + 20..at + 20 + size]);
    bytes[at + 12..at + 16].copy_from_slice(&payload.to_le_bytes());
    let head = crc32fast::hash(&bytes[at..at + 16]);
    bytes[at + 16..at + 20].copy_from_slice(&head.to_le_bytes());
}

/// Recomputes the checksum of the header.
fn seal_header(bytes: &mut [u8]) {
    let checksum = crc32fast::hash(&bytes[..60]);
    bytes[60..64].copy_from_slice(&checksum.to_le_bytes());
}

#[test]
fn reserved_bytes_must_be_zero() {
    // In the header, the chunk of records, and the end chunk with its meaningless stream.
    for (at, chunk) in [(47, None), (0x43, Some(0x40)), (0x64, Some(0x63)), (0x66, Some(0x63))] {
        for value in [1, 0x80] {
            let mut bytes = example();
            bytes[at] = value;
            match chunk {
                Some(chunk) => seal(&mut bytes, chunk),
                None => seal_header(&mut bytes),
            }
            let error = read(&bytes).unwrap_err();
            let expected = chunk.unwrap_or(at) as u64;
            assert!(
                matches!(error, ContainerError::Damaged { position, .. } if position == expected),
                "{at}: {error}"
            );
            assert!(error.to_string().contains("reserved"), "{error}");
        }
    }
}

#[test]
fn a_channel_mask_has_a_bit_for_each_channel_or_none() {
    for (channels, mask, is_valid) in [
        (1, 0, true),
        (1, 4, true),
        (1, 3, false),
        (2, 0, true),
        (2, 3, true),
        (2, 0x8000_0001, true),
        (2, 1, false),
        (2, 7, false),
        (40, 0, true),
        (40, u32::MAX, false),
    ] {
        let header = Header { channel_mask: mask, ..header(channels) };
        let streams = vec![vec![]; usize::from(channels)];
        if is_valid {
            let bytes = write(header.clone(), &streams);
            assert_eq!(*Reader::new(&bytes[..]).unwrap().header(), header);
            continue;
        }
        let error = Writer::new(Vec::new(), header.clone()).unwrap_err();
        assert!(matches!(error, ContainerError::Unwritable(_)), "{channels}, {mask:x}: {error}");
        let mut bytes = write(Header { channel_mask: 0, ..header }, &streams);
        bytes[56..60].copy_from_slice(&mask.to_le_bytes());
        seal_header(&mut bytes);
        let error = Reader::new(&bytes[..]).unwrap_err();
        assert!(matches!(error, ContainerError::Damaged { position: 56, .. }), "{error}");
    }
}

#[test]
fn absurd_sample_rates_are_neither_written_nor_read() {
    for (rate, is_valid) in [
        (0, false),
        (1, false),
        (199, false),
        (200, true),
        (8000, true),
        (768_000, true),
        (4_000_000, true),
        (4_000_001, false),
        (u32::MAX, false),
    ] {
        let written = Writer::new(Vec::new(), Header { sample_rate: rate, ..header(1) });
        assert_eq!(written.is_ok(), is_valid, "{rate}");
        let mut bytes = example();
        bytes[12..16].copy_from_slice(&u32::to_le_bytes(rate));
        seal_header(&mut bytes);
        match Reader::new(&bytes[..]) {
            Ok(_) => assert!(is_valid, "{rate}"),
            Err(error) => {
                assert!(!is_valid, "{rate}");
                assert!(matches!(error, ContainerError::Damaged { position: 12, .. }), "{error}");
            }
        }
    }
}

#[test]
fn a_stream_beyond_the_length_in_the_header_is_damage_before_it_is_returned() {
    // The example has a line of 4 frames, a hold of 3 and a half cosine of 2.
    for (frames, position) in [(8, 0x5e), (7, 0x5e), (6, 0x59), (3, 0x54), (0, 0x54)] {
        let mut bytes = example();
        bytes[16] = frames;
        seal_header(&mut bytes);
        let mut reader = Reader::new(&bytes[..]).unwrap();
        let error = reader.read().unwrap_err();
        assert!(
            matches!(error, ContainerError::Damaged { position: at, .. } if at == position),
            "{frames}: {error}"
        );
    }
}

#[test]
fn chunks_can_be_read_again_in_any_order() {
    read_again(header(3));
}

/// Writes three streams behind a header, and reads their chunks again by their positions.
fn read_again(header: Header) {
    let streams =
        [5, 6, 7].map(|ordinal| (0..20_000).map(|i| Record::curve(ordinal, 1, i as i16)).collect());
    let bytes = write(header, &streams);
    let mut reader = Reader::new(Cursor::new(&bytes)).unwrap();
    let mut chunks = Vec::new();
    loop {
        let position = reader.position();
        let Some((stream, records)) = reader.read().unwrap() else { break };
        chunks.push((position, stream, records.to_vec()));
    }
    assert!(chunks.len() > 12, "{}", chunks.len());
    let mut reader = Reader::new(Cursor::new(&bytes)).unwrap();
    for step in [1, 5, 7, 11] {
        for i in 0..chunks.len() {
            let (position, stream, records) = &chunks[i * step % chunks.len()];
            assert_eq!(reader.read_at(*position).unwrap(), (*stream, &records[..]));
        }
    }
    for wrong in [0, 65, chunks[1].0 + 1, bytes.len() as u64, u64::MAX] {
        let mut reader = Reader::new(Cursor::new(&bytes)).unwrap();
        assert!(reader.read_at(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn as_many_channels_as_there_can_be_come_back() {
    let streams: Vec<Vec<Record>> =
        (1..=255).map(|number| vec![Record::curve(number, 9, i16::from(number))]).collect();
    let (read, totals) = read(&write(header(255), &streams)).unwrap();
    assert_eq!(read, streams);
    assert_eq!(totals.unwrap().frames, 9);
}

#[test]
fn an_absurd_chunk_size_is_an_error() {
    let mut bytes = example();
    bytes.truncate(0x54);
    bytes[0x48..0x4c].copy_from_slice(&u32::MAX.to_le_bytes());
    let head = crc32fast::hash(&bytes[0x40..0x50]);
    bytes[0x50..0x54].copy_from_slice(&head.to_le_bytes());
    assert!(read(&bytes).is_err());
}

#[test]
fn missing_records_are_an_error_at_the_end() {
    let bytes = example();
    // Without the chunk of records.
    let shortened = [&bytes[..0x40], &bytes[0x63..]].concat();
    assert!(read(&shortened).is_err());
    // An end chunk with another number of frames or records, or an index that there is not.
    for at in [0x77, 0x7f, 0x87] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        seal(&mut bytes, 0x63);
        let error = read(&bytes).unwrap_err();
        assert!(matches!(error, ContainerError::Damaged { position: 0x63, .. }), "{error}");
    }
}

#[test]
fn newer_versions_and_unknown_codebooks_are_named() {
    let mut newer = example();
    newer[8] = 2;
    let error = read(&newer).unwrap_err();
    assert!(matches!(error, ContainerError::NewerVersion { found: 2 }), "{error}");

    let mut other = example();
    other[0x20] = b'2';
    let checksum = crc32fast::hash(&other[..60]);
    other[60..64].copy_from_slice(&checksum.to_le_bytes());
    let error = Reader::new(&other[..]).unwrap_err();
    assert!(matches!(error, ContainerError::UnknownCodebook { .. }), "{error}");
    assert!(error.to_string().contains("extrema-2"), "{error}");
}

#[test]
fn a_file_is_decoded_with_the_codebook_it_was_encoded_with() {
    // The standard curves under other ordinals. The first two, line and half cosine, are fixed.
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    let second = Codebook::own(&rows);
    let wave: Vec<f64> = (0..20_000)
        .map(|i| f64::from(i) * 0.01)
        .map(|t| 0.4 * t.sin() + 0.2 * (t * 3.7).sin() + 0.1 * (t * 11.3).sin())
        .collect();

    let header = Header { codebook: second.clone(), ..header(1) };
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    let mut encoder = Encoder::offline(&second, Settings::default(), 44_100.0, 1);
    let mut direct = Decoder::new(&second, 1);
    let mut emit = |stream, records: &[Record]| {
        direct.push(stream, records);
        writer.write(stream, records).unwrap();
    };
    encoder.process(&[&wave], &mut emit);
    encoder.finish(&mut emit);
    let file = writer.finish().unwrap().0;

    let mut reader = Reader::new(&file[..]).unwrap();
    assert_eq!(reader.header().codebook, second);
    let (mut own, mut standard) =
        (Decoder::new(&reader.header().codebook, 1), Decoder::new(&Codebook::standard(), 1));
    while let Some((stream, records)) = reader.read().unwrap() {
        own.push(stream, records);
        standard.push(stream, records);
    }
    let [direct, own, standard] = [direct, own, standard].map(|mut decoder| {
        let mut samples = vec![0.0; wave.len()];
        assert_eq!(decoder.available(), wave.len());
        decoder.read(&mut [&mut samples], |_| ());
        samples
    });
    assert!(own == direct);
    assert!(standard != own);
    let noise =
        |decoded: &[f64]| -> f64 { wave.iter().zip(decoded).map(|(x, y)| (x - y) * (x - y)).sum() };
    assert!(noise(&own) * 10.0 < noise(&standard), "{} {}", noise(&own), noise(&standard));
}

#[test]
fn invalid_codebook_names_are_neither_written_nor_read() {
    for name in ["", "seventeen-letters", "naïve", "two words", "a\0b"] {
        let codebook = Codebook::new(name, Codebook::standard().curves().rows());
        let header = Header { codebook, ..header(1) };
        let error = Writer::new(Vec::new(), header).unwrap_err();
        assert!(matches!(error, ContainerError::Unwritable(_)), "{name:?}: {error}");
        assert!(error.to_string().contains("codebook name must be 1 to 16"), "{name:?}: {error}");
    }
    for name in ["a", "sixteen-letters!"] {
        let codebook = Codebook::new(name, Codebook::standard().curves().rows());
        let header = Header { codebook, ..header(1) };
        let file = write(header.clone(), &[vec![]]);
        assert_eq!(*Reader::new(&file[..]).unwrap().header(), header);
    }
    // Damage that the checksum covers: empty, not UTF-8, not ASCII, text after the end.
    for name in [&b""[..], b"extrema-\xff", "extrema-\u{e9}".as_bytes(), b"extrema-1\0x"] {
        let mut file = example();
        file[24..40].fill(0);
        file[24..24 + name.len()].copy_from_slice(name);
        let checksum = crc32fast::hash(&file[..60]);
        file[60..64].copy_from_slice(&checksum.to_le_bytes());
        let error = Reader::new(&file[..]).unwrap_err();
        assert!(matches!(error, ContainerError::Damaged { position: 24, .. }), "{error}");
    }
}

#[test]
fn streams_of_different_length_cannot_be_finished() {
    let mut writer = Writer::new(Vec::new(), header(2)).unwrap();
    writer.write(0, &RECORDS[..1]).unwrap();
    assert!(matches!(writer.finish(), Err(ContainerError::Unwritable(_))));

    let promised = Header { frames: Some(5), ..header(1) };
    let mut writer = Writer::new(Vec::new(), promised).unwrap();
    writer.write(0, &RECORDS[..1]).unwrap();
    assert!(matches!(writer.finish(), Err(ContainerError::Unwritable(_))));
    assert!(Writer::new(Vec::new(), header(0)).is_err());
}

fn any_record() -> impl Strategy<Value = Record> {
    prop_oneof![
        (1..=255_u8, 1..=u16::MAX, any::<i16>())
            .prop_map(|(ordinal, length, end)| Record::curve(ordinal, length, end)),
        (1..=u32::MAX).prop_map(Record::hold),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn records_come_back_with_their_holds_merged(
        records in prop::collection::vec(any_record(), 0..60),
        channels in 1..4_u8,
    ) {
        // Every stream has the same records, rotated, so that all are equally long.
        let streams: Vec<Vec<Record>> = (0..usize::from(channels))
            .map(|channel| {
                let mut records = records.clone();
                let middle = if records.is_empty() { 0 } else { channel % records.len() };
                records.rotate_left(middle);
                records
            })
            .collect();
        let (read, totals) = read(&write(header(channels), &streams)).unwrap();
        let totals = totals.unwrap();
        prop_assert_eq!(totals.frames, length(&records));
        for ((read, written), total) in read.iter().zip(&streams).zip(totals.records) {
            prop_assert_eq!(read.len() as u64, total);
            prop_assert_eq!(length(read), length(written));
            let curves = |records: &[Record]| -> Vec<Record> {
                records.iter().copied().filter(|record| record.ordinal() > 0).collect()
            };
            prop_assert_eq!(curves(read), curves(written));
            // No two holds in a row, unless the first has the maximum length.
            let full = Record::hold(u32::MAX);
            let merged = read.windows(2).all(|pair| {
                pair[0].ordinal() > 0 || pair[1].ordinal() > 0 || pair[0] == full
            });
            prop_assert!(merged);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..135_usize) {
        let _ = read(&bytes);
        let mut mixed = example();
        mixed.truncate(at);
        mixed.extend(bytes);
        let _ = read(&mixed);
    }
}
