//! A picture of an encoded file: a passage of the wave and the curves that replace it, rate and SNR over time,
//! and how many records there are of each curve and of each length.

mod canvas;
mod file;
mod histograms;
mod over_time;
mod passage;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use plotters::prelude::DrawingBackend;

use super::snr::Snr;
use super::summary::Summary;
use super::text;
use canvas::{Canvas, Failed, LEFT, QUIET_TEXT, TEXT, at, bold, font, px};

pub use file::write;
pub use passage::Wave;

/// Heights of the heading and of what is below it, in pixels.
const HEAD: u32 = 120;
const PASSAGE: u32 = 500;
const OVER_TIME: u32 = 310;

/// The longest name that fits into the heading.
const MAX_NAME: usize = 72;

/// What kind of file a plot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlotKind {
    Svg,
    Png,
}

/// The value of `--plot`: a file, or only the kind of several.
#[derive(Debug, Clone)]
pub struct PlotTarget {
    pub path: Option<PathBuf>,
    pub kind: PlotKind,
}

impl PlotKind {
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

impl FromStr for PlotTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let of = |extension: &str| {
            let kinds = [PlotKind::Svg, PlotKind::Png].into_iter();
            let mut kinds = kinds.filter(|kind| extension.eq_ignore_ascii_case(kind.extension()));
            kinds.next()
        };
        if let Some(kind) = of(text) {
            return Ok(Self { path: None, kind });
        }
        let path = PathBuf::from(text);
        match path.extension().and_then(|extension| of(extension.to_str()?)) {
            Some(kind) => Ok(Self { path: Some(path), kind }),
            None => {
                Err(format!("{text:?} is neither an .svg nor a .png file; give it such a name"))
            }
        }
    }
}

/// Draws everything.
fn draw<DB: DrawingBackend>(
    root: &Canvas<DB>,
    summary: &Summary,
    wave: &Wave,
) -> Result<(), Failed<DB>> {
    let (head, rest) = root.split_vertically(px(HEAD));
    heading(&head, summary)?;
    let (passage, rest) = rest.split_vertically(px(PASSAGE));
    wave.draw(&passage)?;
    let (middle, bottom) = rest.split_vertically(px(OVER_TIME));
    over_time::draw(&middle, summary)?;
    histograms::draw(&bottom, summary)
}

/// What the file is.
fn heading<DB: DrawingBackend>(area: &Canvas<DB>, summary: &Summary) -> Result<(), Failed<DB>> {
    let name = Path::new(&summary.file).file_name().unwrap_or_default().to_string_lossy();
    let mut name: String = name.chars().take(MAX_NAME + 1).collect();
    if name.chars().count() > MAX_NAME {
        name = name.chars().take(MAX_NAME - 1).chain(['…']).collect();
    }
    area.draw_text(&name, &bold(38, &TEXT), at(LEFT, 32))?;
    let mut facts = vec![
        format!("{:.1} kHz", f64::from(summary.sample_rate_hz) / 1000.0),
        text::channels(summary),
        duration(summary.seconds),
    ];
    if let Some(rate) = &summary.rate {
        let file = rate.file_kbits_per_second;
        let percent = 100.0 * file / rate.pcm16_kbits_per_second;
        facts.push(format!("{file:.1} kbit/s on disk, {percent:.0} % of 16-bit PCM"));
    }
    if let Some(snr) = &summary.snr {
        facts.push(format!(
            "SNR {}",
            text::snr_text(&Snr { by_channel_db: Vec::new(), ..snr.clone() })
        ));
    }
    let quiet = font(22, &QUIET_TEXT);
    area.draw_text(&facts.join("  ·  "), &quiet, at(LEFT, 84))
}

/// A length of time as one would say it.
fn duration(seconds: f64) -> String {
    let whole = seconds as u64;
    match whole {
        0..120 => format!("{seconds:.2} s"),
        120..3600 => format!("{}:{:02} min", whole / 60, whole % 60),
        _ => format!("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_in_the_largest_unit() {
        let texts = [0.5, 119.994, 120.0, 3599.9, 3600.0, 36_000.0].map(duration);
        assert_eq!(
            texts,
            ["0.50 s", "119.99 s", "2:00 min", "59:59 min", "1:00:00 h", "10:00:00 h"]
        );
    }
}
