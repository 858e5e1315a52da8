//! How much the encoder reads at a time.

/// Frames of a block: enough segments for [batches](super::matching) to pay, and few enough for all that
/// belongs to them to stay in the second-level cache.
pub const BLOCK: usize = 768;

/// How many segments can end in a block: one at each of its samples, one at a peak of an earlier
/// block, and one that the block's end cuts.
pub const MAX_SEGMENTS: usize = BLOCK + 2;
