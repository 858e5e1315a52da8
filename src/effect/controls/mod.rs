//! The controls: one table with id, name, range, default, unit and hint of everything that can be set.
//!
//! Host parameters, saved sessions, the editor, the command line and its automation read it, and it
//! knows of none of them. A value is *plain*: an `f64` in the control's own unit (dBFS, milliseconds,
//! percent, the number of a choice, 0 or 1 for a switch). An infinite one stands for a word at the end
//! of a range: −∞ dBFS is *Off*, +∞ ms is *Max*. `table.rs` has the rows, `text.rs`
//! writes and reads values.

mod scale;
mod table;
mod text;

pub use scale::Scale;
pub use text::ValueError;

use table::TABLE;

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
    Follow,
    Flats,
    Zoom,
    Edge,
    Levels,
    LevelScale,
    Loss,
    LossRun,
    LossMode,
    Loop,
    LoopLength,
    Input,
    Mix,
    Output,
    AutoGain,
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
    /// Plain value of a new instance of the effect.
    pub default: f64,
    /// Plain value with which the codec does what V0.1 did: the default of encoding a file.
    pub original: f64,
    /// Whether it is a setting of the codec, which encoding a file has too.
    pub is_codec: bool,
    /// What it does to the sound, in one sentence.
    pub hint: &'static str,
}

/// The values a control can have. Ranges and the order of choices are part of saved sessions.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any number of a range.
    Number(Number),
    /// A whole number from `min` to `max`.
    Integer {
        /// Lowest value.
        min: u8,
        /// Highest value.
        max: u8,
        /// Whether equal ratios are equally far apart on a knob.
        is_logarithmic: bool,
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
    /// Off or on, with the texts of both.
    Switch([&'static str; 2]),
}

/// A range of numbers.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// The unit of plain values.
    pub unit: Unit,
    /// Lowest finite value.
    pub min: f64,
    /// Highest finite value.
    pub max: f64,
    /// How values are spread over the travel of a knob.
    pub scale: Scale,
    /// Word for −∞, at the bottom of the range.
    pub below: Option<&'static str>,
    /// Word for +∞, at the top of the range.
    pub above: Option<&'static str>,
    /// What values are rounded to when a knob or a host sets them.
    pub resolution: Option<f32>,
    /// Steps of the wheel or the arrow keys from one end of the range to the other.
    pub wheel_steps: u16,
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
    /// Bits of a sample.
    Bits,
}

/// Steps of the wheel or the arrow keys over the range of a whole number, where they are larger than 1.
const INTEGER_WHEEL_STEPS: f32 = 60.0;

impl Control {
    /// How many controls there are.
    pub const COUNT: usize = TABLE.len();

    /// All of them; indexed by `as usize`.
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
    pub fn spec(self) -> &'static ControlSpec {
        &TABLE[self as usize]
    }

    /// The control with an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.spec().id == id)
    }

    /// What it does to the sound, in one sentence.
    pub fn hint(self) -> &'static str {
        self.spec().hint
    }

    /// Whether its values are numbers, which can be typed and automated in straight lines, rather
    /// than choices, which are automated in steps.
    pub fn is_numeric(self) -> bool {
        matches!(self.spec().kind, Kind::Number(_) | Kind::Integer { .. })
    }

    /// Whether it may change while audio runs. A change of latency restarts the stream.
    pub fn is_automatable(self) -> bool {
        self != Self::Latency
    }

    /// Whether it has separate values with nothing between them.
    pub fn is_stepped(self) -> bool {
        !matches!(self.spec().kind, Kind::Number(_))
    }

    /// Whether its range is as far below zero as above, so that a knob's arc starts in the middle.
    pub fn is_bipolar(self) -> bool {
        matches!(self.spec().kind, Kind::Number(Number { min, max, .. }) if min == -max)
    }

    /// The position, 0 to 1, after `steps` steps of the wheel or an arrow key. Whole numbers move by at
    /// least 1.
    pub fn stepped(self, position: f32, steps: f32) -> f32 {
        let by = |step: f32| (position + steps * step).clamp(0.0, 1.0);
        match self.spec().kind {
            Kind::Number(number) => by(1.0 / f32::from(number.wheel_steps)),
            Kind::Integer { min, max, .. } => {
                let value = self.value_at(position);
                let moved = self.value_at(by(1.0 / INTEGER_WHEEL_STEPS));
                let whole = value + f64::from(steps.round());
                let further =
                    if (moved - value).abs() > (whole - value).abs() { moved } else { whole };
                self.position(further.clamp(min.into(), max.into()))
            }
            Kind::Choice { .. } | Kind::Switch(_) => {
                let (low, high) = self.host_range();
                by(1.0 / (high - low))
            }
        }
    }

    /// The range of a host's parameter. A host keeps plain values as `f32`, except that what is not
    /// spread evenly over a knob is kept as a position from 0 to 1.
    pub fn host_range(self) -> (f32, f32) {
        match self.spec().kind {
            Kind::Number(Number { scale: Scale::Linear, min, max, .. }) => (min as f32, max as f32),
            Kind::Integer { min, max, is_logarithmic: false } => (f32::from(min), f32::from(max)),
            Kind::Number(_) | Kind::Integer { .. } | Kind::Switch(_) => (0.0, 1.0),
            Kind::Choice { names, .. } => (0.0, (names.len() - 1) as f32),
        }
    }

    /// The plain value that a host's parameter stands for.
    pub fn from_host(self, host: f32) -> f64 {
        let (low, high) = self.host_range();
        match self.spec().kind {
            Kind::Number(Number { below: Some(_), .. }) if host <= low => f64::NEG_INFINITY,
            Kind::Number(Number { above: Some(_), .. }) if host >= high => f64::INFINITY,
            Kind::Number(Number { scale, min, max, .. }) => scale.value(host.into(), min, max),
            Kind::Integer { min, max, is_logarithmic: true } => {
                Scale::Logarithmic.value(host.into(), min.into(), max.into()).round()
            }
            _ => f64::from(host),
        }
    }

    /// The host's value for a plain value; the nearest there is if it is out of range.
    pub fn to_host(self, value: f64) -> f32 {
        debug_assert!(!value.is_nan());
        let (low, high) = self.host_range();
        let (min, max, scale, has_words) = match self.spec().kind {
            Kind::Number(Number { min, max, scale, below, above, .. }) => {
                (min, max, scale, [below.is_some(), above.is_some()])
            }
            Kind::Integer { min, max, is_logarithmic: true } => {
                (min.into(), max.into(), Scale::Logarithmic, [false; 2])
            }
            _ => return (value.round() as f32).clamp(low, high),
        };
        if value.is_infinite() {
            return if value < 0.0 { low } else { high };
        }
        let host = scale.host(value.clamp(min, max), min, max);
        // The end value means *Off* or *Max*, so numbers stop one step of `f32` short of it.
        let low = if has_words[0] { low.next_up() } else { low };
        let high = if has_words[1] { high.next_down() } else { high };
        (host as f32).clamp(low, high)
    }

    /// The plain value at a position from 0 to 1 of a knob or of a host's automation, rounded to one
    /// the control can have. In `f32`, to agree with a host's parameter to the bit.
    pub fn value_at(self, position: f32) -> f64 {
        let (low, high) = self.host_range();
        let host = position.clamp(0.0, 1.0) * (high - low) + low;
        let resolution = match self.spec().kind {
            Kind::Number(number) => number.resolution,
            Kind::Integer { is_logarithmic: true, .. } => None,
            _ => Some(1.0),
        };
        self.from_host(resolution.map_or(host, |step| (host / step).round() * step))
    }

    /// The position from 0 to 1 of a plain value.
    pub fn position(self, value: f64) -> f32 {
        let (low, high) = self.host_range();
        (self.to_host(value) - low) / (high - low)
    }
}
