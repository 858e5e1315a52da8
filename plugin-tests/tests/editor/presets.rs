//! The preset browser.

use std::fs;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use extrema::editor::parameters::{Control, Parameters};
use extrema::presets::{Preset, UserPreset, UserPresets, factory};
use extrema_plugin_tests::stage::Stage;

use crate::driver::Driver;

fn press(driver: &mut Driver, name: &str) {
    let at = driver.center_of(name);
    driver.click(at, Modifiers::NONE);
}

fn name(driver: &Driver) -> String {
    driver.stage.borrow().view.presets.name().to_owned()
}

fn is_changed(driver: &Driver) -> bool {
    let stage = driver.stage.borrow();
    stage.view.presets.is_changed(&stage.fake)
}

/// Whether every control that a preset sets is where the preset has it.
fn plays(driver: &Driver, preset: &Preset) -> bool {
    preset
        .values()
        .all(|(control, value)| (driver.value(control) - control.position(value)).abs() < 1e-5)
}

/// A driver whose presets lie in a folder of the test.
fn with_folder() -> (Driver<'static>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut stage = Stage::new();
    stage.view.presets.set_folder(UserPresets::at(folder.path()));
    (Driver::with_stage(stage), folder)
}

fn type_name(driver: &mut Driver, text: &str) {
    driver.pause();
    driver.event(egui::Event::Key {
        key: Key::A,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND | Modifiers::CTRL,
    });
    driver.event(egui::Event::Text(text.to_owned()));
    driver.key(Key::Enter);
    driver.pause();
}

#[test]
fn arrows_and_wheel_go_through_the_list_and_round_its_end() {
    let mut driver = Driver::new();
    assert_eq!(name(&driver), "Default");
    press(&mut driver, "Next preset");
    let first = &factory()[0];
    assert_eq!(name(&driver), first.name());
    assert!(plays(&driver, first));
    assert!(!is_changed(&driver));
    press(&mut driver, "Previous preset");
    assert_eq!(name(&driver), "Default");
    assert!(!is_changed(&driver));
    press(&mut driver, "Previous preset");
    let last = factory().last().expect("presets");
    assert_eq!(name(&driver), last.name());
    let at = driver.center_of("Preset");
    driver.wheel(at, -2.0, Modifiers::NONE);
    assert_eq!(name(&driver), first.name(), "towards the user is down the list");
}

#[test]
fn each_value_is_one_gesture_and_the_whole_is_one_step() {
    let mut driver = Driver::new();
    press(&mut driver, "Next preset");
    let before = driver.calls();
    assert!(!before.is_empty());
    assert_eq!(before.len() % 3, 0, "a begin, a value and an end each");
    press(&mut driver, "Undo");
    assert_eq!(name(&driver), "Default");
    for control in Control::ALL {
        assert_eq!(driver.value(control), driver.default(control), "{control:?}");
    }
    press(&mut driver, "Redo");
    assert_eq!(name(&driver), factory()[0].name());
    assert!(plays(&driver, &factory()[0]));
}

#[test]
fn a_turned_knob_marks_the_preset_as_changed() {
    let mut driver = Driver::new();
    press(&mut driver, "Next preset");
    assert!(!is_changed(&driver));
    let at = driver.center_of("Curves");
    driver.wheel(at, -3.0, Modifiers::NONE);
    assert!(is_changed(&driver));
    driver.pause();
    driver.harness.get_by(|node| node.value().is_some_and(|value| value.ends_with(", changed")));
    press(&mut driver, "Undo");
    assert!(!is_changed(&driver));
}

#[test]
fn the_menu_loads_from_any_group() {
    let mut driver = Driver::new();
    press(&mut driver, "Preset");
    press(&mut driver, "Wavesets");
    let preset = factory().iter().find(|preset| preset.group() == "Wavesets").expect("a preset");
    press(&mut driver, preset.name());
    assert_eq!(name(&driver), preset.name());
    assert!(plays(&driver, preset));
    press(&mut driver, "Default");
    assert_eq!(driver.value(Control::Threshold), driver.default(Control::Threshold));
}

#[test]
fn a_locked_control_stays_where_it_is() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.wheel(at, -20.0, Modifiers::NONE);
    driver.pause();
    let mix = driver.value(Control::Mix);
    press(&mut driver, "Lock Mix");
    let at = driver.center_of("Preset");
    for _ in 0..factory().len() {
        driver.wheel(at, -1.0, Modifiers::NONE);
        assert_eq!(driver.value(Control::Mix), mix);
    }
    assert!(!is_changed(&driver), "it does not count as changed either");
    press(&mut driver, "Lock Mix");
    press(&mut driver, "Next preset");
    assert_ne!(driver.value(Control::Mix), mix);
}

#[test]
fn presets_are_saved_renamed_and_deleted() {
    let (mut driver, folder) = with_folder();
    let at = driver.center_of("Threshold");
    driver.wheel(at, 7.0, Modifiers::NONE);
    let threshold = driver.value(Control::Threshold);
    press(&mut driver, "Preset");
    press(&mut driver, "Save as…");
    type_name(&mut driver, "Dusty/My tape");
    assert_eq!(name(&driver), "My tape");
    assert!(!is_changed(&driver));
    assert!(folder.path().join("Dusty/My tape.json").exists());

    let at = driver.center_of("Curves");
    driver.wheel(at, -7.0, Modifiers::NONE);
    assert!(is_changed(&driver));
    let curves = driver.value(Control::Curves);
    press(&mut driver, "Save");
    assert!(!is_changed(&driver));
    let listing = UserPresets::at(folder.path()).list();
    let saved = &listing.presets[0].preset;
    assert_eq!(saved.group(), "Dusty");
    for (control, position) in [(Control::Threshold, threshold), (Control::Curves, curves)] {
        let value = saved.value(control).expect("a value");
        assert!((control.position(value) - position).abs() < 1e-6, "{control:?}");
    }

    press(&mut driver, "Rename…");
    type_name(&mut driver, "Their tape");
    assert_eq!(name(&driver), "Their tape");
    assert!(folder.path().join("Dusty/Their tape.json").exists());
    assert!(!folder.path().join("Dusty/My tape.json").exists());

    press(&mut driver, "Delete…");
    assert!(folder.path().join("Dusty/Their tape.json").exists(), "it asks first");
    press(&mut driver, "Delete “Their tape” for good");
    assert!(!folder.path().join("Dusty/Their tape.json").exists());
    assert_eq!(driver.value(Control::Curves), curves, "what is heard stays");
}

#[test]
fn a_name_that_is_taken_keeps_the_file_and_says_so() {
    let (mut driver, folder) = with_folder();
    press(&mut driver, "Preset");
    press(&mut driver, "Save as…");
    type_name(&mut driver, "Twice");
    let path = folder.path().join("Twice.json");
    let text = fs::read_to_string(&path).expect("a file");
    let at = driver.center_of("Points");
    driver.wheel(at, -9.0, Modifiers::NONE);
    press(&mut driver, "Save as…");
    type_name(&mut driver, "Twice");
    driver.harness.get_by_label_contains("already");
    assert_eq!(fs::read_to_string(&path).expect("a file"), text);
}

#[test]
fn a_broken_file_is_named_in_the_menu() {
    let (mut driver, folder) = with_folder();
    fs::write(folder.path().join("Torn.json"), "{").expect("a file");
    press(&mut driver, "Preset");
    driver.harness.get_by_label_contains("Torn.json");
}

#[test]
fn escape_closes_the_name_field_and_saves_nothing() {
    let (mut driver, folder) = with_folder();
    press(&mut driver, "Preset");
    press(&mut driver, "Save as…");
    driver.event(egui::Event::Text("Never".to_owned()));
    driver.key(Key::Escape);
    driver.pause();
    assert!(!driver.stage.borrow().view.is_typing());
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_missing_preset_of_a_session_keeps_its_name_and_counts_as_changed() {
    use extrema::params::view::{PresetName, ViewState};
    use nice_plug::params::persist::PersistentField;
    let mut driver = Driver::new();
    let preset = Some(PresetName { group: "User".into(), name: "Long gone".into() });
    let state = ViewState { preset, ..ViewState::default() };
    driver.stage.borrow().fake.definitions().view.set(state);
    driver.harness.run_steps(2);
    assert_eq!(name(&driver), "Long gone");
    assert!(is_changed(&driver));
    driver.key(Key::Escape);
}

#[test]
fn files_are_imported_and_those_that_cannot_be_are_named() {
    let (mut driver, folder) = with_folder();
    let outside = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = outside.path().join(name);
        fs::write(&path, text).expect("a file");
        path
    };
    let fizz = Preset::new("Fizz", "Drums", "Fizzes.", |control| match control {
        Control::Mix => 40.0,
        control => control.spec().default,
    });
    let fizz = fizz.expect("a preset");
    let paths = [
        write("torn.json", "{"),
        write("fizz.json", &fizz.to_json()),
        write("fizz again.json", &fizz.to_json()),
    ];
    driver.stage.borrow_mut().view.presets.import(&paths, 0.0);
    press(&mut driver, "Preset");
    for words in ["Imported Fizz", "torn.json", "already"] {
        driver.harness.get_by_label_contains(words);
    }
    let listing = UserPresets::at(folder.path()).list();
    let [imported] = &listing.presets[..] else { panic!("{listing:?}") };
    assert_eq!(imported.preset.value(Control::Mix), Some(40.0));
    press(&mut driver, "User");
    press(&mut driver, "Fizz");
    assert!(plays(&driver, &fizz));
}

#[test]
fn an_exported_preset_is_read_again_and_a_failure_is_named() {
    let (mut driver, folder) = with_folder();
    let at = driver.center_of("Curves");
    driver.wheel(at, -9.0, Modifiers::NONE);
    let path = folder.path().join("To a friend.json");
    {
        let stage = &mut *driver.stage.borrow_mut();
        stage.view.presets.export(&path, &stage.fake, 0.0);
        stage.view.presets.export(&folder.path().join("no folder/x.json"), &stage.fake, 0.0);
    }
    let read = UserPreset::load(&path).expect("a preset");
    assert_eq!(read.preset.name(), "To a friend");
    assert!(plays(&driver, &read.preset));
    press(&mut driver, "Preset");
    driver.harness.get_by_label_contains("x.json");
}
