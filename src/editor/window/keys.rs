//! Which keys are the editor's at the moment; all others are the host's, as far as the window system
//! lets it have them.

use egui::Context;

use crate::editor::View;
use crate::editor::parameters::Control;
use crate::editor::widgets::id;

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

/// The key that lets go of what is kept, open or focused.
const LET_GO: &str = "Escape";

/// The keys that move the focus or use what has it, apart from [`LET_GO`].
const FOCUS: [&str; 6] = ["Tab", "Enter", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/// The keys of a knob.
const KNOB: [&str; 6] = ["PageUp", "PageDown", "Home", "End", "Delete", "Backspace"];

/// The keys of a knob while Ctrl or Cmd is down: copy and paste.
const COMMANDS: [&str; 2] = ["c", "v"];

/// The keys of the scope, and the only other one it uses.
const SCOPE: [&str; 3] = ["f", "b", "d"];
const LEAVE: &str = "Tab";

/// The keys that are ours after a picture.
pub fn wanted(context: &Context, view: &View) -> Wanted {
    if view.is_typing() {
        return Wanted::Everything;
    }
    let is_kept = view.scope.pinned.is_some() || view.codebook_panel.pinned.is_some();
    let Some(focused) = context.memory(|memory| memory.focused()) else {
        if is_kept || context.any_popup_open() {
            return Wanted::These(vec![LET_GO]);
        }
        return Wanted::Nothing;
    };
    let modifiers = context.input(|input| input.modifiers);
    let mut keys = vec![LET_GO];
    if focused == id("scope") {
        keys.push(LEAVE);
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
