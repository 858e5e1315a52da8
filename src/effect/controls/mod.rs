//! The controls: one table with id, name, range, default, unit and hint of everything that can be set.
//!
//! Host parameters, saved sessions, the editor, the command line and its automation read it, and it
//! knows of none of them. A value is *plain*: an `f64` in the control's own unit (dBFS, milliseconds,
//! percent, the number of a choice, 0 or 1 for a switch). An infinite one stands for a word at the end
//! of a range: −∞ dBFS is *Off*, +∞ ms is *Max*. `text.rs` writes and reads values.

mod text;

pub use text::ValueError;

use super::latency::Latency;
use crate::codec::Settings;

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

/// How values are spread over the travel of a knob.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Equal differences are equally far apart.
    Linear,
    /// Equal ratios are equally far apart.
    Logarithmic,
    /// Two thirds of the travel lie between two values, a sixth on either side of them.
    Middle {
        /// The lower of the two.
        low: f64,
        /// The higher of the two.
        high: f64,
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
    /// Bits of a sample.
    Bits,
}

const PERCENT: Number = Number {
    unit: Unit::Percent,
    min: 0.0,
    max: 100.0,
    scale: Scale::Linear,
    below: None,
    above: None,
    resolution: None,
    wheel_steps: 100,
};

/// Percent in steps that a [`Share`](crate::codec::Share) can have.
const TENTHS: Number = Number { resolution: Some(0.1), ..PERCENT };

const GAIN: Number = Number {
    unit: Unit::Decibels,
    min: -24.0,
    max: 24.0,
    resolution: Some(0.1),
    wheel_steps: 48,
    ..PERCENT
};

/// Steps of the wheel or the arrow keys over the range of a whole number, where they are larger than 1.
const INTEGER_WHEEL_STEPS: f32 = 60.0;

/// The table, in the order of [`Control`].
const TABLE: &[ControlSpec] = &[
    ControlSpec {
        control: Control::Threshold,
        id: "threshold",
        name: "Threshold",
        kind: Kind::Number(Number {
            unit: Unit::Dbfs,
            // About one 16-bit step, -90.3 dBFS.
            min: -90.0,
            max: 0.0,
            below: Some("Off"),
            // Below, next to nothing is lost, and above, hardly anything is left.
            scale: Scale::Middle { low: -45.0, high: -15.0 },
            wheel_steps: 90,
            ..PERCENT
        }),
        default: -30.0,
        // 50 steps, 20 log10(50 / 32767).
        original: -56.329_333_536_113_6,
        is_codec: true,
        hint: "Movement below this level is ignored; higher values sound coarser.",
    },
    ControlSpec {
        control: Control::Points,
        id: "points",
        name: "Points",
        kind: Kind::Integer {
            min: *Settings::POINTS.start(),
            max: *Settings::POINTS.end(),
            is_logarithmic: true,
        },
        default: 16.0,
        original: 16.0,
        is_codec: true,
        hint: "How closely curves are fitted to the wave; fewer points sound rougher.",
    },
    ControlSpec {
        control: Control::Curves,
        id: "curves",
        name: "Curves",
        kind: Kind::Integer {
            min: *Settings::CURVES.start(),
            max: *Settings::CURVES.end(),
            is_logarithmic: true,
        },
        default: 255.0,
        original: 255.0,
        is_codec: true,
        hint: "How many of the 255 curves may be used; fewer sound cruder.",
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
        default: 1.0,
        original: 0.0,
        is_codec: true,
        hint: "Slope cuts where the wave stops rising or falling, Peak only at its highs and lows.",
    },
    ControlSpec {
        control: Control::Longest,
        id: "longest",
        name: "Longest curve",
        kind: Kind::Number(Number {
            unit: Unit::Milliseconds,
            // Half-waves of 5 kHz and of 10 Hz.
            min: 0.1,
            max: 50.0,
            scale: Scale::Logarithmic,
            above: Some("Max"),
            // 20 a decade.
            wheel_steps: 54,
            ..PERCENT
        }),
        default: 5.0,
        original: f64::INFINITY,
        is_codec: true,
        hint: "The longest one curve may last; low values chop bass into short pieces.",
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
        original: 0.0,
        is_codec: true,
        hint: "Cuts left and right, or mid and side, independently, or both channels together.",
    },
    ControlSpec {
        control: Control::Follow,
        id: "follow",
        name: "Follow",
        kind: Kind::Number(TENTHS),
        default: 100.0,
        original: 0.0,
        is_codec: true,
        hint: "How far the threshold follows the level, so that quiet and loud parts lose alike.",
    },
    ControlSpec {
        control: Control::Flats,
        id: "flats",
        name: "Flats",
        kind: Kind::Choice { ids: &["hold", "draw"], names: &["Hold", "Draw"], milliseconds: None },
        default: 1.0,
        original: 0.0,
        is_codec: true,
        hint: "Holds the level where the wave hardly moves, or draws a line that ends on the wave.",
    },
    ControlSpec {
        control: Control::Zoom,
        id: "zoom",
        name: "Zoom",
        kind: Kind::Choice {
            ids: &["1", "3", "5", "7", "9", "15"],
            names: &["1", "3", "5", "7", "9", "15"],
            milliseconds: None,
        },
        default: 0.0,
        original: 0.0,
        is_codec: true,
        hint: "Draws this many half-waves as one; more leaves only the outline.",
    },
    ControlSpec {
        control: Control::Edge,
        id: "edge",
        name: "Edge",
        kind: Kind::Number(TENTHS),
        default: 0.0,
        original: 0.0,
        is_codec: true,
        hint: "Lets curves wait before they move; more turns bends into stairs, harsh and bright.",
    },
    ControlSpec {
        control: Control::Levels,
        id: "levels",
        name: "Levels",
        kind: Kind::Number(Number {
            unit: Unit::Bits,
            min: 1.5,
            max: 16.0,
            scale: Scale::Logarithmic,
            above: Some("Off"),
            wheel_steps: 60,
            ..PERCENT
        }),
        default: f64::INFINITY,
        original: f64::INFINITY,
        is_codec: true,
        hint: "Rounds the ends of curves to so many bits, down to a grid of three levels.",
    },
    ControlSpec {
        control: Control::LevelScale,
        id: "level_scale",
        name: "Level scale",
        kind: Kind::Choice {
            ids: &["linear", "logarithmic"],
            names: &["Linear", "Logarithmic"],
            milliseconds: None,
        },
        default: 0.0,
        original: 0.0,
        is_codec: true,
        hint: "Spaces levels evenly, which gates quiet parts, or by ratio, which crushes all alike.",
    },
    ControlSpec {
        control: Control::Loss,
        id: "loss",
        name: "Loss",
        kind: Kind::Number(Number { max: 80.0, wheel_steps: 80, ..TENTHS }),
        default: 0.0,
        original: 0.0,
        is_codec: true,
        hint: "The share of curves that is lost on the way, as on a bad line.",
    },
    ControlSpec {
        control: Control::LossRun,
        id: "loss_run",
        name: "Loss run",
        kind: Kind::Integer {
            min: *Settings::LOSS_RUN.start(),
            max: *Settings::LOSS_RUN.end(),
            is_logarithmic: true,
        },
        default: 8.0,
        original: 1.0,
        is_codec: true,
        hint: "How many curves are lost in a row: crackle at 1, dropouts at 64.",
    },
    ControlSpec {
        control: Control::LossMode,
        id: "loss_mode",
        name: "Loss mode",
        kind: Kind::Choice {
            ids: &["hold", "repeat"],
            names: &["Hold", "Repeat"],
            milliseconds: None,
        },
        default: 0.0,
        original: 0.0,
        is_codec: true,
        hint: "Fills what is lost by standing still, or by repeating the curves before it.",
    },
    ControlSpec {
        control: Control::Loop,
        id: "loop",
        name: "Loop",
        kind: Kind::Switch(["Off", "On"]),
        default: 0.0,
        original: 0.0,
        is_codec: true,
        hint: "Freezes the sound: the latest curves go round in place of the input.",
    },
    ControlSpec {
        control: Control::LoopLength,
        id: "loop_length",
        name: "Loop length",
        kind: Kind::Number(Number {
            unit: Unit::Milliseconds,
            // From a buzz at 200 Hz to a beat at 120 to the minute.
            min: 5.0,
            max: Settings::MAX_LOOP_MILLISECONDS,
            scale: Scale::Logarithmic,
            // 20 a decade.
            wheel_steps: 40,
            ..PERCENT
        }),
        default: 50.0,
        original: 50.0,
        is_codec: true,
        hint: "How much goes round: short loops hum, long ones stutter.",
    },
    ControlSpec {
        control: Control::Input,
        id: "input",
        name: "Input",
        kind: Kind::Number(GAIN),
        default: 0.0,
        original: 0.0,
        is_codec: false,
        hint: "Gain before the codec; more lifts quiet detail above the threshold.",
    },
    ControlSpec {
        control: Control::Mix,
        id: "mix",
        name: "Mix",
        kind: Kind::Number(PERCENT),
        default: 100.0,
        original: 100.0,
        is_codec: false,
        hint: "Balance between the original (0 %) and the coded sound (100 %).",
    },
    ControlSpec {
        control: Control::Output,
        id: "output",
        name: "Output",
        kind: Kind::Number(GAIN),
        default: 0.0,
        original: 0.0,
        is_codec: false,
        hint: "Gain of the coded sound, before the mix.",
    },
    ControlSpec {
        control: Control::AutoGain,
        id: "auto_gain",
        name: "Auto gain",
        kind: Kind::Switch(["Off", "On"]),
        default: 0.0,
        original: 0.0,
        is_codec: false,
        hint: "Keeps the coded sound as loud as the original, within 12 dB.",
    },
    ControlSpec {
        control: Control::Delta,
        id: "delta",
        name: "Delta",
        kind: Kind::Switch(["Off", "On"]),
        default: 0.0,
        original: 0.0,
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
        original: 2.0,
        is_codec: false,
        hint: "More latency allows longer curves and smoother bass; the host compensates for it.",
    },
    ControlSpec {
        control: Control::Bypass,
        id: "bypass",
        name: "Bypass",
        kind: Kind::Switch(["Not Bypassed", "Bypassed"]),
        default: 0.0,
        original: 0.0,
        is_codec: false,
        hint: "Plays the original, delayed by the same latency.",
    },
];

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

    /// The position, 0 to 1, that so many steps of the wheel or an arrow key lead to. Whole numbers move
    /// by 1 at least.
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
        let (number, scale) = match self.spec().kind {
            Kind::Number(number) => (number, number.scale),
            Kind::Integer { min, max, is_logarithmic: true } => {
                let (min, max) = (min.into(), max.into());
                (Number { min, max, ..PERCENT }, Scale::Logarithmic)
            }
            _ => return (value.round() as f32).clamp(low, high),
        };
        let Number { min, max, below, above, .. } = number;
        if value.is_infinite() {
            return if value < 0.0 { low } else { high };
        }
        let host = scale.host(value.clamp(min, max), min, max);
        // The end value means *Off* or *Max*, so numbers stop one step of `f32` short of it.
        let low = if below.is_some() { low.next_up() } else { low };
        let high = if above.is_some() { high.next_down() } else { high };
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

/// Where [`Scale::Middle`] has its two values, on a knob from 0 to 1.
const MIDDLE: (f64, f64) = (1.0 / 6.0, 5.0 / 6.0);

impl Scale {
    /// The plain value of a host's, in a range from `min` to `max`.
    fn value(self, host: f64, min: f64, max: f64) -> f64 {
        match self {
            Self::Linear => host,
            Self::Logarithmic => min * libm::pow(max / min, host),
            Self::Middle { low, high } => {
                let (first, second) = MIDDLE;
                if host < first {
                    min + (low - min) * (host / first)
                } else if host <= second {
                    low + (high - low) * ((host - first) / (second - first))
                } else {
                    high + (max - high) * ((host - second) / (1.0 - second))
                }
            }
        }
    }

    /// The host's value for a plain one.
    fn host(self, value: f64, min: f64, max: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => libm::log(value / min) / libm::log(max / min),
            Self::Middle { low, high } => {
                let (first, second) = MIDDLE;
                if value < low {
                    first * ((value - min) / (low - min))
                } else if value <= high {
                    first + (second - first) * ((value - low) / (high - low))
                } else {
                    second + (1.0 - second) * ((value - high) / (max - high))
                }
            }
        }
    }
}
