//! The plugin as a host runs it: through CLAP, in this process, with allocations in `process`
//! forbidden (`assert_process_allocs`).

mod codebooks;
mod extensions;
mod foreign_state;
mod host;
mod lifecycle;
mod parameters;
mod playback;
mod saved_state;
mod sound;
mod threads;
mod transport;
