//! The keyboard: keys that the editor uses, and keys that it leaves to the host.

use std::cell::RefCell;

use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use extrema::editor::input::{is_focus_visible, set_wanted};
use extrema::editor::keystroke::{Held, Keystroke, Wanted};
use extrema::editor::layout::Layout;
use extrema::editor::parameters::Control;
use extrema::editor::window::corner::corner;
use extrema::editor::window::keys::wanted;
use extrema::editor::{context, show};
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{Stage, chord};

use crate::driver::{Driver, KNOBS, one_gesture};

#[test]
fn keys_move_the_focused_knob() {
    let mut driver = Driver::new();
    driver.set_value(Control::Mix, 0.5);
    driver.harness.get_by_label("Mix").focus();
    driver.harness.run_steps(3);
    driver.calls();
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
        assert_eq!(one_gesture(&driver.calls(), Control::Mix), 1, "{key:?}");
        let value = driver.value(Control::Mix);
        assert!((value - expected).abs() < 1e-4, "{key:?} made it {value}");
    }
    // The space bar belongs to the host.
    driver.key(Key::Space);
    assert_eq!(driver.calls(), []);
}

#[test]
fn every_control_can_be_reached_by_tab() {
    let mut driver = Driver::new();
    let mut reached = std::collections::HashSet::new();
    for _ in 0..60 {
        driver.key(Key::Tab);
        driver.harness.step();
        let names = KNOBS.iter().map(|knob| knob.1);
        for name in
            names.chain(["Listen Lost", "Bypass", "Latency", "Settings", "Detector Peak", "Freeze"])
        {
            if driver.harness.get_by_label(name).is_focused() {
                reached.insert(name);
            }
        }
    }
    assert_eq!(reached.len(), KNOBS.len() + 6, "{reached:?}");
}

#[test]
fn the_space_bar_belongs_to_the_host_whatever_has_the_focus() {
    let mut driver = Driver::new();
    for name in ["Listen Lost", "Bypass", "Latency", "Setting B", "Detector Peak", "Freeze", "Mix"]
    {
        driver.harness.get_by_label(name).focus();
        driver.harness.run_steps(2);
        driver.key(Key::Space);
        assert_eq!(driver.calls(), [], "{name}");
    }
    assert!(driver.stage.borrow().view.scope.frozen.is_none());
}

/// The keys that the editor claims at the moment.
fn ours(driver: &Driver) -> Wanted {
    wanted(&driver.harness.ctx, &driver.stage.borrow().view)
}

#[test]
fn keys_without_a_use_are_left_to_the_host() {
    let mut driver = Driver::new();
    assert_eq!(ours(&driver), Wanted::Nothing, "nothing has the focus");
    let has = |driver: &Driver, modifiers: Modifiers, keys: &[&str]| {
        let ours = ours(driver);
        assert!(!ours.has("Space", Modifiers::NONE), "the space bar is the host's");
        keys.iter().map(|key| ours.has(key, modifiers)).collect::<Vec<_>>()
    };
    let (none, shift) = (Modifiers::NONE, Modifiers::SHIFT);
    let command = Modifiers::COMMAND | Modifiers::CTRL;
    let keys = ["ArrowUp", "Tab", "End", "Delete", "f", "c", "r", "z"];
    let focus = |driver: &mut Driver, name: &str| {
        driver.harness.get_by_label(name).focus();
        driver.harness.run_steps(2);
    };
    focus(&mut driver, "Mix");
    let used = [true, true, true, true, false, false, false, false];
    assert_eq!(has(&driver, none, &keys), used);
    assert_eq!(has(&driver, shift, &keys), used);
    let used = [false, false, false, false, false, true, false, false];
    assert_eq!(has(&driver, command, &keys), used);
    focus(&mut driver, "Bypass");
    let used = [true, true, false, false, false, false, false, false];
    assert_eq!(has(&driver, none, &keys), used);
    assert_eq!(has(&driver, command, &keys), [false; 8]);
    focus(&mut driver, "Scope");
    let used = [false, true, false, false, true, false, false, false];
    assert_eq!(has(&driver, none, &keys), used);
    assert_eq!(has(&driver, shift, &["f"]), [false]);
    assert_eq!(has(&driver, command, &keys), [false; 8]);
    assert_eq!(has(&driver, none, &["Enter", "ArrowLeft"]), [false, false]);
    driver.key(Key::ArrowRight);
    driver.key(Key::Enter);
    assert!(driver.harness.get_by_label("Scope").is_focused(), "they have no effect here either");
    assert_eq!(driver.stage.borrow().view.scope.pinned, None);
}

#[test]
fn a_text_field_claims_all_keys() {
    let mut driver = Driver::new();
    let value = driver.center_of("Mix") + vec2(0.0, 50.0);
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
fn the_focused_knob_copies_and_pastes() {
    let mut driver = Driver::new();
    driver.set_value(Control::Output, 0.25);
    driver.harness.get_by_label("Output").focus();
    driver.harness.run_steps(3);
    driver.calls();
    driver.event(Event::Copy);
    let copied = |command: &egui::OutputCommand| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    };
    let commands = &driver.harness.output().platform_output.commands;
    assert_eq!(commands.iter().find_map(copied).as_deref(), Some("-12.0 dB"));
    driver.event(Event::Paste("+6 dB".to_owned()));
    assert_eq!(driver.value(Control::Output), 0.625);
    assert_eq!(one_gesture(&driver.calls(), Control::Output), 1);
    driver.event(Event::Paste("loud".to_owned()));
    assert_eq!(driver.calls(), []);
}

#[test]
fn escape_is_claimed_only_while_it_has_something_to_close() {
    let escape = Wanted::These(vec![Keystroke::new("Escape", Held::Plain)]);
    let mut stage = Stage::new();
    stage.play(0.5, EffectSettings::original(), chord);
    let mut driver = Driver::with_stage(stage);
    let cell = driver.harness.get_by_label("Codebook").rect().min + vec2(20.0, 20.0);
    driver.click(cell, Modifiers::NONE);
    assert_eq!(ours(&driver), escape, "a curve is pinned");
    driver.key(Key::Escape);
    assert_eq!(ours(&driver), Wanted::Nothing);
    let at = driver.center_of("Latency");
    driver.click(at, Modifiers::NONE);
    assert_eq!(ours(&driver), escape, "a menu is open");
    driver.key(Key::Escape);
    driver.harness.run_steps(2);
    assert_eq!(ours(&driver), Wanted::Nothing);
}

#[test]
fn tab_stops_only_at_named_controls() {
    let stage = RefCell::new(Stage::new());
    let mut grip = None;
    let mut started = false;
    let mut harness = Harness::builder().with_size(vec2(960.0, 600.0)).build_ui(move |ui| {
        if !std::mem::replace(&mut started, true) {
            context::install(ui.ctx());
            ui.ctx().request_discard("fonts");
            return;
        }
        let Stage { view, fake, .. } = &mut *stage.borrow_mut();
        show(ui, view, fake);
        corner(ui, &mut grip);
    });
    harness.run_steps(3);
    for stop in 0..60 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        let focused = harness.ctx.memory(|memory| memory.focused());
        let named = harness.root().children_recursive().any(|node| {
            node.is_focused() && node.accesskit_node().label().is_some_and(|it| !it.is_empty())
        });
        assert!(focused.is_none() || named, "stop {stop} is {focused:?}");
    }
}

#[test]
fn screen_readers_get_roles_states_and_values() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings { output_db: -6.0, ..EffectSettings::original() }, |t| {
        [1.5 * (2000.0 * t).sin() as f32; 2]
    });
    let mut driver = Driver::with_stage(stage);
    driver.harness.run_steps(2);
    let harness = &driver.harness;
    for name in ["Auto gain", "Bypass", "Freeze"] {
        let node = harness.get_by_label(name);
        assert_eq!(node.accesskit_node().role(), Role::Switch, "{name}");
        assert_eq!(node.accesskit_node().toggled(), Some(Toggled::False), "{name}");
    }
    assert_eq!(harness.get_by_label("Setting A").accesskit_node().role(), Role::RadioButton);
    for (name, value) in [
        ("Latency", "46.4 ms"),
        ("Preset", "Default"),
        ("Sort", "By shape"),
        ("Less span", "12 ms"),
        ("More height", "Auto"),
        ("Clear peaks", "In 3.5 dBFS, clipped; out \u{2212}6.0 dBFS"),
    ] {
        assert_eq!(harness.get_by_label(name).value().as_deref(), Some(value), "{name}");
    }
}

#[test]
fn tab_goes_from_panel_to_panel_as_one_reads() {
    let mut driver = Driver::new();
    let mut stops = Vec::new();
    loop {
        driver.key(Key::Tab);
        driver.harness.step();
        let focused = |node: &egui_kittest::Node<'_>| node.is_focused();
        let node = driver.harness.root().children_recursive().find(focused).expect("a focus");
        let stop = (node.accesskit_node().label().expect("a name"), node.rect());
        if stops.first() == Some(&stop) {
            break;
        }
        stops.push(stop);
        assert!(stops.len() < 100, "Tab does not come round");
    }
    let layout = Layout::of(driver.harness.ctx.content_rect());
    let panels = [
        layout.header,
        layout.scope,
        layout.codebook,
        layout.meters,
        layout.stats,
        layout.controls,
    ];
    let panel = |rect: &egui::Rect| panels.iter().position(|it| it.contains(rect.center()));
    let visited: Vec<_> = stops.iter().map(|(_, rect)| panel(rect)).collect();
    assert!(visited.is_sorted(), "{stops:?}");
    for (inside, is_column) in [(0, true), (5, true), (1, false)] {
        let of_panel = stops.iter().filter(|(_, rect)| panel(rect) == Some(inside));
        let places: Vec<_> = of_panel
            .map(|(_, rect)| if is_column { rect.left() } else { (rect.top() / 30.0).floor() })
            .collect();
        assert!(places.is_sorted(), "{inside}: {stops:?}");
    }
    // Backwards from the first stop is the last.
    let (key, physical_key, repeat, modifiers) = (Key::Tab, None, false, Modifiers::SHIFT);
    driver.event(Event::Key { key, physical_key, pressed: true, repeat, modifiers });
    driver.harness.step();
    let (last, _) = stops.last().expect("a stop");
    assert!(driver.harness.get_by_label(last).is_focused(), "not {last}");
}

#[test]
fn only_a_key_outlines_what_has_the_focus() {
    let mut driver = Driver::new();
    let scope = driver.center_of("Scope");
    driver.click(scope, Modifiers::NONE);
    assert!(driver.harness.get_by_label("Scope").is_focused());
    assert!(!is_focus_visible(&driver.harness.ctx), "after a click");
    driver.key(Key::F);
    assert!(!is_focus_visible(&driver.harness.ctx), "a shortcut does not move the focus");
    driver.key(Key::Tab);
    assert!(is_focus_visible(&driver.harness.ctx), "after Tab");
    driver.click(scope, Modifiers::NONE);
    assert!(!is_focus_visible(&driver.harness.ctx), "after another click");
}

#[test]
fn a_key_of_the_host_has_no_effect_here() {
    let mut driver = Driver::new();
    set_wanted(&driver.harness.ctx, Wanted::Nothing);
    driver.key(Key::Tab);
    driver.harness.step();
    assert_eq!(driver.harness.ctx.memory(|memory| memory.focused()), None);
    driver.harness.get_by_label("Mix").focus();
    driver.harness.run_steps(2);
    for key in [Key::ArrowDown, Key::Home, Key::Enter] {
        driver.key(key);
    }
    driver.event(Event::Paste("20".to_owned()));
    assert_eq!(driver.calls(), []);
    assert!(!driver.stage.borrow().view.is_typing());
}
