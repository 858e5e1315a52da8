//! The drag or the text entry in progress, and setting a value in one gesture.

use egui::{Id, Modifiers, Pos2};

use crate::editor::parameters::{Control, Parameters};

/// Points of vertical movement for the full range: a comfortable distance with a mouse, at half a
/// percent per point.
pub(super) const RANGE: f32 = 200.0;

/// Movement in points up to which a press is still a click.
const CLICK_TOLERANCE: f32 = 2.0;

/// Factor on drags and steps while Shift is held.
pub(super) const FINE: f32 = 0.1;

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
    /// What is dragged: a control may be shown in several places.
    pub(super) by: Id,
    /// The value before it is snapped to one that the parameter can have, normalised.
    pub(super) value: f32,
    /// The value that was last sent to the host.
    pub(super) sent: f32,
    /// Where the pointer was pressed, or where it was when the value was last moved.
    pub(super) at: Pos2,
    /// Whether the pointer has moved far enough not to be a click.
    pub(super) is_moving: bool,
    /// Whether it sets the default if it turns out to be a click: Ctrl or Cmd was held at the press.
    pub(super) resets: bool,
}

impl Drag {
    /// Tells the host the value, if it has not been told yet.
    pub(super) fn send(&mut self, parameters: &mut dyn Parameters) {
        let value = parameters.snap(self.control, self.value);
        if value != self.sent {
            self.sent = value;
            parameters.set(self.control, value);
        }
    }
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

    /// Begins a drag or a click at a place, with the modifiers that are held.
    pub(super) fn begin_drag(
        &mut self,
        parameters: &mut dyn Parameters,
        control: Control,
        by: Id,
        at: Pos2,
        modifiers: Modifiers,
    ) {
        let value = parameters.value(control);
        let resets = modifiers.command || modifiers.ctrl;
        parameters.begin(control);
        self.drag = Some(Drag { control, by, value, sent: value, at, is_moving: false, resets });
    }

    /// Moves the value of what is being dragged, if it is this. `travel` says which position, 0 to 1, a
    /// movement upwards by so many points leads to.
    pub(super) fn drag_to(
        &mut self,
        by: Id,
        to: Pos2,
        modifiers: Modifiers,
        travel: impl Fn(f32, f32) -> f32,
    ) {
        let Some(drag) = self.drag.as_mut().filter(|drag| drag.by == by) else { return };
        let offset = to - drag.at;
        if !drag.is_moving && offset.length() <= CLICK_TOLERANCE {
            return;
        }
        // Movement within the tolerance does not count, so the value does not jump when it ends.
        let counted = if drag.is_moving { 1.0 } else { 1.0 - CLICK_TOLERANCE / offset.length() };
        let scale = if modifiers.shift { FINE } else { 1.0 };
        let upwards = -offset.y * counted * scale;
        if upwards != 0.0 {
            drag.value = travel(drag.value, upwards).clamp(0.0, 1.0);
        }
        drag.at = to;
        drag.is_moving = true;
    }

    /// Ends the drag of something or the click on it, if there is one.
    pub(super) fn end_drag(
        &mut self,
        parameters: &mut dyn Parameters,
        by: Id,
        is_double_click: bool,
    ) {
        let Some(mut drag) = self.drag.take_if(|drag| drag.by == by) else { return };
        if drag.is_moving {
            drag.send(parameters);
        } else if drag.resets || is_double_click {
            drag.value = parameters.default_value(drag.control);
            drag.send(parameters);
        }
        parameters.end(drag.control);
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

    /// Cancels a drag of something that is no longer shown.
    pub fn release(&mut self, parameters: &mut dyn Parameters, by: Id) {
        if let Some(drag) = self.drag.take_if(|drag| drag.by == by) {
            parameters.end(drag.control);
        }
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
