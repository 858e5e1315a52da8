//! libFuzzer's entry for [`target`].

#![no_main]

#[path = "../targets/audio_reader.rs"]
mod target;

libfuzzer_sys::fuzz_target!(
    // libFuzzer's hook ends the process at any panic.
    init: extrema::audio_file::silence_caught_panics(),
    |bytes: &[u8]| target::run(bytes)
);
