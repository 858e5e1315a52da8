//! Loop: the latest records of all streams go round in place of the input.

use super::history::{History, Mark};
use super::record::Record;
use super::settings::Settings;
use super::slope::{Slope, straightened};

/// How many records are tried as the start of a round.
const CANDIDATES: usize = 64;

/// Where a round begins, for a loop length.
#[derive(Debug, Clone, Copy)]
pub struct RoundStart {
    loop_length: u32,
    /// In samples of the history.
    samples: u64,
}

impl RoundStart {
    /// The start of a round of up to `loop_length` samples, if the histories hold that many.
    pub fn new<'a>(
        mut histories: impl Iterator<Item = &'a History> + Clone,
        loop_length: u32,
    ) -> Option<Self> {
        let all = histories.clone();
        let first = histories.next()?;
        let end = first.end().samples;
        let length = end.min(loop_length.into());
        let (earliest, latest) = (end - length, end - length.div_ceil(2));
        let mut place = first.find(earliest);
        if place.samples < earliest {
            place = first.after(place);
        }
        let (mut starts, mut count) = ([0; CANDIDATES], 0);
        while count < CANDIDATES && place.samples <= latest {
            starts[count] = place.samples;
            count += 1;
            place = first.after(place);
        }
        let starts = &starts[..count];
        let mut distances = [0_u32; CANDIDATES];
        for history in all {
            let seam = history.end().level;
            let mut place = history.find(*starts.first().unwrap_or(&earliest));
            for (&start, distance) in starts.iter().zip(&mut distances) {
                while let next = history.after(place)
                    && next.samples <= start
                {
                    place = next;
                }
                *distance += u32::from(place.level.abs_diff(seam));
            }
        }
        let nearest = starts.iter().zip(distances).min_by_key(|&(_, distance)| distance);
        Some(Self { loop_length, samples: nearest.map_or(earliest, |(&start, _)| start) })
    }

    /// Whether it is the start for a loop length.
    pub fn is_for(&self, loop_length: u32) -> bool {
        self.loop_length == loop_length
    }
}

/// Where one stream is in its loop.
#[derive(Debug, Clone, Copy)]
pub struct LoopReader {
    /// Position in the stream of the record in progress.
    position: u64,
    /// The record in progress; none between two rounds.
    record: Option<Record>,
    /// Number of the record after it in the history.
    next: u64,
    /// The level on which the record in progress starts.
    level: i16,
    /// The level on which the next record started in its own place.
    meant: i16,
}

impl LoopReader {
    /// A loop that begins at a position of the stream, after the last record of its history.
    pub fn new(position: u64, history: &History) -> Self {
        let Mark { number, level, .. } = history.end();
        Self { position, record: None, next: number, level, meant: level }
    }

    /// Where the record in progress begins: the position up to which records have been read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The level there.
    pub fn level(&self) -> i16 {
        self.level
    }

    /// The next record that ends at or before position `end`.
    pub fn read(
        &mut self,
        end: u64,
        history: &History,
        start: RoundStart,
        settings: &Settings,
    ) -> Option<Record> {
        if self.position >= end {
            return None;
        }
        let record = match self.record {
            Some(record) => record,
            None => self.begin_record(history, start, settings),
        };
        let after = self.position + u64::from(record.length());
        if after > end {
            self.record = Some(record);
            return None;
        }
        self.record = None;
        self.position = after;
        self.level = record.end(self.level);
        Some(record)
    }

    /// The record in progress, shortened to end at position `end`.
    pub fn finish(&mut self, end: u64) -> Option<Record> {
        let length = u32::try_from(end - self.position).ok().filter(|&length| length > 0)?;
        let record = self.record.take()?.with_length(length);
        self.position = end;
        self.level = record.end(self.level);
        Some(record)
    }

    /// The record at the current position, the first of the next round if the last one has ended.
    fn begin_record(
        &mut self,
        history: &History,
        start: RoundStart,
        settings: &Settings,
    ) -> Record {
        let end = history.end().number;
        // What a record covers of the span before the round.
        let mut before = 0;
        if self.next == end {
            let place = history.find(start.samples);
            (self.next, self.meant) = (place.number, place.level);
            before = (start.samples - place.samples) as u32;
        }
        let mut record = history.record(self.next);
        let mut length = record.length() - before;
        let mut limit = Slope::FLAT;
        let mut is_left_out = before > 0;
        loop {
            self.next += 1;
            let record_end = record.end(self.meant);
            limit = limit.max(Slope::new(self.meant, record_end, record.length()));
            // Where the level is another than in its own place, it must not become steeper than there.
            let is_steep =
                self.level != self.meant && Slope::new(self.level, record_end, length) > limit;
            if self.next == end || !(is_left_out || is_steep) {
                break;
            }
            // Then its time goes to the next one.
            let next = history.record(self.next);
            match length.checked_add(next.length()) {
                Some(sum) if sum <= settings.max_length.curve => {
                    self.meant = record_end;
                    (record, length) = (next, sum);
                }
                _ => break,
            }
            is_left_out = false;
        }
        let meant = self.meant;
        self.meant = record.end(meant);
        straightened(record.with_length(length), self.level, meant)
    }
}
