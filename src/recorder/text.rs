//! Times, sizes and reasons as people read them.

use std::io;

/// Why a recording has nothing in it.
pub(super) const NOTHING_PLAYED: &str =
    "Nothing was recorded: the host has played nothing through Extrema. Start it, then record.";

/// A length in seconds, to tenths, with minutes and if need be hours: `0:12.4`.
pub fn time(seconds: f64) -> String {
    // Cut off, as a clock shows it.
    let tenths = (seconds.max(0.0) * 10.0) as u64;
    let (hours, minutes, rest) = (tenths / 36_000, tenths / 600 % 60, tenths % 600);
    let (seconds, tenths) = (rest / 10, rest % 10);
    match hours {
        0 => format!("{minutes}:{seconds:02}.{tenths}"),
        hours => format!("{hours}:{minutes:02}:{seconds:02}.{tenths}"),
    }
}

/// A size in bytes in the largest unit of which there is at least one: `1.2 MB`.
pub fn size(bytes: u64) -> String {
    let exact = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", exact / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", exact / 1e6),
        _ => format!("{:.1} GB", exact / 1e9),
    }
}

/// What the system says of an error, without its number if it is of a known kind.
pub(super) fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::Other => error.to_string(),
        // The kind of errors that have no kind.
        kind if kind.to_string().starts_with("uncategorized") => error.to_string(),
        kind => kind.to_string(),
    }
}
