//! The editor without a window: gestures, keys, read-outs, layout, pictures.

mod choices;
mod driver;
mod keyboard;
mod knobs;
mod late;
mod looks;
mod panels;
mod places;
mod queue;
mod read_out;
mod snapshot;
