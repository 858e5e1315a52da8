//! Gestures on knobs, and the calls that the host receives from them.

use egui::{Event, Key, Modifiers, PointerButton, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use extrema::editor::parameters::{Control, Parameters};
use extrema_plugin_tests::stage::{Call, Stage};

use crate::driver::{Driver, KNOBS, one_gesture};

#[test]
fn dragging_a_knob_is_one_gesture_with_200_points_for_the_full_range() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.center_of(name);
        driver.set_value(control, 0.5);
        driver.calls();
        driver.drag(at, -40.0, Modifiers::NONE);
        assert!(one_gesture(&driver.calls(), control) > 1, "{name}");
        // The first two points only tell a drag from a click.
        let moved = driver.value(control) - 0.5;
        assert!((moved - 38.0 / 200.0).abs() < 0.009, "{name} moved by {moved}");
    }
}

#[test]
fn shift_makes_a_drag_ten_times_finer() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.set_value(Control::Mix, 0.5);
    driver.hold_modifiers(Modifiers::SHIFT);
    driver.drag(at, -40.0, Modifiers::SHIFT);
    one_gesture(&driver.calls(), Control::Mix);
    let moved = driver.value(Control::Mix) - 0.5;
    assert!((moved - 3.8 / 200.0).abs() < 0.001, "moved by {moved}");
}

#[test]
fn a_click_is_one_gesture_that_changes_nothing() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.center_of(name) + vec2(9.0, -6.0);
        driver.set_value(control, 0.25);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.calls(), [Call::Begin(control), Call::End(control)], "{name}");
    }
}

#[test]
fn a_tap_between_two_frames_is_a_gesture_too() {
    for modifiers in [Modifiers::NONE, Modifiers::COMMAND | Modifiers::CTRL] {
        let mut driver = Driver::new();
        let at = driver.center_of("Mix");
        driver.set_value(Control::Mix, 0.25);
        driver.move_to(at);
        driver.hold_modifiers(modifiers);
        for pressed in [true, false] {
            let button = PointerButton::Primary;
            let event = Event::PointerButton { pos: at, button, pressed, modifiers };
            driver.harness.input_mut().events.push(event);
        }
        driver.pause();
        let sets = one_gesture(&driver.calls(), Control::Mix);
        assert_eq!(sets, usize::from(modifiers.command));
    }
}

#[test]
fn a_shaky_click_does_not_move_a_knob() {
    let mut driver = Driver::new();
    let at = driver.center_of("Threshold");
    driver.drag(at, 1.5, Modifiers::NONE);
    let control = Control::Threshold;
    assert_eq!(driver.calls(), [Call::Begin(control), Call::End(control)]);
}

#[test]
fn double_click_and_control_click_reset() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.center_of(name);
        driver.set_value(control, 0.25);
        driver.move_to(at);
        for _ in 0..2 {
            driver.button(at, true, Modifiers::NONE);
            driver.button(at, false, Modifiers::NONE);
        }
        let calls = driver.calls();
        assert_eq!(driver.value(control), driver.default(control), "{name}");
        assert_eq!(one_gesture(&calls[2..], control), 1, "{name}");

        driver.pause();
        driver.set_value(control, 0.25);
        driver.hold_modifiers(Modifiers::COMMAND | Modifiers::CTRL);
        driver.click(at, Modifiers::COMMAND | Modifiers::CTRL);
        assert_eq!(driver.value(control), driver.default(control), "{name}");
        assert_eq!(one_gesture(&driver.calls(), control), 1, "{name}");
    }
}

#[test]
fn the_wheel_moves_by_steps() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.center_of(name);
        driver.set_value(control, 0.5);
        let snapped = driver.stage.borrow().fake.snap(control, 0.5);
        driver.set_value(control, snapped);
        driver.wheel(at, 1.0, Modifiers::NONE);
        assert_eq!(one_gesture(&driver.calls(), control), 1, "{name}");
        let moved = driver.value(control) - snapped;
        let expected = control.stepped(snapped, 1.0) - snapped;
        assert!((moved - expected).abs() < 2e-3, "{name} moved by {moved}");
        assert!(moved > 0.0 && moved < 0.1, "{name} moved by {moved}");
    }
}

#[test]
fn a_value_can_be_typed_and_escape_discards_it() {
    let mut driver = Driver::new();
    let value = driver.center_of("Threshold") + vec2(0.0, 50.0);
    driver.click(value, Modifiers::NONE);
    assert!(driver.stage.borrow().view.is_typing(), "a click on the value opens its field");
    driver.event(Event::Text("-60".to_owned()));
    driver.key(Key::Enter);
    assert_eq!(one_gesture(&driver.calls(), Control::Threshold), 1);
    // Two thirds of the way from -90 to -45 dBFS, which takes a sixth of the travel.
    assert!((driver.value(Control::Threshold) - 2.0 / 3.0 / 6.0).abs() < 1e-4);
    assert!(!driver.stage.borrow().view.is_typing());

    driver.pause();
    driver.click(value, Modifiers::NONE);
    driver.event(Event::Text("-10".to_owned()));
    driver.key(Key::Escape);
    assert_eq!(driver.calls(), []);
    assert!(!driver.stage.borrow().view.is_typing());
}

#[test]
fn the_menu_of_a_knob_resets_and_copies() {
    let mut driver = Driver::new();
    driver.set_value(Control::Input, 0.75);
    let at = driver.center_of("Input");
    driver.right_click(at);
    let row = driver.center_of("Copy value");
    driver.click(row, Modifiers::NONE);
    assert_eq!(driver.calls(), []);
    let at = driver.center_of("Output");
    driver.right_click(at);
    let row = driver.center_of("Paste value");
    driver.click(row, Modifiers::NONE);
    assert_eq!(one_gesture(&driver.calls(), Control::Output), 1);
    assert_eq!(driver.value(Control::Output), 0.75);
    let at = driver.center_of("Output");
    driver.right_click(at);
    let row = driver.center_of("Reset to 0.0 dB");
    driver.click(row, Modifiers::NONE);
    assert_eq!(driver.value(Control::Output), 0.5);
    one_gesture(&driver.calls(), Control::Output);
}

#[test]
fn mix_is_disabled_while_delta_is_on() {
    let mut driver = Driver::new();
    driver.set_value(Control::Delta, 1.0);
    driver.harness.run_steps(2);
    let at = driver.center_of("Mix");
    driver.drag(at, 30.0, Modifiers::NONE);
    driver.wheel(at, 1.0, Modifiers::NONE);
    assert_eq!(driver.calls(), []);
    let at = driver.center_of("Output");
    driver.drag(at, 30.0, Modifiers::NONE);
    one_gesture(&driver.calls(), Control::Output);
}

#[test]
fn closing_the_window_ends_the_gesture() {
    let mut driver = Driver::new();
    let at = driver.center_of("Curves");
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    assert_eq!(driver.calls(), [Call::Begin(Control::Curves)]);
    let mut stage = driver.stage.borrow_mut();
    let Stage { view, fake, .. } = &mut *stage;
    view.interaction.cancel(fake);
    assert_eq!(fake.calls, [Call::End(Control::Curves)]);
}

#[test]
fn the_wheel_with_shift_moves_a_tenth_of_a_step_but_whole_numbers_by_one() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.center_of(name);
        let before = driver.stage.borrow().fake.snap(control, 0.5);
        driver.set_value(control, before);
        driver.hold_modifiers(Modifiers::SHIFT);
        driver.wheel(at, 1.0, Modifiers::SHIFT);
        assert_eq!(one_gesture(&driver.calls(), control), 1, "{name}");
        let is_whole = matches!(control, Control::Points | Control::Curves);
        let expected = control.stepped(before, if is_whole { 1.0 } else { 0.1 }) - before;
        let moved = driver.value(control) - before;
        assert!((moved - expected).abs() < 2e-3 * expected.max(0.1), "{name} moved by {moved}");
    }
}

#[test]
fn a_press_that_takes_the_focus_keeps_its_modifiers() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.set_value(Control::Mix, 0.5);
    driver.move_to(at);
    // Only the press itself says that Shift is held.
    driver.button(at, true, Modifiers::SHIFT);
    driver.event(Event::WindowFocused(false));
    for i in 1..=10 {
        driver.move_to(at - vec2(0.0, 4.0 * i as f32));
    }
    let moved = driver.value(Control::Mix) - 0.5;
    assert!((moved - 3.8 / 200.0).abs() < 0.001, "with Shift it moved by {moved}");
    // The keys may change during the drag.
    driver.hold_modifiers(Modifiers::NONE);
    driver.move_to(at - vec2(0.0, 60.0));
    let coarse = driver.value(Control::Mix) - 0.5 - moved;
    assert!((coarse - 20.0 / 200.0).abs() < 0.001, "without Shift it moved by {coarse}");
    driver.button(at - vec2(0.0, 60.0), false, Modifiers::NONE);
    one_gesture(&driver.calls(), Control::Mix);

    for released_with in [Modifiers::COMMAND | Modifiers::CTRL, Modifiers::NONE] {
        driver.pause();
        driver.set_value(Control::Mix, 0.25);
        driver.move_to(at);
        driver.button(at, true, Modifiers::COMMAND | Modifiers::CTRL);
        driver.event(Event::WindowFocused(false));
        driver.hold_modifiers(released_with);
        driver.button(at, false, released_with);
        let default = driver.default(Control::Mix);
        assert_eq!(driver.value(Control::Mix), default, "released with {released_with:?}");
        one_gesture(&driver.calls(), Control::Mix);
    }
    // A focus that is lost between gestures releases all.
    driver.hold_modifiers(Modifiers::SHIFT);
    driver.event(Event::WindowFocused(false));
    assert!(driver.harness.ctx.input(|input| input.modifiers.is_none()));
}

#[test]
fn a_typed_value_may_have_its_unit_and_nonsense_changes_nothing() {
    for (text, expected) in [
        ("-45 dBFS", Some(1.0 / 6.0)),
        ("\u{2212}30 dBFS", Some(0.5)),
        (" -9 ", Some(0.9)),
        // The minus sign is easily left out.
        ("30", Some(0.5)),
        ("9 db", Some(0.9)),
        ("loud", None),
        ("", None),
    ] {
        let mut driver = Driver::new();
        let before = driver.value(Control::Threshold);
        let value = driver.center_of("Threshold") + vec2(0.0, 50.0);
        driver.click(value, Modifiers::NONE);
        driver.key(Key::Backspace);
        driver.event(Event::Text(text.to_owned()));
        driver.key(Key::Enter);
        // Nonsense stays, so that it can be mended.
        assert_eq!(driver.stage.borrow().view.is_typing(), text == "loud", "{text:?}");
        let calls = driver.calls();
        let value = driver.value(Control::Threshold);
        match expected {
            Some(expected) => {
                assert_eq!(one_gesture(&calls, Control::Threshold), 1, "{text:?}");
                assert!((value - expected).abs() < 1e-4, "{text:?} is {value}");
            }
            None => {
                assert_eq!(calls, [], "{text:?}");
                assert_eq!(value, before, "{text:?}");
            }
        }
    }
}

#[test]
fn what_is_not_understood_is_refused_in_sight() {
    for (name, example) in [
        ("Threshold", "\u{2212}30.0 dB or 50 steps"),
        ("Longest curve", "5.00 ms or Max"),
        ("Points", "16"),
        ("Mix", "100 %"),
    ] {
        let message = format!("Not understood. Try {example}");
        let mut driver = Driver::new();
        let value = driver.center_of(name) + vec2(0.0, 50.0);
        driver.click(value, Modifiers::NONE);
        driver.event(Event::Text("loud".to_owned()));
        assert!(driver.harness.query_by_label(&message).is_none(), "{name}: before Enter");
        driver.key(Key::Enter);
        driver.harness.run_steps(2);
        assert!(driver.harness.query_by_label(&message).is_some(), "{name}");
        assert_eq!(driver.calls(), [], "{name}");
        // The text is selected: typing replaces it, and the message goes.
        driver.event(Event::Text("3".to_owned()));
        driver.harness.run_steps(2);
        assert!(driver.harness.query_by_label(&message).is_none(), "{name}: after a change");
        driver.key(Key::Enter);
        assert!(!driver.stage.borrow().view.is_typing(), "{name}");
        assert_eq!(driver.calls().len(), 3, "{name}");
    }
    // Elsewhere it is discarded.
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.click(at + vec2(0.0, 50.0), Modifiers::NONE);
    driver.event(Event::Text("loud".to_owned()));
    driver.key(Key::Enter);
    let scope = driver.center_of("Scope");
    driver.click(scope, Modifiers::NONE);
    assert!(!driver.stage.borrow().view.is_typing());
    assert_eq!(driver.calls(), []);
}

#[test]
fn a_value_is_entered_from_the_menu() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.right_click(at);
    let row = driver.center_of("Enter value…");
    driver.click(row, Modifiers::NONE);
    assert!(driver.stage.borrow().view.is_typing());
    driver.event(Event::Text("25".to_owned()));
    driver.key(Key::Enter);
    assert_eq!(one_gesture(&driver.calls(), Control::Mix), 1);
    assert!((driver.value(Control::Mix) - 0.25).abs() < 1e-4);
}

#[test]
fn every_control_is_explained_in_one_sentence() {
    let others = [
        (Control::Detector, "Detector Peak"),
        (Control::Stereo, "Stereo Linked"),
        (Control::AutoGain, "Auto gain"),
        (Control::Latency, "Latency"),
        (Control::Bypass, "Bypass"),
    ];
    for (control, name) in KNOBS.into_iter().chain(others) {
        let hint = control.hint();
        assert!(hint.ends_with('.') && !hint.trim_end_matches('.').contains('.'), "{hint}");
        let mut driver = Driver::new();
        let at = driver.center_of(name);
        driver.move_to(at);
        assert_eq!(driver.hint(), None, "{name}: without delay");
        driver.pause();
        assert!(driver.hint().is_some_and(|shown| shown.contains(hint)), "{name}");
    }
}

#[test]
fn a_change_by_the_host_shows_in_the_next_frame() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        for value in [0.25, 0.75] {
            driver.set_value(control, value);
            driver.harness.step();
            let expected = driver.stage.borrow().fake.text(control, value);
            let shown = driver.harness.get_by_label(name).value();
            assert_eq!(shown, Some(expected), "{name}");
        }
        assert_eq!(driver.calls(), [], "{name}: showing a value does not set it");
    }
    let mut driver = Driver::new();
    driver.set_value(Control::Stereo, 1.0);
    driver.harness.step();
    let chosen = |name| {
        let node = driver.harness.get_by_label(name);
        node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
    };
    assert!(chosen("Stereo Linked") && !chosen("Stereo L / R"));
}

#[test]
fn delta_cancels_a_drag_and_a_text_entry_of_mix() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    for y in [20.0, 30.0] {
        driver.move_to(at + vec2(0.0, y));
    }
    driver.set_value(Control::Delta, 1.0);
    driver.harness.step();
    one_gesture(&driver.calls(), Control::Mix);
    driver.button(at + vec2(0.0, 30.0), false, Modifiers::NONE);
    assert_eq!(driver.calls(), []);
    let other = driver.center_of("Output");
    driver.drag(other, -40.0, Modifiers::NONE);
    one_gesture(&driver.calls(), Control::Output);

    driver.set_value(Control::Delta, 0.0);
    driver.pause();
    driver.click(at + vec2(0.0, 50.0), Modifiers::NONE);
    assert!(driver.stage.borrow().view.is_typing());
    driver.set_value(Control::Delta, 1.0);
    driver.harness.run_steps(2);
    assert!(!driver.stage.borrow().view.is_typing());
    assert_eq!(driver.calls(), []);
}

#[test]
fn a_drag_counts_every_movement_beyond_its_first_two_points() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.set_value(Control::Mix, 0.5);
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    for y in 1..=20 {
        driver.move_to(at - vec2(0.0, y as f32));
    }
    let top = driver.value(Control::Mix);
    assert!((top - 0.5 - 18.0 / 200.0).abs() < 1e-3, "20 points up made it {top}");
    // Down, past where the drag began.
    for y in -20..=20 {
        driver.move_to(at + vec2(0.0, y as f32));
    }
    let moved = top - driver.value(Control::Mix);
    assert!((moved - 0.2).abs() < 1e-3, "40 points down moved {moved}");
}

#[test]
fn a_drag_counts_what_arrives_together_with_its_release_or_while_the_pointer_is_grabbed() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.set_value(Control::Mix, 0.5);
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    driver.event(Event::PointerMoved(at - vec2(0.0, 12.0)));
    // A slow frame, in which a window manager takes the pointer and gives it back.
    let to = at - vec2(0.0, 22.0);
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    driver.harness.input_mut().events.extend([
        Event::PointerGone,
        Event::PointerMoved(to),
        Event::PointerButton { pos: to, button, pressed: false, modifiers },
    ]);
    driver.harness.step();
    let moved = driver.value(Control::Mix) - 0.5;
    assert!((moved - 20.0 / 200.0).abs() < 1e-3, "moved by {moved}");
    one_gesture(&driver.calls(), Control::Mix);
}

#[test]
fn enter_types_and_neither_sets_nor_resets() {
    for modifiers in [Modifiers::NONE, Modifiers::COMMAND | Modifiers::CTRL] {
        let mut driver = Driver::new();
        driver.set_value(Control::Mix, 0.5);
        driver.harness.get_by_label("Mix").focus();
        driver.harness.run_steps(3);
        driver.hold_modifiers(modifiers);
        for pressed in [true, false] {
            let (key, physical_key, repeat) = (Key::Enter, None, false);
            driver.event(Event::Key { key, physical_key, pressed, repeat, modifiers });
        }
        assert_eq!(driver.calls(), [], "{modifiers:?}");
        assert!(driver.stage.borrow().view.is_typing(), "{modifiers:?}");
    }
}

#[test]
fn a_control_click_on_the_value_resets() {
    let mut driver = Driver::new();
    driver.set_value(Control::Mix, 0.25);
    let at = driver.center_of("Mix") + vec2(0.0, 50.0);
    driver.hold_modifiers(Modifiers::COMMAND | Modifiers::CTRL);
    driver.click(at, Modifiers::COMMAND | Modifiers::CTRL);
    assert_eq!(driver.value(Control::Mix), driver.default(Control::Mix));
    assert_eq!(one_gesture(&driver.calls(), Control::Mix), 1);
    assert!(!driver.stage.borrow().view.is_typing());
}
