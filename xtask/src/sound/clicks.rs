//! Whether a control clicks while it moves: every control stepped and ramped.

use extrema::codec::Detector;
use extrema::effect::controls::Kind;
use extrema::effect::{Control, EffectSettings};

use super::detectors;
use super::material::Material;
use super::play::{BLOCK, play};
use crate::track::Track;

/// Blocks between two steps: 103 ms at 44.1 kHz, so that steps meet a wave in many phases.
const STEP_BLOCKS: usize = 71;

/// Frames at the start that do not count, in which the wave rises from silence.
const START: usize = 4410;

/// A loop is on from here on while its length moves, so that all lengths have the same past.
const LOOP_BLOCKS: usize = 689;

/// Where *Best* cuts depends on all its cuts before, so its largest jump depends on where playing begins. When a step
/// of *Best* exceeds the limit, the step and both settings at rest are therefore played again from this many places,
/// all of them in the first 50 ms.
pub const STARTS: usize = 24;

/// Frames between those places.
const START_FRAMES: usize = 97;

/// Values along the range of a numeric control, with which a ramp is compared.
const POINTS: u8 = 17;

/// Steps go between every fourth of them, which makes five.
const STEP_POINTS: usize = 4;

/// A step may jump by 3 dB more than either setting alone, a ramp by twice as much.
pub const STEP_LIMIT_DB: f64 = 3.0;
pub const RAMP_LIMIT_DB: f64 = 6.0;

/// The worst movements of a control on a material.
pub struct Click {
    pub control: Control,
    pub material: String,
    /// With each of [`detectors::all`].
    pub movements: Vec<Movements>,
}

/// The worst step and the worst ramp of a control.
pub struct Movements {
    pub steps: Excess,
    /// `None` for choices and switches, which have nothing between their values.
    pub ramp: Option<Excess>,
}

/// By how much the largest jump while moving exceeds that of the settings at rest.
#[derive(Clone)]
pub struct Excess {
    /// In dB; below 0 where settings at rest jump further.
    pub decibels: f64,
    /// What was moved, and how.
    pub movement: String,
}

impl Excess {
    fn none() -> Self {
        Self { decibels: f64::NEG_INFINITY, movement: String::new() }
    }

    fn keep_larger(&mut self, decibels: f64, movement: impl FnOnce() -> String) {
        if decibels > self.decibels {
            *self = Self { decibels, movement: movement() };
        }
    }
}

/// Values of all controls, and a name for them.
struct Base {
    name: String,
    values: [f64; Control::COUNT],
}

impl Base {
    fn with(&self, control: Control, value: f64) -> EffectSettings {
        EffectSettings::from_values(|c| if c == control { value } else { self.values[c as usize] })
    }

    /// What comes out while a control has the values that `value` gives from frame to frame.
    fn play(&self, track: &Track, control: Control, value: impl Fn(usize) -> f64) -> Track {
        play(track, |frame| {
            let settings = self.with(control, value(frame));
            let waits = control == Control::LoopLength && frame < LOOP_BLOCKS * BLOCK;
            EffectSettings { looping: settings.looping && !waits, ..settings }
        })
    }
}

/// The settings around a control while it moves: the defaults with a detector, and with what the control
/// needs to be heard.
fn bases(control: Control, (detector, name): (f64, &str)) -> Vec<Base> {
    let needs: &[(Control, f64)] = match control {
        Control::LevelScale => &[(Control::Levels, 4.0)],
        Control::LossRun | Control::LossMode => &[(Control::Loss, 40.0)],
        Control::LoopLength => &[(Control::Loop, 1.0)],
        _ => &[],
    };
    let lengths: &[f64] = if control == Control::Loop { &[5.0, 50.0, 300.0] } else { &[50.0] };
    let base = |&length: &f64| {
        let mut values = Control::ALL.map(|control| control.spec().default);
        values[Control::Detector as usize] = detector;
        if control == Control::Loop {
            values[Control::LoopLength as usize] = length;
        }
        for &(control, value) in needs {
            values[control as usize] = value;
        }
        let name = match control {
            Control::Detector => "at the defaults".to_owned(),
            Control::Loop => format!("{name}, loop of {length} ms"),
            _ => name.to_owned(),
        };
        Base { name, values }
    };
    lengths.iter().map(base).collect()
}

/// Values along the range of a control, and the distance in this list of those that steps go between.
fn values(control: Control) -> (Vec<f64>, usize) {
    match control.spec().kind {
        Kind::Number(_) | Kind::Integer { .. } => {
            let positions = (0..POINTS).map(|i| f32::from(i) / f32::from(POINTS - 1));
            (positions.map(|position| control.value_at(position)).collect(), STEP_POINTS)
        }
        Kind::Choice { ids, .. } => ((0..ids.len()).map(|choice| choice as f64).collect(), 1),
        Kind::Switch(_) => (vec![0.0, 1.0], 1),
    }
}

/// Moves a control on a material. Latency starts a new stream and is left out, as is the stereo mode of a
/// single channel: `None`.
pub fn measure(control: Control, material: &Material) -> Option<Click> {
    let is_silent = control == Control::Stereo && material.track.channels.len() == 1;
    if control == Control::Latency || is_silent {
        return None;
    }
    let detectors = detectors::all();
    let movements = detectors.iter().map(|&detector| measure_with(detector, control, material));
    Some(Click { control, material: material.name.clone(), movements: movements.collect() })
}

/// Moves a control with a detector; that of the detector itself to another and back.
fn measure_with(detector: (f64, &str), control: Control, material: &Material) -> Movements {
    let track = &material.track;
    let mut steps = Excess::none();
    let mut ramp = control.is_numeric().then(Excess::none);
    let (values, every) = values(control);
    for base in bases(control, detector) {
        let at_rest = |&value: &f64| (value, largest_jump(&base.play(track, control, |_| value)));
        let from_all_starts = |value: &dyn Fn(usize) -> f64| {
            let jump = |start: usize| {
                let track = track.map(|channel| channel[start * START_FRAMES..].to_vec());
                largest_jump(&base.play(&track, control, value))
            };
            (0..STARTS).map(jump).fold(0.0, f64::max)
        };
        let values: Vec<_> = values.iter().map(at_rest).collect();
        let stops: Vec<_> = values.iter().copied().step_by(every).collect();
        for (index, &(first, first_jump)) in stops.iter().enumerate() {
            for &(second, second_jump) in &stops[index + 1..] {
                if control == Control::Detector && ![first, second].contains(&detector.0) {
                    continue;
                }
                let stepped = |frame: usize| {
                    let is_second = frame / BLOCK / STEP_BLOCKS % 2 == 1;
                    if is_second { second } else { first }
                };
                let jump = largest_jump(&base.play(track, control, stepped));
                let mut excess = decibels(jump, first_jump.max(second_jump));
                if excess > STEP_LIMIT_DB && detector.0 == f64::from(Detector::Best as u8) {
                    let at_rest = from_all_starts(&|_| first).max(from_all_starts(&|_| second));
                    excess = decibels(from_all_starts(&stepped), at_rest);
                }
                steps.keep_larger(excess, || {
                    let [first, second] =
                        [first, second].map(|value| control.text(value, 44_100.0));
                    format!("{first} and {second}, {}", base.name)
                });
            }
        }
        if let Some(ramp) = &mut ramp {
            let most = values.iter().fold(0.0, |most: f64, &(_, jump)| most.max(jump));
            for (up, name) in [(true, "up"), (false, "down")] {
                let out = base.play(track, control, |frame| {
                    let share = (frame as f32 / track.frames() as f32).min(1.0);
                    control.value_at(if up { share } else { 1.0 - share })
                });
                let excess = decibels(largest_jump(&out), most);
                ramp.keep_larger(excess, || format!("{name}, {}", base.name));
            }
        }
    }
    Movements { steps, ramp }
}

/// The largest difference between two successive samples.
fn largest_jump(track: &Track) -> f64 {
    let channels = track.channels.iter().map(|channel| &channel[START.min(channel.len())..]);
    let jumps =
        channels.flat_map(|c| c.windows(2)).map(|pair| f64::from((pair[1] - pair[0]).abs()));
    jumps.fold(0.0, f64::max)
}

fn decibels(jump: f64, allowed: f64) -> f64 {
    20.0 * (jump.max(1e-9) / allowed.max(1e-9)).log10()
}
