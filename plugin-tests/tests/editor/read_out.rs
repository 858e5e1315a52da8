//! Read-outs and figures, checked against a signal whose segments are known.

use egui::{Event, Modifiers, PointerButton, vec2};
use egui_kittest::kittest::Queryable;
use extrema::codec::{Detector, Record, Threshold};
use extrema::editor::parameters::Control;
use extrema::editor::scope::{Description, describe};
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
    assert!((found.milliseconds - 100_000.0 / RATE).abs() < 1e-9);
    assert!(found.fit.expect("a fit") > 0.999);
    let Description { name, length, fit } = describe(&found);
    assert_eq!([name, length, fit.expect("a fit")], ["Curve 1", "2.3 ms", "fits 100 %"]);
    // Its last sample belongs to it, the next one to the rise after it.
    assert_eq!(history.read_out(0, 20 * HALF + 199).expect("a segment").segment, found.segment);
    let next = history.read_out(0, 20 * HALF + 200).expect("a segment");
    assert_eq!(next.segment.position, 20 * HALF + 200);
    assert!((next.segment.record.end(0) - 16384).abs() < 2);
}

#[test]
fn silence_is_a_hold_that_fits_nothing() {
    let stage = played();
    let found = stage.view.history.read_out(1, 5000).expect("a segment");
    assert!(found.segment.is_hold());
    assert_eq!(found.fit, None);
    let Description { name, fit, .. } = describe(&found);
    assert_eq!((name.as_str(), fit), ("Hold", None));
}

#[test]
fn the_fit_says_how_much_of_the_wave_is_left() {
    // A sine of 0.5 with a weaker one that turns too little to be cut, so the curves leave it out.
    const RIPPLES: [(f64, f64); 3] = [(0.0, 0.99), (0.025, 0.95), (0.1, 0.8)];
    let mut least = 1.0;
    for (ripple, expected) in RIPPLES {
        let settings = EffectSettings {
            threshold: Threshold::from_dbfs(-12.0),
            detector: Detector::Peak,
            ..EffectSettings::original()
        };
        let mut stage = Stage::new();
        stage.play(0.6, settings, |t| {
            let turn = std::f64::consts::TAU * t;
            let wave = 0.5 * (200.0 * turn).sin() + ripple * (5000.0 * turn).sin();
            [wave as f32; 2]
        });
        let history = &stage.view.history;
        let fits: Vec<f64> = (5000..9000).filter_map(|at| history.read_out(0, at)?.fit).collect();
        let mean = fits.iter().sum::<f64>() / fits.len() as f64;
        // The RMS of the ripple relative to that of the wave is what is lost.
        assert!((mean - expected).abs() < 0.03, "{ripple}: {mean}");
        assert!(mean <= least);
        least = mean;
    }
    // All of it is lost where nothing moves by more than the threshold.
    let settings = EffectSettings { threshold: Threshold::MAX, ..EffectSettings::original() };
    let mut stage = Stage::new();
    stage.play(0.6, settings, |t| [(0.5 * (1000.0 * t).sin()) as f32; 2]);
    let found = stage.view.history.read_out(0, 5000).expect("a segment");
    assert_eq!(describe(&found).fit.as_deref(), Some("fits 0 %"));
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
fn the_read_out_is_in_the_toolbar_and_covers_nothing() {
    for size in [vec2(960.0, 600.0), vec2(720.0, 480.0)] {
        let (mut harness, stage) = harness(played(), size);
        stage.borrow_mut().view.scope.span = 6;
        assert!(harness.query_by_label_contains("fits").is_none());
        let scope = harness.get_by_label("Scope").rect();
        harness.event(Event::PointerMoved(scope.min + scope.size() * vec2(0.5, 0.6)));
        harness.run_steps(2);
        let read_out = harness.get_by_label("Curve 1 · 2.3 ms · fits 100 %").rect();
        assert!(read_out.bottom() <= scope.top(), "{size}: {read_out} over {scope}");
        for other in ["Show L+R", "Less height"] {
            let other = harness.get_by_label(other).rect();
            assert!(!read_out.intersects(other), "{size}: {read_out} over {other}");
        }
        harness.event(Event::PointerMoved(egui::pos2(3.0, 3.0)));
        harness.run_steps(2);
        assert!(harness.query_by_label_contains("fits").is_none());
    }
}
