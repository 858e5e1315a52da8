//! Leaves the keyboard to the host. On X11 a key goes to the window that has the focus and to no other,
//! and a click gives the focus to the editor's; so the editor gives it back when it has no use for
//! keys, and hands on the space bar while it has. On macOS keys that are not ours go on by themselves.

#[cfg(target_os = "linux")]
mod x11;

use egui::{Event, Key, Ui, ViewportCommand};
use nice_plug_egui::baseview::WindowContext;

use super::keys::Wanted;

/// The window's link to the keyboard.
#[derive(Default)]
pub(super) struct Keyboard {
    #[cfg(target_os = "linux")]
    link: Option<x11::Link>,
    /// Whether a text field was active in the last picture.
    was_typing: bool,
}

impl Keyboard {
    /// For a window that has been made.
    pub(super) fn connect(&mut self, window: &WindowContext) {
        #[cfg(target_os = "linux")]
        {
            self.link = x11::Link::to(window);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = window;
    }

    /// Before a picture: the space bar is the host's, unless a text field is active.
    pub(super) fn hand_on(&self, ui: &Ui) {
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

    /// After a picture: takes the keyboard for a text field, and gives it back when no key is wanted.
    pub(super) fn settle(&mut self, ui: &Ui, window: &WindowContext, wanted: &Wanted) {
        let is_typing = *wanted == Wanted::Everything;
        if is_typing && !self.was_typing && !window.has_focus() {
            ui.ctx().send_viewport_cmd(ViewportCommand::Focus);
        }
        self.was_typing = is_typing;
        let is_held = ui.input(|input| input.pointer.any_down());
        if *wanted == Wanted::Nothing && window.has_focus() && !is_held {
            self.give_back();
        }
    }

    #[cfg(target_os = "linux")]
    fn send_space(&self, pressed: bool, modifiers: egui::Modifiers) {
        if let Some(link) = &self.link {
            link.send_space(pressed, modifiers);
        }
    }

    #[cfg(target_os = "linux")]
    fn give_back(&self) {
        if let Some(link) = &self.link {
            link.give_back();
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn send_space(&self, _pressed: bool, _modifiers: egui::Modifiers) {}

    #[cfg(not(target_os = "linux"))]
    fn give_back(&self) {}
}
