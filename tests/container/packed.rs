//! Packed records: the same records in less space, and refused wherever they are damaged.

use extrema::codec::{Codebook, Encoder, Record, Settings};
use extrema::container::{ContainerError, Header, Reader, Writer};
use proptest::prelude::*;
use test_signals::{Random, chords};

use super::{CHUNK, any_record, chunk, header, length, read, seal};

const HEAD: usize = 20;

fn packed(header: Header, streams: &[Vec<Record>]) -> Vec<u8> {
    let mut writer = Writer::packed(Vec::new(), header).unwrap();
    for (number, records) in streams.iter().enumerate() {
        for some in records.chunks(1000) {
            writer.write(number, some).unwrap();
        }
    }
    writer.finish().unwrap().0
}

/// Records of music.
fn music(frames: usize) -> Vec<Record> {
    let wave = chords(44_100.0, frames, 3);
    let mut encoder = Encoder::offline(&Codebook::standard(), Settings::default(), 44_100.0, 1);
    let mut records = Vec::new();
    encoder.process(&[&wave], &mut |_, more: &[Record]| records.extend_from_slice(more));
    encoder.finish(&mut |_, more: &[Record]| records.extend_from_slice(more));
    records
}

#[test]
fn music_takes_less_than_two_thirds_and_comes_back() {
    let records = vec![music(60_000)];
    let plain = super::write(header(1), &records);
    let bytes = packed(header(1), &records);
    assert_eq!(bytes[CHUNK..CHUNK + 4], [1, 0, 1, 0]);
    assert!(bytes.len() * 3 < plain.len() * 2, "{} of {}", bytes.len(), plain.len());
    assert_eq!(read(&bytes).unwrap(), read(&plain).unwrap());
}

#[test]
fn many_records_make_several_chunks() {
    let mut random = Random::new(5);
    let mut next = |of: u64| random.bits() % of;
    let records: Vec<Record> = (0..200_000)
        .map(|_| Record::curve(next(255) as u8 + 1, next(70) as u16 + 1, next(65_536) as i16))
        .collect();
    let bytes = packed(header(1), std::slice::from_ref(&records));
    let mut reader = Reader::new(&bytes[..]).unwrap();
    let mut count = 0;
    let mut all = Vec::new();
    while let Some((_, more)) = reader.read().unwrap() {
        count += 1;
        all.extend_from_slice(more);
    }
    assert_eq!(count, 4);
    assert!(all == records);
}

#[test]
fn extreme_levels_and_lengths_come_back() {
    let levels = [i16::MIN, i16::MAX, 0, -1, 1, i16::MIN, i16::MIN, 4, 7, 8, -8, 12_345, -12_345];
    let mut records = Vec::new();
    for (number, &a) in levels.iter().enumerate() {
        for &b in &levels {
            records.push(Record::curve(255, u16::MAX, a));
            records.push(Record::hold(u32::MAX - number as u32));
            records.push(Record::curve(1, 1, b));
            records.push(Record::curve(17, 256, b));
        }
    }
    let bytes = packed(header(1), std::slice::from_ref(&records));
    assert_eq!(bytes[CHUNK + 2], 1, "packed");
    assert_eq!(read(&bytes).unwrap().0, [records]);
}

#[test]
fn a_chunk_that_would_grow_stays_plain() {
    let records = vec![Record::curve(9, 4, 77), Record::hold(3)];
    let bytes = packed(header(1), std::slice::from_ref(&records));
    assert_eq!(bytes[CHUNK..CHUNK + 4], [1, 0, 0, 0]);
    assert_eq!(read(&bytes).unwrap().0, [records]);
}

#[test]
fn any_flipped_bit_is_an_error() {
    let bytes = packed(header(1), &[music(4_000)]);
    for bit in (CHUNK * 8..bytes.len() * 8).step_by(5) {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&bytes).is_err(), "bit {bit}");
    }
    for cut in CHUNK..bytes.len() {
        assert_eq!(read(&bytes[..cut]).unwrap().1, None, "{cut}");
    }
}

/// A file of one packed chunk with these columns, whose levels are as they are.
fn of_columns(count: u32, columns: &[Vec<u8>]) -> Vec<u8> {
    of_unit_and_columns(0, count, columns)
}

fn of_unit_and_columns(unit: u8, count: u32, columns: &[Vec<u8>]) -> Vec<u8> {
    let mut payload = vec![unit];
    for column in columns {
        let frame = match column.is_empty() {
            true => Vec::new(),
            false => zstd::bulk::compress(column, 3).unwrap(),
        };
        payload.extend((frame.len() as u32).to_le_bytes());
        payload.extend(frame);
    }
    of_payload(count, &payload)
}

fn of_payload(count: u32, payload: &[u8]) -> Vec<u8> {
    let file = super::write(header(1), &[vec![]]);
    let mut records = chunk(1, count, payload);
    records[2] = 1;
    seal(&mut records, 0);
    [&file[..CHUNK], &records].concat()
}

fn refusal(bytes: &[u8]) -> String {
    match read(bytes) {
        Err(ContainerError::Damaged { position: 64, reason }) => reason,
        other => panic!("{other:?}"),
    }
}

/// A curve of 3 samples, a hold of 5, a curve of 300.
fn columns() -> Vec<Vec<u8>> {
    let mut columns = vec![Vec::new(); 10];
    columns[0] = vec![3, 0, 44];
    columns[1] = vec![0, 0, 1];
    columns[2] = vec![5, 0, 0, 0];
    columns[4] = vec![7];
    columns[7] = vec![9];
    // To −100, which is 22 for 0b110 and four bits below; and on to −105.
    columns[8] = vec![2 * 22 + 1, 2 * 5];
    columns[9] = vec![0b0100];
    columns
}

#[test]
fn columns_made_by_hand_are_understood() {
    let read = read(&of_columns(3, &columns())).unwrap().0;
    let expected = [Record::curve(7, 3, -100), Record::hold(5), Record::curve(9, 300, -105)];
    assert_eq!(read, [expected]);
    let read = super::read(&of_unit_and_columns(3, 3, &columns())).unwrap().0;
    let expected = [Record::curve(7, 3, -800), Record::hold(5), Record::curve(9, 300, -840)];
    assert_eq!(read, [expected]);
}

#[test]
fn levels_that_are_multiples_of_a_power_of_two_take_less() {
    let fine = music(60_000);
    let size = |records: &[Record]| packed(header(1), &[records.to_vec()]).len();
    let mut sizes = vec![size(&fine)];
    for unit in [1, 4, 8, 15] {
        let coarse = |record: &Record| match record.is_hold() {
            true => *record,
            false => {
                let end = record.end(0) >> unit << unit;
                Record::curve(record.ordinal(), record.length() as u16, end)
            }
        };
        let coarse: Vec<Record> = fine.iter().map(coarse).collect();
        assert_eq!(read(&packed(header(1), std::slice::from_ref(&coarse))).unwrap().0, [&*coarse]);
        sizes.push(size(&coarse));
    }
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
    assert!(sizes[2] < sizes[0] - fine.len() / 4, "{sizes:?} for {}", fine.len());
}

#[test]
fn damaged_columns_under_right_checksums_are_named() {
    let good = columns();
    let change = |number: usize, column: &[u8]| {
        let mut columns = good.clone();
        columns[number] = column.to_vec();
        refusal(&of_columns(3, &columns))
    };
    for (number, column, words) in [
        (0, &[3, 0][..], "size"),
        (0, &[3, 0, 44, 1], "damaged"),
        (1, &[], "size"),
        (2, &[0; 4], "length 0"),
        (2, &[5, 0, 0, 0, 1], "damaged"),
        (3, &[1], "damaged"),
        (4, &[0], "ordinal 0"),
        (8, &[114, 10], "range"),
        (8, &[255, 10], "range"),
        (9, &[], "size"),
    ] {
        let reason = change(number, column);
        assert!(reason.contains(words), "{number}, {column:?}: {reason}");
    }
    assert!(refusal(&of_unit_and_columns(16, 3, &good)).contains("unit"));
    assert!(refusal(&of_columns(2, &good)).contains("damaged"));
    assert!(refusal(&of_columns(4, &good)).contains("size"));
    assert!(refusal(&of_columns(209_716, &good)).contains("more records"));
    assert!(refusal(&of_columns(0, &vec![vec![]; 10])).contains("at least one"));
    assert!(refusal(&of_columns(3, &good[..9])).contains("ends within"));
    let more = [&good[..], &[vec![1]]].concat();
    assert!(refusal(&of_columns(3, &more)).contains("more than the columns"));
    let whole = of_columns(3, &good);
    for size in 0..whole.len() - CHUNK - HEAD {
        refusal(&of_payload(3, &whole[CHUNK + HEAD..][..size]));
    }
}

#[test]
fn a_column_that_claims_megabytes_is_refused_before_it_is_unpacked() {
    let mut columns = columns();
    columns[0] = vec![0; 8 << 20];
    assert!(of_columns(3, &columns).len() < 5_000);
    assert!(refusal(&of_columns(3, &columns)).contains("damaged"));
}

#[test]
fn random_columns_never_panic() {
    let mut random = Random::new(11);
    let whole = of_columns(3, &columns());
    let payload = &whole[CHUNK + HEAD..];
    for _ in 0..3000 {
        let mut payload = payload.to_vec();
        for _ in 0..1 + random.bits() % 3 {
            let at = random.bits() as usize % payload.len();
            payload[at] = random.bits() as u8;
        }
        let _ = read(&of_payload(random.bits() as u32 % 5, &payload));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn packed_is_plain(records in prop::collection::vec(any_record(), 0..400)) {
        let (plain, packed) = (
            super::write(header(1), std::slice::from_ref(&records)),
            packed(header(1), std::slice::from_ref(&records)),
        );
        prop_assert_eq!(read(&packed).unwrap(), read(&plain).unwrap());
        prop_assert_eq!(read(&packed).unwrap().1.unwrap().frames, length(&records));
    }
}
