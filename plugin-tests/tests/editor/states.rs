//! More pictures: windows of all sizes, and what plays in them.

use egui::{Pos2, Rect, Vec2, vec2};
use extrema::editor::layout::{LARGEST, Layout};
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::preferences::Preferences;
use extrema::editor::scope::{Lanes, SPANS};
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{Stage, chord};

use crate::snapshot::{Renderer, compare, crop, render};

const DEFAULT: Vec2 = vec2(960.0, 600.0);

/// A stage that plays a wave with some controls away from their defaults, as they are typed.
fn playing(wave: fn(f64) -> [f32; 2], set: &[(Control, &str)]) -> Stage {
    let mut stage = Stage::new();
    for &(control, text) in set {
        stage.fake.values[control as usize] = stage.fake.parse(control, text).expect("a value");
    }
    let values = stage.fake.values;
    let settings =
        EffectSettings::from_values(|control| control.value_at(values[control as usize]));
    stage.program = Some((settings, wave));
    // Longer than the release of the height.
    stage.play(2.5, settings, wave);
    stage
}

fn noise(t: f64) -> [f32; 2] {
    // Digits of a product that the frame number makes.
    let x = (t * 44_100.0 * 0.618_033_988_7).fract() * 7919.0;
    [0.4 * (x.fract() as f32 - 0.5), 0.4 * ((3.0 * x).fract() as f32 - 0.5)]
}

fn scope() -> Rect {
    Layout::of(Rect::from_min_size(Pos2::ZERO, DEFAULT)).scope
}

#[test]
fn windows_of_all_shapes_match_their_snapshots() {
    for (name, size) in [
        ("wide", vec2(1700.0, 500.0)),
        ("wide-low", vec2(1280.0, 560.0)),
        ("tall", vec2(860.0, 1100.0)),
        ("largest", LARGEST),
    ] {
        compare(name, &render(&mut playing(chord, &[]), size));
    }
}

#[test]
fn a_window_of_200_percent_matches_its_snapshot() {
    let mut stage = playing(chord, &[]);
    let mut renderer = Renderer::scaled(DEFAULT, 2.0);
    renderer.settle(&mut stage);
    compare("zoom200", &renderer.render(&mut stage));
}

#[test]
fn detectors_and_following_match_their_snapshots() {
    for (name, set) in [
        ("scope-default", &[][..]),
        ("scope-slope", &[(Control::Detector, "slope"), (Control::Threshold, "-36 dB")]),
        ("scope-off", &[(Control::Threshold, "off")]),
        ("scope-absolute", &[(Control::Follow, "0 %"), (Control::Threshold, "-20 dB")]),
        ("scope-edge", &[(Control::Edge, "60 %"), (Control::Levels, "3 bits")]),
    ] {
        compare(name, &crop(&render(&mut playing(chord, set), DEFAULT), scope()));
    }
}

#[test]
fn long_spans_and_noise_match_their_snapshots() {
    for (name, wave, lanes) in [
        ("scope-long", chord as fn(f64) -> [f32; 2], Lanes::First),
        ("scope-long-stacked", chord, Lanes::Both),
        ("scope-noise", noise, Lanes::First),
    ] {
        let mut stage = playing(wave, &[]);
        stage.view.scope.span = SPANS.iter().position(|&span| span == 500.0).expect("a span");
        stage.view.scope.span_chosen = true;
        stage.view.scope.lanes = lanes;
        compare(name, &crop(&render(&mut stage, DEFAULT), scope()));
    }
}

#[test]
fn a_stopped_host_matches_its_snapshot() {
    let mut stage = playing(chord, &[]);
    stage.program = None;
    compare("stopped", &render(&mut stage, DEFAULT));
}

#[test]
fn colours_for_colour_blindness_match_their_snapshot() {
    let mut stage = playing(chord, &[]);
    stage.view.set_preferences(Preferences { colour_blind: true, ..Preferences::default() }, None);
    compare("colour-blind", &render(&mut stage, DEFAULT));
}
