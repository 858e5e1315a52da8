//! libFuzzer's entry for [`target`].

#![no_main]

#[path = "../targets/audio_reader.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::run(bytes));
