//! `--automate`: a control that moves while the effect runs.

use std::fs;
use std::str::FromStr;

use extrema::effect::Control;
use extrema::effect::controls::{Kind, Number};

/// A control and its values over time. Numbers are joined by straight lines; a choice or a switch
/// holds its value until the next point.
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
        let controls = Control::ALL.into_iter().filter(|control| control.is_automatable());
        controls.map(|control| control.spec().id).collect::<Vec<_>>().join(", ")
    }

    /// The value at a frame, at a sample rate in Hz. Before the first and after the last point it is
    /// that point's.
    pub fn at(&self, frame: u64, sample_rate: f64) -> f64 {
        let seconds = frame as f64 / sample_rate;
        let after = if self.control.is_numeric() {
            self.points.partition_point(|&(time, _)| time <= seconds)
        } else {
            self.steps_until(frame, sample_rate)
        };
        match (after.checked_sub(1).map(|before| self.points[before]), self.points.get(after)) {
            (Some((t, a)), Some(&(u, b))) if self.control.is_numeric() => {
                a + (b - a) * ((seconds - t) / (u - t))
            }
            (Some((_, value)), _) | (None, Some(&(_, value))) => value,
            (None, None) => unreachable!("an automation has at least one point"),
        }
    }

    /// The first frame after this one at which a choice or a switch changes.
    pub fn next_step(&self, frame: u64, sample_rate: f64) -> Option<u64> {
        if self.control.is_numeric() {
            return None;
        }
        let &(time, _) = self.points.get(self.steps_until(frame, sample_rate))?;
        Some(nearest_frame(time, sample_rate))
    }

    /// How many points lie at this frame or before it.
    fn steps_until(&self, frame: u64, sample_rate: f64) -> usize {
        self.points.partition_point(|&(time, _)| nearest_frame(time, sample_rate) <= frame)
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

    /// Reads `threshold=0:-70dB,10:-20dB`, `loop=0:off,2:on`, or `@FILE`.
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
    let control = Control::from_id(id.trim()).filter(|control| control.is_automatable());
    control.ok_or_else(|| {
        format!("{:?} cannot be automated; these can: {}", id.trim(), Automation::controls())
    })
}

/// The frame nearest to a time in seconds.
fn nearest_frame(seconds: f64, sample_rate: f64) -> u64 {
    (seconds * sample_rate).round() as u64
}

/// Reads `10:-20dB`, or `10:on`.
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
