//! Any bytes as a raw stream: read record by record and drawn, whatever the records say.

use std::io::{self, Read};

use extrema::codec::{Codebook, Decoder, HoldMerger, Record};
use extrema::container::raw::{RawReader, RawWriter};

/// Drawn at most, since a single record can last a day.
const MAX_FRAMES: usize = 1 << 12;

/// Reads the bytes at once and byte by byte, writes and draws the records.
pub fn run(bytes: &[u8]) {
    let (records, is_whole) = read(bytes);
    assert_eq!((records.clone(), is_whole), read(ByteByByte(bytes)));
    let whole = records.iter().flat_map(|record| record.to_bytes());
    assert!(whole.eq(bytes.iter().copied().take(records.len() * Record::BYTES)));
    assert!(!is_whole || bytes.len() == records.len() * Record::BYTES);

    let mut writer = RawWriter::new(Vec::new());
    writer.write(&records).expect("records are written to memory");
    let written = writer.finish().expect("records are written to memory");
    let mut merger = HoldMerger::default();
    let mut merged: Vec<Record> = records.iter().filter_map(|x| merger.push(*x)).collect();
    merged.extend(merger.finish());
    assert_eq!(read(&written[..]), (merged, true));

    let codebook = Codebook::standard();
    let mut whole = Decoder::new(&codebook, 1);
    let mut parts = Decoder::new(&codebook, 1);
    whole.push(0, &records);
    parts.push(0, &records);
    let frames = whole.available().min(MAX_FRAMES);
    let mut drawn = [vec![0.0; frames], vec![0.0; frames]];
    let [at_once, in_parts] = &mut drawn;
    whole.read(&mut [at_once], |_| ());
    let sizes = bytes.iter().map(|&byte| usize::from(byte) + 1).cycle();
    let mut rest = &mut in_parts[..];
    for size in sizes.take(frames) {
        let (part, behind) = rest.split_at_mut(size.min(rest.len()));
        parts.read(&mut [part], |_| ());
        rest = behind;
    }
    assert!(drawn[0].iter().all(|x| x.abs() < 16.0));
    assert!(drawn[0].iter().map(|x| x.to_bits()).eq(drawn[1].iter().map(|x| x.to_bits())));
}

/// All records before the first error, and whether there was none.
fn read(input: impl Read) -> (Vec<Record>, bool) {
    let mut reader = RawReader::new(input);
    let mut all = Vec::new();
    loop {
        match reader.read() {
            Ok(Some(records)) => all.extend_from_slice(records),
            Ok(None) => return (all, true),
            Err(_) => return (all, false),
        }
    }
}

/// A slow input.
struct ByteByByte<'a>(&'a [u8]);

impl Read for ByteByByte<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(1);
        self.0.read(&mut buffer[..count])
    }
}
