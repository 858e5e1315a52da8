//! Excerpts of longer streams, which may begin and end within a record.

use extrema::codec::{Codebook, Decoder, Record};
use extrema::container::{ContainerError, Header, MAX_LEAD_IN, Reader, Writer};

use super::{CHUNK, header, length, read, seal};

/// Two streams whose records nowhere begin together.
fn streams() -> [Vec<Record>; 2] {
    [
        vec![Record::curve(9, 40, 1000), Record::curve(80, 17, -600), Record::curve(3, 50, 20)],
        vec![Record::hold(5), Record::curve(200, 70, -3000), Record::curve(17, 30, 44)],
    ]
}

fn excerpt(lead_in: u32) -> Header {
    Header { lead_in: Some(lead_in), ..header(2) }
}

fn write(lead_in: u32, frames: u64) -> Result<Vec<u8>, ContainerError> {
    let mut writer = Writer::new(Vec::new(), excerpt(lead_in))?;
    for (number, records) in streams().iter().enumerate() {
        writer.write(number, records)?;
    }
    Ok(writer.finish_at(frames)?.0)
}

#[test]
fn an_excerpt_comes_back_with_its_lead_in_and_its_length() {
    let bytes = write(11, 80).unwrap();
    let mut reader = Reader::new(&bytes[..]).unwrap();
    while reader.read().unwrap().is_some() {}
    assert_eq!(*reader.header(), excerpt(11));
    let totals = reader.totals().unwrap();
    assert_eq!((totals.frames, &totals.records[..]), (80, &[3, 3][..]));
    assert_eq!(read(&bytes).unwrap().0, streams());
}

#[test]
fn an_excerpt_may_end_within_the_last_record_of_each_stream_and_not_before() {
    // The streams have 107 and 105 frames; their last records begin at 57 and 75.
    for (frames, is_valid) in [(105, true), (106, false), (76, true), (75, false), (0, false)] {
        assert_eq!(write(0, frames).is_ok(), is_valid, "written with {frames} frames");
        // Read, whatever has written it.
        let mut bytes = write(0, 100).unwrap();
        let end = bytes.len() - 20 - 32;
        bytes[end + 20..end + 28].copy_from_slice(&frames.to_le_bytes());
        seal(&mut bytes, end);
        assert_eq!(read(&bytes).is_ok(), is_valid, "read with {frames} frames");
    }
    // Without a stated length it ends with its shortest stream.
    let mut writer = Writer::new(Vec::new(), excerpt(11)).unwrap();
    for (number, records) in streams().iter().enumerate() {
        writer.write(number, records).unwrap();
    }
    assert_eq!(writer.finish().unwrap().1.frames, 105 - 11);
}

#[test]
fn holds_too_long_for_one_record_may_be_parted_behind_the_end() {
    let (first, second) = (Record::hold(27_000_847), Record::hold(u32::MAX - 5));
    let end = u64::from(u32::MAX - 5);
    let header = Header { lead_in: Some(0), ..header(1) };
    let mut parted = Writer::new(Vec::new(), header.clone()).unwrap();
    parted.write(0, &[first]).unwrap();
    parted.flush().unwrap();
    parted.write(0, &[second]).unwrap();
    let (parted, _) = parted.finish_at(end).unwrap();
    assert_eq!(read(&parted).unwrap().0, [vec![first, second]]);

    let mut merged = Writer::new(Vec::new(), header).unwrap();
    merged.write(0, &[first, second]).unwrap();
    let (merged, totals) = merged.finish_at(end).unwrap();
    assert_eq!((totals.frames, totals.records), (end, vec![1]));
    assert_eq!(read(&merged).unwrap().0, [vec![Record::hold(u32::MAX)]]);
}

#[test]
fn a_lead_in_is_refused_where_and_as_it_cannot_be() {
    assert!(Writer::new(Vec::new(), excerpt(MAX_LEAD_IN)).is_ok());
    assert!(Writer::new(Vec::new(), excerpt(MAX_LEAD_IN + 1)).is_err());
    let known = Header { frames: Some(9), ..excerpt(1) };
    assert!(matches!(Writer::new(Vec::new(), known), Err(ContainerError::Unwritable(_))));

    let bytes = write(11, 80).unwrap();
    let chunk = &bytes[CHUNK..CHUNK + 24];
    assert_eq!(chunk[0], 4);
    let (before, behind) = (&bytes[..CHUNK], &bytes[CHUNK + 24..]);
    let records = 20 + 15;
    let twice = [before, chunk, chunk, behind].concat();
    let late = [before, &behind[..records], chunk, &behind[records..]].concat();
    let mut long = bytes.clone();
    long[CHUNK + 20..CHUNK + 24].copy_from_slice(&(MAX_LEAD_IN + 1).to_le_bytes());
    seal(&mut long, CHUNK);
    for (bytes, at) in [(twice, CHUNK + 24), (late, CHUNK + records), (long, CHUNK)] {
        let error = read(&bytes).unwrap_err();
        let is_there =
            matches!(error, ContainerError::Damaged { position, .. } if position == at as u64);
        assert!(is_there, "{at}: {error}");
        assert!(error.to_string().contains("lead-in"), "{error}");
    }
}

#[test]
fn flushing_makes_what_was_written_whole_chunks_and_changes_no_sample() {
    let holds: Vec<Record> = (1..50).map(Record::hold).collect();
    let decode = |bytes: &[u8]| {
        let (streams, _) = read(bytes).unwrap();
        let mut decoder = Decoder::new(&Codebook::standard(), 1);
        decoder.push(0, &streams[0]);
        let mut samples = vec![0.0; length(&streams[0]) as usize];
        decoder.read(&mut [&mut samples], |_| ());
        samples
    };
    let mut flushed = Writer::new(Vec::new(), header(1)).unwrap();
    let mut plain = Writer::new(Vec::new(), header(1)).unwrap();
    for (record, index) in streams()[0].iter().chain(&holds).zip(1_u64..) {
        flushed.write(0, &[*record]).unwrap();
        plain.write(0, &[*record]).unwrap();
        flushed.flush().unwrap();
        let so_far = read(flushed.output()).unwrap().0;
        assert_eq!(so_far[0].len() as u64, index, "a record that was flushed is missing");
    }
    assert_eq!(decode(&flushed.finish().unwrap().0), decode(&plain.finish().unwrap().0));
}
