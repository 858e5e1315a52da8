//! How panels read and set parameters, whoever is behind them: a host, or a test.

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;

use super::host_edits::{HostEdit, HostEdits, Step};
use super::undo::Undo;
pub use crate::effect::Control;
use crate::params::ExtremaParams;

/// Reads and sets parameters. All values are positions from 0 to 1, as a knob shows them.
pub trait Parameters {
    /// The parameters of the plugin, for the sample rate and the codebook.
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

    /// What can be taken back, where gestures are recorded.
    fn undo(&mut self) -> Option<&mut Undo> {
        None
    }

    /// Seconds since the host last changed the value by itself.
    fn since_moved(&self, _control: Control) -> f64 {
        f64::INFINITY
    }

    /// The control's name.
    fn name(&self, control: Control) -> String {
        control.spec().name.to_owned()
    }

    /// A value as text with its unit and a true minus sign.
    fn text(&self, control: Control, value: f32) -> String {
        let text = control.text(control.value_at(value), self.definitions().sample_rate());
        text.replace('-', "\u{2212}")
    }

    /// Reads a value; none if the text is not understood.
    fn parse(&self, control: Control, text: &str) -> Option<f32> {
        let value = control.parse_typed(text, self.definitions().sample_rate())?;
        Some(control.position(value))
    }

    /// The default value.
    fn default_value(&self, control: Control) -> f32 {
        control.position(control.spec().default)
    }

    /// The nearest value the control can have.
    fn snap(&self, control: Control, value: f32) -> f32 {
        control.position(control.value_at(value))
    }

    /// A whole gesture that sets a value.
    fn change(&mut self, control: Control, value: f32) {
        self.begin(control);
        self.set(control, value);
        self.end(control);
    }

    /// Sets a value by a whole gesture, unless the control has it already.
    fn move_to(&mut self, control: Control, value: f32) {
        if self.value(control) != value {
            self.change(control, value);
        }
    }

    /// Whether a switch is on.
    fn is_on(&self, control: Control) -> bool {
        self.value(control) >= 0.5
    }

    /// Which of `count` choices is chosen.
    fn choice(&self, control: Control, count: usize) -> usize {
        (self.value(control) * (count - 1) as f32).round() as usize
    }

    /// How many curves may be used, 1 to 255, as heard.
    fn curves(&self) -> u8 {
        Control::Curves.value_at(self.modulated(Control::Curves)) as u8
    }
}

/// The parameters of a plugin in a host.
pub struct HostParameters {
    params: Arc<ExtremaParams>,
    edits: Arc<HostEdits>,
    context: GuiContext,
    /// Whether this is the host's main thread.
    is_main: bool,
}

impl HostParameters {
    /// Sets parameters through the host, from the window's thread.
    pub fn new(params: Arc<ExtremaParams>, edits: Arc<HostEdits>, context: GuiContext) -> Self {
        Self { params, edits, context, is_main: false }
    }

    /// The same from the host's main thread.
    pub fn in_main_thread(self) -> Self {
        Self { is_main: true, ..self }
    }

    fn send(&self, control: Control, step: Step) {
        let edit = HostEdit { control, step };
        if self.is_main {
            self.edits.tell(&self.context, edit);
        } else {
            self.edits.send(&self.context, edit);
        }
    }
}

impl Parameters for HostParameters {
    fn definitions(&self) -> &ExtremaParams {
        &self.params
    }

    fn value(&self, control: Control) -> f32 {
        self.params.param(control).position()
    }

    fn modulated(&self, control: Control) -> f32 {
        self.params.param(control).modulated_position()
    }

    fn begin(&mut self, control: Control) {
        self.send(control, Step::Begin);
    }

    fn set(&mut self, control: Control, value: f32) {
        self.send(control, Step::Set(value));
    }

    fn end(&mut self, control: Control) {
        self.send(control, Step::End);
    }
}
