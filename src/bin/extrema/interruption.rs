//! Leaves no unfinished file behind when the program is interrupted.

use extrema::audio_file::remove_unfinished_files;

/// Deletes unfinished files on the signals that ask a program to end, and then ends as it would
/// without this. A signal that is ignored, as `nohup` does it, stays ignored.
#[cfg(unix)]
pub fn handle() {
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    let ignored = ignored_signals();
    let signals =
        [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    // Without a handler, the program ends as well, and only a file with a name is left behind.
    let Ok(mut signals) = Signals::new(signals) else { return };
    thread::spawn(move || {
        for signal in signals.forever() {
            remove_unfinished_files(|| {
                let _ = emulate_default_handler(signal);
            });
        }
    });
}

/// The signals that are ignored since the program began, signal `n` as bit `n - 1`.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    // Linux only. The system call that other systems need as well has no safe interface.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Deletes unfinished files on Ctrl-C, and ends.
#[cfg(windows)]
pub fn handle() {
    // Without a handler, the program ends as well, and only the unfinished file is left behind.
    let _ = ctrlc::set_handler(|| remove_unfinished_files(|| std::process::exit(130)));
}
