//! How panels read and set parameters, whoever is behind it: a host, or a test.

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::prelude::{Param, ParamSetter};

use crate::params::ExtremaParams;

/// Every parameter the editor has a control for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are documented where they are defined")]
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

/// The number of [`Control`]s.
pub const CONTROLS: usize = 12;

impl Control {
    /// All of them.
    pub const ALL: [Self; CONTROLS] = [
        Self::Threshold,
        Self::Points,
        Self::Curves,
        Self::Detector,
        Self::Longest,
        Self::Stereo,
        Self::Input,
        Self::Mix,
        Self::Output,
        Self::Delta,
        Self::Latency,
        Self::Bypass,
    ];

    /// What it does, in one sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Threshold => "How far the wave must move before it counts as movement.",
            Self::Points => "At how many places a piece of the wave is compared with the curves.",
            Self::Curves => "How many of the 255 curves may be used.",
            Self::Detector => {
                "Slope cuts the wave where it stops rising or falling; Peak cuts it at its highs \
                 and lows."
            }
            Self::Longest => "The longest a single curve may last.",
            Self::Stereo => {
                "Whether left and right, or mid and side, are cut on their own, or both at once."
            }
            Self::Input => "Gain before the detector.",
            Self::Mix => "How much of the curves is heard, against the original.",
            Self::Output => "Gain of the curves, before the mix.",
            Self::Delta => "Hear what is lost: the original minus the curves.",
            Self::Latency => "More latency lets longer curves be; the host makes up for it.",
            Self::Bypass => "Hear the original, at the same latency.",
        }
    }

    /// The change of one step of wheel or arrow key, in normalised units.
    pub fn step(self) -> f32 {
        match self {
            Self::Threshold => 1.0 / 90.0,
            Self::Longest => 1.0 / 54.0,
            Self::Points => 1.0 / 62.0,
            Self::Curves => 1.0 / 254.0,
            Self::Input | Self::Output => 1.0 / 48.0,
            Self::Mix => 1.0 / 100.0,
            Self::Stereo | Self::Latency => 0.5,
            Self::Detector | Self::Delta | Self::Bypass => 1.0,
        }
    }

    /// Whether it knows whole numbers only.
    pub fn whole(self) -> bool {
        !matches!(self, Self::Threshold | Self::Longest | Self::Input | Self::Output | Self::Mix)
    }

    /// Whether its arc starts in the middle.
    pub fn bipolar(self) -> bool {
        matches!(self, Self::Input | Self::Output)
    }
}

/// Evaluates an expression with the parameter a [`Control`] stands for.
macro_rules! with {
    ($params:expr, $control:expr, $p:ident => $body:expr) => {{
        let params: &ExtremaParams = $params;
        match $control {
            Control::Threshold => {
                let $p = &params.threshold;
                $body
            }
            Control::Points => {
                let $p = &params.points;
                $body
            }
            Control::Curves => {
                let $p = &params.curves;
                $body
            }
            Control::Detector => {
                let $p = &params.detector;
                $body
            }
            Control::Longest => {
                let $p = &params.longest;
                $body
            }
            Control::Stereo => {
                let $p = &params.stereo;
                $body
            }
            Control::Input => {
                let $p = &params.input;
                $body
            }
            Control::Mix => {
                let $p = &params.mix;
                $body
            }
            Control::Output => {
                let $p = &params.output;
                $body
            }
            Control::Delta => {
                let $p = &params.delta;
                $body
            }
            Control::Latency => {
                let $p = &params.latency;
                $body
            }
            Control::Bypass => {
                let $p = &params.bypass;
                $body
            }
        }
    }};
}

/// Reads and sets parameters. All values are normalised, 0 to 1.
pub trait Parameters {
    /// The parameters' names, ranges and texts.
    fn definitions(&self) -> &ExtremaParams;
    /// The value as it was set.
    fn value(&self, control: Control) -> f32;
    /// The value that is heard, with what the host adds to it.
    fn modulated(&self, control: Control) -> f32;
    /// A gesture begins.
    fn begin(&mut self, control: Control);
    /// Sets the value within a gesture.
    fn set(&mut self, control: Control, value: f32);
    /// The gesture ends.
    fn end(&mut self, control: Control);

    /// For how many seconds the host has left the value alone.
    fn since_moved(&self, _control: Control) -> f64 {
        f64::INFINITY
    }

    /// The parameter's name.
    fn name(&self, control: Control) -> String {
        with!(self.definitions(), control, p => p.name().to_owned())
    }

    /// A value as text with its unit and a true minus sign.
    fn text(&self, control: Control, value: f32) -> String {
        with!(self.definitions(), control, p => p.normalized_value_to_string(value, true))
            .replace('-', "\u{2212}")
    }

    /// Reads a value.
    fn parse(&self, control: Control, text: &str) -> Option<f32> {
        with!(self.definitions(), control, p => p.string_to_normalized_value(text))
    }

    /// The default value.
    fn default_value(&self, control: Control) -> f32 {
        with!(self.definitions(), control, p => p.default_normalized_value())
    }

    /// The nearest value the parameter can have.
    fn snap(&self, control: Control, value: f32) -> f32 {
        let value = value.clamp(0.0, 1.0);
        with!(self.definitions(), control, p => p.preview_normalized(p.preview_plain(value)))
    }

    /// A whole gesture that sets a value.
    fn change(&mut self, control: Control, value: f32) {
        self.begin(control);
        self.set(control, value);
        self.end(control);
    }

    /// Whether a switch is on.
    fn is_on(&self, control: Control) -> bool {
        self.value(control) >= 0.5
    }

    /// Which of `count` choices is chosen.
    fn choice(&self, control: Control, count: usize) -> usize {
        (self.value(control) * (count - 1) as f32).round() as usize
    }

    /// How many curves compete, 1 to 255, as heard.
    fn curves(&self) -> u8 {
        self.definitions().curves.preview_plain(self.modulated(Control::Curves)) as u8
    }
}

/// The parameters of a plugin in a host.
pub struct HostParameters {
    params: Arc<ExtremaParams>,
    context: GuiContext,
}

impl HostParameters {
    /// Sets parameters through the host.
    pub fn new(params: Arc<ExtremaParams>, context: GuiContext) -> Self {
        Self { params, context }
    }

    fn setter(&self) -> ParamSetter<'_> {
        self.context.param_setter()
    }
}

impl Parameters for HostParameters {
    fn definitions(&self) -> &ExtremaParams {
        &self.params
    }

    fn value(&self, control: Control) -> f32 {
        with!(&self.params, control, p => p.unmodulated_normalized_value())
    }

    fn modulated(&self, control: Control) -> f32 {
        with!(&self.params, control, p => p.modulated_normalized_value())
    }

    fn begin(&mut self, control: Control) {
        with!(&self.params, control, p => self.setter().begin_set_parameter(p));
    }

    fn set(&mut self, control: Control, value: f32) {
        with!(&self.params, control, p => self.setter().set_parameter_normalized(p, value));
    }

    fn end(&mut self, control: Control) {
        with!(&self.params, control, p => self.setter().end_set_parameter(p));
    }
}
