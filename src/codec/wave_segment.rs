//! A segment of the wave: what a detector cuts, and what becomes one record.

/// A stretch of the wave that becomes one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Position of its first sample, counted from the start of the stream.
    pub start: u64,
    /// Its length in samples, at least 1.
    pub length: u32,
    /// What the wave does in it.
    pub kind: SegmentKind,
}

impl Segment {
    /// Position of the first sample after it.
    #[inline(always)]
    pub(super) fn end(&self) -> u64 {
        self.start + u64::from(self.length)
    }
}

/// What the wave does in a segment. The first ones may be holds wherever they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum SegmentKind {
    /// It stays within the threshold, and becomes a hold.
    Flat,
    /// It stays within the threshold and was cut at the maximum length. It becomes a hold too, unless a
    /// curve could be that long and the level has drifted by then.
    FlatCut,
    /// It lies beside a change of detector or stereo mode, or beside a loop, and becomes a curve to its last
    /// sample, unless that has the level already.
    Drawn,
    /// It leads back to the wave after a loop: like [`Self::Drawn`], but in a straight line.
    Return,
    /// It rises or falls by more than the threshold, and becomes a curve.
    Moving,
}
