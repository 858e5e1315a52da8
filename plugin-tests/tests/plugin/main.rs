//! The plugin as a host runs it: through CLAP, in this process, where any allocation in `process`
//! aborts (`assert_process_allocs`).

mod clock;
mod codebooks;
mod extensions;
mod foreign_state;
mod fuzz_cases;
mod host_edits;
mod hostile_host;
mod lifecycle;
mod parameters;
mod playback;
mod presets;
mod recording;
mod saved_state;
mod sound;
mod threads;
mod transport;

use test_host as host;
