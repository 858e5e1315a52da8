//! The keys that the editor wants at the moment. All others belong to the host.
//!
//! A key of a new command goes into one of the lists here, and the command asks
//! [`Keystroke::was_pressed`]; that the host no longer gets it follows.

use std::borrow::Cow;

use egui::{Context, Event, Key, Modifiers, Ui};

use crate::editor::View;
use crate::editor::parameters::Control;
use crate::editor::widgets::id;

/// Which modifiers have to be held with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// None, but Shift makes no difference.
    Plain,
    /// None at all.
    Nothing,
    /// Ctrl, or Cmd on macOS.
    Command,
    /// The same and Shift.
    CommandShift,
}

impl Held {
    fn matches(self, modifiers: Modifiers) -> bool {
        let command = modifiers.command || modifiers.ctrl;
        match self {
            Self::Plain => !command && !modifiers.alt,
            Self::Nothing => modifiers.is_none(),
            Self::Command => command && !modifiers.alt && !modifiers.shift,
            Self::CommandShift => command && !modifiers.alt && modifiers.shift,
        }
    }
}

/// A key together with modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keystroke {
    /// The key's name in the W3C's *UI Events* specification, without Shift.
    pub name: &'static str,
    /// The modifiers.
    pub held: Held,
}

impl Keystroke {
    /// A key with modifiers.
    pub const fn new(name: &'static str, held: Held) -> Self {
        Self { name, held }
    }

    /// Whether a key of this name with these modifiers is meant.
    pub fn matches(&self, name: &str, modifiers: Modifiers) -> bool {
        self.name == name && self.held.matches(modifiers)
    }

    /// Whether it was pressed in this frame. The repeats of a key that is held down do not count.
    pub fn was_pressed(&self, ui: &Ui) -> bool {
        let is_press = |event: &Event| match event {
            Event::Key { key, pressed: true, repeat: false, modifiers, .. } => {
                self.matches(&name(*key), *modifiers)
            }
            _ => false,
        };
        ui.input(|input| input.events.iter().any(is_press))
    }
}

/// The keys that the editor wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// No key: nothing has the focus.
    Nothing,
    /// Only these.
    These(Vec<Keystroke>),
    /// All keys: a text field is active.
    Everything,
}

impl Wanted {
    /// Whether a key of this name with these modifiers is among them.
    pub fn has(&self, name: &str, modifiers: Modifiers) -> bool {
        match self {
            Self::Nothing => false,
            Self::These(keys) => keys.iter().any(|key| key.matches(name, modifiers)),
            Self::Everything => true,
        }
    }
}

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

/// The name of a key in the W3C's *UI Events* specification, without Shift.
pub fn name(key: Key) -> Cow<'static, str> {
    match key {
        Key::ArrowUp => "ArrowUp".into(),
        Key::ArrowDown => "ArrowDown".into(),
        Key::ArrowLeft => "ArrowLeft".into(),
        Key::ArrowRight => "ArrowRight".into(),
        _ if key.name().len() == 1 => key.name().to_lowercase().into(),
        _ => key.name().into(),
    }
}
