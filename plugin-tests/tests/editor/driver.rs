//! A hand at the editor, and what the host sees of it.

use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use extrema::editor::parameters::{Control, Parameters};

use extrema_plugin_tests::stage::{Call, Shown, Stage, harness};

/// The knobs with the names of their parameters.
pub const KNOBS: [(Control, &str); 7] = [
    (Control::Input, "Input"),
    (Control::Threshold, "Threshold"),
    (Control::Longest, "Longest curve"),
    (Control::Points, "Points"),
    (Control::Curves, "Curves"),
    (Control::Mix, "Mix"),
    (Control::Output, "Output"),
];

pub struct Driver<'a> {
    pub harness: Harness<'a>,
    pub stage: Shown,
}

impl Driver<'_> {
    pub fn new() -> Self {
        Self::of(Stage::new())
    }

    pub fn of(stage: Stage) -> Self {
        let (harness, stage) = harness(stage, vec2(960.0, 600.0));
        Self { harness, stage }
    }

    pub fn place(&self, name: &str) -> Pos2 {
        self.harness.get_by_label(name).rect().center()
    }

    pub fn event(&mut self, event: Event) {
        self.harness.event(event);
        self.harness.step();
    }

    pub fn with(&mut self, modifiers: Modifiers) {
        self.event(Event::ModifiersChanged(modifiers));
    }

    pub fn move_to(&mut self, at: Pos2) {
        self.event(Event::PointerMoved(at));
    }

    pub fn button(&mut self, at: Pos2, pressed: bool, modifiers: Modifiers) {
        let button = egui::PointerButton::Primary;
        self.event(Event::PointerButton { pos: at, button, pressed, modifiers });
    }

    pub fn click(&mut self, at: Pos2, modifiers: Modifiers) {
        self.move_to(at);
        self.button(at, true, modifiers);
        self.button(at, false, modifiers);
        // Longer apart than a double click.
        self.pause();
    }

    pub fn pause(&mut self) {
        for _ in 0..60 {
            self.harness.step();
        }
    }

    pub fn drag(&mut self, from: Pos2, way: f32, modifiers: Modifiers) {
        self.move_to(from);
        self.button(from, true, modifiers);
        for i in 1..=10 {
            self.move_to(from + vec2(0.0, way * i as f32 / 10.0));
        }
        self.button(from + vec2(0.0, way), false, modifiers);
        self.harness.step();
    }

    pub fn wheel(&mut self, at: Pos2, lines: f32, modifiers: Modifiers) {
        self.move_to(at);
        self.event(Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: Vec2::new(0.0, lines),
            modifiers,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        });
    }

    /// Presses and releases the right button.
    pub fn right_click(&mut self, at: Pos2) {
        self.move_to(at);
        for pressed in [true, false] {
            let (button, modifiers) = (egui::PointerButton::Secondary, Modifiers::NONE);
            self.event(Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        self.harness.run_steps(2);
    }

    pub fn key(&mut self, key: Key) {
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

    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.stage.borrow_mut().fake.calls)
    }

    pub fn value(&self, control: Control) -> f32 {
        self.stage.borrow().fake.value(control)
    }

    pub fn put(&self, control: Control, value: f32) {
        self.stage.borrow_mut().fake.values[control as usize] = value;
    }

    pub fn default(&self, control: Control) -> f32 {
        self.stage.borrow().fake.default_value(control)
    }
}

/// One begin, any number of sets, one end, all of the same control.
pub fn one_gesture(calls: &[Call], control: Control) -> usize {
    let [Call::Begin(first), sets @ .., Call::End(last)] = calls else {
        panic!("no whole gesture: {calls:?}");
    };
    assert_eq!((*first, *last), (control, control));
    for call in sets {
        assert!(matches!(call, Call::Set(set, _) if *set == control), "{calls:?}");
    }
    sets.len()
}
