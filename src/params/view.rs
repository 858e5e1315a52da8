//! How the editor looked when the session was saved: the preset on show, the A/B comparison, and what
//! the scope shows. All of it is plain data, which the editor checks when it takes it over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nice_plug::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

use crate::presets::Preset;

/// The key that the view is saved under.
pub const VIEW_FIELD: &str = "view";

/// What a session keeps of the editor's view. Whatever a session lacks is as in a new instance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewState {
    /// The preset that was loaded last.
    pub preset: Option<PresetName>,
    /// Ids of the controls that presets leave alone.
    pub locked: Vec<String>,
    /// The A/B comparison.
    pub compare: CompareState,
    /// The page of controls on show: `wave` or `break`.
    pub page: Option<String>,
    /// The scope's span in milliseconds, if the user has chosen one.
    pub span_milliseconds: Option<f64>,
    /// The scope's vertical zoom, by number; `None` fits the signal.
    pub height: Option<usize>,
    /// The streams on show: `first`, `second` or `both`.
    pub lanes: Option<String>,
    /// The order of the codebook's cells: `shape` or `number`.
    pub order: Option<String>,
}

/// A preset by its name and its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresetName {
    /// The group: a factory group, or a folder of the user.
    pub group: String,
    /// The name.
    pub name: String,
}

impl PresetName {
    /// That of a preset.
    pub fn of(preset: &Preset) -> Self {
        Self { group: preset.group().to_owned(), name: preset.name().to_owned() }
    }

    /// Whether a preset has it.
    pub fn is_of(&self, preset: &Preset) -> bool {
        self.name == preset.name() && self.group == preset.group()
    }
}

/// The A/B comparison.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CompareState {
    /// Whether B is active.
    pub on_b: bool,
    /// The other setting, as positions from 0 to 1 by the controls' ids; none until the first switch.
    pub other: Option<BTreeMap<String, f32>>,
    /// The preset that the other setting began as.
    pub other_preset: Option<PresetName>,
}

/// The view as the session and the editor share it.
#[derive(Debug, Default)]
pub struct SessionView {
    state: Mutex<ViewState>,
    /// How often a session was loaded.
    loads: AtomicU32,
}

impl SessionView {
    /// The view as it is now.
    pub fn load(&self) -> ViewState {
        self.lock().clone()
    }

    /// Remembers the view, if it has changed.
    pub fn store(&self, state: ViewState) {
        let mut stored = self.lock();
        if *stored != state {
            *stored = state;
        }
    }

    /// How often a session was loaded, after which the editor has to take its view over.
    pub fn loads(&self) -> u32 {
        self.loads.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, ViewState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PersistentField<'_, ViewState> for SessionView {
    fn set(&self, state: ViewState) {
        *self.lock() = state;
        self.loads.fetch_add(1, Ordering::Release);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&ViewState) -> R,
    {
        f(&self.lock())
    }
}
