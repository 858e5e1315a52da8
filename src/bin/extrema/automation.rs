//! `--automate`: a control that moves while the effect runs.

use std::str::FromStr;

use extrema::effect::Control;
use extrema::effect::controls::{Kind, Number};

/// A control and its values over time, joined by straight lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Automation {
    pub control: Control,
    /// Seconds and plain value, in ascending order of time; at least one.
    points: Vec<(f64, f64)>,
}

impl Automation {
    /// The ids of the controls that can be automated.
    pub fn controls() -> String {
        let numeric = Control::ALL.into_iter().filter(|control| control.is_numeric());
        numeric.map(|control| control.spec().id).collect::<Vec<_>>().join(", ")
    }

    /// The value at a time in seconds: on the line between the points around it, before the first
    /// and after the last point that point's.
    pub fn at(&self, seconds: f64) -> f64 {
        let after = self.points.partition_point(|&(time, _)| time <= seconds);
        match (after.checked_sub(1).map(|before| self.points[before]), self.points.get(after)) {
            (Some((t, a)), Some(&(u, b))) => a + (b - a) * ((seconds - t) / (u - t)),
            (Some((_, value)), None) | (None, Some(&(_, value))) => value,
            (None, None) => unreachable!("an automation has at least one point"),
        }
    }
}

impl FromStr for Automation {
    type Err = String;

    /// Reads `threshold=0:-70dB,10:-20dB`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (id, points) =
            text.split_once('=').ok_or("write CONTROL=SECONDS:VALUE,SECONDS:VALUE and so on")?;
        let control = Control::from_id(id.trim()).filter(|control| control.is_numeric());
        let control = control.ok_or_else(|| {
            format!("{id:?} cannot be automated; these can: {}", Self::controls())
        })?;
        let points: Vec<(f64, f64)> =
            points.split(',').map(|text| point(control, text)).collect::<Result<_, String>>()?;
        if !points.is_sorted_by_key(|&(time, _)| time) {
            return Err("the times have to rise".to_owned());
        }
        Ok(Self { control, points })
    }
}

/// Reads `10:-20dB`.
fn point(control: Control, text: &str) -> Result<(f64, f64), String> {
    let (time, value) = text.split_once(':').ok_or_else(|| {
        format!("{text:?} is not SECONDS:VALUE; commas separate points, decimals take a full stop")
    })?;
    let seconds = time.trim().parse().ok().filter(|seconds| (0.0..=1e9).contains(seconds));
    let seconds =
        seconds.ok_or_else(|| format!("{time:?} is not a time: write seconds, 0 or more"))?;
    // The value says in which unit, so the sample rate does not matter.
    let plain = control.parse(value, 44_100.0).map_err(|error| error.to_string())?;
    if let Kind::Number(Number { unit, min, max, .. }) = control.spec().kind
        && plain.is_infinite()
    {
        let end = if plain < 0.0 { min } else { max };
        let unit = unit.suffix().trim();
        return Err(format!("no straight line leads to {value:?}; write {end}{unit} instead"));
    }
    Ok((seconds, plain))
}
