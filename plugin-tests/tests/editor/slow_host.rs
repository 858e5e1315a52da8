//! Hosts that return the old value for a while after a new one was set.

use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable;
use extrema::editor::parameters::Control;

use crate::driver::{Driver, one_gesture};

/// A host that takes longer than a frame.
fn slow_host() -> Driver<'static> {
    let driver = Driver::new();
    driver.stage.borrow_mut().fake.delay = 6;
    driver
}

fn arrow(key: Key) -> Event {
    let modifiers = Modifiers::NONE;
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
}

#[test]
fn keys_add_up_before_the_host_has_set_the_first() {
    let mut driver = slow_host();
    driver.set_value(Control::Mix, 0.5);
    driver.harness.get_by_label("Mix").focus();
    driver.harness.run_steps(3);
    driver.calls();
    // Two in one frame, one in each of the next two.
    driver.harness.event(arrow(Key::ArrowUp));
    driver.event(arrow(Key::ArrowUp));
    driver.event(arrow(Key::ArrowUp));
    driver.event(arrow(Key::ArrowDown));
    driver.harness.step();
    assert_eq!(driver.harness.get_by_label("Mix").value().as_deref(), Some("52 %"));
    driver.pause();
    let value = driver.value(Control::Mix);
    assert!((value - 0.52).abs() < 1e-4, "{value}");
}

#[test]
fn the_wheel_adds_up_before_the_host_has_set_the_first_step() {
    let mut driver = slow_host();
    driver.set_value(Control::Mix, 0.5);
    let at = driver.center_of("Mix");
    for _ in 0..6 {
        driver.wheel(at, 1.0, Modifiers::NONE);
    }
    driver.pause();
    let value = driver.value(Control::Mix);
    assert!((value - 0.56).abs() < 1e-4, "{value}");
}

#[test]
fn a_drag_continues_where_the_last_one_ended() {
    let mut driver = slow_host();
    driver.set_value(Control::Mix, 0.2);
    let at = driver.center_of("Mix");
    driver.drag(at, -40.0, Modifiers::NONE);
    driver.drag(at, -40.0, Modifiers::NONE);
    driver.pause();
    let moved = driver.value(Control::Mix) - 0.2;
    assert!(moved > 0.34, "moved by {moved}");
}

#[test]
fn a_switch_clicked_twice_is_back_where_it_was() {
    let mut driver = slow_host();
    let at = driver.center_of("Bypass");
    driver.move_to(at);
    for _ in 0..2 {
        driver.button(at, true, Modifiers::NONE);
        driver.button(at, false, Modifiers::NONE);
    }
    driver.pause();
    assert_eq!(driver.value(Control::Bypass), 0.0);
}

#[test]
fn a_and_b_can_be_switched_in_quick_succession() {
    let mut driver = slow_host();
    let (a, b) = (driver.center_of("Setting A"), driver.center_of("Setting B"));
    driver.click(b, Modifiers::NONE);
    driver.set_value(Control::Points, 0.0);
    driver.pause();
    let tap = |driver: &mut Driver, at| {
        driver.move_to(at);
        driver.button(at, true, Modifiers::NONE);
        driver.button(at, false, Modifiers::NONE);
    };
    tap(&mut driver, a);
    tap(&mut driver, b);
    driver.pause();
    assert_eq!(driver.value(Control::Points), 0.0, "B has kept its own");
}

#[test]
fn the_dot_that_marks_changes_by_the_host_ignores_our_own() {
    let moved = |driver: &Driver| driver.stage.borrow().view.was_moved(Control::Mix);
    let mut driver = slow_host();
    driver.set_value(Control::Mix, 0.5);
    driver.pause();
    driver.pause();
    let at = driver.center_of("Mix");
    driver.wheel(at, 1.0, Modifiers::NONE);
    for _ in 0..40 {
        driver.harness.step();
        assert!(!moved(&driver), "it was the wheel");
    }
    one_gesture(&driver.calls(), Control::Mix);
    driver.set_value(Control::Mix, 0.3);
    driver.harness.step();
    assert!(moved(&driver), "it was the host");
    for _ in 0..40 {
        driver.harness.step();
    }
    assert!(!moved(&driver), "that is a while ago");
}

#[test]
fn a_value_that_the_host_never_takes_over_is_not_shown_for_long() {
    let mut driver = slow_host();
    driver.set_value(Control::Mix, 0.5);
    driver.stage.borrow_mut().fake.delay = 10_000;
    let at = driver.center_of("Mix");
    driver.wheel(at, 1.0, Modifiers::NONE);
    let shown = |driver: &Driver| driver.harness.get_by_label("Mix").value();
    driver.harness.step();
    assert_eq!(shown(&driver).as_deref(), Some("51 %"));
    driver.pause();
    assert_eq!(shown(&driver).as_deref(), Some("50 %"));
}

#[test]
fn the_dot_stays_off_when_the_host_takes_very_long() {
    let mut driver = slow_host();
    driver.set_value(Control::Mix, 0.5);
    driver.stage.borrow_mut().fake.delay = 60;
    let at = driver.center_of("Mix");
    driver.pause();
    driver.wheel(at, 1.0, Modifiers::NONE);
    for _ in 0..80 {
        driver.harness.step();
        assert!(!driver.stage.borrow().view.was_moved(Control::Mix), "it was the wheel");
    }
    assert!((driver.value(Control::Mix) - 0.51).abs() < 1e-4);
}
