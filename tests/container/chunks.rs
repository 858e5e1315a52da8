//! Chunks that this version does not know, and their order.

use extrema::codec::Codebook;
use extrema::container::{ContainerError, Header, Reader, Tags};

use super::{CHUNK, RECORDS, chunk, example, header, read, seal, write};

#[test]
fn unknown_chunks_that_can_be_skipped_are() {
    let bytes = example();
    let contents = read(&bytes).unwrap();
    for (kind, stream, encoding, reserved) in [(0x84, 0, 0, 0), (0xff, 200, 7, 9)] {
        let mut unknown = chunk(kind, 12, b"anything");
        unknown[1..4].copy_from_slice(&[stream, encoding, reserved]);
        seal(&mut unknown, 0);
        // Before the records, and before the end.
        for at in [CHUNK, 0x63] {
            let bytes = [&bytes[..at], &unknown, &unknown, &bytes[at..]].concat();
            assert_eq!(read(&bytes).unwrap(), contents, "{kind:x} at {at}");
            // It has to be whole all the same.
            for bit in at * 8..(at + unknown.len()) * 8 {
                let mut bytes = bytes.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                assert!(read(&bytes).is_err(), "{kind:x} at {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn unknown_chunks_that_matter_are_refused_with_the_remedy() {
    let bytes = example();
    for kind in [0, 5, 0x7f] {
        for at in [CHUNK, 0x63] {
            let bytes = [&bytes[..at], &chunk(kind, 0, b""), &bytes[at..]].concat();
            let error = read(&bytes).unwrap_err();
            let is_there = matches!(error, ContainerError::UnknownChunk { position, what: "kind", code }
                if position == at as u64 && code == kind);
            assert!(is_there, "{error}");
            assert!(error.to_string().contains("update Extrema"), "{error}");
        }
    }
    let mut bytes = example();
    bytes[CHUNK + 2] = 2;
    seal(&mut bytes, CHUNK);
    let error = read(&bytes).unwrap_err();
    let is_there =
        matches!(error, ContainerError::UnknownChunk { position: 64, what: "encoding", code: 2 });
    assert!(is_there, "{error}");
}

#[test]
fn chunks_come_in_one_order() {
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    let mut tags = Tags::default();
    tags.add("TITLE", "x").unwrap();
    let mut header = Header { codebook: Codebook::own(&rows), tags, lead_in: Some(2), ..header(1) };
    header.settings.zoom = 3;
    let bytes = write(header.clone(), &[RECORDS.to_vec()]);
    assert_eq!(*Reader::new(&bytes[..]).unwrap().header(), header);
    let mut chunks = Vec::new();
    let mut rest = &bytes[CHUNK..];
    while !rest.is_empty() {
        let size = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        let (first, behind) = rest.split_at(20 + size);
        chunks.push(first);
        rest = behind;
    }
    assert_eq!(chunks.iter().map(|chunk| chunk[0]).collect::<Vec<_>>(), [3, 0x81, 0x82, 4, 1, 2]);
    for i in 0..4 {
        for j in 0..5 {
            // Chunk i, once more behind chunk j.
            let mut order: Vec<usize> = (0..6).collect();
            order.insert(j + 1, i);
            let chunks: Vec<&[u8]> = order.into_iter().map(|number| chunks[number]).collect();
            let error = read(&[&bytes[..CHUNK], &chunks.concat()].concat()).unwrap_err();
            assert!(error.to_string().contains("out of place"), "{i}, {j}: {error}");
        }
    }
}

#[test]
fn a_chunk_of_no_records_is_damaged() {
    let bytes = example();
    let bytes = [&bytes[..0x63], &chunk(1, 0, b""), &bytes[0x63..]].concat();
    assert!(read(&bytes).unwrap_err().to_string().contains("at least one"));
}
