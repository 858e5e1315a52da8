//! A stream's latest records, for loops to go round in.

use std::collections::VecDeque;

use super::block::MAX_SEGMENTS;
use super::record::Record;

/// Samples between two marks, at least.
const MARK_SAMPLES: u64 = 256;

/// Records between two marks, at most: what ends in [`MARK_SAMPLES`], and what ends in one block.
const MARK_RECORDS: usize = 256 + MAX_SEGMENTS;

/// The records of the last samples, up to a maximum; addressed by their number.
///
/// Recording is a copy of each block's records, and a mark now and then, from which a record is found by
/// its place.
#[derive(Debug)]
pub struct History {
    /// A ring, by number modulo its capacity.
    records: Vec<Record>,
    capacity: usize,
    /// How many samples back a record can be found.
    max_samples: u64,
    marks: VecDeque<Mark>,
    end: Mark,
    /// Samples of the next record that do not count.
    skip: u32,
}

/// A place between two records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// Samples before it, since the history was cleared.
    pub samples: u64,
    /// Number of the record after it.
    pub number: u64,
    /// The level there.
    pub level: i16,
}

impl History {
    /// A history of up to `max_samples` samples. Its memory grows with need.
    pub fn new(max_samples: u32) -> Self {
        let max_samples = u64::from(max_samples);
        Self {
            // Half a second at 44.1 kHz at most, so that growing costs nothing there. Memory that is never
            // written to is never taken.
            records: Vec::with_capacity((max_samples as usize + MARK_RECORDS).min(1 << 15)),
            capacity: max_samples as usize + MARK_RECORDS,
            max_samples,
            marks: VecDeque::new(),
            end: Mark::default(),
            skip: 0,
        }
    }

    /// Allocates all memory at once.
    pub fn preallocate(&mut self) {
        self.records.resize(self.capacity, Record::hold(1));
        self.marks.reserve((self.max_samples / MARK_SAMPLES) as usize + 4);
    }

    /// Forgets everything; `level` is that of the stream.
    pub fn clear(&mut self, level: i16) {
        self.end = Mark { level, ..Mark::default() };
        if self.records.len() < self.capacity {
            self.records.clear();
        }
        self.marks.clear();
        self.marks.push_back(self.end);
        self.skip = 0;
    }

    /// The place after the last record.
    pub fn end(&self) -> Mark {
        self.end
    }

    /// Leaves the first `samples` samples of the next record out: it began in a loop.
    pub fn skip(&mut self, samples: u32) {
        self.skip = samples;
    }

    /// Appends records of `samples` samples in all, of which the last ends on `level`.
    #[inline]
    pub fn push(&mut self, records: &[Record], samples: u64, level: i16) {
        let Some((first, others)) = records.split_first() else { return };
        let skip = std::mem::take(&mut self.skip);
        if skip == 0 {
            self.append(records, samples, level);
        } else if first.length() > skip {
            let rest = first.with_length(first.length() - skip);
            self.append(&[rest], u64::from(rest.length()), rest.end(self.end.level));
            self.append(others, samples - u64::from(first.length()), level);
        } else {
            // The stream has changed its meaning before the record went beyond the loop.
            self.append(others, samples - u64::from(first.length()), level);
        }
    }

    #[inline]
    fn append(&mut self, records: &[Record], samples: u64, level: i16) {
        self.write(self.end.number, records);
        self.end = Mark {
            samples: self.end.samples + samples,
            number: self.end.number + records.len() as u64,
            level,
        };
        let last = self.marks.back().map_or(0, |mark| mark.samples);
        if self.end.samples - last >= MARK_SAMPLES {
            self.add_mark();
        }
    }

    #[cold]
    fn add_mark(&mut self) {
        let oldest = self.end.samples.saturating_sub(self.max_samples);
        while self.marks.get(1).is_some_and(|second| second.samples <= oldest) {
            self.marks.pop_front();
        }
        self.marks.push_back(self.end);
    }

    #[inline]
    fn write(&mut self, number: u64, records: &[Record]) {
        let from = (number % self.capacity as u64) as usize;
        let room = self.capacity - from;
        if records.len() > room {
            self.write_edge(from, records);
        } else if from == self.records.len() {
            self.records.extend_from_slice(records);
        } else {
            self.records[from..from + records.len()].copy_from_slice(records);
        }
    }

    /// Writes around the end of the ring.
    #[cold]
    fn write_edge(&mut self, from: usize, records: &[Record]) {
        let (now, wrapped) = records.split_at(self.capacity - from);
        self.records.resize(self.capacity, Record::hold(1));
        self.records[from..].copy_from_slice(now);
        self.records[..wrapped.len()].copy_from_slice(wrapped);
    }

    /// A record by its number, which must not be older than the maximum.
    pub fn record(&self, number: u64) -> Record {
        self.records[(number % self.capacity as u64) as usize]
    }

    /// The last place between records that is not after `samples`, which must not be further back than the
    /// maximum.
    pub fn find(&self, samples: u64) -> Mark {
        let after = self.marks.partition_point(|mark| mark.samples <= samples);
        let mut place = after.checked_sub(1).map_or(self.end, |index| self.marks[index]);
        while place.number < self.end.number {
            let next = self.after(place);
            if next.samples > samples {
                break;
            }
            place = next;
        }
        place
    }

    /// The place after the record that follows a place.
    pub fn after(&self, place: Mark) -> Mark {
        let record = self.record(place.number);
        Mark {
            samples: place.samples + u64::from(record.length()),
            number: place.number + 1,
            level: record.end(place.level),
        }
    }
}
