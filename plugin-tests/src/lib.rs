//! What the tests, the benchmark and the example window share.

pub mod raster;
pub mod stage;
