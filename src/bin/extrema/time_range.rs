//! `--from` and `--to`: a part of a file by the clock.

use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use anyhow::bail;
use clap::Args;

/// Which part of a file to decode.
#[derive(Debug, Default, Args)]
pub struct TimeRange {
    /// Where to begin, as 83.5, 1:23.5 or 0:01:23.5 [default: the start]
    #[arg(long, value_name = "TIME")]
    from: Option<Time>,
    /// Where to end, likewise [default: the end]
    #[arg(long, value_name = "TIME")]
    to: Option<Time>,
}

/// A time in seconds, 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Time(f64);

impl TimeRange {
    /// Whether it is the whole file.
    pub fn is_all(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// The frames of a file of this length and sample rate in Hz.
    pub fn frames(&self, rate: u32, length: u64, path: &Path) -> anyhow::Result<Range<u64>> {
        let frame = |time: Time| (time.0 * f64::from(rate)).round() as u64;
        let (from, to) = (self.from.map_or(0, frame), self.to.map_or(length, frame));
        let path = path.display();
        if self.from.is_some() && from >= length {
            let seconds = length as f64 / f64::from(rate);
            bail!("--from: {path} is only {seconds:.3} seconds long; begin earlier");
        }
        if self.to.is_some() && from >= to {
            bail!("--to is not behind --from, so there is nothing to decode; end later");
        }
        Ok(from..to.min(length))
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is not a time; write seconds as 83.5, or 1:23.5, or 0:01:23.5");
        let (clock, seconds) = text.rsplit_once(':').unwrap_or(("0", text));
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let parts: Vec<&str> = clock.split(':').collect();
        if parts.len() > 2 || !is_number(seconds) {
            return Err(wrong());
        }
        let mut minutes = 0;
        for part in parts {
            let part: u32 = part.parse().map_err(|_| wrong())?;
            minutes = 60 * minutes + u64::from(part);
        }
        let seconds: f64 = seconds.parse().map_err(|_| wrong())?;
        Ok(Self(60.0 * minutes as f64 + seconds))
    }
}
