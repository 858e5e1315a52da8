//! Undo and redo.

use egui::Modifiers;
use extrema::editor::parameters::Control;

use crate::driver::Driver;

fn press(driver: &mut Driver, name: &str) {
    let at = driver.center_of(name);
    driver.click(at, Modifiers::NONE);
}

#[test]
fn a_drag_is_one_step_and_comes_back() {
    let mut driver = Driver::new();
    let before = driver.value(Control::Threshold);
    let at = driver.center_of("Threshold");
    driver.drag(at, -40.0, Modifiers::NONE);
    let after = driver.value(Control::Threshold);
    assert_ne!(before, after);
    press(&mut driver, "Undo");
    assert_eq!(driver.value(Control::Threshold), before);
    press(&mut driver, "Undo");
    assert_eq!(driver.value(Control::Threshold), before, "there was one step only");
    press(&mut driver, "Redo");
    assert_eq!(driver.value(Control::Threshold), after);
}

#[test]
fn a_burst_of_the_wheel_is_one_step_and_a_pause_begins_another() {
    let mut driver = Driver::new();
    let start = driver.value(Control::Points);
    let at = driver.center_of("Points");
    for _ in 0..5 {
        driver.wheel(at, 1.0, Modifiers::NONE);
    }
    let burst = driver.value(Control::Points);
    driver.pause();
    driver.wheel(at, 1.0, Modifiers::NONE);
    assert_ne!(driver.value(Control::Points), burst);
    press(&mut driver, "Undo");
    assert_eq!(driver.value(Control::Points), burst);
    press(&mut driver, "Undo");
    assert_eq!(driver.value(Control::Points), start);
}

#[test]
fn two_controls_are_two_steps_even_in_a_burst() {
    let mut driver = Driver::new();
    let (points, curves) = (driver.center_of("Points"), driver.center_of("Curves"));
    driver.wheel(points, 1.0, Modifiers::NONE);
    driver.wheel(curves, -1.0, Modifiers::NONE);
    driver.pause();
    press(&mut driver, "Undo");
    assert_eq!(driver.value(Control::Curves), driver.default(Control::Curves));
    assert_ne!(driver.value(Control::Points), driver.default(Control::Points));
}

#[test]
fn a_new_change_drops_what_could_be_redone() {
    let mut driver = Driver::new();
    let at = driver.center_of("Mix");
    driver.wheel(at, -5.0, Modifiers::NONE);
    driver.pause();
    press(&mut driver, "Undo");
    let at = driver.center_of("Follow");
    driver.wheel(at, -5.0, Modifiers::NONE);
    driver.pause();
    let before = driver.value(Control::Mix);
    press(&mut driver, "Redo");
    assert_eq!(driver.value(Control::Mix), before);
}

#[test]
fn a_switch_between_a_and_b_is_one_step() {
    let mut driver = Driver::new();
    press(&mut driver, "Setting B");
    for name in ["Points", "Curves", "Mix"] {
        let at = driver.center_of(name);
        driver.wheel(at, -8.0, Modifiers::NONE);
        driver.pause();
    }
    let on_b = [Control::Points, Control::Curves, Control::Mix].map(|c| driver.value(c));
    press(&mut driver, "Setting A");
    assert_eq!(driver.value(Control::Mix), driver.default(Control::Mix));
    press(&mut driver, "Undo");
    assert!(driver.stage.borrow().view.compare.on_b);
    let back = [Control::Points, Control::Curves, Control::Mix].map(|c| driver.value(c));
    assert_eq!(back, on_b);
    press(&mut driver, "Undo");
    assert_eq!(driver.value(Control::Mix), driver.default(Control::Mix), "the step before it");
    assert!(driver.stage.borrow().view.compare.on_b);
}

#[test]
fn sixty_four_steps_are_kept_and_what_the_host_changes_is_none() {
    let mut driver = Driver::new();
    let at = driver.center_of("Input");
    let mut values = vec![driver.value(Control::Input)];
    for _ in 0..70 {
        let steps = if values.len() % 40 < 20 { 1.0 } else { -1.0 };
        driver.wheel(at, steps, Modifiers::NONE);
        driver.pause();
        values.push(driver.value(Control::Input));
        if values.len() == 30 {
            driver.set_value(Control::Output, 0.3);
            driver.pause();
        }
    }
    let mut undone = 0;
    while driver.stage.borrow().view.undo.can_undo() {
        press(&mut driver, "Undo");
        undone += 1;
    }
    assert_eq!(undone, 64);
    assert_eq!(driver.value(Control::Input), values[values.len() - 1 - 64]);
    assert_eq!(driver.value(Control::Output), 0.3, "automation is not undone");
}
