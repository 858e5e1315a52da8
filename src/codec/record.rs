//! A record, its five bytes, and the merging of holds that stand in a row.

use std::hint::select_unpredictable;

use thiserror::Error;

/// What one segment of a wave is stored as: a curve from the level on which the record before it
/// ended, or a hold, which repeats that level.
///
/// Five bytes, little-endian: a curve is its number (`u8`, 1 to 255), its length in samples (`u16`)
/// and the level it ends on (`i16`, in units of 1/32767); a hold is a zero byte and its length
/// (`u32`).
///
/// Both have the same fields, since music mixes them and a processor cannot foresee which comes
/// next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record {
    /// 0 for a hold.
    ordinal: u8,
    /// 0 for a hold.
    end: i16,
    length: u32,
}

/// Why five bytes are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordError {
    /// A record must stand for at least one sample.
    #[error("a record of length 0")]
    ZeroLength,
}

impl Record {
    /// The size of a record in bytes.
    pub const BYTES: usize = 5;

    /// A hold of so many samples, at least 1.
    #[inline]
    #[must_use]
    pub const fn hold(length: u32) -> Self {
        Self { ordinal: 0, end: 0, length }
    }

    /// A curve: its ordinal in the codebook, 1 to 255; how many samples are drawn, 1 to 65535; and
    /// the level of the last of them, in units of 1/32767.
    ///
    /// # Panics
    /// In debug builds, if the ordinal is 0.
    #[inline]
    #[must_use]
    pub const fn curve(ordinal: u8, length: u16, end: i16) -> Self {
        debug_assert!(ordinal > 0);
        Self { ordinal, end, length: length as u32 }
    }

    /// Makes another curve of a curve.
    #[inline]
    pub(super) const fn set_curve(&mut self, ordinal: u8) {
        debug_assert!(ordinal > 0 && !self.is_hold());
        self.ordinal = ordinal;
    }

    /// Whether it is a hold.
    #[inline]
    #[must_use]
    pub const fn is_hold(self) -> bool {
        self.ordinal == 0
    }

    /// The number of samples the record stands for.
    #[inline]
    #[must_use]
    pub const fn length(self) -> u32 {
        self.length
    }

    /// The curve's ordinal, 0 for a hold: the record's first byte.
    #[inline]
    #[must_use]
    pub const fn ordinal(self) -> u8 {
        self.ordinal
    }

    /// The level on which the record ends when it starts on `start`.
    #[inline]
    #[must_use]
    pub fn end(self, start: i16) -> i16 {
        select_unpredictable(self.is_hold(), start, self.end)
    }

    /// The record as it is stored.
    #[must_use]
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        // A hold's end is 0, and a curve's length has 16 bits.
        let [a, b, c, d] = (self.length | u32::from(self.end as u16) << 16).to_le_bytes();
        [self.ordinal, a, b, c, d]
    }

    /// Reads a stored record.
    ///
    /// # Errors
    /// [`RecordError::ZeroLength`] if it stands for no sample.
    pub fn from_bytes([ordinal, rest @ ..]: [u8; Self::BYTES]) -> Result<Self, RecordError> {
        let rest = u32::from_le_bytes(rest);
        let curve = Self { ordinal, end: (rest >> 16) as i16, length: rest & 0xffff };
        let record = select_unpredictable(ordinal == 0, Self::hold(rest), curve);
        if record.length == 0 { Err(RecordError::ZeroLength) } else { Ok(record) }
    }
}

/// Joins consecutive holds on their way into a file; one longer than `u32` can say starts a new
/// record.
#[derive(Debug, Clone, Default)]
pub struct HoldMerger {
    /// The latest record, which may be a hold that goes on.
    pending: Option<Record>,
}

impl HoldMerger {
    /// Takes the next record and returns the one before it, unless both have become one. So every
    /// record comes one call late, and the last one with [`Self::finish`]. A record of length 0 stands
    /// for nothing and is dropped.
    pub fn push(&mut self, record: Record) -> Option<Record> {
        if record.length == 0 {
            return None;
        }
        match self.pending.replace(record) {
            // Rare, so one test of both: which of them is a hold cannot be foreseen.
            Some(before) if record.is_hold() & before.is_hold() => self.join(before, record),
            before => before,
        }
    }

    /// Returns the latest record, if any.
    pub fn finish(&mut self) -> Option<Record> {
        self.pending.take()
    }

    /// Joins two holds; returns what is full.
    fn join(&mut self, before: Record, hold: Record) -> Option<Record> {
        let (sum, over) = before.length.overflowing_add(hold.length);
        // 2^32 − 1 are returned, so one more than what has wrapped round is left.
        self.pending = Some(Record::hold(if over { sum + 1 } else { sum }));
        over.then_some(Record::hold(u32::MAX))
    }
}
