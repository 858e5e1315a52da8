//! The controls: one table with id, name, range, default, unit and hint of everything that can be
//! set, and the texts of its values.
//!
//! Host parameters, saved sessions, the editor, the command line and its automation all read this
//! table. It knows of none of them: a value is an `f64` in the control's own unit, called *plain*
//! (dBFS, milliseconds, percent, the number of a choice, 0 or 1 for a switch). An infinite plain value
//! stands for a word at the end of a range: −∞ dBFS is *Off*, +∞ ms is *Max*.

use thiserror::Error;

use super::latency::Latency;
use crate::codec::{Settings, Threshold};

/// Everything that can be set, in the order in which hosts list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table has a hint for each")]
pub enum Control {
    Threshold,
    Points,
    Curves,
    Detector,
    Longest,
    Stereo,
    Input,
    Mix,
    Output,
    Delta,
    Latency,
    Bypass,
}

/// A row of the table.
#[derive(Debug)]
pub struct ControlSpec {
    /// The control it describes.
    pub control: Control,
    /// Name in saved sessions, in hosts' automation and on the command line. Never change one.
    pub id: &'static str,
    /// Name that hosts and the editor show.
    pub name: &'static str,
    /// Range and unit.
    pub kind: Kind,
    /// Plain value of a new instance.
    pub default: f64,
    /// Whether it is a setting of the codec, which encoding a file has too.
    pub is_codec: bool,
    /// What one hears, in one sentence.
    pub hint: &'static str,
}

/// The values a control can have. Ranges and the order of choices are part of saved sessions.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any number from `min` to `max`.
    Number {
        /// The unit of plain values.
        unit: Unit,
        /// Lowest finite value.
        min: f64,
        /// Highest finite value.
        max: f64,
        /// How values spread over a knob.
        scale: Scale,
        /// Word for −∞, at the bottom of the range.
        below: Option<&'static str>,
        /// Word for +∞, at the top of the range.
        above: Option<&'static str>,
        /// What values are rounded to when a knob or host sets them.
        resolution: Option<f32>,
        /// Steps of the wheel or arrow keys from one end of the range to the other.
        wheel_steps: u16,
    },
    /// A whole number.
    Integer {
        /// Lowest value.
        min: u8,
        /// Highest value.
        max: u8,
    },
    /// One of a few choices, by number.
    Choice {
        /// Names in saved sessions and on the command line.
        ids: &'static [&'static str],
        /// Names to show.
        names: &'static [&'static str],
        /// For choices that are durations: milliseconds of a choice at a sample rate in Hz.
        milliseconds: Option<fn(usize, f64) -> f64>,
    },
    /// Off or on.
    Switch {
        /// Text of 0.
        off: &'static str,
        /// Text of 1.
        on: &'static str,
    },
}

/// A unit of plain values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Decibels relative to full scale; may also be typed in 16-bit steps.
    Dbfs,
    /// Decibels of gain.
    Decibels,
    /// Milliseconds.
    Milliseconds,
    /// Percent.
    Percent,
}

/// How plain values spread over a knob's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// By ratios.
    Logarithmic,
}

const GAIN: Kind = Kind::Number {
    unit: Unit::Decibels,
    min: -24.0,
    max: 24.0,
    scale: Scale::Linear,
    below: None,
    above: None,
    resolution: Some(0.1),
    wheel_steps: 48,
};

const OFF_ON: Kind = Kind::Switch { off: "Off", on: "On" };

/// The table, in the order of [`Control`].
const TABLE: &[ControlSpec] = &[
    ControlSpec {
        control: Control::Threshold,
        id: "threshold",
        name: "Threshold",
        kind: Kind::Number {
            unit: Unit::Dbfs,
            // About one 16-bit step, -90.3 dBFS.
            min: -90.0,
            max: 0.0,
            scale: Scale::Linear,
            below: Some("Off"),
            above: None,
            resolution: None,
            wheel_steps: 90,
        },
        // 50 steps, 20 log10(50 / 32767).
        default: -56.329_333_536_113_6,
        is_codec: true,
        hint: "Movement below this level is ignored, so higher values drop quiet detail and coarsen \
               the sound.",
    },
    ControlSpec {
        control: Control::Points,
        id: "points",
        name: "Points",
        kind: Kind::Integer { min: *Settings::POINTS.start(), max: *Settings::POINTS.end() },
        default: 16.0,
        is_codec: true,
        hint: "How closely curves are compared with the wave, where fewer points choose worse \
               matches and sound rougher.",
    },
    ControlSpec {
        control: Control::Curves,
        id: "curves",
        name: "Curves",
        kind: Kind::Integer { min: *Settings::CURVES.start(), max: *Settings::CURVES.end() },
        default: 255.0,
        is_codec: true,
        hint: "How many of the 255 curves may be used, where fewer give a cruder sound.",
    },
    ControlSpec {
        control: Control::Detector,
        id: "detector",
        name: "Detector",
        kind: Kind::Choice {
            ids: &["slope", "peak"],
            names: &["Slope", "Peak"],
            milliseconds: None,
        },
        default: 0.0,
        is_codec: true,
        hint: "Slope cuts the wave wherever it stops rising or falling, and Peak only at its highs \
               and lows, which smooths out small ripples.",
    },
    ControlSpec {
        control: Control::Longest,
        id: "longest",
        name: "Longest curve",
        kind: Kind::Number {
            unit: Unit::Milliseconds,
            // Half-waves of 5 kHz and of 10 Hz.
            min: 0.1,
            max: 50.0,
            scale: Scale::Logarithmic,
            below: None,
            above: Some("Max"),
            resolution: None,
            // 20 a decade.
            wheel_steps: 54,
        },
        default: f64::INFINITY,
        is_codec: true,
        hint: "The longest that one curve may last, where low values chop bass and slow waves into \
               short pieces.",
    },
    ControlSpec {
        control: Control::Stereo,
        id: "stereo",
        name: "Stereo",
        kind: Kind::Choice {
            ids: &["lr", "ms", "linked"],
            names: &["L/R", "M/S", "Linked"],
            milliseconds: None,
        },
        default: 0.0,
        is_codec: true,
        hint: "Encodes left and right or mid and side independently, or cuts both channels at the \
               same moments.",
    },
    ControlSpec {
        control: Control::Input,
        id: "input",
        name: "Input",
        kind: GAIN,
        default: 0.0,
        is_codec: false,
        hint: "Gain before the codec, which lifts quiet detail above the threshold.",
    },
    ControlSpec {
        control: Control::Mix,
        id: "mix",
        name: "Mix",
        kind: Kind::Number {
            unit: Unit::Percent,
            min: 0.0,
            max: 100.0,
            scale: Scale::Linear,
            below: None,
            above: None,
            resolution: None,
            wheel_steps: 100,
        },
        default: 100.0,
        is_codec: false,
        hint: "Balance between the original at 0 % and the coded sound at 100 %.",
    },
    ControlSpec {
        control: Control::Output,
        id: "output",
        name: "Output",
        kind: GAIN,
        default: 0.0,
        is_codec: false,
        hint: "Gain of the coded sound, before it is mixed with the original.",
    },
    ControlSpec {
        control: Control::Delta,
        id: "delta",
        name: "Delta",
        kind: OFF_ON,
        default: 0.0,
        is_codec: false,
        hint: "Plays what the codec loses: the original minus the coded sound.",
    },
    ControlSpec {
        control: Control::Latency,
        id: "latency",
        name: "Latency",
        kind: Kind::Choice {
            ids: &["low", "normal", "full"],
            names: &["Low", "Normal", "Full"],
            milliseconds: Some(|choice, rate| Latency::ALL[choice].milliseconds(rate)),
        },
        default: 2.0,
        is_codec: false,
        hint: "No curve can last longer than the latency, so low settings chop up bass; the host \
               compensates for the delay.",
    },
    ControlSpec {
        control: Control::Bypass,
        id: "bypass",
        name: "Bypass",
        kind: Kind::Switch { off: "Not Bypassed", on: "Bypassed" },
        default: 0.0,
        is_codec: false,
        hint: "Plays the original, delayed by the same latency.",
    },
];

impl Control {
    /// How many controls there are.
    pub const COUNT: usize = TABLE.len();

    /// All of them; each stands at its own `as usize`.
    pub const ALL: [Self; Self::COUNT] = {
        let mut all = [Self::Threshold; Self::COUNT];
        let mut i = 0;
        while i < Self::COUNT {
            assert!(
                TABLE[i].control as usize == i,
                "the table is not in the order of the controls"
            );
            all[i] = TABLE[i].control;
            i += 1;
        }
        all
    };

    /// The control's row of the table.
    #[must_use]
    pub fn spec(self) -> &'static ControlSpec {
        &TABLE[self as usize]
    }

    /// The control with an id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.spec().id == id)
    }

    /// What one hears, in one sentence.
    #[must_use]
    pub fn hint(self) -> &'static str {
        self.spec().hint
    }

    /// Whether its values are numbers, which can be typed and automated in straight lines, rather
    /// than choices.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self.spec().kind, Kind::Number { .. } | Kind::Integer { .. })
    }

    /// Whether it has separate values with nothing between them.
    #[must_use]
    pub fn is_stepped(self) -> bool {
        !matches!(self.spec().kind, Kind::Number { .. })
    }

    /// Whether its range is as far below zero as above, so that a knob's arc starts in the middle.
    #[must_use]
    pub fn is_bipolar(self) -> bool {
        matches!(self.spec().kind, Kind::Number { min, max, .. } if min == -max)
    }

    /// Change of position, 0 to 1, for one step of the wheel or an arrow key.
    #[must_use]
    pub fn step(self) -> f32 {
        match self.spec().kind {
            Kind::Number { wheel_steps, .. } => 1.0 / f32::from(wheel_steps),
            _ => {
                let (low, high) = self.host_range();
                1.0 / (high - low)
            }
        }
    }

    /// The range of a host's parameter. A host keeps plain values as `f32`, except that a logarithmic
    /// control is kept as a position from 0 to 1.
    #[must_use]
    pub fn host_range(self) -> (f32, f32) {
        match self.spec().kind {
            Kind::Number { scale: Scale::Logarithmic, .. } | Kind::Switch { .. } => (0.0, 1.0),
            Kind::Number { min, max, .. } => (min as f32, max as f32),
            Kind::Integer { min, max } => (f32::from(min), f32::from(max)),
            Kind::Choice { names, .. } => (0.0, (names.len() - 1) as f32),
        }
    }

    /// The plain value that a host's parameter stands for.
    #[must_use]
    pub fn from_host(self, host: f32) -> f64 {
        let (low, high) = self.host_range();
        match self.spec().kind {
            Kind::Number { below: Some(_), .. } if host <= low => f64::NEG_INFINITY,
            Kind::Number { above: Some(_), .. } if host >= high => f64::INFINITY,
            Kind::Number { scale: Scale::Logarithmic, min, max, .. } => {
                min * libm::pow(max / min, f64::from(host))
            }
            _ => f64::from(host),
        }
    }

    /// The host's value for a plain value; the nearest there is if it is out of range.
    #[must_use]
    pub fn to_host(self, value: f64) -> f32 {
        debug_assert!(!value.is_nan());
        let (low, high) = self.host_range();
        let Kind::Number { min, max, scale, below, above, .. } = self.spec().kind else {
            return (value.round() as f32).clamp(low, high);
        };
        if value.is_infinite() {
            return if value < 0.0 { low } else { high };
        }
        let host = match scale {
            Scale::Linear => value,
            Scale::Logarithmic => libm::log(value.clamp(min, max) / min) / libm::log(max / min),
        };
        // The end itself is the word, so the lowest and highest numbers stand next to it.
        let low = if below.is_some() { low.next_up() } else { low };
        let high = if above.is_some() { high.next_down() } else { high };
        (host as f32).clamp(low, high)
    }

    /// The plain value at a position from 0 to 1 of a knob or of a host's automation, rounded to one
    /// the control can have. In `f32`, to agree with a host's parameter to the bit.
    #[must_use]
    pub fn value_at(self, position: f32) -> f64 {
        let (low, high) = self.host_range();
        let host = position.clamp(0.0, 1.0) * (high - low) + low;
        let resolution = match self.spec().kind {
            Kind::Number { resolution, .. } => resolution,
            _ => Some(1.0),
        };
        self.from_host(resolution.map_or(host, |step| (host / step).round() * step))
    }

    /// The position from 0 to 1 of a plain value.
    #[must_use]
    pub fn position(self, value: f64) -> f32 {
        let (low, high) = self.host_range();
        (self.to_host(value) - low) / (high - low)
    }

    /// A plain value as text with its unit, at a sample rate in Hz.
    #[must_use]
    pub fn text(self, value: f64, sample_rate: f64) -> String {
        match self.spec().kind {
            Kind::Number { below: Some(word), .. } if value == f64::NEG_INFINITY => word.to_owned(),
            Kind::Number { above: Some(word), .. } if value == f64::INFINITY => word.to_owned(),
            Kind::Number { unit, .. } => unit.number(value) + unit.suffix(),
            Kind::Integer { .. } => format!("{value:.0}"),
            Kind::Choice { names, milliseconds, .. } => {
                let choice = (value.round() as usize).min(names.len() - 1);
                let duration =
                    milliseconds.map(|of| format!(", {:.1} ms", of(choice, sample_rate)));
                names[choice].to_owned() + &duration.unwrap_or_default()
            }
            Kind::Switch { off, on } => if value < 0.5 { off } else { on }.to_owned(),
        }
    }

    /// The unit that ends every text of the control; empty if some texts have none.
    #[must_use]
    pub fn constant_unit(self) -> &'static str {
        match self.spec().kind {
            Kind::Number { unit, below: None, above: None, .. } => unit.suffix(),
            _ => "",
        }
    }

    /// The values that can be typed, in words.
    #[must_use]
    pub fn accepted(self) -> String {
        match self.spec().kind {
            Kind::Number { unit, min, max, below, above, .. } => {
                let steps = if unit == Unit::Dbfs { ", 0 to 32767 steps (of 16 bits)" } else { "" };
                let word = below.or(above).map(|word| format!(", or {}", word.to_lowercase()));
                format!("{min} to {max}{}{steps}{}", unit.suffix(), word.unwrap_or_default())
            }
            Kind::Integer { min, max } => format!("{min} to {max}"),
            Kind::Choice { ids, .. } => ids.join(", "),
            Kind::Switch { .. } => "on, off".to_owned(),
        }
    }

    /// Reads a plain value as it is typed anywhere, at a sample rate in Hz.
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
        let is = |word: &str| typed == word.to_lowercase();
        let parsed = match self.spec().kind {
            Kind::Number { below: Some(word), .. } if is(word) => Ok(f64::NEG_INFINITY),
            Kind::Number { above: Some(word), .. } if is(word) => Ok(f64::INFINITY),
            Kind::Number { unit, min, max, scale, .. } => {
                let steps =
                    ["lsb", "steps", "step"].iter().find_map(|unit| typed.strip_suffix(unit));
                match steps.filter(|_| unit == Unit::Dbfs) {
                    Some(steps) => number(steps).ok_or(None).and_then(|steps| {
                        let level = Threshold::from_steps(steps).dbfs();
                        // 32767 of them are full scale.
                        within(steps, 0.0, 32767.0).map(|_| level).map_err(|_| Some(level))
                    }),
                    None => number(unit.strip(&typed))
                        .ok_or(None)
                        .and_then(|value| within(value, min, max).map_err(Some))
                        // No position on a logarithmic scale is near zero.
                        .map_err(|near| near.filter(|&x| x > 0.0 || scale == Scale::Linear)),
                }
            }
            Kind::Integer { min, max } => number(&typed)
                .filter(|value| value.fract() == 0.0)
                .ok_or(None)
                .and_then(|value| within(value, min.into(), max.into()).map_err(Some)),
            Kind::Choice { ids, names, milliseconds } => {
                // A text of a duration has the name before a comma.
                let name = typed.split(", ").next().unwrap_or_default();
                let named =
                    |choice: &usize| ids[*choice] == name || names[*choice].to_lowercase() == name;
                let nearest = || {
                    let (of, wanted) = (milliseconds?, number(Unit::Milliseconds.strip(&typed))?);
                    let distance = |choice: &usize| (of(*choice, sample_rate) - wanted).abs();
                    (0..ids.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))
                };
                let choice = (0..ids.len()).find(named).or_else(nearest);
                choice.map(|choice| choice as f64).ok_or(None)
            }
            Kind::Switch { off, on } => match typed.as_str() {
                "on" | "yes" | "true" | "1" => Ok(1.0),
                "off" | "no" | "false" | "0" => Ok(0.0),
                _ if is(on) => Ok(1.0),
                _ if is(off) => Ok(0.0),
                _ => Err(None),
            },
        };
        parsed.map_err(|value| self.error(text, value))
    }

    /// [`Self::parse`], except that a value out of range counts as the nearest in it. None if the
    /// text is not understood.
    #[must_use]
    pub fn parse_nearest(self, text: &str, sample_rate: f64) -> Option<f64> {
        let value = self.parse(text, sample_rate).or_else(|error| error.value.ok_or(()));
        value.ok().map(|value| self.from_host(self.to_host(value)))
    }

    fn error(self, text: &str, value: Option<f64>) -> ValueError {
        let ControlSpec { name, kind, .. } = self.spec();
        let mut message = format!("{text:?} is no value of {name}: write {}", self.accepted());
        if let (Kind::Number { unit: Unit::Dbfs, .. }, Some(value)) = (kind, value)
            && value > 0.0
        {
            message += &format!("; for 16-bit steps write \"{value} steps\"");
        }
        ValueError { message, value }
    }
}

/// A text that is no value of a control.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{message}")]
pub struct ValueError {
    message: String,
    /// The plain value that was typed, if it was understood but is out of range.
    pub value: Option<f64>,
}

impl Unit {
    /// What follows a number, with a space before it.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Dbfs | Self::Decibels => " dB",
            Self::Milliseconds => " ms",
            Self::Percent => " %",
        }
    }

    /// A value without its unit.
    fn number(self, value: f64) -> String {
        match self {
            Self::Dbfs | Self::Decibels => rounded(value, 1),
            Self::Milliseconds => rounded(value, if value < 9.995 { 2 } else { 1 }),
            Self::Percent => {
                let text = rounded(value, 1);
                text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
            }
        }
    }

    /// What stands before the unit in a text in lower case, which may have none.
    fn strip(self, text: &str) -> &str {
        let units: &[&str] = match self {
            Self::Dbfs => &["dbfs", "db"],
            Self::Decibels => &["db"],
            Self::Milliseconds => &["ms"],
            Self::Percent => &["%"],
        };
        units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text)
    }
}

/// A finite number, which may be written with a true minus sign or a decimal comma.
fn number(text: &str) -> Option<f64> {
    let plain = text.trim().replace('\u{2212}', "-").replace(',', ".");
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The value if it is in a range, or else as an error.
fn within(value: f64, min: f64, max: f64) -> Result<f64, f64> {
    if (min..=max).contains(&value) { Ok(value) } else { Err(value) }
}

/// A number with a fixed count of decimals and no negative zero.
fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}
