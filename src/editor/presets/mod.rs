//! The preset browser: the bar in the header (`bar.rs`), its menu (`menu.rs`), and what both do
//! (here). Files are chosen in the system's own dialogs (`dialog.rs`).

mod bar;
mod dialog;
mod menu;

use std::path::{Path, PathBuf};

use super::current_preset::CurrentPreset;
use super::parameters::{Control, Parameters};
use crate::params::view::PresetName;
use crate::presets::{
    Found, Library, Listing, Preset, PresetError, USER_GROUP, UserPreset, UserPresets, factory,
};

pub use bar::bar;
use dialog::Dialog;

/// The name on show while no preset was loaded: the defaults of all controls.
pub const DEFAULT_NAME: &str = "Default";

/// Difference up to which a position counts as a preset's, because some hosts round.
const TOLERANCE: f32 = 1e-5;

/// How long a message stays in the menu, in seconds: time to read a sentence with a path in it.
const MESSAGE_SECONDS: f64 = 12.0;

/// A name that is being typed.
#[derive(Debug)]
struct Entry {
    purpose: Purpose,
    text: String,
    /// Whether the field has just appeared and still needs the focus.
    fresh: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    SaveAs,
    Rename,
}

/// What the browser remembers from frame to frame.
#[derive(Debug, Default)]
pub struct Presets {
    /// The preset that was loaded last; none stands for the defaults.
    pub current: Option<CurrentPreset>,
    /// Where the user's presets are, if not in the standard folder.
    folder: Option<UserPresets>,
    /// Controls that presets leave alone.
    locked: Vec<Control>,
    /// All presets; read when they are first needed, and again whenever the menu opens.
    library: Option<Library>,
    /// The group on show in the menu.
    group: String,
    entry: Option<Entry>,
    /// Whether the menu asks if the user's preset is to be deleted.
    confirm_delete: bool,
    /// What went wrong or was done last, and when in seconds.
    message: Option<(String, f64)>,
    dialog: Option<Dialog>,
    /// Fraction of a wheel step that has not taken effect yet.
    scrolled: f32,
}

impl Presets {
    /// Keeps the user's presets in another folder than the standard one.
    pub fn set_folder(&mut self, folder: UserPresets) {
        self.folder = Some(folder);
        self.library = None;
    }

    fn user_presets(&self) -> Result<UserPresets, PresetError> {
        self.folder.clone().map_or_else(UserPresets::standard, Ok)
    }

    /// Whether a name is being typed, so that all keys belong to it.
    pub fn is_typing(&self) -> bool {
        self.entry.is_some()
    }

    /// The name on show.
    pub fn name(&self) -> &str {
        self.current.as_ref().map_or(DEFAULT_NAME, |current| &current.name.name)
    }

    /// Whether presets leave a control alone.
    pub fn is_locked(&self, control: Control) -> bool {
        self.locked.contains(&control)
    }

    /// Locks a control against presets, or frees it again.
    pub fn toggle_lock(&mut self, control: Control) {
        if self.is_locked(control) {
            self.locked.retain(|&locked| locked != control);
        } else {
            self.locked.push(control);
        }
    }

    /// The controls that presets leave alone.
    pub fn locked(&self) -> &[Control] {
        &self.locked
    }

    /// Takes over what a session saved.
    pub(super) fn restore(&mut self, name: Option<PresetName>, locked: Vec<Control>) {
        self.locked = locked;
        self.current = name.map(|name| self.known(name));
    }

    /// The preset with a name and group. One that is no longer there keeps its name and counts as changed.
    pub(super) fn known(&mut self, name: PresetName) -> CurrentPreset {
        let found = self.library().all().map(Found::preset).find(|preset| name.is_of(preset));
        found.map(CurrentPreset::of).unwrap_or(CurrentPreset {
            name,
            description: String::new(),
            positions: None,
        })
    }

    /// Whether a control that the preset has set differs from it.
    pub fn is_changed(&self, parameters: &dyn Parameters) -> bool {
        let sets = |&control: &Control| Preset::sets(control) && !self.is_locked(control);
        let differs = |control: Control, position: f32| {
            (parameters.value(control) - position).abs() > TOLERANCE
        };
        let mut controls = Control::ALL.into_iter().filter(sets);
        match &self.current {
            None => controls.any(|control| differs(control, parameters.default_value(control))),
            Some(CurrentPreset { positions: None, .. }) => true,
            Some(CurrentPreset { positions: Some(positions), .. }) => {
                controls.any(|control| differs(control, positions[control as usize]))
            }
        }
    }

    /// All presets, read if they have not been yet.
    fn library(&mut self) -> &Library {
        let user = self.user_presets();
        self.library.get_or_insert_with(|| read_library(user))
    }

    /// Loads a preset, or the defaults, as one step that can be undone.
    fn load(&mut self, preset: Option<&Preset>, parameters: &mut dyn Parameters) {
        let before = self.current.take();
        self.current = preset.map(CurrentPreset::of);
        if let Some(undo) = parameters.undo() {
            undo.begin_group();
        }
        for control in Control::ALL {
            if !Preset::sets(control) || self.is_locked(control) {
                continue;
            }
            let value = preset.and_then(|preset| preset.value(control));
            let wanted = control.position(value.unwrap_or(control.spec().default));
            parameters.move_to(control, wanted);
        }
        let after = self.current.clone();
        if let Some(undo) = parameters.undo() {
            undo.end_group(Some([before, after]), false);
        }
    }

    /// Loads the next preset of the list, or the one before for negative steps. The list begins with
    /// the defaults and goes round.
    pub(super) fn step(&mut self, steps: isize, parameters: &mut dyn Parameters) {
        let current = self.current.as_ref().map(|current| current.name.clone());
        let all: Vec<Preset> = self.library().all().map(|found| found.preset().clone()).collect();
        let place = current.and_then(|name| all.iter().position(|preset| name.is_of(preset)));
        let count = all.len() as isize + 1;
        let place = place.map_or(0, |place| place as isize + 1);
        match (place + steps).rem_euclid(count) {
            0 => self.load(None, parameters),
            place => self.load(all.get(place as usize - 1), parameters),
        }
    }

    /// The user's preset that was loaded last, if it is one.
    fn current_user(&mut self) -> Option<UserPreset> {
        let name = self.current.as_ref()?.name.clone();
        let users = &self.library().user.presets;
        users.iter().find(|user| name.is_of(&user.preset)).cloned()
    }

    /// Saves the controls in the file of the user's preset that was loaded last.
    fn save(&mut self, parameters: &dyn Parameters, now: f64) {
        let Some(user) = self.current_user() else { return };
        let preset = with_values(
            user.preset.name(),
            user.preset.group(),
            user.preset.description(),
            parameters,
        );
        let saved = preset.and_then(|preset| self.write(&preset, true));
        self.finish(saved, "Saved", now);
    }

    /// Saves the controls under a new name; `Folder/Name` puts the file in a folder.
    fn save_as(&mut self, text: &str, parameters: &dyn Parameters, now: f64) {
        let (group, name) = text.rsplit_once('/').unwrap_or((USER_GROUP, text));
        let description = self.current_user().map(|user| user.preset.description().to_owned());
        let description = description.unwrap_or_default();
        let preset = with_values(name, group, &description, parameters);
        let saved = preset.and_then(|preset| self.write(&preset, false));
        self.finish(saved, "Saved", now);
    }

    fn rename(&mut self, name: &str, now: f64) {
        let Some(user) = self.current_user() else { return };
        let renamed = self.user_presets().and_then(|presets| {
            let path = presets.rename(&user, name)?;
            // A file does not say in which folder it lies.
            let name = UserPreset::load(&path)?.preset.name().to_owned();
            Ok(PresetName { group: user.preset.group().to_owned(), name })
        });
        self.finish(renamed, "Renamed", now);
    }

    fn delete(&mut self, now: f64) {
        let Some(user) = self.current_user() else { return };
        match self.user_presets().and_then(|presets| presets.delete(&user)) {
            Ok(()) => {
                // What is heard stays; only its name is gone.
                let current = self.current.take();
                self.current = current.map(|current| CurrentPreset { positions: None, ..current });
                self.message = Some((format!("Deleted {}", user.preset.name()), now));
            }
            Err(error) => self.fail(&error, now),
        }
        self.library = None;
    }

    /// Copies files into the folder of the user's presets, if they are presets. One that is none, or whose
    /// name is taken, does not keep the others out. `now` is the time in seconds.
    pub fn import(&mut self, paths: &[PathBuf], now: f64) {
        let (mut names, mut problems) = (Vec::new(), Vec::new());
        for path in paths {
            let imported = UserPreset::load(path).and_then(|user| self.write(&user.preset, false));
            match imported {
                Ok(name) => names.push(name),
                Err(error) => problems.push(sentence(&error)),
            }
        }
        self.library = None;
        let done = match &names[..] {
            [] => None,
            [name] => Some(format!("Imported {}", name.name)),
            names => Some(format!("Imported {} presets", names.len())),
        };
        if let Some(name) = names.pop() {
            self.group = name.group;
        }
        let said: Vec<String> = done.into_iter().chain(problems).collect();
        self.message = (!said.is_empty()).then(|| (said.join("; "), now));
    }

    /// Writes the controls as a preset to a file anywhere. `now` is the time in seconds.
    pub fn export(&mut self, path: &Path, parameters: &dyn Parameters, now: f64) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let preset = with_values(&name, USER_GROUP, "", parameters);
        let written = preset.and_then(|preset| UserPresets::export(&preset, path));
        match written {
            Ok(()) => self.message = Some((format!("Exported to {}", path.display()), now)),
            Err(error) => self.fail(&error, now),
        }
    }

    fn write(&self, preset: &Preset, replace: bool) -> Result<PresetName, PresetError> {
        self.user_presets()?.save(preset, replace)?;
        Ok(PresetName::of(preset))
    }

    /// Takes over what was saved, or says why it was not.
    fn finish(&mut self, saved: Result<PresetName, PresetError>, verb: &str, now: f64) {
        self.library = None;
        match saved {
            Ok(name) => {
                self.message = Some((format!("{verb} {}", name.name), now));
                self.group.clone_from(&name.group);
                self.current = Some(self.known(name));
            }
            Err(error) => self.fail(&error, now),
        }
    }

    fn fail(&mut self, error: &PresetError, now: f64) {
        self.message = Some((sentence(error), now));
    }
}

/// An error with its cause.
fn sentence(error: &PresetError) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// A preset of the controls as they are.
fn with_values(
    name: &str,
    group: &str,
    description: &str,
    parameters: &dyn Parameters,
) -> Result<Preset, PresetError> {
    Preset::new(name, group, description, |control| control.value_at(parameters.value(control)))
}

fn read_library(user: Result<UserPresets, PresetError>) -> Library {
    let user = match user {
        Ok(presets) => presets.list(),
        Err(problem) => Listing { problems: vec![problem], ..Listing::default() },
    };
    Library { user }
}

/// The groups of a library: the user's first, which then are in sight however many there are, and the
/// factory's.
fn groups(library: &Library) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    let users = library.user.presets.iter().map(|user| &user.preset);
    for group in users.chain(factory()).map(|preset| preset.group().to_owned()) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}
