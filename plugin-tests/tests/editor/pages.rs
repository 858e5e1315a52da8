//! The two pages of controls, what is listened to, and what a session keeps of the view.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use extrema::editor::controls::Page;
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::preferences::Preferences;
use extrema::editor::scope::Lanes;
use extrema::effect::EffectSettings;
use extrema::params::view::ViewState;
use extrema_plugin_tests::stage::{Stage, chord};
use nice_plug::params::persist::PersistentField;

use crate::driver::Driver;

fn press(driver: &mut Driver, name: &str) {
    let at = driver.center_of(name);
    driver.click(at, Modifiers::NONE);
}

#[test]
fn every_control_has_its_place_on_a_page_or_beside_them() {
    let beside = [
        Control::Stereo,
        Control::Mix,
        Control::Output,
        Control::AutoGain,
        Control::Delta,
        Control::Latency,
        Control::Bypass,
    ];
    for control in Control::ALL {
        let pages = Page::ALL.into_iter().filter(|page| page.controls().contains(&control)).count();
        let expected = usize::from(!beside.contains(&control));
        assert_eq!(pages, expected, "{control:?}");
    }
}

#[test]
fn the_pages_show_their_controls_and_those_beside_them_stay() {
    let mut driver = Driver::new();
    driver.harness.get_by_label("Threshold");
    assert!(driver.harness.query_by_label("Edge").is_none());
    press(&mut driver, "Page Break");
    for name in
        ["Zoom", "Edge", "Levels", "Loss", "Loss run", "Loop", "Loop length", "Mix", "Output"]
    {
        driver.harness.get_by_label(name);
    }
    assert!(driver.harness.query_by_label("Threshold").is_none());
    let at = driver.center_of("Edge");
    driver.wheel(at, 10.0, Modifiers::NONE);
    assert!(driver.value(Control::Edge) > 0.0);
    press(&mut driver, "Loop");
    assert_eq!(driver.value(Control::Loop), 1.0);
    press(&mut driver, "Logarithmic levels");
    assert_eq!(driver.value(Control::LevelScale), 1.0);
    press(&mut driver, "Page Wave");
    driver.harness.get_by_label("Threshold");
}

#[test]
fn zoom_steps_through_its_choices() {
    let mut driver = Driver::new();
    press(&mut driver, "Page Break");
    let at = driver.center_of("Zoom");
    driver.wheel(at, 2.0, Modifiers::NONE);
    assert_eq!(Control::Zoom.value_at(driver.value(Control::Zoom)), 2.0);
}

#[test]
fn what_fills_losses_is_set_only_where_there_are_any() {
    let mut driver = Driver::new();
    press(&mut driver, "Page Break");
    press(&mut driver, "Loss mode Repeat");
    assert_eq!(driver.value(Control::LossMode), 0.0);
    driver.set_value(Control::Loss, 0.5);
    driver.pause();
    press(&mut driver, "Loss mode Repeat");
    assert_eq!(driver.value(Control::LossMode), 1.0);
}

#[test]
fn one_channel_has_no_stereo_mode_to_choose() {
    let mut stage = Stage::with_channels(1);
    stage.play(0.3, EffectSettings::default(), chord);
    let mut driver = Driver::with_stage(stage);
    press(&mut driver, "Stereo Linked");
    assert_eq!(driver.value(Control::Stereo), 0.0);
    assert_eq!(driver.calls(), []);
}

#[test]
fn listen_has_the_result_what_is_lost_and_the_original() {
    let mut driver = Driver::new();
    let heard = |driver: &Driver| [Control::Delta, Control::Bypass].map(|c| driver.value(c));
    for (name, expected) in [
        ("Listen Lost", [1.0, 0.0]),
        ("Listen Original", [1.0, 1.0]),
        ("Listen Lost", [1.0, 0.0]),
        ("Listen Original", [1.0, 1.0]),
        ("Listen Result", [0.0, 0.0]),
    ] {
        press(&mut driver, name);
        assert_eq!(heard(&driver), expected, "{name}");
    }
}

#[test]
fn auto_gain_shows_the_gain_that_matches() {
    let mut stage = Stage::new();
    // Twice as loud after the codec: 6 dB too much.
    let settings = EffectSettings { output_db: 6.0, auto_gain: true, ..EffectSettings::default() };
    stage.fake.values[Control::AutoGain as usize] = 1.0;
    stage.play(2.0, settings, chord);
    let gain = stage.view.matched_gain().expect("auto gain is on");
    assert!((-1.0..1.0).contains(&gain), "it matches the codec before the output gain: {gain} dB");
    stage.play(1.0, EffectSettings { auto_gain: false, ..settings }, chord);
    assert_eq!(stage.view.matched_gain(), None);
}

#[test]
fn a_session_keeps_the_view() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::default(), chord);
    let mut driver = Driver::with_stage(stage);
    press(&mut driver, "Page Break");
    press(&mut driver, "Show L+R");
    press(&mut driver, "More span");
    press(&mut driver, "Next preset");
    press(&mut driver, "Lock Mix");
    press(&mut driver, "Setting B");
    press(&mut driver, "Sort");
    press(&mut driver, "By number");
    driver.key(Key::Escape);
    driver.harness.run_steps(2);
    let saved = driver.stage.borrow().fake.definitions().view.load();
    let json = serde_json::to_string(&saved).expect("JSON");

    // Another instance loads it.
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::default(), chord);
    let other = Driver::with_stage(stage);
    let state: ViewState = serde_json::from_str(&json).expect("a view");
    other.stage.borrow().fake.definitions().view.set(state);
    let mut other = other;
    other.harness.run_steps(3);
    assert_eq!(other.stage.borrow().fake.definitions().view.load(), saved);
    let stage = other.stage.borrow();
    assert_eq!(stage.view.page, Page::Break);
    assert_eq!(stage.view.scope.lanes, Lanes::Both);
    assert_eq!(stage.view.scope.span, driver.stage.borrow().view.scope.span);
    assert!(stage.view.compare.on_b);
    assert!(stage.view.presets.is_locked(Control::Mix));
    assert_ne!(stage.view.presets.name(), "Default");
}

#[test]
fn a_strange_view_in_a_session_does_no_harm() {
    let json = r#"{"page":"attic","span_milliseconds":-1e300,"height":99,"lanes":"","order":"x",
        "locked":["mix","nothing"],"compare":{"on_b":true,"other":{"mix":7.0,"points":0.25}}}"#;
    let state: ViewState = serde_json::from_str(json).expect("a view");
    let mut driver = Driver::new();
    driver.stage.borrow().fake.definitions().view.set(state);
    driver.harness.run_steps(3);
    assert!(driver.stage.borrow().view.presets.is_locked(Control::Mix));
    press(&mut driver, "Setting A");
    assert_eq!(driver.value(Control::Mix), driver.default(Control::Mix));
    let points = Control::Points.position(Control::Points.value_at(0.25));
    assert_eq!(driver.value(Control::Points), points);
}

#[test]
fn preferences_are_kept_in_a_file_and_a_torn_one_is_the_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("extrema/editor.json");
    let mut stage = Stage::new();
    stage.view.set_preferences(Preferences::load(&path), Some(path.clone()));
    let mut driver = Driver::with_stage(stage);
    press(&mut driver, "Settings");
    press(&mut driver, "Colours for colour blindness");
    let saved = Preferences::load(&path);
    assert!(saved.colour_blind && saved.hints);
    std::fs::write(&path, "{\"hints\": fal").expect("a file");
    assert_eq!(Preferences::load(&path), Preferences::default());
}

#[test]
fn the_manual_opens_and_closes() {
    let mut driver = Driver::new();
    press(&mut driver, "Help");
    assert!(driver.stage.borrow().view.help);
    driver.key(Key::Escape);
    assert!(!driver.stage.borrow().view.help);
}
