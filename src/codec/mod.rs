//! The codec: samples in, five-byte records out, and back.
//!
//! Data goes one way, a file per step:
//!
//! ```text
//! samples → segment → matching → record → synth → samples
//! ```
//!
//! Between the record and the file or the decoder, `looper` and `record_effects` may replace records.
//!
//! [`Encoder`] and [`Decoder`] join the steps into streams. Nothing in here knows of plugins, files
//! or windows. An encoder [with a latency](Encoder::with_latency) and a decoder [with a
//! capacity](Decoder::with_capacity) never allocate again; offline, memory grows with need.
//!
//! # Real-time considerations
//!
//! Every call is bounded: a sample costs a few comparisons, a segment one match at no more than 64
//! points however long it is, and curves are drawn only as far as they are read.
//!
//! # Determinism
//!
//! All arithmetic is `f64` with a fixed order of additions and without fused multiply-add, and
//! sines come from a polynomial of our own, so the same input and settings give the same bits on
//! every machine, in every build, for every split into blocks.

mod block;
pub mod codebook;
pub mod codebook_csv;
pub mod curves;
pub mod decode;
pub mod encode;
mod history;
mod levels;
mod looper;
pub mod matching;
pub mod record;
mod record_effects;
pub mod sample;
mod sample_ring;
pub mod search;
mod search_settings;
pub mod segment;
pub mod settings;
mod slope;
mod stream;
pub mod synth;
mod trig;
mod wave_segment;

pub use codebook::Codebook;
pub use curves::CURVE_COUNT;
pub use decode::{Decoder, RecordEvent};
pub use encode::{EncodedPart, Encoder};
pub use record::{HoldMerger, Record, RecordError};
pub use sample::{
    FULL_SCALE, level_to_sample, quantise, quantise_all, round_to_i32, sanitise, sanitise_f32,
    to_f32,
};
pub use search::{Effort, Price, SearchEncoder, SearchSettings, Weight};
pub use settings::{
    Detector, Flats, LevelScale, Levels, LossMode, MaxLength, Settings, Share, StereoMode,
    Threshold,
};
