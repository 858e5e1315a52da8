//! Switches, choices and menus, and the gestures that the host receives from them.

use egui::Modifiers;
use egui_kittest::kittest::Queryable;
use extrema::editor::parameters::Control;

use crate::driver::{Driver, one_gesture};

#[test]
fn switches_and_choices_are_one_gesture_each() {
    for (name, control, expected) in [
        ("Detector Slope", Control::Detector, 0.0),
        ("Detector Best", Control::Detector, 1.0),
        ("Stereo Mid / Side", Control::Stereo, 0.5),
        ("Stereo Linked", Control::Stereo, 1.0),
        ("Listen Lost", Control::Delta, 1.0),
        ("Bypass", Control::Bypass, 1.0),
    ] {
        let mut driver = Driver::new();
        let at = driver.center_of(name);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.value(control), expected, "{name}");
        assert_eq!(one_gesture(&driver.calls(), control), 1, "{name}");
    }
    let mut driver = Driver::new();
    let at = driver.center_of("Detector Peak");
    driver.click(at, Modifiers::NONE);
    assert_eq!(driver.calls(), [], "the selected choice is not set again");
}

#[test]
fn latency_is_chosen_from_a_menu() {
    let mut driver = Driver::new();
    let at = driver.center_of("Latency");
    driver.click(at, Modifiers::NONE);
    let at = driver.center_of("Low  ·  5.8 ms");
    driver.click(at, Modifiers::NONE);
    assert_eq!(driver.value(Control::Latency), 0.0);
    assert_eq!(one_gesture(&driver.calls(), Control::Latency), 1);
}

#[test]
fn a_and_b_keep_two_settings() {
    let mut driver = Driver::new();
    let (a, b) = (driver.center_of("Setting A"), driver.center_of("Setting B"));
    driver.click(b, Modifiers::NONE);
    assert_eq!(driver.calls(), [], "both start out the same");
    driver.set_value(Control::Points, 0.0);
    driver.set_value(Control::Bypass, 1.0);
    driver.click(a, Modifiers::NONE);
    assert_eq!(driver.value(Control::Points), driver.default(Control::Points));
    assert_eq!(driver.value(Control::Bypass), 1.0, "bypass is not compared");
    one_gesture(&driver.calls(), Control::Points);
    driver.click(b, Modifiers::NONE);
    assert_eq!(driver.value(Control::Points), 0.0);
}

#[test]
fn the_size_is_chosen_in_the_settings() {
    for (row, factor) in [("75 %", 0.75), ("125 %", 1.25), ("175 %", 1.75), ("200 %", 2.0)] {
        let mut driver = Driver::new();
        for name in ["Settings", "Size of everything"] {
            let at = driver.center_of(name);
            driver.click(at, Modifiers::NONE);
        }
        let at = driver.center_of(row);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.harness.ctx.zoom_factor(), factor, "{row}");
        assert_eq!(driver.calls(), [], "zoom is no parameter of the host");
    }
}

#[test]
fn a_setting_is_copied_to_the_other() {
    let mut driver = Driver::new();
    driver.set_value(Control::Points, 0.0);
    let (copy, b) = (driver.center_of("Copy setting"), driver.center_of("Setting B"));
    driver.click(copy, Modifiers::NONE);
    driver.set_value(Control::Points, 1.0);
    driver.click(b, Modifiers::NONE);
    assert_eq!(driver.value(Control::Points), 0.0);
    assert_eq!(one_gesture(&driver.calls(), Control::Points), 1);
}

#[test]
fn every_choice_and_switch_has_one_context_menu() {
    for name in ["Latency", "Bypass", "Listen Lost", "Detector Peak", "Stereo Linked"] {
        let mut driver = Driver::new();
        let at = driver.center_of(name);
        driver.right_click(at);
        assert!(driver.harness.query_by_label("Copy value").is_some(), "{name}");
        assert!(driver.harness.query_by_label("Low  ·  5.8 ms").is_none(), "{name}");
        assert_eq!(driver.calls(), [], "{name}");
    }
}
