//! What all records of a file show: how long they are, where they lie, and which of them are in a passage.

use std::ops::Range;

use extrema::codec::Record;

use super::lengths::LengthRange;
use super::over_time::Intervals;
use crate::encoded_file::EncodedFile;

/// What all records of a file show.
pub struct Survey {
    pub lengths: Vec<LengthRange>,
    /// Of the records in each interval.
    pub bits: Vec<f64>,
    /// The first frame of the record that ends on the level farthest from 0.
    pub loudest: u64,
}

/// A record in its place.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    pub stream: usize,
    /// Its first frame; before the first of the file if it belongs to an excerpt's lead-in.
    pub position: i64,
    /// The level on which it starts.
    pub start: i16,
    pub record: Record,
}

impl Survey {
    pub fn of(file: &mut EncodedFile, intervals: Intervals) -> anyhow::Result<Self> {
        let mut lengths: Vec<LengthRange> = Vec::new();
        let mut bits = vec![0.0; intervals.count()];
        let (mut highest, mut loudest) = (0, 0);
        for_each(file, |placed| {
            let Placed { position, start, record, .. } = placed;
            let number = LengthRange::number_of(record.length());
            while lengths.len() <= number {
                lengths.push(LengthRange::empty(lengths.len()));
            }
            let count = &mut lengths[number];
            if record.is_hold() {
                count.holds += 1
            } else {
                count.curves += 1
            }
            let level = record.end(start).unsigned_abs();
            if level > highest && position >= 0 {
                (highest, loudest) = (level, position as u64);
            }
            let end = position.saturating_add(record.length().into()).max(0) as u64;
            let per_frame = (8 * Record::BYTES) as f64 / f64::from(record.length());
            for (interval, frames) in intervals.parts(position.max(0) as u64..end) {
                bits[interval] += frames as f64 * per_frame;
            }
            Ok(())
        })?;
        Ok(Self { lengths, bits, loudest })
    }
}

/// The records of the first `streams` streams that stand for any of some frames.
pub fn passage(
    file: &mut EncodedFile,
    frames: Range<u64>,
    streams: usize,
) -> anyhow::Result<Vec<Placed>> {
    let mut found = Vec::new();
    for_each(file, |placed| {
        let end = placed.position.saturating_add(placed.record.length().into());
        let is_within = placed.position < frames.end as i64 && end > frames.start as i64;
        if placed.stream < streams && is_within {
            found.push(placed);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Calls `on_record` for all records in the order of the file.
pub fn for_each(
    file: &mut EncodedFile,
    mut on_record: impl FnMut(Placed) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // Position and level at which the next record of each stream starts. An excerpt has records
    // before its first frame.
    let lead_in = file.header().and_then(|header| header.lead_in).unwrap_or(0);
    let mut starts = vec![(-i64::from(lead_in), 0_i16); file.channels()];
    file.for_each_record(|stream, records| {
        let (position, start) = &mut starts[stream];
        for &record in records {
            on_record(Placed { stream, position: *position, start: *start, record })?;
            *position = position.saturating_add(record.length().into());
            *start = record.end(*start);
        }
        Ok(())
    })
}
