//! The editor without a window: gestures, read-outs, layout, pictures.

mod gestures;
mod pictures;
mod places;
mod read_out;
