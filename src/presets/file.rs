//! A preset as a JSON file.
//!
//! ```json
//! {
//!   "version": 1,
//!   "name": "Soft sand",
//!   "description": "Rounds off edges and air; for keys and strings.",
//!   "values": { "threshold": "-34 dB", "detector": "peak" }
//! }
//! ```
//!
//! A value that is missing is the control's default, and one beyond the control's range is the nearest
//! in it. A value that cannot be understood makes the file unusable: any guess would be another sound.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Preset;
use crate::effect::Control;
use crate::effect::controls::{Kind, Number};

/// The version of the format that this version of Extrema writes, and the newest that it reads.
///
/// It has to go up when files of the version before would sound different, as when a control is added
/// whose default can be heard: `read` must then give older files the values that they were made with.
pub const FORMAT_VERSION: u64 = 1;

/// The size in bytes of the largest file that is read, a hundred times that of a preset.
pub const MAX_FILE_BYTES: u64 = 128 << 10;

/// What a latency in milliseconds would refer to; no preset has one.
const NOMINAL_RATE: f64 = 44_100.0;

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    pub preset: Preset,
    /// What was not taken as it is written, a sentence each.
    pub notices: Vec<String>,
    /// Values and fields that this version does not know. They are kept when a preset is renamed.
    pub unknown: Unknown,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unknown {
    values: Map<String, Value>,
    fields: Map<String, Value>,
}

/// Reads a file's bytes. A preset without a name gets `file_name`.
pub fn parse(bytes: &[u8], group: &str, file_name: &str) -> Result<Content, String> {
    let mut fields = parse_object(bytes)?;
    fields.entry("name").or_insert_with(|| file_name.into());
    check_version(&fields)?;
    read(fields, Some(group))
}

/// Reads the object that a whole file consists of.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| "it is not text in UTF-8; save it again as UTF-8".to_owned())?;
    // Some Windows editors put a mark before the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err("it is JSON, but not an object in braces { }".to_owned()),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            Err(if text.trim().is_empty() {
                "it is empty".to_owned()
            } else if error.is_eof() {
                format!("it is cut short after line {line}; the JSON has no end")
            } else {
                format!("it is not valid JSON at line {line}, column {column}")
            })
        }
    }
}

/// Refuses a file of a version that this one does not know.
pub fn check_version(fields: &Map<String, Value>) -> Result<(), String> {
    let version = fields.get("version").ok_or_else(|| {
        format!("it has no version; if it is a preset, add \"version\": {FORMAT_VERSION}")
    })?;
    match version.as_u64() {
        Some(version) if version > FORMAT_VERSION => Err(format!(
            "it was saved by a newer Extrema (its version is {version}, and this one reads up to \
             {FORMAT_VERSION}); update Extrema"
        )),
        Some(_) => Ok(()),
        None => Err(format!("its version has to be a whole number, such as {FORMAT_VERSION}")),
    }
}

/// Reads the fields of a preset, whose group is `group` or one of its fields.
pub fn read(mut fields: Map<String, Value>, group: Option<&str>) -> Result<Content, String> {
    fields.remove("version");
    let mut text = |field: &str, missing: Option<&str>| match (fields.remove(field), missing) {
        (Some(Value::String(text)), _) => Ok(text),
        (None, Some(missing)) => Ok(missing.to_owned()),
        (Some(_), _) => Err(format!("its {field} has to be a text in quotation marks")),
        (None, None) => Err(format!("it has no {field}")),
    };
    let name = text("name", None)?;
    let description = text("description", Some(""))?;
    let group = match group {
        Some(group) => group.to_owned(),
        None => text("group", None)?,
    };
    let mut written = match fields.remove("values") {
        Some(Value::Object(values)) => values,
        Some(_) => return Err("its values have to be an object in braces { }".to_owned()),
        None => return Err("it has no values".to_owned()),
    };

    let mut notices = Vec::new();
    let mut values = Control::ALL.map(|control| control.spec().default);
    for control in Control::ALL.into_iter().filter(|&control| Preset::sets(control)) {
        if let Some(written) = written.remove(control.spec().id) {
            values[control as usize] = value(control, &written, &mut notices)?;
        }
    }
    for id in written.keys() {
        notices.push(match Control::from_id(id) {
            Some(_) => format!("{id} is not part of a preset and is left out"),
            None => format!("this version has no control {id:?}; its value is left out"),
        });
    }
    let preset = Preset::new(&name, &group, &description, |control| values[control as usize])
        .map_err(|error| error.to_string())?;
    Ok(Content { preset, notices, unknown: Unknown { values: written, fields } })
}

/// Reads the value of a control.
fn value(control: Control, written: &Value, notices: &mut Vec<String>) -> Result<f64, String> {
    let text = match written {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(switch) => switch.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let (id, accepted) = (control.spec().id, control.accepted());
            return Err(format!("its value of {id} has to be a text; write {accepted}"));
        }
    };
    control.parse(&text, NOMINAL_RATE).or_else(|error| {
        // It has a value if the text was understood and is only out of range.
        let nearest = error.value.and_then(|_| control.parse_nearest(&text, NOMINAL_RATE));
        let value = nearest.ok_or_else(|| error.to_string())?;
        notices.push(format!(
            "{} is {text:?}, beyond its range; {} is taken",
            control.spec().id,
            exact_text(control, value)
        ));
        Ok(value)
    })
}

/// Writes a preset, with what an earlier file had besides.
pub fn write(preset: &Preset, unknown: &Unknown) -> String {
    #[derive(Serialize)]
    struct Fields<'a> {
        version: u64,
        name: &'a str,
        description: &'a str,
        values: Values<'a>,
        #[serde(flatten)]
        others: &'a Map<String, Value>,
    }

    /// In the order of the table of controls.
    struct Values<'a>(&'a Preset, &'a Map<String, Value>);

    impl Serialize for Values<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let known = self.0.texts().map(|(id, text)| (id, Value::from(text)));
            let unknown = self.1.iter().map(|(id, value)| (id.as_str(), value.clone()));
            serializer.collect_map(known.chain(unknown))
        }
    }

    let fields = Fields {
        version: FORMAT_VERSION,
        name: preset.name(),
        description: preset.description(),
        values: Values(preset, &unknown.values),
        others: &unknown.fields,
    };
    let mut text = serde_json::to_string_pretty(&fields)
        .expect("texts and JSON values can always be written as JSON");
    text.push('\n');
    text
}

/// A plain value as the shortest text that stands for the same.
pub fn exact_text(control: Control, value: f64) -> String {
    let text = control.text(value, NOMINAL_RATE);
    let Kind::Number(Number { unit, .. }) = control.spec().kind else { return text };
    let is_same = |text: &String| {
        control.parse(text, NOMINAL_RATE).is_ok_and(|read| {
            read == value
                || (read as f32 == value as f32 && control.to_host(read) == control.to_host(value))
        })
    };
    if is_same(&text) {
        return text;
    }
    // An `f64` has at most 17 digits, and no value is below 0.01 of its unit.
    let longer = (1..=19).map(|digits| format!("{value:.digits$}{}", unit.suffix()));
    longer.into_iter().find(is_same).unwrap_or(text)
}
