//! Any bytes as an `.extrema` file: read, or refused with an error. What was read whole is written and
//! read again, plain and packed, and in parts.

use std::io::Cursor;

use extrema::codec::{HoldMerger, Record};
use extrema::container::{ContainerError, Header, Reader, Section, Writer};

const HEADER_BYTES: usize = 64;

const CHUNK_HEADER_BYTES: usize = 20;

/// Reads the bytes as they are, and with right checksums, without which nothing else is looked at.
pub fn run(bytes: &[u8]) {
    let _ = read(bytes);
    let repaired = with_checksums(bytes);
    let Ok((header, streams, Some(frames))) = read(&repaired) else { return };
    let mut merged: Vec<Vec<Record>> = streams.iter().map(|records| merged(records)).collect();
    if let Some(lead_in) = header.lead_in {
        let end = frames.saturating_add(lead_in.into());
        merged.iter_mut().for_each(|records| leave_out_hold_behind(end, records));
    }
    let write = |mut writer: Writer<Vec<u8>>| {
        for (number, records) in streams.iter().enumerate() {
            let (first, rest) = records.split_at(records.len() / 2);
            writer.write(number, first).expect("records that were read");
            // Not within a hold, which would become two.
            if matches!((first.last(), rest.first()), (Some(a), Some(b)) if !a.is_hold() || !b.is_hold())
            {
                writer.flush().expect("records that were read");
            }
            writer.write(number, rest).expect("records that were read");
        }
        let (written, _) = writer.finish_at(frames).expect("streams of the same length");
        let again = read(&written).expect("a file that was just written");
        assert_eq!(again, (header.clone(), merged.clone(), Some(frames)));
        read_part(&written, frames);
    };
    write(Writer::new(Vec::new(), header.clone()).expect("a header that was read"));
    #[cfg(feature = "pack")]
    write(Writer::packed(Vec::new(), header.clone()).expect("a header that was read"));
    read_part(&repaired, frames);
}

/// Reads from the middle of a complete file on.
fn read_part(bytes: &[u8], frames: u64) {
    let mut reader = Reader::new(Cursor::new(bytes)).expect("a header that was read");
    let found = reader.index().expect("no errors of a slice");
    let index = reader.scan(|_, _| ()).expect("a file that was read");
    // Behind the end there may be anything.
    if reader.position() == bytes.len() as u64 {
        assert!(found.is_none_or(|found| found == index));
    }
    let mut section = Section::new(reader, &index, frames / 2..frames).expect("a good index");
    let needed = u64::from(section.lead_in()) + (frames - frames / 2);
    for stream in 0..index.streams.len() {
        let mut length = 0_u64;
        while length < needed {
            let records = section.read(stream).expect("a good index");
            assert!(!records.is_empty());
            length = records.iter().fold(length, |sum, x| sum.saturating_add(x.length().into()));
        }
    }
}

/// A file's header, its records by stream, and its length in frames if it is complete.
type Contents = (Header, Vec<Vec<Record>>, Option<u64>);

fn read(bytes: &[u8]) -> Result<Contents, ContainerError> {
    let mut reader = Reader::new(bytes)?;
    assert!(reader.header().channels > 0 && reader.header().sample_rate > 0);
    let mut streams = vec![Vec::new(); reader.header().channels.into()];
    while let Some((stream, records)) = reader.read()? {
        assert!(records.iter().all(|record| record.length() > 0));
        streams[stream].extend_from_slice(records);
    }
    let header = reader.header().clone();
    if let Some(totals) = reader.totals() {
        let end = totals.frames.saturating_add(header.lead_in.unwrap_or(0).into());
        for (records, &count) in streams.iter().zip(&totals.records) {
            assert_eq!(records.len() as u64, count);
            let length = records.iter().map(|x| u64::from(x.length())).sum::<u64>();
            assert!(length == end || header.lead_in.is_some() && length > end);
        }
    }
    Ok((header, streams, reader.totals().map(|totals| totals.frames)))
}

/// The records of a stream as a writer stores them.
fn merged(records: &[Record]) -> Vec<Record> {
    let mut merger = HoldMerger::default();
    let mut merged: Vec<Record> = records.iter().filter_map(|x| merger.push(*x)).collect();
    merged.extend(merger.finish());
    merged
}

/// Takes away a hold at the end if all of it lies behind the end of an excerpt.
fn leave_out_hold_behind(end: u64, records: &mut Vec<Record>) {
    let length = |records: &[Record]| records.iter().map(|x| u64::from(x.length())).sum::<u64>();
    if let Some((last, before)) = records.split_last()
        && last.is_hold()
        && length(before) >= end
    {
        records.pop();
    }
}

/// The same bytes with the checksums that they would have to have.
fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let Some((header, mut rest)) = bytes.split_at_mut_checked(HEADER_BYTES) else { return bytes };
    put_checksum(header);
    while let Some((header, behind)) = rest.split_at_mut_checked(CHUNK_HEADER_BYTES) {
        let size = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
        let (payload, behind) = behind.split_at_mut(size.min(behind.len()));
        header[12..16].copy_from_slice(&crc32fast::hash(payload).to_le_bytes());
        put_checksum(header);
        rest = behind;
    }
    bytes
}

/// Replaces the last four bytes by the checksum of those before.
fn put_checksum(bytes: &mut [u8]) {
    let (covered, checksum) = bytes.split_at_mut(bytes.len() - 4);
    checksum.copy_from_slice(&crc32fast::hash(covered).to_le_bytes());
}
