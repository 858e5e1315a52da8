//! Presets: settings with a name. Those that come with Extrema (`factory.rs`), those of the user
//! (`user.rs`), and both by name (`library.rs`).
//!
//! A preset is a JSON file that people can read and write (`file.rs`). It holds plain values of the
//! controls under their ids, as the texts that are typed everywhere else: `"-34 dB"`, `"peak"`, `"max"`.

mod factory;
mod file;
mod library;
mod name;
mod user;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::effect::Control;

pub use factory::{GROUPS, factory};
pub use file::FORMAT_VERSION;
pub use library::{Found, Library};
pub use name::{MAX_NAME_CHARACTERS, one_line, same_name, to_file_name};
pub use user::{FOLDER_VARIABLE, Listing, USER_GROUP, UserPreset, UserPresets};

/// Settings with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    name: String,
    group: String,
    description: String,
    /// Plain values; those of controls that no preset sets are the defaults.
    values: [f64; Control::COUNT],
}

/// Why a preset could not be made, found, read or written.
#[derive(Debug, Error)]
pub enum PresetError {
    /// A name or a group that cannot be one.
    #[error("{text:?} cannot name a preset or a group: {reason}")]
    Name {
        /// The text as it was given.
        text: String,
        /// What is wrong with it, and what to write.
        reason: &'static str,
    },
    /// No preset has the name.
    #[error("there is no preset {name:?}{}", question(suggestion.as_deref()))]
    NotFound {
        /// The name as it was given.
        name: String,
        /// The most similar name, if one is similar.
        suggestion: Option<String>,
    },
    /// Several presets have the name.
    #[error("several presets are named {name:?}; write one of {}", choices.join(", "))]
    Ambiguous {
        /// The name as it was given.
        name: String,
        /// Each preset's group and name.
        choices: Vec<String>,
    },
    /// The group has a preset of this name.
    #[error("the group {group} has a preset {name:?} already, {}", path.display())]
    Exists {
        /// The name.
        name: String,
        /// The group.
        group: String,
        /// The file that holds it.
        path: PathBuf,
    },
    /// A file that is not a preset, or not one that this version understands.
    #[error("{} is not a preset that can be used: {reason}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, and the remedy.
        reason: String,
    },
    /// A file or folder could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A file could not be written; one that was there before is as it was.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A file could not be deleted.
    #[error("cannot delete {}", path.display())]
    Delete {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The system does not say where the user's files belong.
    #[error(
        "this system has no folder for a user's files; name one in the environment variable {}",
        FOLDER_VARIABLE
    )]
    NoFolder,
}

fn question(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

impl Preset {
    /// A preset of the plain values that `value` gives for the controls.
    ///
    /// Spaces around and between words are evened out. A group may lie within another, as `Drums/Tight`.
    ///
    /// # Errors
    /// [`PresetError::Name`] if the name or the group is empty, longer than [`MAX_NAME_CHARACTERS`] or
    /// has characters that cannot be shown.
    pub fn new(
        name: &str,
        group: &str,
        description: &str,
        value: impl Fn(Control) -> f64,
    ) -> Result<Self, PresetError> {
        let checked = |text: &str, clean: fn(&str) -> Result<String, &'static str>| {
            clean(text).map_err(|reason| PresetError::Name { text: text.to_owned(), reason })
        };
        Ok(Self {
            name: checked(name, name::clean)?,
            group: checked(group, name::clean_group)?,
            description: name::one_line(description),
            values: Control::ALL.map(|control| {
                let value = if Self::sets(control) { value(control) } else { f64::NAN };
                if value.is_nan() { control.spec().default } else { value }
            }),
        })
    }

    /// Whether presets set a control. Latency is a matter of the session, which a change of latency
    /// would interrupt, and bypass is the host's.
    pub fn sets(control: Control) -> bool {
        !matches!(control, Control::Latency | Control::Bypass)
    }

    /// The name, as it is shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The group: one of [`GROUPS`], [`USER_GROUP`], or the user's folder.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// What is heard and what it is good for, in one sentence; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The plain value of a control, `None` if presets do not set it.
    pub fn value(&self, control: Control) -> Option<f64> {
        Self::sets(control).then_some(self.values[control as usize])
    }

    /// The controls that the preset sets, with their plain values, in the order of the table.
    pub fn values(&self) -> impl Iterator<Item = (Control, f64)> {
        let all = Control::ALL.into_iter();
        all.filter_map(|control| self.value(control).map(|value| (control, value)))
    }

    /// [`Self::values`] as a host keeps them; see [`Control::to_host`].
    pub fn host_values(&self) -> impl Iterator<Item = (Control, f32)> {
        self.values().map(|(control, value)| (control, control.to_host(value)))
    }

    /// The text of a file that holds the preset.
    pub fn to_json(&self) -> String {
        file::write(self, &file::Unknown::default())
    }

    /// The values with their ids, as texts that mean the same when they are read.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.values().map(|(control, value)| (control.spec().id, file::exact_text(control, value)))
    }
}
