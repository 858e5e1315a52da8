//! The keys that the editor wants at the moment. All others belong to the host, as far as the window
//! system allows.

use egui::Context;

use crate::editor::View;
use crate::editor::parameters::Control;
use crate::editor::widgets::id;

/// The keys that the editor wants, by their names in the W3C's *UI Events* specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// No key: nothing has the focus.
    Nothing,
    /// Only these.
    These(Vec<&'static str>),
    /// All keys: a text field is active.
    Everything,
}

/// Releases what is pinned, closes what is open, and removes the focus.
const CANCEL: &str = "Escape";

/// Move the focus or use the focused control.
const FOCUS: [&str; 6] = ["Tab", "Enter", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/// Change a focused knob.
const KNOB: [&str; 6] = ["PageUp", "PageDown", "Home", "End", "Delete", "Backspace"];

/// Copy and paste the value of a focused knob, with Ctrl or Cmd.
const COMMANDS: [&str; 2] = ["c", "v"];

/// Shortcuts of the focused scope, and the only other key it uses.
const SCOPE: [&str; 3] = ["f", "b", "d"];
const NEXT: &str = "Tab";

/// The keys wanted after a frame.
pub fn wanted(context: &Context, view: &View) -> Wanted {
    if view.is_typing() {
        return Wanted::Everything;
    }
    let is_pinned = view.scope.pinned.is_some() || view.codebook_panel.pinned.is_some();
    let Some(focused) = context.memory(|memory| memory.focused()) else {
        if is_pinned || context.any_popup_open() {
            return Wanted::These(vec![CANCEL]);
        }
        return Wanted::Nothing;
    };
    let modifiers = context.input(|input| input.modifiers);
    let mut keys = vec![CANCEL];
    if focused == id("scope") {
        keys.push(NEXT);
        if modifiers.is_none() {
            keys.extend(SCOPE);
        }
        return Wanted::These(keys);
    }
    keys.extend(FOCUS);
    if Control::ALL.iter().any(|&control| focused == id(("knob", control))) {
        keys.extend(KNOB);
        if modifiers.command {
            keys.extend(COMMANDS);
        }
    }
    Wanted::These(keys)
}
