//! Which keys are the editor's at the moment; all others are the host's.

use egui::Context;

use super::View;
use super::parameters::Control;
use super::widgets::id;

/// The keys that are ours, by the names that browsers give them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// None: nothing has the keyboard.
    Nothing,
    /// Only these.
    These(Vec<&'static str>),
    /// All of them: a text field is active.
    Everything,
}

/// The keys that move the focus or use what has it.
const FOCUS: [&str; 7] =
    ["Tab", "Enter", "Escape", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/// The keys of a knob.
const KNOB: [&str; 6] = ["PageUp", "PageDown", "Home", "End", "Delete", "Backspace"];

/// The keys of a knob while Ctrl or Cmd is down: copy and paste.
const COMMANDS: [&str; 2] = ["c", "v"];

/// The keys of the scope.
const SCOPE: [&str; 3] = ["f", "b", "d"];

/// The keys that are ours after a picture.
pub fn wanted(context: &Context, view: &View) -> Wanted {
    if view.is_typing() {
        return Wanted::Everything;
    }
    let Some(focused) = context.memory(|memory| memory.focused()) else {
        return Wanted::Nothing;
    };
    let modifiers = context.input(|input| input.modifiers);
    let mut keys = FOCUS.to_vec();
    if Control::ALL.iter().any(|&control| focused == id(("knob", control))) {
        keys.extend(KNOB);
        if modifiers.command {
            keys.extend(COMMANDS);
        }
    }
    if focused == id("scope") && modifiers.is_none() {
        keys.extend(SCOPE);
    }
    Wanted::These(keys)
}
