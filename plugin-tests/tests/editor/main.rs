//! The editor without a window: gestures, keys, read-outs, layout and appearance.

mod appearance;
mod choices;
mod codebook;
mod colours;
mod driver;
mod hints;
mod keyboard;
mod knobs;
mod layout;
mod link;
mod pages;
mod panels;
mod presets;
mod read_out;
mod record_button;
mod scope_threshold;
mod scope_view;
mod slow_host;
mod snapshot;
mod states;
mod undo;
