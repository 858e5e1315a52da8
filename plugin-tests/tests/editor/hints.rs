//! Hints in the row of figures.

use egui::{Modifiers, vec2};
use extrema::editor::parameters::Control;

use crate::driver::Driver;

#[test]
fn a_hint_appears_after_the_pointer_has_rested_and_goes_with_it() {
    let mut driver = Driver::new();
    let at = driver.center_of("Threshold");
    driver.move_to(at);
    driver.harness.run_steps(10);
    assert_eq!(driver.hint(), None, "a passing pointer asks nothing");
    driver.pause();
    let hint = driver.hint().expect("a hint");
    assert!(hint.starts_with("Threshold: "), "{hint}");
    assert!(hint.contains(Control::Threshold.hint()), "{hint}");
    let at = driver.center_of("Codebook") + vec2(0.0, 30.0);
    driver.move_to(at);
    driver.pause();
    assert_eq!(driver.hint(), None);
}

#[test]
fn turning_brings_the_figures_back() {
    let mut driver = Driver::new();
    let at = driver.center_of("Points");
    driver.move_to(at);
    driver.pause();
    assert!(driver.hint().is_some());
    driver.wheel(at, 1.0, Modifiers::NONE);
    driver.pause();
    assert_eq!(driver.hint(), None, "until the pointer has left");
    driver.move_to(driver.center_of("Curves"));
    driver.pause();
    assert!(driver.hint().is_some_and(|hint| hint.starts_with("Curves")));
    let at = driver.center_of("Curves");
    driver.button(at, true, Modifiers::NONE);
    driver.pause();
    assert_eq!(driver.hint(), None);
    driver.button(at, false, Modifiers::NONE);
}

#[test]
fn hints_can_be_switched_off() {
    let mut driver = Driver::new();
    let at = driver.center_of("Settings");
    driver.click(at, Modifiers::NONE);
    let at = driver.center_of("Hints while pointing");
    driver.click(at, Modifiers::NONE);
    driver.key(egui::Key::Escape);
    driver.move_to(driver.center_of("Threshold"));
    driver.pause();
    assert_eq!(driver.hint(), None);
}
