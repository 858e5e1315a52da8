//! Leaves the keyboard to the host. On X11 keys go only to the focused window, and a click focuses the
//! editor's. The editor therefore returns the focus when it wants no keys, and forwards the space bar
//! while it does. On macOS the system passes on the keys that the editor does not want.

#[cfg(target_os = "linux")]
mod x11;

use egui::{Event, Key, Ui, ViewportCommand};
use nice_plug_egui::baseview::WindowContext;

use super::keys::Wanted;

/// What a window does about the keyboard.
#[derive(Default)]
pub(super) struct Keyboard {
    #[cfg(target_os = "linux")]
    host: Option<x11::HostWindow>,
    /// Whether a text field was active in the last frame.
    was_typing: bool,
}

impl Keyboard {
    /// Connects to the window once it exists.
    pub(super) fn connect(&mut self, window: &WindowContext) {
        #[cfg(target_os = "linux")]
        {
            self.host = x11::HostWindow::around(window);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = window;
    }

    /// Called before a frame: forwards the space bar, the host's play key, unless a text field is active.
    pub(super) fn forward_space(&self, ui: &Ui) {
        if self.was_typing {
            return;
        }
        let is_space = |event: &&Event| matches!(event, Event::Key { key: Key::Space, .. });
        ui.input(|input| {
            for event in input.events.iter().filter(is_space) {
                if let Event::Key { pressed, modifiers, .. } = event {
                    self.send_space(*pressed, *modifiers);
                }
            }
        });
    }

    /// Called after a frame: takes the focus for a text field, and returns it when no key is wanted.
    pub(super) fn update_focus(&mut self, ui: &Ui, window: &WindowContext, wanted: &Wanted) {
        let is_typing = *wanted == Wanted::Everything;
        if is_typing && !self.was_typing && !window.has_focus() {
            ui.ctx().send_viewport_cmd(ViewportCommand::Focus);
        }
        self.was_typing = is_typing;
        let is_pressed = ui.input(|input| input.pointer.any_down());
        if *wanted == Wanted::Nothing && window.has_focus() && !is_pressed {
            self.return_focus();
        }
    }

    #[cfg(target_os = "linux")]
    fn send_space(&self, pressed: bool, modifiers: egui::Modifiers) {
        if let Some(host) = &self.host {
            host.send_space(pressed, modifiers);
        }
    }

    #[cfg(target_os = "linux")]
    fn return_focus(&self) {
        if let Some(host) = &self.host {
            host.return_focus();
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn send_space(&self, _pressed: bool, _modifiers: egui::Modifiers) {}

    #[cfg(not(target_os = "linux"))]
    fn return_focus(&self) {}
}
