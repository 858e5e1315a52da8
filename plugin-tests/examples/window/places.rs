//! Where controls are in a window of the default size, by their names: they are looked up in an editor
//! without a window, so that no position is written down.

use egui::{Event, Key, Modifiers, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use extrema_plugin_tests::stage::{Stage, harness};

/// An editor of 960 by 600 points at 100 %.
pub struct Places(Harness<'static>);

impl Places {
    pub fn new() -> Self {
        let (harness, _) = harness(Stage::new(), egui::vec2(960.0, 600.0));
        Self(harness)
    }

    /// The centre of what has this name, in pixels.
    pub fn of(&self, name: &str) -> [i16; 2] {
        let at = self.0.get_by_label(name).rect().center();
        [at.x as i16, at.y as i16]
    }

    /// The centre of a row in the menu that a click with the right button opens on a control.
    pub fn menu_row(&mut self, name: &str, row: &str) -> [i16; 2] {
        let at = self.0.get_by_label(name).rect().center();
        self.0.event(Event::PointerMoved(at));
        for pressed in [true, false] {
            let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
            self.0.event(Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        self.0.run_steps(3);
        let found = self.of(row);
        self.0.key_press(Key::Escape);
        self.0.run_steps(3);
        found
    }

    /// The value below a knob.
    pub fn value_of(&self, name: &str) -> [i16; 2] {
        let [x, y] = self.of(name);
        [x, y + 50]
    }
}
