//! The presets that come with Extrema.

use extrema::codec::{MaxLength, Settings};
use extrema::effect::{Control, EffectSettings, Latency};
use extrema::presets::{Found, GROUPS, Library, Listing, Preset, UserPreset, factory, same_name};

use super::Folder;

fn library() -> Library {
    Library { user: Listing::default() }
}

#[test]
fn every_factory_preset_says_what_it_is() {
    assert!(factory().len() >= 32, "{}", factory().len());
    for preset in factory() {
        let (name, description) = (preset.name(), preset.description());
        assert!((1..=24).contains(&name.chars().count()), "{name}");
        assert!(GROUPS.contains(&preset.group()), "{name}");
        assert!(
            description.ends_with('.') && description.contains(" for "),
            "{name}: {description}"
        );
        let same = factory().iter().filter(|other| same_name(other.name(), name)).count();
        assert_eq!(same, 1, "{name}");
        let twins = factory().iter().filter(|other| other.values().eq(preset.values()));
        assert_eq!(twins.count(), 1, "another preset sounds the same as {name}");
    }
}

#[test]
fn every_value_is_in_its_range() {
    for preset in factory() {
        for (control, value) in preset.values() {
            let text = control.text(value, 44_100.0);
            assert!(
                control.parse(&text, 44_100.0).is_ok(),
                "{}: {control:?} {text}",
                preset.name()
            );
        }
    }
}

/// The file itself, read without the code under test: only known ids, and each value that is written
/// is what the preset has.
#[test]
fn the_file_means_what_it_says() {
    let text = std::fs::read_to_string("src/presets/factory.json").unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entries = file["presets"].as_array().unwrap();
    assert_eq!(entries.len(), factory().len());
    for entry in entries {
        let name = entry["name"].as_str().unwrap();
        let found = library().find(name).map(|found| found.preset().clone()).unwrap();
        for (id, text) in entry["values"].as_object().unwrap() {
            let control = Control::from_id(id).unwrap_or_else(|| panic!("{name}: {id}"));
            let wanted = control.parse(text.as_str().unwrap(), 44_100.0).unwrap();
            assert_eq!(found.value(control), Some(wanted), "{name}: {id}");
        }
    }
}

#[test]
fn v0_1_is_the_published_method() {
    let library = library();
    let preset = library.find("v0.1").unwrap().preset();
    let value = |control: Control| preset.value(control).unwrap_or_else(|| control.spec().original);
    let settings = EffectSettings::from_values(value);
    assert_eq!(settings, EffectSettings::original());
    let settings = settings.codec(44_100.0, MaxLength::FORMAT.hold);
    assert_eq!(settings, Settings::default());
}

/// What is saved, with all values written out, is what was there, to the bit.
#[test]
fn every_factory_preset_survives_a_file() {
    for preset in factory() {
        let folder = Folder::new();
        let path = folder.presets.save(preset, false).unwrap();
        let UserPreset { preset: read, notices, .. } = folder.only();
        assert_eq!((read.name(), read.group()), (preset.name(), preset.group()));
        assert_eq!(read.description(), preset.description());
        assert_eq!(notices, [""; 0]);
        for ((control, host), (_, wanted)) in read.host_values().zip(preset.host_values()) {
            assert_eq!(host.to_bits(), wanted.to_bits(), "{}: {control:?}", preset.name());
        }
        let settings = |preset: &Preset| {
            EffectSettings::from_values(|control| preset.value(control).unwrap_or(0.0))
        };
        assert_eq!(settings(&read), settings(preset));
        // It can be read without this program, and names the version it was written in.
        let json: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(json["version"], 1);
        assert_eq!(json["name"], preset.name());
        assert_eq!(json["values"].as_object().unwrap().len(), preset.values().count());
    }
}

#[test]
fn presets_leave_latency_and_bypass_alone() {
    for preset in factory() {
        for control in [Control::Latency, Control::Bypass] {
            assert_eq!(preset.value(control), None);
            assert!(preset.host_values().all(|(other, _)| other != control));
        }
        assert_eq!(preset.host_values().count(), Control::COUNT - 2);
    }
}

#[test]
fn presets_are_found_by_name() {
    let library = library();
    for name in ["Soft sand", "soft SAND", "  soft   sand ", "Warm/soft sand", "warm/Soft sand"] {
        assert_eq!(library.find(name).unwrap().preset().name(), "Soft sand");
    }
    for (wrong, suggestion) in [
        ("sotf sand", "did you mean \"Soft sand\"?"),
        ("underwater", "did you mean \"Underwater tape\"?"),
        ("Robot1k", "did you mean \"Robot 1k\"?"),
    ] {
        let error = library.find(wrong).unwrap_err().to_string();
        assert!(error.contains(suggestion) && error.contains(wrong), "{error}");
    }
    for wrong in ["", "qqqq", "Broken/Soft sand"] {
        let error = library.find(wrong).unwrap_err().to_string();
        assert!(error.contains("there is no preset"), "{error}");
    }
}

#[test]
fn the_users_preset_comes_before_the_factorys() {
    let folder = Folder::new();
    folder.presets.save(&super::preset("SOFT SAND", "Mine", -12.0), false).unwrap();
    let library = Library { user: folder.presets.list() };
    assert!(matches!(library.find("soft sand"), Ok(Found::User(_))));
    assert!(matches!(library.find("mine/soft sand"), Ok(Found::User(_))));
    assert!(matches!(library.find("warm/soft sand"), Ok(Found::Factory(_))));

    folder.presets.save(&super::preset("Soft sand", "Others", -13.0), false).unwrap();
    let library = Library { user: folder.presets.list() };
    let error = library.find("soft sand").unwrap_err().to_string();
    assert!(error.contains("\"Mine/SOFT SAND\", \"Others/Soft sand\""), "{error}");
    assert!(matches!(library.find("others/soft sand"), Ok(Found::User(_))));
}

/// `render` takes a preset's values as they are written, and a host keeps them as `f32` and positions;
/// both set the effect alike.
#[test]
fn every_factory_preset_is_the_same_in_a_host() {
    for preset in factory() {
        let value =
            |control: Control| preset.value(control).unwrap_or_else(|| control.spec().default);
        let written = EffectSettings::from_values(value);
        let kept = EffectSettings::from_values(|control| {
            control.from_host(control.to_host(value(control)))
        });
        for rate in [8_000.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0, 384_000.0] {
            let latency = Latency::Full.samples(rate);
            let [written, kept] = [written, kept].map(|settings| settings.codec(rate, latency));
            assert_eq!(written, kept, "{} at {rate} Hz", preset.name());
        }
        let gains = |s: &EffectSettings| [s.input_db, s.mix, s.output_db].map(f32::to_bits);
        assert_eq!(gains(&written), gains(&kept), "{}", preset.name());
        assert_eq!(
            [written.delta, written.auto_gain],
            [kept.delta, kept.auto_gain],
            "{}",
            preset.name()
        );
    }
}
