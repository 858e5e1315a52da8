//! The index, and parts of a file that are decoded without what comes before them.

use std::io::Cursor;
use std::ops::Range;

use extrema::codec::{Codebook, Decoder, Record};
use extrema::container::{ContainerError, Header, Index, Reader, Section, Writer};
use test_signals::Random;

use super::{chunk, example, header, length, read, seal};

/// Three streams of several chunks, of which one is silent for most of the time.
fn streams() -> Vec<Vec<Record>> {
    let mut random = Random::new(7);
    let mut curves = |count: usize, longest: u64| -> Vec<Record> {
        let mut next = |of: u64| random.bits() % of;
        (0..count)
            .map(|_| match next(12) {
                0 => Record::hold(next(longest) as u32 + 1),
                _ => Record::curve(
                    next(255) as u8 + 1,
                    next(longest) as u16 + 1,
                    next(20_000) as i16 - 10_000,
                ),
            })
            .collect()
    };
    let dense = curves(14_000, 30);
    let sparse = curves(300, 900);
    let mut silent = curves(9_000, 3);
    silent.push(Record::hold(100_000));
    silent.extend(curves(6_000, 3));
    let mut streams = vec![dense, silent, sparse];
    let longest = streams.iter().map(|records| length(records)).max().unwrap();
    for records in &mut streams {
        let rest = longest - length(records);
        if rest > 0 {
            records.push(Record::hold(rest as u32));
        }
    }
    streams
}

/// A file of these streams, written a little at a time, as they would come.
fn file<'a>(mut writer: Writer<Vec<u8>>, streams: &'a [Vec<Record>]) -> Vec<u8> {
    let mut rests: Vec<(usize, u64, &'a [Record])> =
        streams.iter().enumerate().map(|(number, records)| (number, 0, &records[..])).collect();
    while let Some((number, frame, rest)) =
        rests.iter_mut().filter(|rest| !rest.2.is_empty()).min_by_key(|rest| rest.1)
    {
        let (some, behind) = rest.split_at(rest.len().min(50));
        writer.write(*number, some).unwrap();
        *frame += length(some);
        *rest = behind;
    }
    writer.finish().unwrap().0
}

fn plain(header: Header) -> Vec<u8> {
    file(Writer::new(Vec::new(), header).unwrap(), &streams())
}

/// What streams decode to.
fn decode(records: &[Vec<Record>]) -> Vec<Vec<f64>> {
    let mut decoder = Decoder::new(&Codebook::standard(), records.len());
    for (number, records) in records.iter().enumerate() {
        decoder.push(number, records);
    }
    let mut samples = vec![vec![0.0; decoder.available()]; records.len()];
    let mut slices: Vec<&mut [f64]> = samples.iter_mut().map(Vec::as_mut_slice).collect();
    decoder.read(&mut slices, |_| ());
    samples
}

fn open(bytes: &[u8]) -> Reader<Cursor<&[u8]>> {
    Reader::new(Cursor::new(bytes)).unwrap()
}

/// What a part of a file decodes to.
fn decode_section(bytes: &[u8], index: &Index, frames: Range<u64>) -> Vec<Vec<f64>> {
    let mut section = Section::new(open(bytes), index, frames).unwrap();
    let frames = section.frames();
    let lead_in = section.lead_in() as usize;
    let end = lead_in as u64 + (frames.end - frames.start);
    let mut all = Vec::new();
    for stream in 0..index.streams.len() {
        let mut records = Vec::new();
        while length(&records) < end {
            let more = section.read(stream).unwrap();
            assert!(!more.is_empty(), "{frames:?} of stream {stream} has {}", length(&records));
            records.extend_from_slice(more);
        }
        all.push(records);
    }
    let mut samples = decode(&all);
    for samples in &mut samples {
        samples.truncate(end as usize);
        samples.drain(..lead_in);
    }
    samples
}

/// Decodes parts that begin and end anywhere, and where chunks and records do.
fn expect_parts_of_the_whole(bytes: &[u8], lead_in: u64) {
    let index = open(bytes).index().unwrap().expect("an index");
    let mut whole = decode(&streams());
    for samples in &mut whole {
        samples.drain(..lead_in as usize);
    }
    let length = index.frames;
    assert_eq!(whole[0].len() as u64, length);
    let mut random = Random::new(9);
    let mut ranges = vec![0..length, 0..1, 1..2, length - 1..length, 0..0, 500..500];
    ranges.extend([length..length, length - 3..length + 9, length + 5..length + 7]);
    for place in index.streams.iter().flatten() {
        let frame = place.frame.saturating_sub(lead_in);
        ranges.push(frame.saturating_sub(1)..frame + 2);
    }
    for _ in 0..12 {
        let from = random.bits() % length;
        ranges.push(from..from + random.bits() % 400);
    }
    for range in ranges {
        let part = decode_section(bytes, &index, range.clone());
        let within = range.start.min(length) as usize..range.end.min(length) as usize;
        for (part, whole) in part.iter().zip(&whole) {
            assert!(*part == whole[within.clone()], "{range:?}");
        }
    }
}

#[test]
fn a_part_is_decoded_to_the_samples_of_the_whole() {
    expect_parts_of_the_whole(&plain(header(3)), 0);
}

#[test]
fn a_part_of_an_excerpt_is_too() {
    expect_parts_of_the_whole(&plain(Header { lead_in: Some(1234), ..header(3) }), 1234);
}

#[cfg(feature = "pack")]
#[test]
fn a_part_of_a_packed_file_is_too() {
    let mut bytes = Writer::packed(Vec::new(), header(3)).unwrap();
    // More than a chunk.
    for (number, records) in streams().iter().enumerate() {
        let (first, rest) = records.split_at(records.len() / 3);
        bytes.write(number, first).unwrap();
        bytes.flush().unwrap();
        bytes.write(number, rest).unwrap();
    }
    expect_parts_of_the_whole(&bytes.finish().unwrap().0, 0);
}

#[test]
fn it_lists_what_reading_finds() {
    let bytes = plain(header(3));
    let index = open(&bytes).index().unwrap().unwrap();
    assert_eq!(open(&bytes).scan(|_, _| ()).unwrap(), index);
    assert!(index.streams.iter().all(|places| !places.is_empty()));
    assert!(index.streams[0].len() > 3 && index.streams[1].len() > 3);
    let mut reader = open(&bytes);
    let mut found = vec![Vec::new(); 3];
    while let Some((stream, _)) = reader.read().unwrap() {
        found[stream].push(reader.place());
        // Looking at it does not disturb reading.
        assert_eq!(reader.index().unwrap().unwrap(), index);
    }
    assert_eq!(found, index.streams);
    assert!(reader.is_complete());
}

#[test]
fn the_chunk_has_the_documented_bytes() {
    let mut writer = Writer::new(Vec::new(), header(1)).unwrap();
    writer.write(0, &[Record::curve(5, 1000, -2)]).unwrap();
    writer.flush().unwrap();
    writer.write(0, &[Record::hold(70_000)]).unwrap();
    writer.flush().unwrap();
    writer.write(0, &[Record::curve(5, 1, 3)]).unwrap();
    let bytes = writer.finish().unwrap().0;
    let index = 64 + 3 * 25;
    assert_eq!(bytes[index..index + 12], [0x83, 0, 0, 0, 3, 0, 0, 0, 54, 0, 0, 0]);
    let places = [
        [64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [89, 0, 0, 0, 0, 0, 0, 0, 0xe8, 3, 0, 0, 0, 0, 0, 0, 0xfe, 0xff],
        [114, 0, 0, 0, 0, 0, 0, 0, 0x58, 0x15, 1, 0, 0, 0, 0, 0, 0xfe, 0xff],
    ];
    assert_eq!(bytes[index + 20..index + 74], *places.as_flattened());
    // The end chunk says where it is.
    assert_eq!(bytes[index + 74 + 20 + 8..][..8], (index as u64).to_le_bytes());
}

#[test]
fn a_file_without_one_is_read_through() {
    // A chunk of each stream needs none.
    assert_eq!(open(&example()).index().unwrap(), None);
    let whole = plain(header(3));
    // Cut short, or with something behind it.
    for bytes in [&whole[..whole.len() - 1], &whole[..100_000], &[&whole[..], b"x"].concat()] {
        let mut reader = open(bytes);
        assert_eq!(reader.index().unwrap(), None);
        let index = reader.scan(|_, _| ()).unwrap();
        assert_eq!(index.totals.is_some(), bytes.len() > whole.len());
        let all = decode(&streams());
        let part = decode_section(bytes, &index, 1000..1100);
        assert!(part.iter().zip(&all).all(|(part, all)| *part == all[1000..1100]));
    }
}

#[test]
fn any_flipped_bit_is_an_error() {
    let bytes = plain(header(3));
    let start = open(&bytes).index().unwrap().unwrap().streams.iter().flatten().count() * 18;
    let end = bytes.len() - 20 - 40;
    for bit in ((end - start - 60) * 8..end * 8).step_by(41) {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        // It is not used, and the file is refused when it is read through.
        assert_eq!(open(&bytes).index().unwrap(), None, "bit {bit}");
        assert!(open(&bytes).scan(|_, _| ()).is_err(), "bit {bit}");
    }
}

/// A file whose index says something else, under right checksums.
fn with_place(number: usize, change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut bytes = plain(header(3));
    let places = open(&bytes).index().unwrap().unwrap().streams[0].len();
    let all: usize = 3 * 20 + 18 * open(&bytes).index().unwrap().unwrap().streams.concat().len();
    let start = bytes.len() - 60 - all;
    assert!(number < places);
    change(&mut bytes[start + 20 + 18 * number..][..18]);
    seal(&mut bytes, start);
    bytes
}

#[test]
fn an_index_that_lies_is_refused() {
    for (number, at) in [(1, 0), (1, 8), (1, 16), (0, 0), (0, 8), (0, 16)] {
        let bytes = with_place(number, |place| place[at] ^= 1);
        let error = read(&bytes).unwrap_err();
        assert!(error.to_string().contains("index"), "{number}, {at}: {error}");
    }
    // Without order, it is not used at all.
    for at in [7, 15] {
        let bytes = with_place(1, |place| place[at] = 0xff);
        assert_eq!(open(&bytes).index().unwrap(), None, "{at}");
    }
    // It leads to another stream's chunk, or to none.
    let index = open(&plain(header(3))).index().unwrap().unwrap();
    let other = index.streams[1][0].position;
    for (position, words) in [(other, "another stream"), (other + 1, "")] {
        let bytes = with_place(1, |place| place[..8].copy_from_slice(&position.to_le_bytes()));
        let Ok(Some(index)) = open(&bytes).index() else { continue };
        let frame = index.streams[0][1].frame;
        let error = Section::new(open(&bytes), &index, frame + 1..frame + 2).map(|_| ());
        let error = error.unwrap_err();
        assert!(matches!(error, ContainerError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    // One that the end chunk does not know of, and one that is not there.
    let bytes = example();
    let place = [64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let unknown = [&bytes[..0x63], &chunk(0x83, 1, &place), &bytes[0x63..]].concat();
    assert!(read(&unknown).unwrap_err().to_string().contains("index"));
    let mut missing = bytes.clone();
    missing[0x7f] = 64;
    seal(&mut missing, 0x63);
    assert!(read(&missing).unwrap_err().to_string().contains("index"));
    assert_eq!(open(&missing).index().unwrap(), None);
}
