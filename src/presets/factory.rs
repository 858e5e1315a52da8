//! The presets that come with Extrema, from `factory.json`.

use std::sync::OnceLock;

use serde_json::Value;

use super::{Preset, file};

/// The groups of factory presets, in the order in which they are listed.
pub const GROUPS: [&str; 8] =
    ["Warm", "Lo-fi", "Broken", "Clocked", "Wavesets", "Frozen", "Stereo", "Delta"];

/// The presets that come with Extrema, by group and in the order of the file.
pub fn factory() -> &'static [Preset] {
    static FACTORY: OnceLock<Vec<Preset>> = OnceLock::new();
    FACTORY.get_or_init(|| match read(include_bytes!("factory.json")) {
        Ok(presets) => presets,
        Err(reason) => {
            debug_assert!(false, "factory.json: {reason}");
            Vec::new()
        }
    })
}

/// Reads all presets of a file, of which none may need a correction.
fn read(bytes: &[u8]) -> Result<Vec<Preset>, String> {
    let mut fields = file::parse_object(bytes)?;
    file::check_version(&fields)?;
    let Some(Value::Array(entries)) = fields.remove("presets") else {
        return Err("it has no list of presets".to_owned());
    };
    let mut presets = Vec::with_capacity(entries.len());
    for (number, entry) in (1..).zip(entries) {
        let Value::Object(fields) = entry else {
            return Err(format!("preset {number} is not an object"));
        };
        let content =
            file::read(fields, None).map_err(|reason| format!("preset {number}: {reason}"))?;
        if let Some(notice) = content.notices.first() {
            return Err(format!("preset {number}: {notice}"));
        }
        if !GROUPS.contains(&content.preset.group()) {
            return Err(format!("preset {number}: there is no group {}", content.preset.group()));
        }
        presets.push(content.preset);
    }
    presets.sort_by_key(|preset| GROUPS.iter().position(|group| *group == preset.group()));
    Ok(presets)
}
