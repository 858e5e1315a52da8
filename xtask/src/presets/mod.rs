//! The presets that come with Extrema, measured: loudness on 12 kinds of material, and how far apart they
//! are.

pub mod distance;
pub mod loudness;

use crate::track::Track;

/// A kind of material.
pub struct Kind {
    pub name: String,
    pub track: Track,
}
