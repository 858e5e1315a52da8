//! Keyboard and modifiers in a plugin's window, where egui's own rules do not hold: the host may have the
//! keyboard while the pointer is over the editor.
//!
//! * A press may take the focus from the editor's window, and egui then forgets which modifiers are
//!   held, although no key was released. They are restored from the pointer's own events.
//! * The pointer does not leave during a drag, whatever a window manager does to it.
//! * Keys that belong to the host are kept from egui, so that no key is used twice.
//! * Tab follows what is seen (`tab_order.rs`), not the order of drawing.
//! * The focus is outlined only if it came by a key, as `:focus-visible` does on the web.

use egui::plugin::Plugin;
use egui::{Context, Event, Id, Key, Modifiers, RawInput, Ui, accesskit};

use super::keystroke::{Wanted, name};
use super::tab_order;

/// The rules, as a plugin of egui's context.
pub struct InputRules {
    /// The keys that are the editor's; the others are kept from it.
    wanted: Wanted,
    /// The modifiers that are held, as the window system last said.
    modifiers: Modifiers,
    /// The same before the events of this frame.
    modifiers_before: Modifiers,
    /// Whether a button of the mouse is down.
    is_pressed: bool,
    is_focus_visible: bool,
    /// How many stops Tab moves the focus in this frame, backwards if negative.
    tab_steps: i32,
}

impl Default for InputRules {
    fn default() -> Self {
        Self {
            wanted: Wanted::Everything,
            modifiers: Modifiers::NONE,
            modifiers_before: Modifiers::NONE,
            is_pressed: false,
            is_focus_visible: true,
            tab_steps: 0,
        }
    }
}

/// Sets which keys are the editor's from the next frame on. Without this all are.
pub fn set_wanted(context: &Context, wanted: Wanted) {
    context.with_plugin(|rules: &mut InputRules| rules.wanted = wanted);
}

/// Whether what has the focus is to be outlined.
pub fn is_focus_visible(context: &Context) -> bool {
    context.with_plugin(|rules: &mut InputRules| rules.is_focus_visible).unwrap_or(true)
}

/// The modifiers that were held before the events of this frame.
pub fn modifiers_before(context: &Context) -> Modifiers {
    context.with_plugin(|rules: &mut InputRules| rules.modifiers_before).unwrap_or_default()
}

/// The modifiers that were held when the main button was last pressed in this frame; those held now if
/// it was not.
pub fn press_modifiers(ui: &Ui) -> Modifiers {
    ui.input(|input| {
        let pressed_with = |event: &Event| match event {
            Event::PointerButton {
                button: egui::PointerButton::Primary,
                pressed: true,
                modifiers,
                ..
            } => Some(*modifiers),
            _ => None,
        };
        input.events.iter().rev().find_map(pressed_with).unwrap_or(input.modifiers)
    })
}

impl InputRules {
    /// Whether egui gets an event. Releases always pass, so that no key seems to be held for good.
    fn is_ours(&self, event: &Event) -> bool {
        match event {
            Event::Key { key, pressed: true, modifiers, .. } => {
                self.wanted.has(&name(*key), *modifiers)
            }
            // A window manager that grabs the pointer for a click seems to take it away from the window, and
            // egui would lose what moves meanwhile. If it is outside at the release, this comes again.
            Event::PointerGone => !self.is_pressed,
            Event::Copy => self.wanted.has("c", Modifiers::COMMAND),
            Event::Cut => self.wanted.has("x", Modifiers::COMMAND),
            // Some window systems deliver a paste as text.
            Event::Paste(_) | Event::Text(_) => {
                self.wanted == Wanted::Everything
                    || self.modifiers.command && self.wanted.has("v", Modifiers::COMMAND)
            }
            _ => true,
        }
    }

    /// The modifiers to tell egui after an event, if it would have others.
    fn follow(&mut self, event: &Event) -> Option<Modifiers> {
        match event {
            Event::ModifiersChanged(modifiers) => self.modifiers = *modifiers,
            Event::PointerButton { pressed, modifiers, .. } => {
                self.is_pressed = *pressed;
                let has_changed = self.modifiers != *modifiers;
                self.modifiers = *modifiers;
                return has_changed.then_some(self.modifiers);
            }
            Event::MouseWheel { modifiers, .. } => {
                let has_changed = self.modifiers != *modifiers;
                self.modifiers = *modifiers;
                return has_changed.then_some(self.modifiers);
            }
            // egui releases all modifiers here, but a gesture keeps what it began with.
            Event::WindowFocused(false) if self.is_pressed => return Some(self.modifiers),
            Event::WindowFocused(false) => self.modifiers = Modifiers::NONE,
            _ => {}
        }
        None
    }

    /// Whether the focus is visible after an event.
    fn notice_focus(&mut self, event: &Event) {
        match event {
            Event::PointerButton { pressed: true, .. } => self.is_focus_visible = false,
            Event::Key { key, pressed: true, .. } => {
                let moves_focus = matches!(
                    key,
                    Key::Tab | Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight
                );
                self.is_focus_visible |= moves_focus;
            }
            Event::AccessKitActionRequest(request) => {
                self.is_focus_visible |= request.action == accesskit::Action::Focus;
            }
            _ => {}
        }
    }
}

impl Plugin for InputRules {
    fn debug_name(&self) -> &'static str {
        "Extrema's input"
    }

    fn input_hook(&mut self, _context: &Context, input: &mut RawInput) {
        self.modifiers_before = self.modifiers;
        let events = std::mem::take(&mut input.events);
        for event in events {
            if !self.is_ours(&event) {
                continue;
            }
            self.notice_focus(&event);
            if let Event::Key { key: Key::Tab, pressed: true, modifiers, .. } = event
                && (modifiers.is_none() || modifiers.shift_only())
            {
                self.tab_steps += if modifiers.shift { -1 } else { 1 };
                continue;
            }
            let restored = self.follow(&event).map(Event::ModifiersChanged);
            // What comes with a press holds for the press.
            let (before, after) = match event {
                Event::WindowFocused(_) => (None, restored),
                _ => (restored, None),
            };
            input.events.extend(before.into_iter().chain([event]).chain(after));
        }
    }

    fn on_begin_pass(&mut self, ui: &mut Ui) {
        let steps = std::mem::take(&mut self.tab_steps);
        if steps != 0
            && let Some(stop) = step(ui.ctx(), steps)
        {
            ui.memory_mut(|memory| memory.request_focus(stop));
        }
    }
}

/// The stop that is a number of steps away from the one that has the focus.
fn step(context: &Context, steps: i32) -> Option<Id> {
    let stops = tab_order::stops(context);
    let focused = context.memory(|memory| memory.focused());
    let at = focused.and_then(|focused| stops.iter().position(|&stop| stop == focused));
    // Without a focus the first step leads to the first stop, or backwards to the last.
    let from = at.map_or(if steps > 0 { -1 } else { 0 }, |at| at as i32);
    let count = i32::try_from(stops.len()).ok().filter(|&count| count > 0)?;
    stops.get((from + steps).rem_euclid(count) as usize).copied()
}
