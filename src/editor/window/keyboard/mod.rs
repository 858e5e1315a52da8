//! Shares the keyboard with the host.
//!
//! On X11 the editor's window gets every key while it has the focus, which a click gives it, and also
//! while the host's window has it and the pointer is over the editor. So the editor passes on what
//! it does not want, and returns the focus once it wants no key at all. On macOS the system passes on
//! the keys that the editor does not want.

#[cfg(target_os = "linux")]
mod x11;

use std::sync::Arc;

use egui::{Event, Ui, ViewportCommand};
use nice_plug_egui::baseview::WindowContext;

use crate::editor::keystroke::Wanted;

#[cfg(target_os = "linux")]
pub(super) use x11::HostWindow;

/// The host's window, on systems where nothing has to be asked of it.
#[cfg(not(target_os = "linux"))]
pub(super) struct HostWindow;

#[cfg(not(target_os = "linux"))]
impl HostWindow {
    fn around(_window: &WindowContext) -> Option<Self> {
        None
    }

    fn forward_keys(&self, _wanted: &Wanted) {}

    fn return_focus(&self) {}

    /// Whether the editor's window can be seen, as far as this system tells.
    pub(super) fn shows_editor(&self) -> bool {
        true
    }
}

/// What a window does about the keyboard.
pub(super) struct Keyboard {
    host: Option<Arc<HostWindow>>,
    /// The keys wanted after the last frame.
    wanted: Wanted,
    /// Whether the window may have got the focus since it was last returned.
    may_have_focus: bool,
}

impl Default for Keyboard {
    fn default() -> Self {
        Self { host: None, wanted: Wanted::Nothing, may_have_focus: false }
    }
}

impl Keyboard {
    /// Connects to the window once it exists; returns the host's window around it.
    pub(super) fn connect(&mut self, window: &WindowContext) -> Option<Arc<HostWindow>> {
        self.host = HostWindow::around(window).map(Arc::new);
        self.host.clone()
    }

    /// Called before a frame: passes keys on to the host that were not wanted when they were pressed.
    pub(super) fn forward(&mut self, ui: &Ui) {
        let (has_pointer, may_focus) = ui.input(|input| {
            let takes_focus = |event: &Event| {
                matches!(
                    event,
                    Event::WindowFocused(true) | Event::PointerButton { pressed: true, .. }
                )
            };
            (input.pointer.has_pointer(), input.events.iter().any(takes_focus))
        });
        self.may_have_focus |= may_focus;
        if let Some(host) = self.host.as_ref().filter(|_| has_pointer || self.may_have_focus) {
            host.forward_keys(&self.wanted);
        }
    }

    /// Called after a frame: takes the focus when keys are wanted, and returns it when none are.
    pub(super) fn update_focus(&mut self, ui: &Ui, wanted: &Wanted) {
        let needs_keys = *wanted != Wanted::Nothing;
        // Also after each click, with which a window manager may have given the host the focus.
        let is_click = |event: &Event| matches!(event, Event::PointerButton { .. });
        let was_clicked = ui.input(|input| input.events.iter().any(is_click));
        if needs_keys && (was_clicked || self.wanted == Wanted::Nothing) {
            ui.ctx().send_viewport_cmd(ViewportCommand::Focus);
        }
        self.wanted = wanted.clone();
        self.may_have_focus |= needs_keys;
        let is_pressed = ui.input(|input| input.pointer.any_down());
        if self.may_have_focus && !needs_keys && !is_pressed {
            self.may_have_focus = false;
            if let Some(host) = &self.host {
                host.return_focus();
            }
        }
    }
}
