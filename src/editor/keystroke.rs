//! Keys with modifiers, and which of them the editor wants.

use std::borrow::Cow;

use egui::{Key, Modifiers};

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
