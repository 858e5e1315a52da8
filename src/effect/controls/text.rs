//! The values of controls as text, with one grammar wherever a value is typed: a host, the editor, the
//! command line.

use thiserror::Error;

use super::{Control, Kind, Number, Scale, Unit};
use crate::codec::Threshold;

/// A text that is not a value of a control.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{message}")]
pub struct ValueError {
    message: String,
    /// The plain value that was typed, if it was understood but is out of range.
    pub value: Option<f64>,
}

impl Control {
    /// A plain value as text with its unit, at a sample rate in Hz.
    pub fn text(self, value: f64, sample_rate: f64) -> String {
        match self.spec().kind {
            Kind::Number(Number { below: Some(word), .. }) if value == f64::NEG_INFINITY => {
                word.to_owned()
            }
            Kind::Number(Number { above: Some(word), .. }) if value == f64::INFINITY => {
                word.to_owned()
            }
            Kind::Number(Number { unit, .. }) => unit.number(value) + unit.suffix(),
            Kind::Integer { .. } => format!("{value:.0}"),
            Kind::Choice { names, milliseconds, .. } => {
                let choice = (value.round() as usize).min(names.len() - 1);
                let duration =
                    milliseconds.map(|of| format!(", {:.1} ms", of(choice, sample_rate)));
                names[choice].to_owned() + &duration.unwrap_or_default()
            }
            Kind::Switch(texts) => texts[usize::from(value >= 0.5)].to_owned(),
        }
    }

    /// The unit that ends every text of the control; empty if some texts have none.
    pub fn constant_unit(self) -> &'static str {
        match self.spec().kind {
            Kind::Number(Number { unit, below: None, above: None, .. }) => {
                unit.suffix().trim_start()
            }
            _ => "",
        }
    }

    /// The values that can be typed, in words.
    pub fn accepted(self) -> String {
        match self.spec().kind {
            Kind::Number(Number { unit, min, max, below, above, .. }) => {
                let steps = if unit == Unit::Dbfs { ", 0 to 32767 steps (of 16 bits)" } else { "" };
                let word = below.or(above).map(|word| format!(", or {}", word.to_lowercase()));
                format!("{min} to {max}{}{steps}{}", unit.suffix(), word.unwrap_or_default())
            }
            Kind::Integer { min, max, .. } => format!("{min} to {max}"),
            Kind::Choice { ids, .. } => ids.join(", "),
            Kind::Switch(_) => "on, off".to_owned(),
        }
    }

    /// Reads a plain value at a sample rate in Hz.
    ///
    /// A bare number is in the control's own unit; the unit may follow it. Capitals, spaces around
    /// the unit, a decimal comma and a true minus sign make no difference. A threshold may also be
    /// given in 16-bit steps (`50 steps`, `50 lsb`), a choice by its id or name, a latency by its
    /// milliseconds.
    ///
    /// # Errors
    ///
    /// If the text is not understood, or the value is out of range; the message says what to write.
    pub fn parse(self, text: &str, sample_rate: f64) -> Result<f64, ValueError> {
        let typed = text.trim().to_lowercase();
        let value = self.read(&typed, sample_rate);
        let range = match self.spec().kind {
            // Steps have a range of their own, which begins lower.
            Kind::Number(Number { min, max, .. }) if steps(&typed).is_none() => Some(min..=max),
            Kind::Integer { min, max, .. } => Some(min.into()..=max.into()),
            _ => None,
        };
        let is_valid = |value: f64| {
            value.is_infinite() || range.as_ref().is_none_or(|range| range.contains(&value))
        };
        value.filter(|&value| is_valid(value)).ok_or_else(|| {
            let name = self.spec().name;
            let mut message = format!("{text:?} is not a valid {name}: write {}", self.accepted());
            if let (Kind::Number(Number { unit: Unit::Dbfs, .. }), Some(value)) =
                (self.spec().kind, value)
                && value > 0.0
            {
                message += &format!("; for 16-bit steps write \"{value} steps\"");
            }
            ValueError { message, value }
        })
    }

    /// [`Self::parse`], except that a value out of range counts as the nearest in it. None if the
    /// text is not understood.
    pub fn parse_nearest(self, text: &str, sample_rate: f64) -> Option<f64> {
        let value = self.read(&text.trim().to_lowercase(), sample_rate)?;
        Some(self.from_host(self.to_host(value)))
    }

    /// [`Self::parse_nearest`], for somebody who sees at once what was understood: a number of decibels
    /// that is above all of the range counts as so many below full scale, because the minus sign is
    /// easily left out and the nearest value would be the top of the range. Files and commands do not
    /// read it so: there the number may be one of 16-bit steps.
    pub fn parse_typed(self, text: &str, sample_rate: f64) -> Option<f64> {
        let value = self.parse_nearest(text, sample_rate)?;
        let kind = self.spec().kind;
        let Kind::Number(Number { unit: Unit::Dbfs, max, .. }) = kind else { return Some(value) };
        let read = self.read(&text.trim().to_lowercase(), sample_rate)?;
        if read <= max || read.is_infinite() {
            return Some(value);
        }
        Some(self.from_host(self.to_host(-read)))
    }

    /// Reads a text in lower case as a plain value, whatever the range.
    fn read(self, typed: &str, sample_rate: f64) -> Option<f64> {
        let is = |word: &str| typed == word.to_lowercase();
        match self.spec().kind {
            Kind::Number(Number { below: Some(word), .. }) if is(word) => Some(f64::NEG_INFINITY),
            Kind::Number(Number { above: Some(word), .. }) if is(word) => Some(f64::INFINITY),
            Kind::Number(Number { unit: Unit::Dbfs, .. }) if let Some(steps) = steps(typed) => {
                let steps = number(steps).filter(|steps| (0.0..=32767.0).contains(steps))?;
                Some(Threshold::from_steps(steps).dbfs())
            }
            Kind::Number(Number { unit, scale, .. }) => {
                // A logarithmic scale has no place for 0.
                let has_zero = scale != Scale::Logarithmic;
                number(unit.strip(typed)).filter(|&value| value > 0.0 || has_zero)
            }
            Kind::Integer { .. } => number(typed).filter(|value| value.fract() == 0.0),
            Kind::Choice { ids, names, milliseconds } => {
                // A text with a duration has the name before a comma.
                let name = typed.split(", ").next()?;
                let nearest = || {
                    let (of, wanted) = (milliseconds?, number(Unit::Milliseconds.strip(typed))?);
                    let distance = |choice: &usize| (of(*choice, sample_rate) - wanted).abs();
                    (0..ids.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))
                };
                let mut choices = ids.iter().zip(names);
                let named = choices.position(|(id, of)| *id == name || of.to_lowercase() == name);
                named.or_else(nearest).map(|choice| choice as f64)
            }
            Kind::Switch([off, on]) => match typed {
                "on" | "yes" | "true" | "1" => Some(1.0),
                "off" | "no" | "false" | "0" => Some(0.0),
                _ if is(on) => Some(1.0),
                _ if is(off) => Some(0.0),
                _ => None,
            },
        }
    }
}

impl Unit {
    /// What follows a number, with a space before it.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Dbfs | Self::Decibels => " dB",
            Self::Milliseconds => " ms",
            Self::Percent => " %",
            Self::Bits => " bits",
        }
    }

    /// A value without its unit.
    fn number(self, value: f64) -> String {
        match self {
            Self::Dbfs | Self::Decibels | Self::Bits => rounded(value, 1),
            Self::Milliseconds => rounded(value, if value < 9.995 { 2 } else { 1 }),
            Self::Percent => {
                let text = rounded(value, 1);
                text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
            }
        }
    }

    /// Strips the unit in a text in lower case, which may have none.
    fn strip(self, text: &str) -> &str {
        let units: &[&str] = match self {
            Self::Dbfs => &["dbfs", "db"],
            Self::Decibels => &["db"],
            Self::Milliseconds => &["ms"],
            Self::Percent => &["%"],
            Self::Bits => &["bits", "bit"],
        };
        units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text)
    }
}

/// A finite number, which may be written with a true minus sign or a decimal comma.
fn number(text: &str) -> Option<f64> {
    let plain = text.trim().replace('\u{2212}', "-").replace(',', ".");
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// What stands before the name of 16-bit steps in a text in lower case.
fn steps(text: &str) -> Option<&str> {
    ["steps", "step", "lsb"].iter().find_map(|unit| text.strip_suffix(unit))
}

/// A number with a fixed count of decimals and no negative zero.
fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}
