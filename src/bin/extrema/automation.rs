//! `--automate`: a control that moves while the effect runs.

use std::fs;
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

/// What one `--automate` gives: one control, or those of a file, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Automations(Vec<Automation>);

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

    /// Adds the points of a text such as `0:-70dB,10:-20dB`.
    fn add_points(&mut self, text: &str) -> Result<(), String> {
        for text in text.split(',') {
            let (time, value) = point(self.control, text)?;
            if let Some(&(before, _)) = self.points.last()
                && time < before
            {
                return Err(format!("the times have to rise, but {time} s follows {before} s"));
            }
            self.points.push((time, value));
        }
        Ok(())
    }
}

impl<'a> IntoIterator for &'a Automations {
    type Item = &'a Automation;
    type IntoIter = std::slice::Iter<'a, Automation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl FromStr for Automations {
    type Err = String;

    /// Reads `threshold=0:-70dB,10:-20dB`, or `@FILE`.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix('@') {
            return read_file(path);
        }
        let (id, points) = text.split_once('=').ok_or_else(|| {
            format!("{text:?} is not CONTROL=SECONDS:VALUE,SECONDS:VALUE and so on, or @FILE")
        })?;
        let mut automation = Automation { control: control(id)?, points: Vec::new() };
        automation.add_points(points)?;
        Ok(Self(vec![automation]))
    }
}

/// Reads a file of what `--automate` takes. A line may also have nothing but points, which continue
/// the control above; a line break counts as a comma, and `#` begins a comment.
fn read_file(path: &str) -> Result<Automations, String> {
    let text = fs::read_to_string(path).map_err(|error| {
        format!("cannot read {path}: {}", crate::messages::describe(&error.into()))
    })?;
    let mut automations: Vec<Automation> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let at_line = |error: String| format!("{path}, line {number}: {error}");
        let mut points = line.split('#').next().unwrap_or_default();
        if let Some((id, rest)) = points.split_once('=') {
            automations
                .push(Automation { control: control(id).map_err(at_line)?, points: Vec::new() });
            points = rest;
        }
        let points = points.trim().trim_end_matches(',');
        if points.is_empty() {
            continue;
        }
        let current = automations.last_mut().ok_or_else(|| {
            at_line(format!("{points:?} has no control above it; begin with CONTROL="))
        })?;
        current.add_points(points).map_err(at_line)?;
    }
    let empty = automations.iter().find(|automation| automation.points.is_empty());
    if let Some(Automation { control, .. }) = empty {
        return Err(format!("{path}: {} has no points; write SECONDS:VALUE", control.spec().id));
    }
    if automations.is_empty() {
        return Err(format!("{path} moves no control; write CONTROL=SECONDS:VALUE lines"));
    }
    Ok(Automations(automations))
}

fn control(id: &str) -> Result<Control, String> {
    let control = Control::from_id(id.trim()).filter(|control| control.is_numeric());
    control.ok_or_else(|| {
        format!("{:?} cannot be automated; these can: {}", id.trim(), Automation::controls())
    })
}

/// Reads `10:-20dB`.
fn point(control: Control, text: &str) -> Result<(f64, f64), String> {
    let (time, value) = text.split_once(':').ok_or_else(|| {
        format!("{text:?} is not SECONDS:VALUE; commas separate points, decimals take a full stop")
    })?;
    let seconds = time.trim().parse().ok().filter(|seconds| (0.0..=1e9).contains(seconds));
    let seconds =
        seconds.ok_or_else(|| format!("{time:?} is not a time: write seconds, 0 to 1000000000"))?;
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
