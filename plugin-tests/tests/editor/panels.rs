//! Interaction with the scope, the codebook panel, the meters and the statistics.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use extrema::codec::StereoMode;
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::scope::{Lanes, SPANS};
use extrema::effect::EffectSettings;
use extrema::params::codebook::SavedCodebook;
use extrema_plugin_tests::stage::{Stage, chord};
use nice_plug::params::persist::PersistentField;

use crate::driver::{Driver, one_gesture};

#[test]
fn the_scope_has_keys_a_wheel_and_buttons() {
    let mut driver = Driver::new();
    let at = driver.center_of("Scope");
    driver.key(Key::D);
    assert_eq!(driver.calls(), [], "without the focus its keys belong to the host");
    driver.click(at, Modifiers::NONE);
    driver.key(Key::D);
    assert_eq!(driver.value(Control::Delta), 1.0);
    driver.key(Key::B);
    assert_eq!(driver.value(Control::Bypass), 1.0);
    assert_eq!(driver.calls().len(), 6);
    driver.key(Key::F);
    assert!(driver.stage.borrow().view.scope.frozen.is_some());
    driver.key(Key::F);
    assert!(driver.stage.borrow().view.scope.frozen.is_none());

    let span = |driver: &Driver| driver.stage.borrow().view.scope.span;
    let before = span(&driver);
    driver.wheel(at, -2.0, Modifiers::NONE);
    assert_eq!(span(&driver), before + 2);
    let less = driver.center_of("Less span");
    driver.click(less, Modifiers::NONE);
    assert_eq!(span(&driver), before + 1);
    driver.hold_modifiers(Modifiers::COMMAND | Modifiers::CTRL);
    driver.wheel(at, 1.0, Modifiers::COMMAND | Modifiers::CTRL);
    assert_eq!(driver.stage.borrow().view.scope.zoom, 1);
    assert_eq!(span(&driver), before + 1);
}

#[test]
fn hovering_a_cell_of_the_codebook_chooses_its_curve() {
    let mut driver = Driver::new();
    let rect = driver.harness.get_by_label("Codebook").rect();
    driver.move_to(rect.min + vec2(3.0, 3.0));
    let first = driver.stage.borrow().view.codebook_panel.hovered.expect("a curve is hovered");
    driver.move_to(rect.max - vec2(3.0, 3.0));
    let last = driver.stage.borrow().view.codebook_panel.hovered.expect("a curve is hovered");
    assert_ne!(first, last);
    driver.click(rect.max - vec2(3.0, 3.0), Modifiers::NONE);
    driver.move_to(rect.max + vec2(0.0, 150.0));
    assert_eq!(driver.stage.borrow().view.codebook_panel.chosen(), Some(last), "a click pins it");
    driver.key(Key::Escape);
    assert_eq!(driver.stage.borrow().view.codebook_panel.chosen(), None);
}

#[test]
fn a_session_made_with_another_codebook_is_marked() {
    let mut driver = Driver::new();
    assert!(driver.harness.query_by_label_contains("extrema-9").is_none());
    let name = SavedCodebook::Named("extrema-9".to_owned());
    driver.stage.borrow().fake.definitions().codebook.set(name);
    driver.harness.run_steps(2);
    driver.harness.get_by_label_contains("extrema-9");
}

#[test]
fn the_codebook_is_sorted_from_a_menu() {
    let mut driver = Driver::new();
    let first = driver.harness.get_by_label("Codebook").rect().min + vec2(3.0, 3.0);
    let at = driver.center_of("Sort");
    driver.click(at, Modifiers::NONE);
    let at = driver.center_of("By number");
    driver.click(at, Modifiers::NONE);
    driver.move_to(first);
    assert_eq!(driver.stage.borrow().view.codebook_panel.hovered, Some(1));
}

#[test]
fn buttons_of_the_scope_choose_what_it_shows() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::original(), chord);
    let mut driver = Driver::with_stage(stage);
    for (name, lanes) in [("R", Lanes::Second), ("L+R", Lanes::Both), ("L", Lanes::First)] {
        let at = driver.center_of(&format!("Show {name}"));
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.stage.borrow().view.scope.lanes, lanes, "{name}");
    }
    for (name, zoom) in [("More height", 1), ("More height", 2), ("Less height", 1)] {
        let at = driver.center_of(name);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.stage.borrow().view.scope.zoom, zoom, "{name}");
    }
    let at = driver.center_of("Freeze");
    driver.click(at, Modifiers::NONE);
    assert!(driver.stage.borrow().view.scope.frozen.is_some());
    let edge = |driver: &Driver| driver.stage.borrow().view.scope.left_edge();
    let (at, before) = (driver.center_of("Scope"), edge(&driver));
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    driver.move_to(at + vec2(60.0, 0.0));
    driver.button(at + vec2(60.0, 0.0), false, Modifiers::NONE);
    assert!(edge(&driver) < before, "a frozen scope can be dragged");
    assert_eq!(driver.calls(), []);
}

#[test]
fn a_click_on_the_meters_clears_their_peaks() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::original(), |_| [1.5, 0.5]);
    let mut driver = Driver::with_stage(stage);
    let clipped = |driver: &Driver| driver.stage.borrow().view.meters.input[0].is_clipped();
    assert!(clipped(&driver));
    let at = driver.center_of("Clear peaks");
    driver.click(at, Modifiers::NONE);
    assert!(!clipped(&driver));
}

#[test]
fn the_wheel_changes_the_span_from_two_milliseconds_to_a_second() {
    let mut driver = Driver::new();
    let at = driver.center_of("Scope");
    let span = |driver: &Driver| SPANS[driver.stage.borrow().view.scope.span];
    driver.wheel(at, 100.0, Modifiers::NONE);
    assert_eq!(span(&driver), 2.0);
    driver.wheel(at, -100.0, Modifiers::NONE);
    assert_eq!(span(&driver), 1000.0);
    driver.wheel(at, 1.0, Modifiers::NONE);
    assert!(span(&driver) < 1000.0);
}

#[test]
fn a_frozen_scope_stays_while_the_codebook_panel_goes_on() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::original(), chord);
    let mut driver = Driver::with_stage(stage);
    let at = driver.center_of("Freeze");
    driver.click(at, Modifiers::NONE);
    let edge = |driver: &Driver| driver.stage.borrow().view.scope.left_edge();
    let uses = |driver: &Driver| driver.stage.borrow().view.history.all_uses();
    let before = (edge(&driver), uses(&driver));
    driver.stage.borrow_mut().play(0.3, EffectSettings::original(), chord);
    driver.harness.step();
    assert_eq!(edge(&driver), before.0);
    assert!(uses(&driver) > before.1);
    driver.click(at, Modifiers::NONE);
    assert!(edge(&driver) > before.0, "it continues with what plays now");
}

#[test]
fn a_growing_signal_is_never_cut_off_and_a_shrinking_one_is_followed_slowly() {
    let tone =
        |level: f64| move |t: f64| [(level * (std::f64::consts::TAU * 220.0 * t).sin()) as f32; 2];
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::original(), tone(0.05));
    let mut driver = Driver::with_stage(stage);
    driver.pause();
    let upper = |driver: &Driver| driver.stage.borrow().view.scope.upper_level();
    assert!((upper(&driver) / 0.05 - 1.08).abs() < 0.02, "{}", upper(&driver));
    driver.stage.borrow_mut().play(0.1, EffectSettings::original(), tone(0.8));
    driver.harness.step();
    assert!(upper(&driver) > 0.79, "{}", upper(&driver));
    driver.stage.borrow_mut().play(0.1, EffectSettings::original(), tone(0.05));
    driver.harness.step();
    assert!(upper(&driver) > 0.2, "{}", upper(&driver));
}

#[test]
fn the_meters_recover_from_infinite_and_nan_samples() {
    for wild in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        let mut stage = Stage::new();
        let once = |t: f64| if t == 0.0 { [wild; 2] } else { [0.0; 2] };
        stage.play(0.1, EffectSettings::original(), once);
        let is_high = |stage: &Stage| stage.view.meters.input[0].moves();
        assert_eq!(is_high(&stage), !wild.is_nan(), "{wild}");
        for _ in 0..300 {
            stage.tick();
        }
        assert!(!is_high(&stage), "{wild}: ten seconds later");
    }
}

#[test]
fn a_click_on_the_meters_resets_their_bars() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::original(), |_| [f32::INFINITY, 1.0]);
    let mut driver = Driver::with_stage(stage);
    let at = driver.center_of("Clear peaks");
    driver.click(at, Modifiers::NONE);
    assert!(!driver.stage.borrow().view.meters.input[0].moves());
}

#[test]
fn a_held_key_switches_once() {
    let mut driver = Driver::new();
    let at = driver.center_of("Scope");
    driver.click(at, Modifiers::NONE);
    for (key, control) in [(Key::B, Control::Bypass), (Key::D, Control::Delta)] {
        for _ in 0..4 {
            let (physical_key, pressed, repeat) = (None, true, false);
            let modifiers = Modifiers::NONE;
            driver.event(egui::Event::Key { key, physical_key, pressed, repeat, modifiers });
        }
        assert_eq!(driver.value(control), 1.0);
        assert_eq!(one_gesture(&driver.calls(), control), 1);
    }
    for _ in 0..4 {
        let (physical_key, pressed, repeat) = (None, true, false);
        let (key, modifiers) = (Key::F, Modifiers::NONE);
        driver.event(egui::Event::Key { key, physical_key, pressed, repeat, modifiers });
    }
    assert!(driver.stage.borrow().view.scope.frozen.is_some());
}

/// The clip lights: input left and right, output left and right.
fn lights(stage: &Stage) -> [bool; 4] {
    let meters = &stage.view.meters;
    let bars = [&meters.input[0], &meters.input[1], &meters.output[0], &meters.output[1]];
    bars.map(|bar| bar.is_clipped())
}

#[test]
fn the_input_light_comes_on_when_the_codec_clips() {
    let hum = |level: f64| move |t: f64| [(level * (2000.0 * t).sin()) as f32, 0.1];
    for (input, level, expected) in [(-24.0, 1.5, false), (0.0, 1.5, true), (12.0, 0.5, true)] {
        let mut stage = Stage::new();
        let settings =
            EffectSettings { input_db: input, output_db: -24.0, ..EffectSettings::original() };
        stage.play(0.5, settings, hum(level));
        assert_eq!(lights(&stage), [expected, false, false, false], "{input} dB, {level}");
    }
    // Mid and side are neither left nor right.
    let mut stage = Stage::new();
    let settings = EffectSettings {
        input_db: 24.0,
        stereo: StereoMode::MidSide,
        ..EffectSettings::original()
    };
    stage.play(0.5, settings, |t| [0.5 * (2000.0 * t).sin() as f32; 2]);
    assert_eq!(lights(&stage)[..2], [true, true]);
}

#[test]
fn figures_and_cells_go_dark_when_the_host_stops() {
    let mut stage = Stage::new();
    stage.play(1.0, EffectSettings::original(), chord);
    let mut driver = Driver::with_stage(stage);
    let figure = |driver: &Driver, label: &str| driver.harness.query_by_label(label).is_some();
    let bright = |driver: &Driver| {
        let stage = driver.stage.borrow();
        (1..=255).map(|ordinal| stage.view.codebook_panel.brightness(ordinal)).fold(0.0, f32::max)
    };
    assert!(!figure(&driver, "Bit rate – kbit/s"));
    assert!(bright(&driver) > 0.05);
    for _ in 0..60 {
        driver.stage.borrow_mut().tick();
        driver.harness.step();
    }
    assert!(figure(&driver, "Bit rate – kbit/s"));
    assert!(bright(&driver) < 0.01, "{}", bright(&driver));
    driver.stage.borrow_mut().play(1.0, EffectSettings::original(), chord);
    driver.harness.run_steps(20);
    assert!(!figure(&driver, "Bit rate – kbit/s"), "it plays again");
}
