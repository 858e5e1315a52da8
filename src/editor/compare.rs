//! The A/B comparison: two settings to switch between.

use std::collections::BTreeMap;

use super::current_preset::CurrentPreset;
use super::parameters::{Control, Parameters};
use super::presets::Presets;
use crate::params::view::CompareState;

/// Which setting is active, and the other one.
#[derive(Debug, Default)]
pub struct Compare {
    /// Whether B is active.
    pub on_b: bool,
    /// The inactive setting; `None` until the first switch.
    other: Option<Setting>,
}

/// One of the two settings.
#[derive(Debug, Clone)]
struct Setting {
    /// Positions from 0 to 1.
    positions: [f32; Control::COUNT],
    /// The preset that it began as.
    preset: Option<CurrentPreset>,
}

impl Setting {
    fn of(parameters: &dyn Parameters, preset: Option<CurrentPreset>) -> Self {
        Self { positions: Control::ALL.map(|control| parameters.value(control)), preset }
    }
}

/// Whether A and B may differ in a control: bypass belongs to the host, and a change of latency
/// interrupts the sound.
fn is_compared(control: Control) -> bool {
    !matches!(control, Control::Bypass | Control::Latency)
}

impl Compare {
    /// Switches to the other setting, which starts as a copy. `preset` is what each began as.
    pub fn switch(&mut self, parameters: &mut dyn Parameters, preset: &mut Option<CurrentPreset>) {
        let now = Setting::of(parameters, preset.clone());
        let other = self.other.replace(now.clone()).unwrap_or(now);
        self.on_b = !self.on_b;
        *preset = other.preset;
        for (control, value) in Control::ALL.into_iter().zip(other.positions) {
            if is_compared(control) {
                parameters.move_to(control, value);
            }
        }
    }

    /// Copies the active setting to the other one.
    pub fn copy(&mut self, parameters: &dyn Parameters, preset: &Option<CurrentPreset>) {
        self.other = Some(Setting::of(parameters, preset.clone()));
    }

    /// What a session saves.
    pub(super) fn save(&self) -> CompareState {
        let by_id = |setting: &Setting| -> BTreeMap<String, f32> {
            let all = Control::ALL.into_iter().zip(setting.positions);
            let compared = all.filter(|(control, _)| is_compared(*control));
            compared.map(|(control, value)| (control.spec().id.to_owned(), value)).collect()
        };
        CompareState {
            on_b: self.on_b,
            other: self.other.as_ref().map(by_id),
            other_preset: self
                .other
                .as_ref()
                .and_then(|other| other.preset.as_ref().map(|preset| preset.name.clone())),
        }
    }

    /// Takes over what a session saved; a value that it lacks, or that is none, is the default.
    pub(super) fn restore(
        &mut self,
        state: CompareState,
        presets: &mut Presets,
        parameters: &dyn Parameters,
    ) {
        let position = |values: &BTreeMap<String, f32>, control: Control| {
            let saved = values.get(control.spec().id).copied();
            let valid = saved.filter(|value| (0.0..=1.0).contains(value));
            valid.map_or(parameters.default_value(control), |value| parameters.snap(control, value))
        };
        let other = state.other.map(|values| Setting {
            positions: Control::ALL.map(|control| position(&values, control)),
            preset: state.other_preset.map(|name| presets.known(name)),
        });
        *self = Self { on_b: state.on_b && other.is_some(), other };
    }
}
