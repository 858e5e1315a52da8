//! `--automate`: a parameter that moves while the effect runs.

use std::str::FromStr;

use extrema::codec::Threshold;
use extrema::effect::EffectSettings;

use crate::options;

/// A parameter and its values over time, joined by straight lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Automation {
    pub parameter: Parameter,
    /// Seconds and value, by rising time; at least one.
    points: Vec<(f64, f64)>,
}

/// A parameter that can be automated, and the unit its values are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// In dBFS.
    Threshold,
    Points,
    Curves,
    /// In milliseconds.
    Longest,
    /// In decibels.
    Input,
    /// In percent.
    Mix,
    /// In decibels.
    Output,
}

impl Parameter {
    fn value(self, text: &str) -> Result<f64, String> {
        match self {
            Self::Threshold => match options::threshold(text)? {
                Threshold::OFF => {
                    Err("no line leads to a threshold that is off; use -90dB".to_owned())
                }
                threshold => Ok(threshold.dbfs()),
            },
            Self::Points => options::number_within(text, 2.0, 64.0, "points"),
            Self::Curves => options::number_within(text, 1.0, 255.0, "curves"),
            Self::Longest => options::milliseconds(text),
            Self::Input | Self::Output => options::gain(text).map(f64::from),
            Self::Mix => options::percent(text).map(f64::from),
        }
    }
}

impl FromStr for Automation {
    type Err = String;

    /// Reads `threshold=0:-70dB,10:-20dB`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, points) =
            text.split_once('=').ok_or("write PARAMETER=SECONDS:VALUE,SECONDS:VALUE and so on")?;
        let parameter = match name.trim() {
            "threshold" => Parameter::Threshold,
            "points" => Parameter::Points,
            "curves" => Parameter::Curves,
            "longest" => Parameter::Longest,
            "input" => Parameter::Input,
            "mix" => Parameter::Mix,
            "output" => Parameter::Output,
            other => {
                return Err(format!(
                    "{other:?} cannot be automated; threshold, points, curves, longest, input, \
                     mix and output can"
                ));
            }
        };
        let point = |text: &str| {
            let (time, value) =
                text.split_once(':').ok_or_else(|| format!("{text:?} is not SECONDS:VALUE"))?;
            let time = options::number_within(time, 0.0, 1e9, "seconds")?;
            Ok((time, parameter.value(value.trim())?))
        };
        let points: Vec<(f64, f64)> =
            points.split(',').map(point).collect::<Result<_, String>>()?;
        if !points.is_sorted_by_key(|&(time, _)| time) {
            return Err("the times have to rise".to_owned());
        }
        Ok(Self { parameter, points })
    }
}

impl Automation {
    /// The value at a time in seconds: on the line between the points around it, before the first
    /// and after the last point that point's.
    pub fn at(&self, seconds: f64) -> f64 {
        let after = self.points.partition_point(|&(time, _)| time <= seconds);
        match (after.checked_sub(1).map(|before| self.points[before]), self.points.get(after)) {
            (Some((t, a)), Some(&(u, b))) => a + (b - a) * ((seconds - t) / (u - t)),
            (Some((_, value)), None) | (None, Some(&(_, value))) => value,
            (None, None) => 0.0,
        }
    }

    /// The highest bound on a segment in milliseconds, if that is what moves.
    pub fn longest(&self) -> Option<f64> {
        let moves = self.parameter == Parameter::Longest;
        moves.then(|| self.points.iter().map(|&(_, value)| value).fold(0.0, f64::max))
    }

    /// Puts the value at a time in seconds into the settings.
    pub fn apply(&self, seconds: f64, settings: &mut EffectSettings) {
        let value = self.at(seconds);
        match self.parameter {
            // Through `f32`, as a host's automation goes.
            Parameter::Threshold => settings.threshold = Threshold::from_dbfs(value as f32),
            Parameter::Points => settings.points = value.round() as u8,
            Parameter::Curves => settings.curves = value.round() as u8,
            Parameter::Longest => settings.longest_ms = Some(value),
            Parameter::Input => settings.input_db = value as f32,
            Parameter::Mix => settings.mix = (value / 100.0) as f32,
            Parameter::Output => settings.output_db = value as f32,
        }
    }
}
