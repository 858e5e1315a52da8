//! Repairs a saved state, whoever wrote it, so that it sets every parameter to a value it can have.
//!
//! nice-plug takes a state's values as they are, even out of range, and leaves alone what the state
//! does not mention. Here the default replaces what is missing or of the wrong type, so that a load
//! never depends on what was set before.

use nice_plug::params::internals::ParamPtr;
use nice_plug::params::persist::{deserialize_field, serialize_field};
use nice_plug::plugin::{ParamValue, PluginState};
use nice_plug::prelude::Params;

use super::ExtremaParams;
use super::codebook::{CODEBOOK_FIELD, SavedCodebook};
use super::view::{PresetName, VIEW_FIELD, ViewState};
use crate::effect::Control;
use crate::effect::controls::Kind;
use crate::presets::Preset;

/// Brings a state into the ranges of the parameters and fills its gaps.
pub fn complete(state: &mut PluginState) {
    let saved = std::mem::take(&mut state.params);
    for (id, param, _) in ExtremaParams::default().param_map() {
        if let Some(control) = Control::from_id(&id) {
            let value = repaired(control, param, saved.get(&id));
            state.params.insert(id, value);
        }
    }

    let codebook = state.fields.get(CODEBOOK_FIELD);
    if codebook.is_none_or(|codebook| deserialize_field::<SavedCodebook>(codebook).is_err())
        && let Ok(standard) = serialize_field(&SavedCodebook::default())
    {
        state.fields.insert(CODEBOOK_FIELD.to_owned(), standard);
    }

    let view = state.fields.get(VIEW_FIELD);
    if view.is_none_or(|view| deserialize_field::<ViewState>(view).is_err())
        && let Ok(fresh) = serialize_field(&ViewState::default())
    {
        state.fields.insert(VIEW_FIELD.to_owned(), fresh);
    }
}

/// Sets what a preset sets in a state.
pub fn set_preset(state: &mut PluginState, preset: &Preset) {
    let params = ExtremaParams::default().param_map();
    for (control, host) in preset.host_values() {
        let id = control.spec().id;
        if let Some((_, param, _)) = params.iter().find(|(other, ..)| *other == id) {
            state.params.insert(id.to_owned(), param_value(control, *param, host));
        }
    }
    // The editor's bar shows it by name.
    let saved = state.fields.get(VIEW_FIELD);
    let mut view: ViewState =
        saved.and_then(|view| deserialize_field(view).ok()).unwrap_or_default();
    view.preset = Some(PresetName::of(preset));
    if let Ok(view) = serialize_field(&view) {
        state.fields.insert(VIEW_FIELD.to_owned(), view);
    }
}

/// A host's value of a control as a state has it.
fn param_value(control: Control, param: ParamPtr, host: f32) -> ParamValue {
    match (param, control.spec().kind) {
        (ParamPtr::FloatParam(_), _) => ParamValue::F32(host),
        (ParamPtr::BoolParam(_), _) => ParamValue::Bool(host > 0.5),
        (ParamPtr::EnumParam(_), Kind::Choice { ids, .. }) => {
            ParamValue::String(ids[host as usize].to_owned())
        }
        (ParamPtr::IntParam(_) | ParamPtr::EnumParam(_), _) => ParamValue::I32(host as i32),
    }
}

/// The value to load for a control whose parameter is of the type that `param` points to.
fn repaired(control: Control, param: ParamPtr, saved: Option<&ParamValue>) -> ParamValue {
    let (min, max) = control.host_range();
    let default = control.to_host(control.spec().default);
    match (param, saved) {
        (ParamPtr::FloatParam(_), Some(&ParamValue::F32(value))) if value.is_finite() => {
            ParamValue::F32(value.clamp(min, max))
        }
        (ParamPtr::FloatParam(_), _) => ParamValue::F32(default),
        (ParamPtr::IntParam(_), Some(&ParamValue::I32(value))) => {
            ParamValue::I32(value.clamp(min as i32, max as i32))
        }
        (ParamPtr::IntParam(_), _) => ParamValue::I32(default as i32),
        (ParamPtr::BoolParam(_), Some(&ParamValue::Bool(value))) => ParamValue::Bool(value),
        (ParamPtr::BoolParam(_), _) => ParamValue::Bool(default > 0.5),
        // Choices are saved by id. A number would depend on their order.
        (ParamPtr::EnumParam(_), saved) => {
            let Kind::Choice { ids, .. } = control.spec().kind else {
                unreachable!("{control:?} is not a choice");
            };
            let known = match saved {
                Some(ParamValue::String(id)) => ids.iter().find(|known| *known == id),
                _ => None,
            };
            let id = known.unwrap_or(&ids[default as usize]);
            ParamValue::String((*id).to_owned())
        }
    }
}
