//! The editor without a window: gestures, keys, read-outs, layout and appearance.

mod appearance;
mod choices;
mod codebook;
mod driver;
mod keyboard;
mod knobs;
mod layout;
mod link;
mod panels;
mod read_out;
mod slow_host;
mod snapshot;
