//! The preset on show: the one that was loaded last.

use crate::effect::Control;
use crate::params::view::PresetName;
use crate::presets::Preset;

/// A preset that was loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentPreset {
    /// Its name and group.
    pub name: PresetName,
    /// What it is good for; may be empty.
    pub description: String,
    /// The positions it set, 0 to 1; none if it is no longer there.
    pub(super) positions: Option<[f32; Control::COUNT]>,
}

impl CurrentPreset {
    /// A preset as it is loaded.
    pub(super) fn of(preset: &Preset) -> Self {
        Self {
            name: PresetName::of(preset),
            description: preset.description().to_owned(),
            positions: Some(Control::ALL.map(|control| {
                control.position(preset.value(control).unwrap_or(control.spec().default))
            })),
        }
    }
}
