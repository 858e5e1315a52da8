//! Read-outs and figures, checked against a signal whose segments are known.

use egui::{Event, Modifiers, PointerButton, vec2};
use extrema::codec::{Record, Threshold};
use extrema::editor::history::ReadOut;
use extrema::editor::parameters::Control;
use extrema::editor::scope::describe;
use extrema::effect::EffectSettings;

use extrema_plugin_tests::stage::{RATE, Stage, harness};

/// Samples between trough and crest.
const HALF: u64 = 100;

/// A triangle wave between 0 and 0.5 that turns every [`HALF`] samples; the right channel is silent.
fn triangle(t: f64) -> [f32; 2] {
    let sample = (t * RATE).round() as u64 + 1;
    let phase = sample % (2 * HALF);
    let height = if phase <= HALF { phase } else { 2 * HALF - phase };
    [0.5 * height as f32 / HALF as f32, 0.0]
}

fn played() -> Stage {
    let mut stage = Stage::new();
    let settings = EffectSettings { threshold: Threshold::OFF, ..EffectSettings::original() };
    stage.play(0.6, settings, triangle);
    stage
}

#[test]
fn a_segment_is_described() {
    let stage = played();
    let history = &stage.view.history;
    // The first crest is sample 99, so the fall from it covers 100 to 199.
    let position = 20 * HALF + 150;
    let found = history.read_out(0, position).expect("a segment");
    assert_eq!(found.segment.position, 20 * HALF + 100);
    assert_eq!(found.segment.record, Record::curve(1, 100, 0));
    assert!((found.from - 0.5).abs() < 2e-5 && found.to == 0.0);
    assert!((found.milliseconds - 100_000.0 / RATE).abs() < 1e-9);
    assert!(found.error.expect("an error") < -70.0);
    let [length, levels] = describe(&found, 1.0);
    assert_eq!(length, "100 samples (2.3 ms)");
    assert!(levels.starts_with("+0.50 → 0.00  ·  error \u{2212}"), "{levels}");
    // Its last sample belongs to it, the next one to the rise after it.
    assert_eq!(history.read_out(0, 20 * HALF + 199).expect("a segment").segment, found.segment);
    let next = history.read_out(0, 20 * HALF + 200).expect("a segment");
    assert_eq!(next.segment.position, 20 * HALF + 200);
    assert!((next.to - 0.5).abs() < 2e-5);
}

#[test]
fn silence_is_a_hold_without_an_error_figure() {
    let stage = played();
    let found = stage.view.history.read_out(1, 5000).expect("a segment");
    assert!(found.segment.is_hold());
    assert_eq!(found.error, None);
    assert!(describe(&found, 1.0)[1].ends_with("error –"));
}

#[test]
fn figures_agree_with_the_records() {
    let stage = played();
    let figures = stage.view.history.stats().expect("figures");
    // 441 segments per second on the left; the holds on the right merge into one record.
    assert!((figures.segments - 441.0).abs() < 5.0, "{}", figures.segments);
    assert!((figures.kilobits - 0.04 * figures.segments).abs() < 1e-6);
    assert!((figures.ratio - 1411.2 / figures.kilobits).abs() < 1e-6);
    assert!(figures.snr > 70.0);
}

#[test]
fn the_pointer_finds_the_segment_under_it_and_a_click_pins_it() {
    let (mut harness, stage) = harness(played(), vec2(960.0, 600.0));
    let at = egui::pos2(320.0, 230.0);
    harness.event(Event::PointerMoved(at));
    harness.run_steps(2);
    let (stream, hovered) = stage.borrow().view.scope.hovered.expect("a segment is hovered");
    assert_eq!((stream, hovered.segment.record.length()), (0, 100));
    assert_eq!(stage.borrow().view.scope.active, Some(1));
    for pressed in [true, false] {
        let modifiers = Modifiers::NONE;
        harness.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers,
        });
        harness.step();
    }
    harness.event(Event::PointerMoved(egui::pos2(320.0, 590.0)));
    harness.run_steps(2);
    let pinned = stage.borrow().view.scope.pinned.expect("the click pins it");
    assert_eq!(pinned.1, hovered);
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    assert_eq!(stage.borrow().view.scope.pinned, None);
}

#[test]
fn there_is_no_read_out_while_bypassed() {
    let (mut harness, stage) = harness(played(), vec2(960.0, 600.0));
    stage.borrow_mut().fake.values[Control::Bypass as usize] = 1.0;
    harness.event(Event::PointerMoved(egui::pos2(320.0, 230.0)));
    harness.run_steps(2);
    assert_eq!(stage.borrow().view.scope.hovered, None);
}

#[test]
fn a_steady_note_stands_still() {
    let mut stage = Stage::new();
    let settings = EffectSettings::original();
    let tone = |t: f64| {
        let turn = std::f64::consts::TAU * 196.0 * t;
        [(0.4 * turn.sin() + 0.2 * (2.0 * turn + 1.0).sin()) as f32; 2]
    };
    stage.play(0.5, settings, tone);
    let (mut harness, stage) = harness(stage, vec2(960.0, 600.0));
    let mut phases = Vec::new();
    for _ in 0..20 {
        stage.borrow_mut().play(1.0 / 30.0, settings, tone);
        harness.step();
        let from = stage.borrow().view.scope.left_edge();
        phases.push((from / RATE * 196.0).rem_euclid(1.0));
    }
    // Half a sample is 0.002 of a period.
    let first = phases[5];
    for phase in &phases[5..] {
        let apart = (phase - first).abs().min(1.0 - (phase - first).abs());
        assert!(apart < 0.008, "{phases:?}");
    }
}

#[test]
fn levels_have_as_many_decimals_as_the_scope_can_show() {
    let stage = played();
    let found = stage.view.history.read_out(0, 20 * HALF + 150).expect("a segment");
    let quiet = ReadOut { from: 0.006_54, to: -0.000_04, ..found };
    for (range, from, to) in [
        (1.08, "+0.01", "0.00"),
        (0.108, "+0.007", "0.000"),
        (0.0108, "+0.0065", "0.0000"),
        (0.00108, "+0.00654", "\u{2212}0.00004"),
        (1e-4, "+0.00654", "\u{2212}0.00004"),
    ] {
        let levels = &describe(&quiet, range)[1];
        assert!(levels.starts_with(&format!("{from} → {to}  ·")), "{range}: {levels}");
    }
}
