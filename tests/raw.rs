//! The headerless stream: a hand-made one with a known decode, and damaged ones.

use extrema::codec::{Codebook, Decoder, Record, level_to_sample};
use extrema::container::raw::{RawError, RawReader, RawWriter};

/// The example of `docs/FORMAT.md`: a line of 4 samples to 100, a hold of 3, a half cosine of 2
/// samples to −100 (0xff9c).
const BYTES: [u8; 15] = [1, 4, 0, 100, 0, 0, 3, 0, 0, 0, 2, 2, 0, 0x9c, 0xff];

const RECORDS: [Record; 3] = [Record::curve(1, 4, 100), Record::hold(3), Record::curve(2, 2, -100)];

fn read(bytes: &[u8]) -> Result<Vec<Record>, RawError> {
    RawReader::new(bytes).collect()
}

#[test]
fn a_hand_made_stream_has_its_known_decode() {
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
        assert_eq!(reader.next().unwrap().unwrap(), RECORDS[0]);
        let error = reader.next().unwrap().unwrap_err();
        assert!(matches!(error, RawError::ZeroLength { position: 5 }), "{error}");
        assert!(reader.next().is_none());
    }
}
