//! Raw streams: a hand-made one with a known result, long ones, and damaged ones.

use std::io::{self, Read};

use extrema::codec::{Codebook, Decoder, Record, level_to_sample};
use extrema::container::raw::{RawError, RawReader, RawWriter};

/// The example of `docs/FORMAT.md`: a line of 4 samples to 100, a hold of 3, a half cosine of 2
/// samples to −100 (0xff9c).
const BYTES: [u8; 15] = [1, 4, 0, 100, 0, 0, 3, 0, 0, 0, 2, 2, 0, 0x9c, 0xff];

const RECORDS: [Record; 3] = [Record::curve(1, 4, 100), Record::hold(3), Record::curve(2, 2, -100)];

fn read(bytes: &[u8]) -> Result<Vec<Record>, RawError> {
    let mut reader = RawReader::new(bytes);
    let mut all = Vec::new();
    while let Some(records) = reader.read()? {
        all.extend_from_slice(records);
    }
    Ok(all)
}

#[test]
fn a_hand_made_stream_decodes_to_known_samples() {
    assert_eq!(read(&BYTES).unwrap(), RECORDS);
    let mut decoder = Decoder::new(&Codebook::standard(), 1);
    decoder.push(0, &read(&BYTES).unwrap());
    assert_eq!(decoder.available(), 9);
    let mut samples = [0.0; 9];
    decoder.read(&mut [&mut samples], |_| ());
    // The line from 0 to 100 in quarters, ending on its last sample; the hold at 100; the half
    // cosine from 100 to −100, at t = ½ half-way, at t = 1 on its end.
    let levels = [25.0, 50.0, 75.0, 100.0, 100.0, 100.0, 100.0, 0.0, -100.0];
    for (sample, level) in samples.into_iter().zip(levels) {
        assert!((sample - level / 32_767.0).abs() < 1e-17, "{sample} for {level}");
    }
    assert_eq!(samples[8], level_to_sample(-100));
}

#[test]
fn writing_gives_the_same_bytes_and_merges_holds() {
    let mut writer = RawWriter::new(Vec::new());
    for record in [
        RECORDS[0],
        Record::hold(1),
        Record::hold(2),
        RECORDS[2],
        Record::hold(u32::MAX),
        Record::hold(5),
    ] {
        writer.write(&[record]).unwrap();
    }
    let bytes = writer.finish().unwrap();
    assert_eq!(bytes[..15], BYTES);
    assert_eq!(bytes[15..], [0, 255, 255, 255, 255, 0, 5, 0, 0, 0]);
}

/// More records than are read or written at a time: they come back in order, whatever the slices,
/// and all of them in front of an error are returned before it.
#[test]
fn long_streams_come_back_whole_or_up_to_the_error() {
    const COUNT: usize = 10_000;
    let records: Vec<Record> = (0..COUNT).map(|i| Record::curve(3, 7, i as i16)).collect();
    let mut writer = RawWriter::new(Vec::new());
    for records in records.chunks(4099) {
        writer.write(records).unwrap();
    }
    let bytes = writer.finish().unwrap();
    assert_eq!(read(&bytes).unwrap(), records);

    for damaged in [0, 1, 4095, 4096, 4097, 8191, 8192, COUNT - 1] {
        let mut bytes = bytes.clone();
        bytes[damaged * 5 + 1] = 0;
        let mut reader = RawReader::new(&bytes[..]);
        let mut before = Vec::new();
        let error = loop {
            match reader.read() {
                Ok(records) => before.extend_from_slice(records.expect("an error, not the end")),
                Err(error) => break error,
            }
        };
        assert_eq!(before, records[..damaged]);
        let position = damaged as u64 * 5;
        assert!(matches!(error, RawError::ZeroLength { position: p } if p == position), "{error}");
    }
}

/// An input that fails after its bytes have been read.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("unplugged")),
            count => Ok(count),
        }
    }
}

#[test]
fn an_error_of_the_input_comes_after_the_records_before_it() {
    let mut reader = RawReader::new(Failing(&BYTES[..12]));
    assert_eq!(reader.read().unwrap(), Some(&RECORDS[..2]));
    let error = reader.read().unwrap_err();
    assert!(matches!(error, RawError::Io(_)), "{error}");
    assert_eq!(reader.read().unwrap(), None);
}

#[test]
fn a_stream_cut_short_says_where() {
    assert_eq!(read(&[]).unwrap(), []);
    for bytes in 1..5 {
        let error = read(&BYTES[..10 + bytes]).unwrap_err();
        assert!(
            matches!(error, RawError::CutShort { position: 10, bytes: b } if b == bytes),
            "{error}"
        );
    }
}

#[test]
fn a_length_of_zero_is_an_error_with_its_position() {
    for record in [[0, 0, 0, 0, 0], [9, 0, 0, 1, 2]] {
        let mut bytes = BYTES;
        bytes[5..10].copy_from_slice(&record);
        let mut reader = RawReader::new(&bytes[..]);
        assert_eq!(reader.read().unwrap(), Some(&RECORDS[..1]));
        let error = reader.read().unwrap_err();
        assert!(matches!(error, RawError::ZeroLength { position: 5 }), "{error}");
        assert_eq!(reader.read().unwrap(), None);
    }
}
