//! The editor without a window: gestures, keys, read-outs, layout and appearance.

mod appearance;
mod choices;
mod codebook;
mod driver;
mod keyboard;
mod knobs;
mod layout;
mod panels;
mod queue;
mod read_out;
mod slow_host;
mod snapshot;
