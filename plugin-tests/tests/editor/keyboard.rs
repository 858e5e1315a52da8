//! The keyboard: what it does, and what it leaves to the host.

use egui::{Event, Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use extrema::editor::keys::{Wanted, wanted};
use extrema::editor::parameters::Control;

use crate::driver::{Driver, KNOBS, one_gesture};

#[test]
fn keys_move_a_knob_that_has_the_focus() {
    let mut driver = Driver::new();
    driver.put(Control::Mix, 0.5);
    driver.harness.get_by_label("Mix").focus();
    driver.harness.run_steps(3);
    driver.deeds();
    for (key, expected) in [
        (Key::ArrowUp, 0.51),
        (Key::ArrowRight, 0.52),
        (Key::ArrowDown, 0.51),
        (Key::ArrowLeft, 0.50),
        (Key::PageUp, 0.60),
        (Key::PageDown, 0.50),
        (Key::End, 1.0),
        (Key::Home, 0.0),
        (Key::Delete, 1.0),
    ] {
        driver.key(key);
        assert_eq!(one_gesture(&driver.deeds(), Control::Mix), 1, "{key:?}");
        let value = driver.value(Control::Mix);
        assert!((value - expected).abs() < 1e-4, "{key:?} made it {value}");
    }
    // The space bar is the host's.
    driver.key(Key::Space);
    assert_eq!(driver.deeds(), []);
}

#[test]
fn every_control_can_be_reached_by_tab() {
    let mut driver = Driver::new();
    let mut reached = std::collections::HashSet::new();
    for _ in 0..60 {
        driver.key(Key::Tab);
        driver.harness.step();
        let names = KNOBS.iter().map(|knob| knob.1);
        for name in names.chain(["Delta", "Bypass", "Latency", "Zoom", "Detector Peak", "Freeze"]) {
            if driver.harness.get_by_label(name).is_focused() {
                reached.insert(name);
            }
        }
    }
    assert_eq!(reached.len(), KNOBS.len() + 6, "{reached:?}");
}

#[test]
fn the_space_bar_is_the_hosts_whatever_has_the_focus() {
    let mut driver = Driver::new();
    for name in ["Delta", "Bypass", "Latency", "Setting B", "Detector Peak", "Freeze", "Mix"] {
        driver.harness.get_by_label(name).focus();
        driver.harness.run_steps(2);
        driver.key(Key::Space);
        assert_eq!(driver.deeds(), [], "{name}");
    }
    assert!(driver.stage.borrow().view.scope.frozen.is_none());
}

/// The keys that are the editor's now.
fn ours(driver: &Driver) -> Wanted {
    wanted(&driver.harness.ctx, &driver.stage.borrow().view)
}

#[test]
fn keys_that_are_of_no_use_here_go_on_to_the_host() {
    let mut driver = Driver::new();
    assert_eq!(ours(&driver), Wanted::Nothing, "nothing has the focus");
    let has = |driver: &Driver, keys: &[&str]| {
        let Wanted::These(ours) = ours(driver) else { panic!("some keys are ours") };
        assert!(!ours.contains(&" "), "the space bar is the host's");
        keys.iter().map(|key| ours.contains(key)).collect::<Vec<_>>()
    };
    let keys = ["ArrowUp", "Tab", "End", "Delete", "f", "c"];
    let focus = |driver: &mut Driver, name: &str| {
        driver.harness.get_by_label(name).focus();
        driver.harness.run_steps(2);
    };
    focus(&mut driver, "Mix");
    assert_eq!(has(&driver, &keys), [true, true, true, true, false, false]);
    driver.with(Modifiers::COMMAND | Modifiers::CTRL);
    assert_eq!(has(&driver, &keys), [true, true, true, true, false, true]);
    driver.with(Modifiers::NONE);
    focus(&mut driver, "Delta");
    assert_eq!(has(&driver, &keys), [true, true, false, false, false, false]);
    focus(&mut driver, "Scope");
    assert_eq!(has(&driver, &keys), [true, true, false, false, true, false]);
}

#[test]
fn a_text_field_has_the_space_bar_and_all_other_keys() {
    let mut driver = Driver::new();
    let value = driver.place("Mix") + vec2(0.0, 50.0);
    driver.click(value, Modifiers::NONE);
    assert_eq!(ours(&driver), Wanted::Everything);
    for text in ["5", " ", "%"] {
        if text == " " {
            driver.key(Key::Space);
        }
        driver.event(Event::Text(text.to_owned()));
    }
    driver.key(Key::Enter);
    assert!((driver.value(Control::Mix) - 0.05).abs() < 1e-4);
    assert_ne!(ours(&driver), Wanted::Everything);
}

#[test]
fn a_knob_with_the_focus_copies_and_pastes() {
    let mut driver = Driver::new();
    driver.put(Control::Output, 0.25);
    driver.harness.get_by_label("Output").focus();
    driver.harness.run_steps(3);
    driver.deeds();
    driver.event(Event::Copy);
    let copied = |command: &egui::OutputCommand| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    };
    let commands = &driver.harness.output().platform_output.commands;
    assert_eq!(commands.iter().find_map(copied).as_deref(), Some("-12.0 dB"));
    driver.event(Event::Paste("+6 dB".to_owned()));
    assert_eq!(driver.value(Control::Output), 0.625);
    assert_eq!(one_gesture(&driver.deeds(), Control::Output), 1);
    driver.event(Event::Paste("loud".to_owned()));
    assert_eq!(driver.deeds(), []);
}
