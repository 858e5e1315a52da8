//! The editor without a window: gestures, keys, read-outs, layout, pictures.

mod choices;
mod driver;
mod keyboard;
mod knobs;
mod late;
mod panels;
mod pictures;
mod places;
mod read_out;
