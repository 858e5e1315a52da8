//! The working memory of the effect.

use super::{BLOCK_FRAMES, MAX_CHANNELS, RUN_FRAMES};
use crate::codec::{Record, RecordEvent};

/// The upper three are for a block, the others for a run of it.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) dry: [[f32; BLOCK_FRAMES]; MAX_CHANNELS],
    /// The codec's input, and the gain applied to it.
    pub(super) codec: [[f64; BLOCK_FRAMES]; MAX_CHANNELS],
    pub(super) gain: [f64; BLOCK_FRAMES],
    /// The codec's input of one latency ago, and its output.
    pub(super) original: Frames,
    pub(super) wet: Frames,
    /// Mix, output, delta, bypass, and the gain of the wet path in all.
    pub(super) ramps: [[f64; RUN_FRAMES]; 5],
    /// The records that begin in the run, for the tap: at most one for every sample.
    pub(super) records: [RecordEvent; RUN_FRAMES * MAX_CHANNELS],
}

/// Samples of a run.
pub(super) type Frames = [[f64; RUN_FRAMES]; MAX_CHANNELS];

impl Default for Scratch {
    fn default() -> Self {
        let frames = [[0.0; RUN_FRAMES]; MAX_CHANNELS];
        let no_record = RecordEvent { stream: 0, position: 0, start: 0, record: Record::hold(1) };
        Self {
            dry: [[0.0; BLOCK_FRAMES]; MAX_CHANNELS],
            codec: [[0.0; BLOCK_FRAMES]; MAX_CHANNELS],
            gain: [0.0; BLOCK_FRAMES],
            original: frames,
            wet: frames,
            ramps: [[0.0; RUN_FRAMES]; 5],
            records: [no_record; RUN_FRAMES * MAX_CHANNELS],
        }
    }
}
