//! Options that several commands share: the controls, and how samples are written.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use extrema::audio_file::SampleFormat;
use extrema::effect::controls::{Kind, Number, Unit};
use extrema::effect::{Control, EffectSettings, Latency};
use extrema::presets::Preset;

/// The sample rate in Hz that a latency in milliseconds refers to. The file's is not known when options
/// are read, and latencies last about as long at any rate.
const NOMINAL_RATE: f64 = 44_100.0;

/// Plain values of the controls: those of the codec, or with `EFFECT` all of them.
#[derive(Debug, Clone)]
pub struct ControlOptions<const EFFECT: bool> {
    values: [f64; Control::COUNT],
    /// Which of them were given, and are not defaults.
    given: [bool; Control::COUNT],
}

impl<const EFFECT: bool> ControlOptions<EFFECT> {
    /// Whether the control has an option on the command line.
    pub fn is_given(&self, control: Control) -> bool {
        self.given[control as usize]
    }

    /// Takes a preset's values for the controls that have no option on the command line.
    pub fn complete_with(&mut self, preset: &Preset) {
        for (control, value) in preset.values() {
            if !self.is_given(control) {
                self.values[control as usize] = value;
            }
        }
    }

    /// The plain value of a control.
    pub fn value(&self, control: Control) -> f64 {
        self.values[control as usize]
    }

    /// A file is encoded as V0.1 did unless told otherwise.
    fn default_value(control: Control) -> f64 {
        let spec = control.spec();
        if EFFECT { spec.default } else { spec.original }
    }

    fn controls() -> impl Iterator<Item = Control> {
        Control::ALL.into_iter().filter(|control| EFFECT || control.spec().is_codec)
    }

    /// The settings, with values of other controls in place of the options' where `value` has some.
    pub fn settings(&self, value: impl Fn(Control) -> Option<f64>) -> EffectSettings {
        EffectSettings::from_values(|control| {
            value(control).unwrap_or(self.values[control as usize])
        })
    }

    pub fn latency(&self) -> Latency {
        Latency::from_choice(self.values[Control::Latency as usize] as usize)
    }

    /// What can be written for a value.
    fn accepted(control: Control) -> String {
        match control.spec().kind {
            Kind::Number(Number { min, .. }) if !EFFECT && control == Control::Longest => {
                format!("{min} ms or more, or max")
            }
            _ => control.accepted(),
        }
    }

    /// Reads a value. No latency limits the curves of a file, so those may be longer there.
    fn parse(control: Control, text: &str) -> Result<f64, String> {
        control.parse(text, NOMINAL_RATE).or_else(|error| {
            match (control.spec().kind, error.value) {
                (Kind::Number(Number { max, .. }), Some(value))
                    if !EFFECT && control == Control::Longest && value > max =>
                {
                    Ok(value)
                }
                _ => Err(error.to_string().replace(&control.accepted(), &Self::accepted(control))),
            }
        })
    }
}

impl<const EFFECT: bool> Args for ControlOptions<EFFECT> {
    fn augment_args(mut command: Command) -> Command {
        for control in Self::controls() {
            let spec = control.spec();
            let arg = Arg::new(spec.id).long(option_name(control)).alias(spec.id);
            command = command.arg(match spec.kind {
                Kind::Switch(_) => arg.help(spec.hint).action(ArgAction::SetTrue),
                kind => arg
                    .help(format!(
                        "{} [{}; default: {}]",
                        spec.hint.trim_end_matches('.'),
                        Self::accepted(control),
                        control.text(Self::default_value(control), NOMINAL_RATE)
                    ))
                    .value_name(value_name(kind))
                    .allow_hyphen_values(true)
                    .value_parser(move |text: &str| Self::parse(control, text)),
            });
            if EFFECT && matches!(spec.kind, Kind::Switch(_)) && Preset::sets(control) {
                let off = off_option(control);
                command = command.arg(
                    Arg::new(off.clone())
                        .long(off)
                        .help(format!("Turns {} off where a preset has it on", spec.name))
                        .action(ArgAction::SetTrue)
                        .conflicts_with(spec.id),
                );
            }
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The name of the option for a control, without the hyphens in front.
pub fn option_name(control: Control) -> String {
    control.spec().id.replace('_', "-")
}

/// The option that turns a switch off.
fn off_option(control: Control) -> String {
    format!("no-{}", option_name(control))
}

/// Whether a flag, which not every command has, is given.
fn is_set(matches: &ArgMatches, id: &str) -> bool {
    matches!(matches.try_get_one(id), Ok(Some(true)))
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Number(Number { unit: Unit::Dbfs | Unit::Decibels, .. }) => "dB",
        Kind::Number(Number { unit: Unit::Milliseconds, .. }) => "ms",
        Kind::Number(Number { unit: Unit::Percent, .. }) => "%",
        Kind::Number(Number { unit: Unit::Bits, .. }) => "bits",
        Kind::Integer { .. } => "N",
        Kind::Choice { .. } | Kind::Switch(_) => "NAME",
    }
}

impl<const EFFECT: bool> FromArgMatches for ControlOptions<EFFECT> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = Control::ALL.map(Self::default_value);
        let mut options = Self { values, given: [false; Control::COUNT] };
        options.update_from_arg_matches(matches)?;
        Ok(options)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for control in Self::controls() {
            let spec = control.spec();
            let value = match spec.kind {
                Kind::Switch(_) if is_set(matches, spec.id) => Some(1.0),
                Kind::Switch(_) => is_set(matches, &off_option(control)).then_some(0.0),
                _ => matches.get_one(spec.id).copied(),
            };
            if let Some(value) = value {
                self.values[control as usize] = value;
                self.given[control as usize] = true;
            }
        }
        Ok(())
    }
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
