//! Gestures on a knob: drag, wheel and keys.

use egui::{CursorIcon, Event, EventFilter, Key, PointerButton, Response, Ui, Vec2};

use super::menu::{copy, paste};
use super::typing::begin_typing;
use super::{Drag, Hands};
use crate::editor::parameters::{Control, Parameters};
use crate::editor::widgets::wheel_steps;

/// Points of vertical movement for the full range.
const RANGE: f32 = 200.0;

/// Movement in points that is still a click.
const STILL: f32 = 2.0;

/// How much slower everything is with Shift.
const FINE: f32 = 0.1;

/// Press, move, release.
pub(super) fn drag(
    ui: &Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    let (down, fine, reset, way, motion) = ui.input(|input| {
        let way = input.pointer.press_origin().zip(input.pointer.latest_pos());
        (
            input.pointer.primary_down(),
            input.modifiers.shift,
            input.modifiers.command || input.modifiers.ctrl,
            way.map_or(Vec2::ZERO, |(from, to)| to - from),
            input.pointer.delta().y,
        )
    });
    // Keys can click as well, but they do not drag.
    let clicked = response.clicked_by(PointerButton::Primary);
    let ours = hands.drag.as_ref().is_some_and(|drag| drag.control == control);
    // A tap may be over before a picture has seen it.
    let begins = down && response.is_pointer_button_down_on() || clicked;
    if !ours && begins && hands.drag.is_none() {
        let value = parameters.value(control);
        parameters.begin(control);
        hands.drag = Some(Drag { control, value, sent: value, moving: false });
    }
    let Some(drag) = hands.drag.as_mut().filter(|drag| drag.control == control) else { return };
    let mut wanted = None;
    if (down || response.drag_stopped()) && (drag.moving || way.length() > STILL) {
        // The points that tell a drag from a click do not count, so nothing jumps.
        let motion = if drag.moving { motion } else { way.y * (1.0 - STILL / way.length()) };
        let scale = if fine { FINE } else { 1.0 };
        drag.value = (drag.value - motion / RANGE * scale).clamp(0.0, 1.0);
        wanted = Some(parameters.snap(control, drag.value));
        drag.moving = true;
        ui.ctx().set_cursor_icon(CursorIcon::None);
    }
    let released = !down;
    if released && !drag.moving && (response.double_clicked() || clicked && reset) {
        wanted = Some(parameters.default_value(control));
    }
    if let Some(value) = wanted.filter(|&value| value != drag.sent) {
        drag.sent = value;
        parameters.set(control, value);
    }
    if released {
        parameters.end(control);
        hands.drag = None;
    }
}

/// The wheel: a step each, a tenth with Shift.
pub(super) fn wheel(
    ui: &Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    hovered: bool,
) {
    if !hovered || hands.drag.is_some() {
        return;
    }
    // A wheel turned with Shift is reported sideways by some systems.
    let steps = wheel_steps(ui);
    let steps = steps.x + steps.y;
    if steps == 0.0 {
        return;
    }
    hands.wheel += steps;
    let whole = hands.wheel.trunc();
    if whole != 0.0 {
        hands.wheel -= whole;
        let fine = ui.input(|input| input.modifiers.shift);
        nudge(parameters, control, whole, fine);
    }
}

/// Changes a value by steps, in a gesture of its own.
fn nudge(parameters: &mut dyn Parameters, control: Control, steps: f32, fine: bool) {
    let scale = if fine && !control.whole() { FINE } else { 1.0 };
    let value = parameters.value(control) + steps * scale * control.step();
    set(parameters, control, value);
}

/// Sets a value in a gesture of its own.
pub(super) fn set(parameters: &mut dyn Parameters, control: Control, value: f32) {
    let value = parameters.snap(control, value);
    parameters.change(control, value);
}

pub(super) fn keys(
    ui: &Ui,
    hands: &mut Hands,
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
                    Key::Enter => begin_typing(hands, parameters, control),
                    _ => {}
                }
            }
            Event::Copy => copy(ui.ctx(), parameters, control),
            Event::Paste(text) => paste(parameters, control, &text),
            // The window system's way to paste.
            Event::Text(text) if ui.input(|input| input.modifiers.command) => {
                paste(parameters, control, &text);
            }
            _ => {}
        }
    }
}
