//! Gestures on a knob: dragging, wheel and keys.

use egui::{CursorIcon, Event, EventFilter, Key, PointerButton, Response, Ui};

use super::interaction::{FINE, Interaction, set};
use super::menu::{copy, paste};
use crate::editor::input::modifiers_before;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::widgets::wheel_steps;

/// Handles press, movement and release of the pointer: event by event, because a slow frame may hold the
/// end of one drag and the beginning of the next, and the modifiers may change between them. `travel` says
/// which position, 0 to 1, a movement upwards by so many points leads to.
pub(super) fn drag(
    ui: &Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
    travel: impl Fn(f32, f32) -> f32,
) {
    let by = response.id;
    // By the pointer only: `clicked` is also true for Enter.
    let clicked = response.clicked_by(PointerButton::Primary);
    let is_pressed_here =
        response.is_pointer_button_down_on() || clicked || response.drag_stopped();
    let mut modifiers = modifiers_before(ui.ctx());
    let (events, is_down) = ui.input(|input| (input.events.clone(), input.pointer.primary_down()));
    for event in events {
        match event {
            Event::ModifiersChanged(changed) => modifiers = changed,
            Event::PointerButton { button: PointerButton::Primary, pressed: true, pos, .. }
                if is_pressed_here && interaction.drag.is_none() =>
            {
                interaction.begin_drag(parameters, control, by, pos, modifiers);
            }
            Event::PointerMoved(to) => interaction.drag_to(by, to, modifiers, &travel),
            Event::PointerButton {
                button: PointerButton::Primary, pressed: false, pos, ..
            } => {
                interaction.drag_to(by, pos, modifiers, &travel);
                interaction.end_drag(parameters, by, response.double_clicked());
            }
            _ => {}
        }
    }
    if !is_down {
        // The release may have gone to nobody.
        interaction.end_drag(parameters, by, false);
    }
    let drag = interaction.drag.as_mut().filter(|drag| drag.by == by);
    if let Some(drag) = drag.filter(|drag| drag.is_moving) {
        drag.send(parameters);
        ui.ctx().set_cursor_icon(CursorIcon::None);
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
