//! The codec and the effect from outside: signals in, signals and records out.

mod auto_gain;
mod best;
mod bounds;
mod clock;
mod codebook_change;
mod codebook_csv;
mod common;
mod curves;
mod effect;
mod identity;
mod matching;
mod parts;
mod reference;
// Minutes in a debug build.
#[cfg(not(debug_assertions))]
mod search;
mod subnormals;
mod tap;
mod threshold;
