//! The keys that the editor wants at the moment. All others belong to the host.
//!
//! A key of a new command goes into one of the lists here; otherwise the host gets it.

use egui::Context;

use crate::editor::View;
use crate::editor::ids::id;
use crate::editor::keystroke::{Held, Keystroke, Wanted};
use crate::editor::parameters::Control;

const fn plain(name: &'static str) -> Keystroke {
    Keystroke::new(name, Held::Plain)
}

const fn bare(name: &'static str) -> Keystroke {
    Keystroke::new(name, Held::Nothing)
}

const fn command(name: &'static str) -> Keystroke {
    Keystroke::new(name, Held::Command)
}

/// Releases what is pinned, closes what is open, and removes the focus.
const CANCEL: Keystroke = plain("Escape");

/// Moves the focus.
const NEXT: Keystroke = plain("Tab");

/// Move the focus or use the focused control.
const CONTROL: [Keystroke; 5] =
    [plain("Enter"), plain("ArrowUp"), plain("ArrowDown"), plain("ArrowLeft"), plain("ArrowRight")];

/// Change a focused knob, and copy and paste its value.
const KNOB: [Keystroke; 8] = [
    plain("PageUp"),
    plain("PageDown"),
    plain("Home"),
    plain("End"),
    plain("Delete"),
    plain("Backspace"),
    command("c"),
    command("v"),
];

/// Shortcuts of the focused scope.
const SCOPE: [Keystroke; 3] = [bare("f"), bare("b"), bare("d")];

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
    let mut keys = vec![CANCEL, NEXT];
    if focused == id("scope") {
        keys.extend(SCOPE);
        return Wanted::These(keys);
    }
    keys.extend(CONTROL);
    if Control::ALL.iter().any(|&control| focused == id(("knob", control))) {
        keys.extend(KNOB);
    }
    Wanted::These(keys)
}
