//! Options that several commands share, and how their values are read.

use clap::{Args, ValueEnum};
use extrema::audio_file::SampleFormat;
use extrema::codec::{Detector, Settings, StereoMode, Threshold};

/// What the codec can be told.
#[derive(Debug, Clone, Args)]
pub struct CodecOptions {
    /// Below it movement is ignored: in 16-bit steps (50), in dBFS (-56.3dB), or off
    #[arg(
        long,
        value_name = "STEPS|dB|off",
        default_value = "50",
        value_parser = threshold,
        allow_hyphen_values = true
    )]
    pub threshold: Threshold,
    /// At how many places a wave is compared with the curves, 2 to 64
    #[arg(long, value_name = "N", default_value_t = Settings::default().points,
        value_parser = clap::value_parser!(u8).range(2..=64))]
    pub points: u8,
    /// How many of the curves compete, 1 to 255
    #[arg(long, value_name = "N", default_value_t = Settings::default().curves,
        value_parser = clap::value_parser!(u8).range(1..=255))]
    pub curves: u8,
    /// What ends a segment: a change of slope, or a peak
    #[arg(long, value_enum, default_value_t)]
    pub detector: DetectorName,
    /// The bound on the length of a curve in milliseconds, at least 0.1, or max
    #[arg(long, value_name = "MS|max", default_value = "max", value_parser = longest)]
    pub longest: Longest,
    /// How two channels are encoded: left and right, mid and side, or cut together
    #[arg(long, value_enum, default_value_t)]
    pub stereo: StereoName,
}

/// A detector by name.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum DetectorName {
    #[default]
    Slope,
    Peak,
}

impl From<DetectorName> for Detector {
    fn from(name: DetectorName) -> Self {
        match name {
            DetectorName::Slope => Self::Slope,
            DetectorName::Peak => Self::Peak,
        }
    }
}

/// A stereo mode by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum StereoName {
    #[default]
    Lr,
    Ms,
    Linked,
}

impl From<StereoName> for StereoMode {
    fn from(name: StereoName) -> Self {
        match name {
            StereoName::Lr => Self::LeftRight,
            StereoName::Ms => Self::MidSide,
            StereoName::Linked => Self::Linked,
        }
    }
}

/// A bound on the length of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Longest {
    /// None but the format's or the effect's own.
    Max,
    /// In milliseconds.
    Milliseconds(f64),
}

/// How samples are written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Bits {
    /// 16-bit integers
    #[value(name = "16")]
    Int16,
    /// 24-bit integers
    #[value(name = "24")]
    Int24,
    /// 32-bit floats, exactly what the plugin would put out
    #[default]
    #[value(name = "32f")]
    Float32,
}

impl From<Bits> for SampleFormat {
    fn from(bits: Bits) -> Self {
        match bits {
            Bits::Int16 => Self::Int16,
            Bits::Int24 => Self::Int24,
            Bits::Float32 => Self::Float32,
        }
    }
}

/// Reads a threshold.
pub fn threshold(text: &str) -> Result<Threshold, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(Threshold::OFF);
    }
    if let Some(number) = without_unit(text, "dBFS").or_else(|| without_unit(text, "dB")) {
        // As `f32`, like the plugin's parameter, so that both mean the same.
        return number_within::<f32>(number, -90.0, 0.0, "dBFS").map(Threshold::from_dbfs);
    }
    let number = without_unit(text, "lsb").unwrap_or(text);
    number_within(number, 0.0, 32_767.0, "16-bit steps (or dBFS, written like -60dB)")
        .map(Threshold::from_steps)
}

/// Reads a bound on the length of a segment.
pub fn longest(text: &str) -> Result<Longest, String> {
    if text.eq_ignore_ascii_case("max") {
        return Ok(Longest::Max);
    }
    milliseconds(text).map(Longest::Milliseconds)
}

/// Reads a time from 0.1 ms up.
pub fn milliseconds(text: &str) -> Result<f64, String> {
    number_within(without_unit(text, "ms").unwrap_or(text), 0.1, 3.6e6, "milliseconds")
}

/// Reads a gain.
pub fn gain(text: &str) -> Result<f32, String> {
    number_within(without_unit(text, "dB").unwrap_or(text), -24.0, 24.0, "dB")
}

/// Reads a percentage.
pub fn percent(text: &str) -> Result<f32, String> {
    number_within(without_unit(text, "%").unwrap_or(text), 0.0, 100.0, "%")
}

/// Reads a number in a range, in a unit that the error names.
pub fn number_within<N>(text: &str, low: N, high: N, unit: &str) -> Result<N, String>
where
    N: Copy + std::str::FromStr + PartialOrd + std::fmt::Display,
{
    match text.trim().parse::<N>() {
        Ok(number) if (low..=high).contains(&number) => Ok(number),
        _ => Err(format!("{text:?} is no number from {low} to {high} {unit}")),
    }
}

/// What stands before a unit, if the text ends with it.
fn without_unit<'a>(text: &'a str, unit: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(unit.len())?;
    let (number, end) = (text.get(..at)?, text.get(at..)?);
    end.eq_ignore_ascii_case(unit).then_some(number.trim_end())
}
