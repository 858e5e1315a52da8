//! Every control's gestures, as the host sees them.

use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::scope::Lanes;
use extrema::effect::EffectSettings;

use extrema_plugin_tests::stage::{Deed, Shown, Stage, chord, harness};

/// The knobs with the names of their parameters.
const KNOBS: [(Control, &str); 7] = [
    (Control::Input, "Input"),
    (Control::Threshold, "Threshold"),
    (Control::Longest, "Longest curve"),
    (Control::Points, "Points"),
    (Control::Curves, "Curves"),
    (Control::Mix, "Mix"),
    (Control::Output, "Output"),
];

struct Driver<'a> {
    harness: Harness<'a>,
    stage: Shown,
}

impl Driver<'_> {
    fn new() -> Self {
        Self::of(Stage::new())
    }

    fn of(stage: Stage) -> Self {
        let (harness, stage) = harness(stage, vec2(960.0, 600.0));
        Self { harness, stage }
    }

    fn place(&self, name: &str) -> Pos2 {
        self.harness.get_by_label(name).rect().center()
    }

    fn event(&mut self, event: Event) {
        self.harness.event(event);
        self.harness.step();
    }

    fn with(&mut self, modifiers: Modifiers) {
        self.event(Event::ModifiersChanged(modifiers));
    }

    fn move_to(&mut self, at: Pos2) {
        self.event(Event::PointerMoved(at));
    }

    fn button(&mut self, at: Pos2, pressed: bool, modifiers: Modifiers) {
        let button = egui::PointerButton::Primary;
        self.event(Event::PointerButton { pos: at, button, pressed, modifiers });
    }

    fn click(&mut self, at: Pos2, modifiers: Modifiers) {
        self.move_to(at);
        self.button(at, true, modifiers);
        self.button(at, false, modifiers);
        // Longer apart than a double click.
        self.pause();
    }

    fn pause(&mut self) {
        for _ in 0..60 {
            self.harness.step();
        }
    }

    fn drag(&mut self, from: Pos2, way: f32, modifiers: Modifiers) {
        self.move_to(from);
        self.button(from, true, modifiers);
        for i in 1..=10 {
            self.move_to(from + vec2(0.0, way * i as f32 / 10.0));
        }
        self.button(from + vec2(0.0, way), false, modifiers);
        self.harness.step();
    }

    fn wheel(&mut self, at: Pos2, lines: f32, modifiers: Modifiers) {
        self.move_to(at);
        self.event(Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: Vec2::new(0.0, lines),
            modifiers,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        });
    }

    fn key(&mut self, key: Key) {
        for pressed in [true, false] {
            self.event(Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers: Modifiers::NONE,
            });
        }
    }

    fn deeds(&self) -> Vec<Deed> {
        std::mem::take(&mut self.stage.borrow_mut().fake.deeds)
    }

    fn value(&self, control: Control) -> f32 {
        self.stage.borrow().fake.value(control)
    }

    fn put(&self, control: Control, value: f32) {
        self.stage.borrow_mut().fake.values[control as usize] = value;
    }

    fn default(&self, control: Control) -> f32 {
        self.stage.borrow().fake.default_value(control)
    }
}

/// One begin, any number of sets, one end, all of the same control.
fn one_gesture(deeds: &[Deed], control: Control) -> usize {
    let [Deed::Begin(first), sets @ .., Deed::End(last)] = deeds else {
        panic!("no whole gesture: {deeds:?}");
    };
    assert_eq!((*first, *last), (control, control));
    for deed in sets {
        assert!(matches!(deed, Deed::Set(set, _) if *set == control), "{deeds:?}");
    }
    sets.len()
}

#[test]
fn dragging_a_knob_is_one_gesture_of_a_range_in_200_points() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.place(name);
        driver.put(control, 0.5);
        driver.deeds();
        driver.drag(at, -40.0, Modifiers::NONE);
        assert!(one_gesture(&driver.deeds(), control) > 1, "{name}");
        // The first movement only tells the drag from a click.
        let moved = driver.value(control) - 0.5;
        assert!((moved - 36.0 / 200.0).abs() < 0.02, "{name} moved by {moved}");
    }
}

#[test]
fn shift_makes_a_drag_ten_times_finer() {
    let mut driver = Driver::new();
    let at = driver.place("Mix");
    driver.put(Control::Mix, 0.5);
    driver.with(Modifiers::SHIFT);
    driver.drag(at, -40.0, Modifiers::SHIFT);
    one_gesture(&driver.deeds(), Control::Mix);
    let moved = driver.value(Control::Mix) - 0.5;
    assert!((moved - 3.6 / 200.0).abs() < 0.003, "moved by {moved}");
}

#[test]
fn a_click_is_one_gesture_that_changes_nothing() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.place(name) + vec2(9.0, -6.0);
        driver.put(control, 0.25);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.deeds(), [Deed::Begin(control), Deed::End(control)], "{name}");
    }
}

#[test]
fn a_tremble_of_the_hand_does_not_move_a_knob() {
    let mut driver = Driver::new();
    let at = driver.place("Threshold");
    driver.drag(at, 1.5, Modifiers::NONE);
    let control = Control::Threshold;
    assert_eq!(driver.deeds(), [Deed::Begin(control), Deed::End(control)]);
}

#[test]
fn double_click_and_control_click_reset() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.place(name);
        driver.put(control, 0.25);
        driver.move_to(at);
        for _ in 0..2 {
            driver.button(at, true, Modifiers::NONE);
            driver.button(at, false, Modifiers::NONE);
        }
        let deeds = driver.deeds();
        assert_eq!(driver.value(control), driver.default(control), "{name}");
        assert_eq!(one_gesture(&deeds[2..], control), 1, "{name}");

        driver.pause();
        driver.put(control, 0.25);
        driver.with(Modifiers::COMMAND | Modifiers::CTRL);
        driver.click(at, Modifiers::COMMAND | Modifiers::CTRL);
        assert_eq!(driver.value(control), driver.default(control), "{name}");
        assert_eq!(one_gesture(&driver.deeds(), control), 1, "{name}");
    }
}

#[test]
fn the_wheel_moves_by_steps() {
    for (control, name) in KNOBS {
        let mut driver = Driver::new();
        let at = driver.place(name);
        driver.put(control, 0.5);
        let snapped = driver.stage.borrow().fake.snap(control, 0.5);
        driver.put(control, snapped);
        driver.wheel(at, 1.0, Modifiers::NONE);
        assert_eq!(one_gesture(&driver.deeds(), control), 1, "{name}");
        let moved = driver.value(control) - snapped;
        assert!((moved - control.step()).abs() < 2e-3, "{name} moved by {moved}");
    }
}

#[test]
fn keys_move_a_knob_that_has_the_focus() {
    let mut driver = Driver::new();
    driver.put(Control::Mix, 0.5);
    driver.harness.get_by_label("Mix").focus();
    driver.harness.run_steps(3);
    driver.deeds();
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
        assert_eq!(one_gesture(&driver.deeds(), Control::Mix), 1, "{key:?}");
        let value = driver.value(Control::Mix);
        assert!((value - expected).abs() < 1e-4, "{key:?} made it {value}");
    }
    // The space bar is the host's.
    driver.key(Key::Space);
    assert_eq!(driver.deeds(), []);
}

#[test]
fn a_value_can_be_typed_and_escape_leaves_it() {
    let mut driver = Driver::new();
    let value = driver.place("Threshold") + vec2(0.0, 50.0);
    driver.click(value, Modifiers::NONE);
    assert!(driver.stage.borrow().view.is_typing(), "a click on the value opens its field");
    driver.event(Event::Text("-60".to_owned()));
    driver.key(Key::Enter);
    assert_eq!(one_gesture(&driver.deeds(), Control::Threshold), 1);
    assert!((driver.value(Control::Threshold) - 30.0 / 90.0).abs() < 1e-4);
    assert!(!driver.stage.borrow().view.is_typing());

    driver.pause();
    driver.click(value, Modifiers::NONE);
    driver.event(Event::Text("-10".to_owned()));
    driver.key(Key::Escape);
    assert_eq!(driver.deeds(), []);
    assert!(!driver.stage.borrow().view.is_typing());
}

#[test]
fn switches_and_choices_are_one_gesture_each() {
    for (name, control, expected) in [
        ("Detector Peak", Control::Detector, 1.0),
        ("Stereo Mid / Side", Control::Stereo, 0.5),
        ("Stereo Linked", Control::Stereo, 1.0),
        ("Delta", Control::Delta, 1.0),
        ("Bypass", Control::Bypass, 1.0),
    ] {
        let mut driver = Driver::new();
        let at = driver.place(name);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.value(control), expected, "{name}");
        assert_eq!(one_gesture(&driver.deeds(), control), 1, "{name}");
    }
    let mut driver = Driver::new();
    let at = driver.place("Detector Slope");
    driver.click(at, Modifiers::NONE);
    assert_eq!(driver.deeds(), [], "what is chosen already is not set again");
}

#[test]
fn latency_is_chosen_from_a_menu() {
    let mut driver = Driver::new();
    let at = driver.place("Latency");
    driver.click(at, Modifiers::NONE);
    let at = driver.place("Low  ·  5.8 ms");
    driver.click(at, Modifiers::NONE);
    assert_eq!(driver.value(Control::Latency), 0.0);
    assert_eq!(one_gesture(&driver.deeds(), Control::Latency), 1);
}

#[test]
fn the_menu_of_a_knob_resets_and_copies() {
    let mut driver = Driver::new();
    let right = |driver: &mut Driver, at: Pos2| {
        driver.move_to(at);
        for pressed in [true, false] {
            let button = egui::PointerButton::Secondary;
            let modifiers = Modifiers::NONE;
            driver.event(Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        driver.harness.run_steps(2);
    };
    driver.put(Control::Input, 0.75);
    let at = driver.place("Input");
    right(&mut driver, at);
    let row = driver.place("Copy value");
    driver.click(row, Modifiers::NONE);
    assert_eq!(driver.deeds(), []);
    let at = driver.place("Output");
    right(&mut driver, at);
    let row = driver.place("Paste value");
    driver.click(row, Modifiers::NONE);
    assert_eq!(one_gesture(&driver.deeds(), Control::Output), 1);
    assert_eq!(driver.value(Control::Output), 0.75);
    let at = driver.place("Output");
    right(&mut driver, at);
    let row = driver.place("Reset to 0.0 dB");
    driver.click(row, Modifiers::NONE);
    assert_eq!(driver.value(Control::Output), 0.5);
    one_gesture(&driver.deeds(), Control::Output);
}

#[test]
fn mix_rests_while_delta_is_heard() {
    let mut driver = Driver::new();
    driver.put(Control::Delta, 1.0);
    driver.harness.run_steps(2);
    let at = driver.place("Mix");
    driver.drag(at, 30.0, Modifiers::NONE);
    driver.wheel(at, 1.0, Modifiers::NONE);
    assert_eq!(driver.deeds(), []);
    let at = driver.place("Output");
    driver.drag(at, 30.0, Modifiers::NONE);
    one_gesture(&driver.deeds(), Control::Output);
}

#[test]
fn a_and_b_keep_two_settings() {
    let mut driver = Driver::new();
    let (a, b) = (driver.place("Setting A"), driver.place("Setting B"));
    driver.click(b, Modifiers::NONE);
    assert_eq!(driver.deeds(), [], "at first both are the same");
    driver.put(Control::Points, 0.0);
    driver.put(Control::Bypass, 1.0);
    driver.click(a, Modifiers::NONE);
    assert_eq!(driver.value(Control::Points), driver.default(Control::Points));
    assert_eq!(driver.value(Control::Bypass), 1.0, "bypass is not compared");
    one_gesture(&driver.deeds(), Control::Points);
    driver.click(b, Modifiers::NONE);
    assert_eq!(driver.value(Control::Points), 0.0);
}

#[test]
fn a_window_that_closes_ends_the_gesture() {
    let mut driver = Driver::new();
    let at = driver.place("Curves");
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    assert_eq!(driver.deeds(), [Deed::Begin(Control::Curves)]);
    let mut stage = driver.stage.borrow_mut();
    let Stage { view, fake, .. } = &mut *stage;
    view.hands.let_go(fake);
    assert_eq!(fake.deeds, [Deed::End(Control::Curves)]);
}

#[test]
fn every_control_can_be_reached_by_tab() {
    let mut driver = Driver::new();
    let mut reached = std::collections::HashSet::new();
    for _ in 0..60 {
        driver.key(Key::Tab);
        driver.harness.step();
        let names = KNOBS.iter().map(|knob| knob.1);
        for name in names.chain(["Delta", "Bypass", "Latency", "Zoom", "Detector Peak", "Freeze"]) {
            if driver.harness.get_by_label(name).is_focused() {
                reached.insert(name);
            }
        }
    }
    assert_eq!(reached.len(), KNOBS.len() + 6, "{reached:?}");
}

#[test]
fn the_scope_has_keys_a_wheel_and_buttons() {
    let mut driver = Driver::new();
    let at = driver.place("Scope");
    driver.key(Key::D);
    assert_eq!(driver.deeds(), [], "without the focus its keys are the host's");
    driver.click(at, Modifiers::NONE);
    driver.key(Key::D);
    assert_eq!(driver.value(Control::Delta), 1.0);
    driver.key(Key::B);
    assert_eq!(driver.value(Control::Bypass), 1.0);
    assert_eq!(driver.deeds().len(), 6);
    driver.key(Key::F);
    assert!(driver.stage.borrow().view.scope.frozen.is_some());
    driver.key(Key::F);
    assert!(driver.stage.borrow().view.scope.frozen.is_none());

    let span = |driver: &Driver| driver.stage.borrow().view.scope.span;
    let before = span(&driver);
    driver.wheel(at, -2.0, Modifiers::NONE);
    assert_eq!(span(&driver), before + 2);
    let less = driver.place("Less span");
    driver.click(less, Modifiers::NONE);
    assert_eq!(span(&driver), before + 1);
    driver.with(Modifiers::COMMAND | Modifiers::CTRL);
    driver.wheel(at, 1.0, Modifiers::COMMAND | Modifiers::CTRL);
    assert_eq!(driver.stage.borrow().view.scope.zoom, 1);
    assert_eq!(span(&driver), before + 1);
}

#[test]
fn hovering_a_cell_of_the_codebook_chooses_its_curve() {
    let mut driver = Driver::new();
    let rect = driver.harness.get_by_label("Codebook").rect();
    driver.move_to(rect.min + vec2(3.0, 3.0));
    let first = driver.stage.borrow().view.codebook.hovered.expect("a curve is hovered");
    driver.move_to(rect.max - vec2(3.0, 3.0));
    let last = driver.stage.borrow().view.codebook.hovered.expect("a curve is hovered");
    assert_ne!(first, last);
    driver.click(rect.max - vec2(3.0, 3.0), Modifiers::NONE);
    driver.move_to(rect.max + vec2(0.0, 150.0));
    assert_eq!(driver.stage.borrow().view.codebook.chosen(), Some(last), "a click keeps it");
    driver.key(Key::Escape);
    assert_eq!(driver.stage.borrow().view.codebook.chosen(), None);
}

#[test]
fn zoom_is_chosen_from_a_menu() {
    for (row, factor) in [("75 %", 0.75), ("125 %", 1.25), ("175 %", 1.75), ("200 %", 2.0)] {
        let mut driver = Driver::new();
        let at = driver.place("Zoom");
        driver.click(at, Modifiers::NONE);
        let at = driver.place(row);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.harness.ctx.zoom_factor(), factor, "{row}");
        assert_eq!(driver.deeds(), [], "the window is not the host's to automate");
    }
}

#[test]
fn a_setting_is_copied_to_the_other() {
    let mut driver = Driver::new();
    driver.put(Control::Points, 0.0);
    let (copy, b) = (driver.place("Copy setting"), driver.place("Setting B"));
    driver.click(copy, Modifiers::NONE);
    driver.put(Control::Points, 1.0);
    driver.click(b, Modifiers::NONE);
    assert_eq!(driver.value(Control::Points), 0.0);
    assert_eq!(one_gesture(&driver.deeds(), Control::Points), 1);
}

#[test]
fn the_codebook_is_sorted_from_a_menu() {
    let mut driver = Driver::new();
    let first = driver.harness.get_by_label("Codebook").rect().min + vec2(3.0, 3.0);
    let at = driver.place("Sort");
    driver.click(at, Modifiers::NONE);
    let at = driver.place("By number");
    driver.click(at, Modifiers::NONE);
    driver.move_to(first);
    assert_eq!(driver.stage.borrow().view.codebook.hovered, Some(1));
}

#[test]
fn buttons_of_the_scope_choose_what_it_shows() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::default(), chord);
    let mut driver = Driver::of(stage);
    for (name, lanes) in [("R", Lanes::Second), ("L+R", Lanes::Both), ("L", Lanes::First)] {
        let at = driver.place(&format!("Show {name}"));
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.stage.borrow().view.scope.lanes, lanes, "{name}");
    }
    for (name, zoom) in [("More height", 1), ("More height", 2), ("Less height", 1)] {
        let at = driver.place(name);
        driver.click(at, Modifiers::NONE);
        assert_eq!(driver.stage.borrow().view.scope.zoom, zoom, "{name}");
    }
    let at = driver.place("Freeze");
    driver.click(at, Modifiers::NONE);
    assert!(driver.stage.borrow().view.scope.frozen.is_some());
    let edge = |driver: &Driver| driver.stage.borrow().view.scope.left_edge();
    let (at, before) = (driver.place("Scope"), edge(&driver));
    driver.move_to(at);
    driver.button(at, true, Modifiers::NONE);
    driver.move_to(at + vec2(60.0, 0.0));
    driver.button(at + vec2(60.0, 0.0), false, Modifiers::NONE);
    assert!(edge(&driver) < before, "a frozen picture is dragged");
    assert_eq!(driver.deeds(), []);
}

#[test]
fn a_click_on_the_meters_clears_their_peaks() {
    let mut stage = Stage::new();
    stage.play(0.3, EffectSettings::default(), |_| [1.5, 0.5]);
    let mut driver = Driver::of(stage);
    let clipped = |driver: &Driver| driver.stage.borrow().view.meters.input[0].is_clipped();
    assert!(clipped(&driver));
    let at = driver.place("Clear peaks");
    driver.click(at, Modifiers::NONE);
    assert!(!clipped(&driver));
}

#[test]
fn the_space_bar_is_the_hosts_whatever_has_the_focus() {
    let mut driver = Driver::new();
    for name in ["Delta", "Bypass", "Latency", "Setting B", "Detector Peak", "Freeze", "Mix"] {
        driver.harness.get_by_label(name).focus();
        driver.harness.run_steps(2);
        driver.key(Key::Space);
        assert_eq!(driver.deeds(), [], "{name}");
    }
    assert!(driver.stage.borrow().view.scope.frozen.is_none());
}
