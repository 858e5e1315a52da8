//! A record, its five bytes, and the merging of consecutive holds.

use std::hint::select_unpredictable;

use thiserror::Error;

/// What one segment of a wave is stored as: a curve from the level on which the record before it
/// ended, or a hold, which repeats that level.
///
/// Five bytes, little-endian. A curve is its ordinal (`u8`, 1 to 255), its length in samples (`u16`)
/// and the level it ends on (`i16`, in units of 1/32767). A hold is a zero byte and its length
/// (`u32`).
///
/// This is a struct with the same fields for both rather than an enum, because music mixes curves and
/// holds in an order that branch prediction cannot follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record {
    /// 0 for a hold.
    ordinal: u8,
    /// 0 for a hold.
    end: i16,
    length: u32,
}

/// Why five bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordError {
    /// A record stands for at least one sample.
    #[error("a record of length 0")]
    ZeroLength,
}

impl Record {
    /// The size of a record in bytes.
    pub const BYTES: usize = 5;

    /// A hold of `length` samples, at least 1.
    #[inline]
    pub const fn hold(length: u32) -> Self {
        Self { ordinal: 0, end: 0, length }
    }

    /// A curve by its ordinal, 1 to 255, with a length of 1 to 65535 samples. `end` is the level of its
    /// last sample, in units of 1/32767.
    ///
    /// # Panics
    /// In debug builds, if the ordinal is 0.
    #[inline]
    pub const fn curve(ordinal: u8, length: u16, end: i16) -> Self {
        debug_assert!(ordinal > 0);
        Self { ordinal, end, length: length as u32 }
    }

    /// Replaces the ordinal of a curve.
    #[inline]
    pub(super) const fn set_curve(&mut self, ordinal: u8) {
        debug_assert!(ordinal > 0 && !self.is_hold());
        self.ordinal = ordinal;
    }

    /// The same curve or a hold, with another length: at least 1, for a curve at most 65535.
    #[inline]
    pub(super) const fn with_length(self, length: u32) -> Self {
        debug_assert!(length > 0 && (self.is_hold() || length <= u16::MAX as u32));
        Self { length, ..self }
    }

    /// Whether it is a hold.
    #[inline]
    pub const fn is_hold(self) -> bool {
        self.ordinal == 0
    }

    /// The number of samples the record stands for.
    #[inline]
    pub const fn length(self) -> u32 {
        self.length
    }

    /// The curve's ordinal, 0 for a hold: the record's first byte.
    #[inline]
    pub const fn ordinal(self) -> u8 {
        self.ordinal
    }

    /// The level on which the record ends if it starts on `start`.
    #[inline]
    pub fn end(self, start: i16) -> i16 {
        select_unpredictable(self.is_hold(), start, self.end)
    }

    /// The record as it is stored.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        // A hold has `end` 0, and a curve's length fits into the lower 16 bits.
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

/// Merges consecutive holds on their way into a file. Beyond 2^32 − 1 samples a new record starts.
#[derive(Debug, Clone, Default)]
pub struct HoldMerger {
    /// The last record, kept back in case it is a hold that goes on.
    pending: Option<Record>,
}

impl HoldMerger {
    /// Takes the next record and returns the one before it, unless the two were merged. So every
    /// record comes out one call late, and the last one through [`Self::finish`]. Records of length 0
    /// are dropped.
    pub fn push(&mut self, record: Record) -> Option<Record> {
        if record.length == 0 {
            return None;
        }
        match self.pending.replace(record) {
            // Two holds in a row are rare, so this single test of both is predictable.
            Some(before) if record.is_hold() & before.is_hold() => self.join(before, record),
            before => before,
        }
    }

    /// Returns the last record, if there was any.
    pub fn finish(&mut self) -> Option<Record> {
        self.pending.take()
    }

    /// Merges two holds. Returns a full record if they are too long for one.
    fn join(&mut self, before: Record, hold: Record) -> Option<Record> {
        let (sum, over) = before.length.overflowing_add(hold.length);
        // On overflow `sum` has lost 2^32 samples; 2^32 − 1 of them are returned.
        self.pending = Some(Record::hold(if over { sum + 1 } else { sum }));
        over.then_some(Record::hold(u32::MAX))
    }
}
