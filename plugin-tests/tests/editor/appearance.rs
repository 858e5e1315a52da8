//! The appearance of the editor in all its states, as snapshots.

use egui::{Event, Modifiers, PointerButton, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::kittest::Queryable;
use extrema::codec::{Codebook, Detector, Threshold, codebook_csv};
use extrema::editor::controls::Page;
use extrema::editor::layout::{Layout, SMALLEST};
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::scope::Lanes;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{Stage, chord, harness};

use crate::snapshot::{Renderer, compare, crop, render};

/// The size of most windows, in points.
const DEFAULT: Vec2 = vec2(960.0, 600.0);

/// A stage that plays a wave with a threshold at which losses are visible.
fn playing(channels: usize, wave: fn(f64) -> [f32; 2]) -> Stage {
    let mut stage = Stage::with_channels(channels);
    let settings = EffectSettings {
        detector: Detector::Peak,
        threshold: Threshold::from_dbfs(-30.0),
        ..EffectSettings::original()
    };
    stage.program = Some((settings, wave));
    stage.play(0.3, settings, wave);
    // The controls show what is played.
    stage.fake.values[Control::Detector as usize] = 0.5;
    stage.fake.values[Control::Threshold as usize] = 0.5;
    stage.fake.values[Control::Longest as usize] = 1.0;
    stage
}

fn layout() -> Layout {
    Layout::of(Rect::from_min_size(Pos2::ZERO, DEFAULT))
}

/// Moves the pointer, and presses and releases a button.
fn click(stage: &mut Stage, at: Pos2, button: PointerButton) {
    stage.events.push(Event::PointerMoved(at));
    for pressed in [true, false] {
        let modifiers = Modifiers::NONE;
        stage.events.push(Event::PointerButton { pos: at, button, pressed, modifiers });
    }
}

fn tab(stage: &mut Stage, times: usize) {
    for _ in 0..times {
        let (key, physical_key, repeat) = (egui::Key::Tab, None, false);
        let (pressed, modifiers) = (true, Modifiers::NONE);
        stage.events.push(Event::Key { key, physical_key, pressed, repeat, modifiers });
    }
}

#[test]
fn the_smallest_window_matches_its_snapshot() {
    compare("smallest", &render(&mut playing(2, chord), SMALLEST));
}

#[test]
fn the_default_window_matches_its_snapshot() {
    compare("default", &render(&mut playing(2, chord), DEFAULT));
}

#[test]
fn a_large_window_with_both_channels_and_modulation_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    stage.view.scope.lanes = Lanes::Both;
    stage.fake.modulation[Control::Threshold as usize] = 0.14;
    stage.fake.modulation[Control::Input as usize] = -0.1;
    stage.fake.values[Control::Curves as usize] =
        stage.fake.parse(Control::Curves, "160").expect("a number of curves");
    compare("large", &render(&mut stage, vec2(1440.0, 900.0)));
}

#[test]
fn the_default_setting_matches_its_snapshot() {
    let mut stage = Stage::new();
    stage.program = Some((EffectSettings::original(), chord));
    stage.play(0.3, EffectSettings::original(), chord);
    compare("factory", &crop(&render(&mut stage, DEFAULT), layout().scope));
}

#[test]
fn one_channel_matches_its_snapshot() {
    compare("mono", &render(&mut playing(1, chord), DEFAULT));
}

#[test]
fn delta_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    stage.fake.values[Control::Delta as usize] = 1.0;
    compare("delta", &render(&mut stage, DEFAULT));
}

#[test]
fn bypass_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    stage.fake.values[Control::Bypass as usize] = 1.0;
    compare("bypassed", &render(&mut stage, DEFAULT));
}

#[test]
fn silence_matches_its_snapshot() {
    compare("silent", &render(&mut playing(2, |_| [0.0; 2]), DEFAULT));
}

#[test]
fn a_hovered_segment_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    stage.events.push(Event::PointerMoved(pos2(320.0, 230.0)));
    let Layout { scope, codebook, .. } = layout();
    compare("hovered", &crop(&render(&mut stage, DEFAULT), scope.union(codebook)));
}

#[test]
fn a_frozen_scope_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    let scope = layout().scope;
    click(&mut stage, scope.right_top() + vec2(-40.0, 18.0), PointerButton::Primary);
    stage.events.push(Event::PointerMoved(scope.min + vec2(180.0, 200.0)));
    compare("frozen", &crop(&render(&mut stage, DEFAULT), scope));
}

#[test]
fn clipped_meters_match_their_snapshots() {
    let mut stage = playing(2, |t| chord(t).map(|x| 3.0 * x));
    compare("clipped", &crop(&render(&mut stage, DEFAULT), layout().meters));
}

#[test]
fn a_focused_control_matches_its_snapshot() {
    for (name, times, part) in [
        ("focus-header", 2, layout().header),
        ("focus-controls", 19, layout().controls),
        ("focus-choice", 20, layout().controls),
    ] {
        let mut stage = playing(2, chord);
        tab(&mut stage, times);
        compare(name, &crop(&render(&mut stage, DEFAULT), part));
    }
}

#[test]
fn a_text_field_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    let controls = layout().controls;
    click(&mut stage, pos2(250.0, controls.top() + 101.0), PointerButton::Primary);
    compare("typing", &crop(&render(&mut stage, DEFAULT), controls));
}

#[test]
fn menus_match_their_snapshots() {
    let Layout { header, controls, .. } = layout();
    let mut stage = playing(2, chord);
    click(&mut stage, pos2(810.0, header.center().y), PointerButton::Primary);
    let part = Rect::from_min_max(pos2(700.0, 0.0), pos2(960.0, 160.0));
    compare("menu-latency", &crop(&render(&mut stage, DEFAULT), part));
    let mut stage = playing(2, chord);
    click(&mut stage, pos2(250.0, controls.top() + 57.0), PointerButton::Secondary);
    // Without its last row, which other tests change by copying a value.
    let part = Rect::from_min_max(pos2(120.0, 340.0), pos2(480.0, 484.0));
    compare("menu-knob", &crop(&render(&mut stage, DEFAULT), part));
}

#[test]
fn a_hovered_knob_and_one_moved_by_the_host_match_their_snapshots() {
    let controls = layout().controls;
    let mut stage = playing(2, chord);
    stage.events.push(Event::PointerMoved(pos2(250.0, controls.top() + 57.0)));
    let mut renderer = Renderer::new(DEFAULT);
    renderer.settle(&mut stage);
    stage.fake.values[Control::Output as usize] = 0.7;
    stage.fake.values[Control::Mix as usize] = 0.4;
    compare("moved", &crop(&renderer.render(&mut stage), controls));
}

/// Clicks on the centre of what a screen reader knows by a name, as the harness sees it.
fn press(stage: Stage, names: &[&str], size: Vec2) -> Stage {
    let (mut harness, shared) = harness(stage, size);
    for name in names {
        let at = harness.get_by_label(name).rect().center();
        for event in [
            Event::PointerMoved(at),
            Event::PointerButton {
                pos: at,
                button: PointerButton::Primary,
                pressed: true,
                modifiers: Modifiers::NONE,
            },
            Event::PointerButton {
                pos: at,
                button: PointerButton::Primary,
                pressed: false,
                modifiers: Modifiers::NONE,
            },
        ] {
            harness.event(event);
            harness.step();
        }
    }
    drop(harness);
    std::rc::Rc::into_inner(shared).expect("the harness is gone").into_inner()
}

#[test]
fn the_page_break_matches_its_snapshots() {
    for (name, size) in [("break", DEFAULT), ("break-smallest", SMALLEST)] {
        let mut stage = playing(2, chord);
        stage.view.page = Page::Break;
        for (control, value) in [
            (Control::Zoom, 0.4),
            (Control::Edge, 0.3),
            (Control::Levels, 0.5),
            (Control::LevelScale, 1.0),
            (Control::Loss, 0.25),
            (Control::Loop, 1.0),
        ] {
            stage.fake.values[control as usize] = value;
        }
        compare(name, &render(&mut stage, size));
    }
}

#[test]
fn the_preset_menu_matches_its_snapshot() {
    let mut stage = press(playing(2, chord), &["Next preset", "Next preset"], DEFAULT);
    let bar = layout().scope.right() - 148.0;
    click(&mut stage, pos2(bar, layout().header.center().y), PointerButton::Primary);
    compare("menu-presets", &render(&mut stage, DEFAULT));
}

#[test]
fn the_settings_match_their_snapshot() {
    let mut stage = playing(2, chord);
    click(&mut stage, pos2(904.0, layout().header.center().y), PointerButton::Primary);
    let part = Rect::from_min_max(pos2(640.0, 0.0), pos2(960.0, 300.0));
    compare("menu-settings", &crop(&render(&mut stage, DEFAULT), part));
}

#[test]
fn the_manual_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    stage.view.help = true;
    compare("manual", &render(&mut stage, DEFAULT));
}

#[test]
fn a_hint_matches_its_snapshot() {
    let mut stage = playing(2, chord);
    stage.events.push(Event::PointerMoved(pos2(260.0, layout().controls.top() + 57.0)));
    compare("hint", &render(&mut stage, DEFAULT));
}

#[test]
fn a_codebook_of_ones_own_and_the_menu_that_loads_it_match_their_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, csv: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, csv).expect("a file");
        path
    };
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].iter_mut().for_each(|row| row[5] = 30);
    let own = file("Trembling hand of a clock.csv", codebook_csv::write(&rows, ""));
    let mut stage = playing(2, chord);
    for path in [&*own, "no such folder/curves.csv".as_ref()] {
        stage.view.load_codebook(path, &mut stage.fake, stage.now);
    }
    let at = layout().codebook.min + vec2(40.0, 18.0);
    click(&mut stage, at, PointerButton::Primary);
    compare("own_codebook", &render(&mut stage, DEFAULT));
}
