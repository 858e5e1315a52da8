//! A record, its five bytes, and the merging of holds that stand in a row.

use thiserror::Error;

/// What one segment of a wave is stored as.
///
/// Five bytes, little-endian: a curve is its number (`u8`, 1 to 255), its length in samples (`u16`)
/// and the level it ends on (`i16`, in units of 1/32767); a hold is a zero byte and its length
/// (`u32`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Record {
    /// A curve from the level on which the record before it ended.
    Curve {
        /// Which curve: its ordinal in the codebook, 1 to 255.
        ordinal: u8,
        /// Samples drawn, 1 to 65535; the last of them has the level `end`.
        length: u16,
        /// The level it ends on, in units of 1/32767.
        end: i16,
    },
    /// The level on which the record before it ended, repeated.
    Hold {
        /// Samples drawn, at least 1.
        length: u32,
    },
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

    /// The number of samples the record stands for.
    #[must_use]
    pub fn length(self) -> u32 {
        match self {
            Self::Curve { length, .. } => u32::from(length),
            Self::Hold { length } => length,
        }
    }

    /// The curve's ordinal, 0 for a hold: the record's first byte.
    #[must_use]
    pub fn ordinal(self) -> u8 {
        match self {
            Self::Curve { ordinal, .. } => ordinal,
            Self::Hold { .. } => 0,
        }
    }

    /// The level on which the record ends when it starts on `start`.
    #[must_use]
    pub fn end(self, start: i16) -> i16 {
        match self {
            Self::Curve { end, .. } => end,
            Self::Hold { .. } => start,
        }
    }

    /// The record as it is stored.
    #[must_use]
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        match self {
            Self::Curve { ordinal, length, end } => {
                let ([a, b], [c, d]) = (length.to_le_bytes(), end.to_le_bytes());
                [ordinal, a, b, c, d]
            }
            Self::Hold { length } => {
                let [a, b, c, d] = length.to_le_bytes();
                [0, a, b, c, d]
            }
        }
    }

    /// Reads a stored record.
    ///
    /// # Errors
    /// [`RecordError::ZeroLength`] if it stands for no sample.
    pub fn from_bytes([ordinal, a, b, c, d]: [u8; Self::BYTES]) -> Result<Self, RecordError> {
        let record = if ordinal == 0 {
            Self::Hold { length: u32::from_le_bytes([a, b, c, d]) }
        } else {
            Self::Curve {
                ordinal,
                length: u16::from_le_bytes([a, b]),
                end: i16::from_le_bytes([c, d]),
            }
        };
        if record.length() == 0 { Err(RecordError::ZeroLength) } else { Ok(record) }
    }
}

/// Joins consecutive holds on their way into a file; one longer than `u32` can say starts a new
/// record.
#[derive(Debug, Clone, Default)]
pub struct HoldMerger {
    pending: u32,
}

impl HoldMerger {
    /// Takes the next record and returns those now known to be final, in order.
    pub fn push(&mut self, record: Record) -> impl Iterator<Item = Record> + use<> {
        let finished = match record {
            Record::Curve { .. } => [self.finish(), Some(record)],
            Record::Hold { length } => match self.pending.checked_add(length) {
                Some(sum) => {
                    self.pending = sum;
                    [None, None]
                }
                None => {
                    let excess = length - (u32::MAX - self.pending);
                    self.pending = excess;
                    [Some(Record::Hold { length: u32::MAX }), None]
                }
            },
        };
        finished.into_iter().flatten()
    }

    /// Returns the hold that was still open, if any.
    pub fn finish(&mut self) -> Option<Record> {
        let length = std::mem::take(&mut self.pending);
        (length > 0).then_some(Record::Hold { length })
    }
}
