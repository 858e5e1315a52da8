//! nice-plug's parameter types, built from the table of controls and used alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use nice_plug::params::enums::Enum;
use nice_plug::prelude::*;

use crate::effect::Control;
use crate::effect::controls::{Kind, Number};

/// The sample rate in Hz, shared with the texts that depend on it.
pub(super) type SampleRate = Arc<AtomicU32>;

/// What the effect and the editor need of a parameter, whatever its type.
pub trait HostParam {
    /// The value in the host's unit, including host modulation; see [`Control::from_host`].
    fn host_value(&self) -> f32;
    /// The position as it was set, 0 to 1.
    fn position(&self) -> f32;
    /// The position including host modulation, 0 to 1.
    fn modulated_position(&self) -> f32;
    /// Tells the host that a gesture begins.
    fn begin_gesture(&self, setter: &ParamSetter);
    /// Sets the position within a gesture.
    fn set_position(&self, setter: &ParamSetter, position: f32);
    /// Tells the host that the gesture has ended.
    fn end_gesture(&self, setter: &ParamSetter);
}

impl<P: Param<Plain: Into<f64>>> HostParam for P {
    fn host_value(&self) -> f32 {
        // Whole numbers, and what has been an `f32`.
        self.modulated_plain_value().into() as f32
    }

    fn position(&self) -> f32 {
        self.unmodulated_normalized_value()
    }

    fn modulated_position(&self) -> f32 {
        self.modulated_normalized_value()
    }

    fn begin_gesture(&self, setter: &ParamSetter) {
        setter.begin_set_parameter(self);
    }

    fn set_position(&self, setter: &ParamSetter, position: f32) {
        setter.set_parameter_normalized(self, position);
    }

    fn end_gesture(&self, setter: &ParamSetter) {
        setter.end_set_parameter(self);
    }
}

/// A choice, by number, of the control that is number `C`. nice-plug wants a type for each.
///
/// nice-plug reads typed choices itself, by their exact names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<const C: usize>(usize);

impl<const C: usize> Choice<C> {
    /// Ids and names.
    fn texts() -> (&'static [&'static str], &'static [&'static str]) {
        match Control::ALL[C].spec().kind {
            Kind::Choice { ids, names, .. } => (ids, names),
            _ => unreachable!("{:?} is not a choice", Control::ALL[C]),
        }
    }
}

impl<const C: usize> Enum for Choice<C> {
    fn variants() -> &'static [&'static str] {
        Self::texts().1
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(Self::texts().0)
    }

    fn to_index(self) -> usize {
        self.0
    }

    fn from_index(index: usize) -> Self {
        debug_assert!(index < Self::variants().len());
        Self(index)
    }
}

impl<const C: usize> From<Choice<C>> for f64 {
    fn from(choice: Choice<C>) -> Self {
        choice.0 as Self
    }
}

pub(super) fn float(control: Control, sample_rate: &SampleRate) -> FloatParam {
    let spec = control.spec();
    let (min, max) = control.host_range();
    let unit = control.constant_unit();
    let text = text(control, sample_rate);
    let param =
        FloatParam::new(spec.name, control.to_host(spec.default), FloatRange::Linear { min, max })
            .with_unit(unit)
            // VST3 hosts add a constant unit themselves, and `plugin::clap` the space before it.
            .with_value_to_string(Arc::new(move |host| {
                let text = text(host);
                text.strip_suffix(unit).unwrap_or(&text).trim_end().to_owned()
            }))
            .with_string_to_value(Arc::new(parse(control, sample_rate)));
    match spec.kind {
        Kind::Number(Number { resolution: Some(step), .. }) => param.with_step_size(step),
        _ => param,
    }
}

pub(super) fn integer(control: Control, sample_rate: &SampleRate) -> IntParam {
    let spec = control.spec();
    let (min, max) = control.host_range();
    let (text, parse) = (text(control, sample_rate), parse(control, sample_rate));
    let range = IntRange::Linear { min: min as i32, max: max as i32 };
    let param = IntParam::new(spec.name, spec.default as i32, range)
        .with_value_to_string(Arc::new(move |host| text(host as f32)))
        .with_string_to_value(Arc::new(move |text| parse(text).map(|host| host as i32)));
    if control.is_automatable() { param } else { param.non_automatable() }
}

pub(super) fn choice<const C: usize>(control: Control, _: &SampleRate) -> EnumParam<Choice<C>> {
    let spec = control.spec();
    debug_assert_eq!(C, control as usize);
    EnumParam::new(spec.name, Choice(spec.default as usize))
}

pub(super) fn switch(control: Control, sample_rate: &SampleRate) -> BoolParam {
    let spec = control.spec();
    let (text, parse) = (text(control, sample_rate), parse(control, sample_rate));
    let param = BoolParam::new(spec.name, spec.default > 0.5)
        .with_value_to_string(Arc::new(move |on| text(f32::from(on))))
        .with_string_to_value(Arc::new(move |text| parse(text).map(|host| host > 0.5)));
    if control == Control::Bypass { param.make_bypass() } else { param }
}

/// Writes a host's value.
fn text(control: Control, sample_rate: &SampleRate) -> impl Fn(f32) -> String + use<> {
    let sample_rate = sample_rate.clone();
    move |host| control.text(control.from_host(host), sample_rate.load(Ordering::Relaxed).into())
}

/// Reads a host's value.
fn parse(control: Control, sample_rate: &SampleRate) -> impl Fn(&str) -> Option<f32> + use<> {
    let sample_rate = sample_rate.clone();
    move |text| {
        let value = control.parse_typed(text, sample_rate.load(Ordering::Relaxed).into())?;
        Some(control.to_host(value))
    }
}
