//! Gestures on a knob: dragging, wheel and keys.

use egui::{CursorIcon, Event, EventFilter, Key, PointerButton, Response, Ui, Vec2};

use super::interaction::{Drag, Interaction, set};
use super::menu::{copy, paste};
use crate::editor::input::press_modifiers;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::widgets::wheel_steps;

/// Points of vertical movement for the full range: a comfortable distance with a mouse, at half a
/// percent per point.
const RANGE: f32 = 200.0;

/// Movement in points up to which a press is still a click.
const CLICK_TOLERANCE: f32 = 2.0;

/// Factor on drags and steps while Shift is held.
const FINE: f32 = 0.1;

/// Handles press, movement and release of the pointer.
pub(super) fn drag(
    ui: &Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    let (down, fine, offset, motion) = ui.input(|input| {
        let ends = input.pointer.press_origin().zip(input.pointer.latest_pos());
        (
            input.pointer.primary_down(),
            input.modifiers.shift,
            ends.map_or(Vec2::ZERO, |(from, to)| to - from),
            input.pointer.delta().y,
        )
    });
    // By the pointer only: `clicked` is also true for Enter.
    let clicked = response.clicked_by(PointerButton::Primary);
    let ours = interaction.drag.as_ref().is_some_and(|drag| drag.control == control);
    // A quick tap begins and ends between two frames.
    let begins = down && response.is_pointer_button_down_on() || clicked;
    if !ours && begins && interaction.drag.is_none() {
        let value = parameters.value(control);
        parameters.begin(control);
        let modifiers = press_modifiers(ui);
        let resets = modifiers.command || modifiers.ctrl;
        interaction.drag = Some(Drag { control, value, sent: value, moving: false, resets });
    }
    let Some(drag) = interaction.drag.as_mut().filter(|drag| drag.control == control) else {
        return;
    };
    let mut wanted = None;
    if (down || response.drag_stopped()) && (drag.moving || offset.length() > CLICK_TOLERANCE) {
        // Movement within the tolerance does not count, so the value does not jump when it ends.
        let motion =
            if drag.moving { motion } else { offset.y * (1.0 - CLICK_TOLERANCE / offset.length()) };
        let scale = if fine { FINE } else { 1.0 };
        drag.value = (drag.value - motion / RANGE * scale).clamp(0.0, 1.0);
        wanted = Some(parameters.snap(control, drag.value));
        drag.moving = true;
        ui.ctx().set_cursor_icon(CursorIcon::None);
    }
    let released = !down;
    if released && !drag.moving && (response.double_clicked() || clicked && drag.resets) {
        wanted = Some(parameters.default_value(control));
    }
    if let Some(value) = wanted.filter(|&value| value != drag.sent) {
        drag.sent = value;
        parameters.set(control, value);
    }
    if released {
        parameters.end(control);
        interaction.drag = None;
    }
}

/// Handles the wheel: each step of it is a step of the value, or a tenth of one with Shift.
pub(super) fn wheel(
    ui: &Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    hovered: bool,
) {
    if !hovered || interaction.drag.is_some() {
        return;
    }
    // Some systems report a wheel turned with Shift as horizontal.
    let steps = wheel_steps(ui);
    let steps = steps.x + steps.y;
    if steps == 0.0 {
        return;
    }
    interaction.wheel += steps;
    let whole = interaction.wheel.trunc();
    if whole != 0.0 {
        interaction.wheel -= whole;
        let fine = ui.input(|input| input.modifiers.shift);
        nudge(parameters, control, whole, fine);
    }
}

/// Changes a value by a number of steps in a gesture of its own.
fn nudge(parameters: &mut dyn Parameters, control: Control, steps: f32, fine: bool) {
    let scale = if fine && !control.is_stepped() { FINE } else { 1.0 };
    let value = control.stepped(parameters.value(control), steps * scale);
    set(parameters, control, value);
}

/// Handles the keys of a knob that has the focus.
pub(super) fn keys(
    ui: &Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    ui.memory_mut(|memory| {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        memory.set_focus_lock_filter(response.id, arrows);
    });
    let events = ui.input(|input| input.events.clone());
    for event in events {
        match event {
            Event::Key { key, pressed: true, modifiers, .. } => {
                let fine = modifiers.shift;
                match key {
                    Key::ArrowUp | Key::ArrowRight => nudge(parameters, control, 1.0, fine),
                    Key::ArrowDown | Key::ArrowLeft => {
                        nudge(parameters, control, -1.0, fine);
                    }
                    Key::PageUp => nudge(parameters, control, 10.0, fine),
                    Key::PageDown => nudge(parameters, control, -10.0, fine),
                    Key::Home => set(parameters, control, 0.0),
                    Key::End => set(parameters, control, 1.0),
                    Key::Delete | Key::Backspace => {
                        let value = parameters.default_value(control);
                        set(parameters, control, value);
                    }
                    Key::Enter => interaction.begin_typing(parameters, control),
                    _ => {}
                }
            }
            Event::Copy => copy(ui.ctx(), parameters, control),
            Event::Paste(text) => paste(parameters, control, &text),
            // How some window systems deliver a paste.
            Event::Text(text) if ui.input(|input| input.modifiers.command) => {
                paste(parameters, control, &text);
            }
            _ => {}
        }
    }
}
