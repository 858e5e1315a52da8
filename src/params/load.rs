//! Makes a saved state, whoever wrote it, one that sets every parameter to a value it can have.
//!
//! The framework takes what a state says as it is, beyond any range too, and leaves alone what it
//! does not say. Where the state has nothing of use, the default stands, so that a load never
//! depends on what was set before.

use std::collections::BTreeMap;

use nice_plug::params::enums::Enum;
use nice_plug::params::persist::{deserialize_field, serialize_field};
use nice_plug::plugin::{ParamValue, PluginState};
use nice_plug::prelude::{BoolParam, EnumParam, FloatParam, IntParam, Param};

use super::ExtremaParams;
use super::state::CODEBOOK_FIELD;
use crate::codec::Codebook;

/// Brings a state into the ranges of the parameters and fills its gaps.
pub fn complete(state: &mut PluginState) {
    let params = ExtremaParams::default();
    let mut values = Values { saved: std::mem::take(&mut state.params), whole: BTreeMap::new() };
    values.float("threshold", &params.threshold);
    values.integer("points", &params.points);
    values.integer("curves", &params.curves);
    values.choice("detector", &params.detector);
    values.float("longest", &params.longest);
    values.choice("stereo", &params.stereo);
    values.float("input", &params.input);
    values.float("mix", &params.mix);
    values.float("output", &params.output);
    values.switch("delta", &params.delta);
    values.integer("latency", &params.latency);
    values.switch("bypass", &params.bypass);
    state.params = values.whole;

    let named = state.fields.get(CODEBOOK_FIELD);
    if named.is_none_or(|name| deserialize_field::<String>(name).is_err())
        && let Ok(ours) = serialize_field(Codebook::STANDARD)
    {
        state.fields.insert(CODEBOOK_FIELD.to_owned(), ours);
    }
}

/// The values that were saved, and those that are to be loaded.
struct Values {
    saved: BTreeMap<String, ParamValue>,
    whole: BTreeMap<String, ParamValue>,
}

impl Values {
    fn float(&mut self, id: &str, param: &FloatParam) {
        let value = match self.saved.get(id) {
            Some(&ParamValue::F32(value)) if value.is_finite() => {
                value.clamp(param.preview_plain(0.0), param.preview_plain(1.0))
            }
            _ => param.default_plain_value(),
        };
        self.whole.insert(id.to_owned(), ParamValue::F32(value));
    }

    fn integer(&mut self, id: &str, param: &IntParam) {
        let value = match self.saved.get(id) {
            Some(&ParamValue::I32(value)) => {
                value.clamp(param.preview_plain(0.0), param.preview_plain(1.0))
            }
            _ => param.default_plain_value(),
        };
        self.whole.insert(id.to_owned(), ParamValue::I32(value));
    }

    fn switch(&mut self, id: &str, param: &BoolParam) {
        let value = match self.saved.get(id) {
            Some(&ParamValue::Bool(value)) => value,
            _ => param.default_plain_value(),
        };
        self.whole.insert(id.to_owned(), ParamValue::Bool(value));
    }

    /// Choices are saved by their names. A number would mean one by its place, which may change.
    fn choice<T: Enum + PartialEq>(&mut self, id: &str, param: &EnumParam<T>) {
        let names = T::ids().unwrap_or_default();
        let default = names[param.default_plain_value().to_index()];
        let value = match self.saved.get(id) {
            Some(ParamValue::String(name)) => names.iter().find(|known| *known == name),
            _ => None,
        };
        let value = value.copied().unwrap_or(default).to_owned();
        self.whole.insert(id.to_owned(), ParamValue::String(value));
    }
}
