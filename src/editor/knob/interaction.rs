//! The drag or the text entry in progress, and setting a value in one gesture.

use crate::editor::parameters::{Control, Parameters};

/// What the user is doing to a control at the moment.
#[derive(Debug, Default)]
pub struct Interaction {
    pub(super) drag: Option<Drag>,
    pub(super) typing: Option<Typing>,
    /// Fraction of a wheel step that has not taken effect yet.
    pub(super) wheel: f32,
}

#[derive(Debug)]
pub(super) struct Drag {
    pub(super) control: Control,
    /// The value before it is snapped to one that the parameter can have, normalised.
    pub(super) value: f32,
    /// The value that was last sent to the host.
    pub(super) sent: f32,
    /// Whether the pointer has moved far enough not to be a click.
    pub(super) moving: bool,
    /// Whether it sets the default if it turns out to be a click: Ctrl or Cmd was held at the press.
    pub(super) resets: bool,
}

#[derive(Debug)]
pub(super) struct Typing {
    pub(super) control: Control,
    pub(super) text: String,
    /// Whether the field has just appeared and still needs the focus.
    pub(super) is_fresh: bool,
    /// Whether Enter was pressed on a text that is not understood.
    pub(super) is_refused: bool,
}

impl Interaction {
    /// Whether a text field has the keyboard.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// Opens the text field of a control with its current value.
    pub(super) fn begin_typing(&mut self, parameters: &dyn Parameters, control: Control) {
        let text = parameters.text(control, parameters.value(control));
        self.typing = Some(Typing { control, text, is_fresh: true, is_refused: false });
    }

    /// Cancels a drag or a text entry of one control, which has just been disabled.
    pub(super) fn cancel_control(&mut self, parameters: &mut dyn Parameters, control: Control) {
        if self.drag.take_if(|drag| drag.control == control).is_some() {
            parameters.end(control);
        }
        self.typing.take_if(|typing| typing.control == control);
    }

    /// Cancels whatever is in progress, because the window closes. The host is told that the gesture
    /// has ended.
    pub fn cancel(&mut self, parameters: &mut dyn Parameters) {
        if let Some(drag) = self.drag.take() {
            parameters.end(drag.control);
        }
        self.typing = None;
    }
}

/// Sets a value in a gesture of its own, snapped to one that the parameter can have.
pub(super) fn set(parameters: &mut dyn Parameters, control: Control, value: f32) {
    let value = parameters.snap(control, value);
    parameters.change(control, value);
}
