//! The threshold's bracket in the scope: its size, and the gestures on it.

use egui::{Event, Modifiers, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::kittest::Queryable;
use extrema::codec::{Detector, Share, StereoMode, Threshold};
use extrema::editor::layout::Layout;
use extrema::editor::parameters::Control;
use extrema::editor::scope::{Lanes, SPANS};
use extrema::editor::theme;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{Call, RATE, Stage, chord};
use image::RgbImage;

use crate::driver::{Driver, one_gesture};
use crate::snapshot::render;

const WINDOW: Vec2 = vec2(960.0, 600.0);

/// Movement in points that belongs to a click.
const CLICK: f32 = 2.0;

/// Left and right by time in seconds.
type Wave = fn(f64) -> [f32; 2];

/// The area of the signal in the scope.
fn plot() -> Rect {
    let scope = Layout::of(Rect::from_min_size(Pos2::ZERO, WINDOW)).scope;
    Rect::from_min_max(scope.min + vec2(1.0, 36.0), scope.max - vec2(1.0, 23.0))
}

/// A stage that has played a wave, with controls at the same settings.
fn played(settings: EffectSettings, wave: Wave) -> Stage {
    let mut stage = Stage::new();
    stage.program = Some((settings, wave));
    stage.view.scope.span_chosen = true;
    stage.play(1.0, settings, wave);
    let position = |control: Control, value: f64| control.position(value);
    for (control, value) in [
        (Control::Detector, f64::from(settings.detector as u8)),
        (Control::Threshold, settings.threshold.dbfs()),
        (Control::Follow, 100.0 * settings.follow.factor()),
    ] {
        stage.fake.values[control as usize] = position(control, value);
    }
    stage
}

fn settings(detector: Detector, dbfs: f64, follow: Share) -> EffectSettings {
    let threshold = Threshold::from_dbfs(dbfs);
    EffectSettings { detector, threshold, follow, ..EffectSettings::default() }
}

/// A tone of 2 kHz, whose crests come in every cell of the envelope, at a level in percent.
fn tone<const PERCENT: u8>(t: f64) -> [f32; 2] {
    let level = f64::from(PERCENT) / 100.0;
    [(level * (std::f64::consts::TAU * 2000.0 * t).sin()) as f32; 2]
}

/// The rows of the upper and the lower edge of the bracket, from the middle of the column at `x`.
fn edges(image: &RgbImage, x: u32) -> [f32; 2] {
    let is_accent = |y: u32| {
        let [red, green, blue] = image.get_pixel(x, y).0;
        let accent = theme::ACCENT;
        red.abs_diff(accent.r()) < 40 && green.abs_diff(accent.g()) < 40 && blue < 90
    };
    let rows: Vec<u32> =
        (plot().top() as u32..plot().bottom() as u32).filter(|&y| is_accent(y)).collect();
    assert!(!rows.is_empty(), "no bracket at {x}");
    [rows[0] as f32, rows[rows.len() - 1] as f32 + 1.0]
}

/// Points from zero to an edge that lies `level` away from it.
fn points(stage: &Stage, level: f64) -> f32 {
    level as f32 / stage.view.scope.upper_level() * plot().height() / 2.0
}

#[test]
fn the_bracket_is_as_tall_as_the_threshold_of_the_peak_detector() {
    for dbfs in [-30.0, -20.0, -12.0] {
        let mut stage = played(settings(Detector::Peak, dbfs, Share::NONE), tone::<40>);
        let image = render(&mut stage, WINDOW);
        let [top, bottom] = edges(&image, plot().right() as u32 - 11);
        let expected = points(&stage, 10.0_f64.powf(dbfs / 20.0));
        assert!((bottom - top - expected).abs() < 2.5, "{dbfs}: {top} to {bottom}, {expected}");
        assert!((top.midpoint(bottom) - plot().center().y).abs() < 1.5, "{dbfs}: about zero");
    }
}

#[test]
fn the_wedge_rises_as_fast_as_the_slope_detector_ignores() {
    for dbfs in [-60.0, -50.0, -44.0] {
        let mut stage = played(settings(Detector::Slope, dbfs, Share::NONE), tone::<40>);
        let image = render(&mut stage, WINDOW);
        let [top, bottom] = edges(&image, plot().right() as u32 - 1);
        // A change per sample at 44.1 kHz, for a millisecond up and as long down.
        let expected = 2.0 * points(&stage, 10.0_f64.powf(dbfs / 20.0) * 44.1);
        let expected = expected.max(8.0);
        assert!((bottom - top - expected).abs() < 5.0, "{dbfs}: {top} to {bottom}, {expected}");
    }
}

#[test]
fn the_bracket_follows_the_level_as_the_threshold_does() {
    let tones: [(f64, Wave); 2] = [(0.5, tone::<50>), (0.1, tone::<10>)];
    for (level, tone) in tones {
        let mut stage = played(settings(Detector::Peak, -24.0, Share::ALL), tone);
        let image = render(&mut stage, WINDOW);
        let [top, bottom] = edges(&image, plot().right() as u32 - 11);
        // At −18 dBFS it is as it was set.
        let threshold = 10.0_f64.powf(-24.0 / 20.0) * level / 10.0_f64.powf(-18.0 / 20.0);
        let expected = points(&stage, threshold);
        assert!((bottom - top - expected).abs() < 2.5, "{level}: {top} to {bottom}, {expected}");
    }
}

/// The level that the threshold follows, by the definition: at the start of each cell, relative to the
/// level at which it is as it was set.
fn levels(samples: &[f64], detector: Detector) -> Vec<f64> {
    let mut level = 10.0_f64.powf(-94.0 / 20.0);
    let mut before = 0.0;
    let mut found = Vec::new();
    for cell in samples.chunks(64) {
        found.push(level / 10.0_f64.powf(-18.0 / 20.0));
        let mut highest: f64 = 0.0;
        for &x in cell {
            let of = match detector {
                Detector::Peak | Detector::Best => x,
                Detector::Slope => (x - before) * RATE / 44_100.0,
            };
            highest = highest.max(of.abs());
            before = x;
        }
        let tau = if highest > level { 0.002 } else { 0.150 };
        level += (highest - level) * (1.0 - (-64.0 / (tau * RATE)).exp());
        level = level.max(10.0_f64.powf(-94.0 / 20.0));
    }
    found
}

#[test]
fn the_level_is_that_of_the_definition_in_every_stereo_mode() {
    for stereo in [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked] {
        let mut stage = Stage::new();
        let settings = EffectSettings { stereo, ..EffectSettings::default() };
        stage.play(0.6, settings, |t| [chord(t)[0], (0.1 * (700.0 * t).sin()) as f32]);
        let history = &stage.view.history;
        let known = history.known();
        assert_eq!(known.start, 0);
        for detector in [Detector::Slope, Detector::Peak, Detector::Best] {
            for stream in 0..2 {
                let sample = |stream, at| f64::from(history.original(stream, at));
                let samples: Vec<f64> = known
                    .clone()
                    .map(|at| match stereo {
                        // Linked streams are cut where their mid is.
                        StereoMode::Linked => (sample(0, at) + sample(1, at)) / 2.0,
                        _ => sample(stream, at),
                    })
                    .collect();
                for (cell, expected) in levels(&samples, detector).into_iter().enumerate() {
                    for at in [64 * cell as u64, 64 * cell as u64 + 63] {
                        for (follow, expected) in [
                            (Share::ALL, expected),
                            (Share::from_percent(50.0), expected.sqrt()),
                            (Share::NONE, 1.0),
                        ] {
                            let found = history.follow_factor(stream, detector, follow, at);
                            let close = (found / expected - 1.0).abs() < 1e-6;
                            assert!(close, "{stereo:?} {detector:?} {at}: {found}, {expected}");
                        }
                    }
                }
            }
        }
    }
}

/// A driver of a scope with the peak detector, and the upper edge of its bracket.
fn driver() -> (Driver<'static>, Pos2) {
    let driver =
        Driver::with_stage(played(settings(Detector::Peak, -20.0, Share::NONE), tone::<40>));
    let top = plot().center().y - points(&driver.stage.borrow(), 0.05);
    (driver, pos2(plot().right() - 11.0, top))
}

fn dbfs(driver: &Driver) -> f64 {
    Control::Threshold.value_at(driver.value(Control::Threshold))
}

/// The threshold in dBFS whose edge is drawn this far from zero, in points.
fn threshold_at(driver: &Driver, distance: f32) -> f64 {
    let per_level = points(&driver.stage.borrow(), 1.0);
    20.0 * f64::from(2.0 * distance / per_level).log10()
}

#[test]
fn an_edge_follows_the_pointer_in_one_gesture() {
    let (mut driver, top) = driver();
    let reach = plot().center().y - top.y;
    driver.calls();
    driver.drag(top, -30.0, Modifiers::NONE);
    assert!(one_gesture(&driver.calls(), Control::Threshold) >= 5);
    let expected = threshold_at(&driver, reach + 30.0 - CLICK);
    assert!((dbfs(&driver) - expected).abs() < 0.1, "{} {expected}", dbfs(&driver));
    // The lower edge goes the other way.
    let reach = reach + 30.0 - CLICK;
    driver.drag(pos2(top.x, plot().center().y + reach), -20.0, Modifiers::NONE);
    assert_eq!(driver.calls().iter().filter(|call| matches!(call, Call::Begin(_))).count(), 1);
    let expected = threshold_at(&driver, reach - 20.0 + CLICK);
    assert!((dbfs(&driver) - expected).abs() < 0.1, "{} {expected}", dbfs(&driver));
}

#[test]
fn shift_is_fine_and_a_pointer_at_rest_sets_nothing() {
    let (mut driver, top) = driver();
    let reach = plot().center().y - top.y;
    driver.hold_modifiers(Modifiers::SHIFT);
    driver.drag(top, -32.0, Modifiers::SHIFT);
    let expected = threshold_at(&driver, reach + 3.0);
    assert!((dbfs(&driver) - expected).abs() < 0.1, "{} {expected}", dbfs(&driver));
    driver.hold_modifiers(Modifiers::NONE);
    driver.move_to(top);
    driver.button(top, true, Modifiers::NONE);
    driver.move_to(top - vec2(0.0, 20.0));
    driver.calls();
    driver.harness.run_steps(10);
    assert_eq!(driver.calls(), [], "the pointer does not move");
}

#[test]
fn a_drag_ends_at_off_and_at_full_scale() {
    let (mut driver, top) = driver();
    driver.drag(top, 300.0, Modifiers::NONE);
    assert_eq!(dbfs(&driver), f64::NEG_INFINITY);
    // Closed, it is drawn larger by pulling up, from −90 dBFS on.
    let closed = pos2(top.x, plot().center().y);
    driver.drag(closed, -12.0, Modifiers::NONE);
    assert!((-85.0..-70.0).contains(&dbfs(&driver)), "{}", dbfs(&driver));
    for _ in 0..4 {
        driver.drag(closed, -280.0, Modifiers::NONE);
    }
    assert_eq!(dbfs(&driver), 0.0);
}

#[test]
fn a_drag_across_zero_does_not_turn_round() {
    let (mut driver, top) = driver();
    let reach = plot().center().y - top.y;
    // From the lower edge upwards, in small steps.
    let mut at = pos2(top.x, plot().center().y + reach);
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    let mut before = dbfs(&driver);
    for _ in 0..50 {
        at.y -= 2.0;
        driver.move_to(at);
        assert!(dbfs(&driver) <= before, "from {before} to {}", dbfs(&driver));
        before = dbfs(&driver);
    }
    assert_eq!(before, f64::NEG_INFINITY);
}

#[test]
fn it_is_reset_and_stepped_like_a_knob() {
    let (mut driver, top) = driver();
    let control = Control::Threshold;
    let default = driver.default(control);
    let set = |driver: &Driver| driver.value(control);
    driver.click(top, Modifiers::NONE);
    assert_eq!(one_gesture(&driver.calls(), control), 0);
    driver.hold_modifiers(Modifiers::COMMAND | Modifiers::CTRL);
    driver.click(top, Modifiers::COMMAND | Modifiers::CTRL);
    driver.hold_modifiers(Modifiers::NONE);
    assert_eq!(set(&driver), default);
    assert_eq!(one_gesture(&driver.calls(), control), 1);
    let span = driver.stage.borrow().view.scope.span;
    let middle = pos2(top.x, plot().center().y);
    driver.wheel(middle, 2.0, Modifiers::NONE);
    assert!((set(&driver) - control.stepped(default, 2.0)).abs() < 1e-6);
    assert_eq!(driver.stage.borrow().view.scope.span, span, "the wheel is the bracket's");
    driver.calls();
    for pressed in [true, false, true, false] {
        driver.button(middle, pressed, Modifiers::NONE);
    }
    assert_eq!(set(&driver), default, "a double click");
    driver.right_click(middle);
    assert!(driver.harness.query_by_label_contains("Reset to").is_some());
}

#[test]
fn each_lane_has_a_bracket() {
    let mut stage = played(settings(Detector::Peak, -20.0, Share::NONE), tone::<40>);
    stage.view.scope.lanes = Lanes::Both;
    let mut driver = Driver::with_stage(stage);
    for name in ["Threshold bracket L", "Threshold bracket R"] {
        let before = dbfs(&driver);
        let at = driver.harness.get_by_label(name).rect();
        let at = pos2(plot().right() - 11.0, at.center().y - 3.0);
        driver.calls();
        driver.drag(at, -12.0, Modifiers::NONE);
        assert!(one_gesture(&driver.calls(), Control::Threshold) > 0, "{name}");
        assert!(dbfs(&driver) > before, "{name}");
    }
}

#[test]
fn there_is_no_bracket_before_audio_or_in_bypass_and_a_drag_ends_with_it() {
    let shown = |driver: &Driver| driver.harness.query_by_label("Threshold bracket").is_some();
    assert!(!shown(&Driver::new()));
    let silent = played(settings(Detector::Peak, -20.0, Share::ALL), |_| [0.0; 2]);
    assert!(shown(&Driver::with_stage(silent)), "it can be set in a pause");
    let (mut driver, top) = driver();
    driver.move_to(top);
    driver.button(top, true, Modifiers::NONE);
    driver.move_to(top - vec2(0.0, 20.0));
    driver.set_value(Control::Bypass, 1.0);
    driver.harness.step();
    assert!(!shown(&driver));
    assert_eq!(driver.calls().last(), Some(&Call::End(Control::Threshold)));
    driver.event(Event::PointerMoved(top));
    assert_eq!(driver.calls(), []);
}

#[test]
fn the_wedge_is_a_millisecond_wide_where_that_can_be_seen() {
    let mut stage = played(settings(Detector::Slope, -50.0, Share::NONE), tone::<40>);
    assert_eq!(SPANS[stage.view.scope.span], 24.0);
    let image = render(&mut stage, WINDOW);
    let middle = plot().center().y as u32;
    let is_accent = |x: u32| {
        let [red, _, blue] = image.get_pixel(x, middle).0;
        red > 150 && blue < 110
    };
    // The apex lies on the line of zero.
    let right = plot().right() as u32;
    let apex = (right - 60..right).rev().find(|&x| is_accent(x));
    let width = plot().right() - apex.expect("a wedge") as f32;
    assert!((width - plot().width() / 24.0).abs() < 3.0, "{width}");
}
