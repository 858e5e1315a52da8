//! Simulated mouse and keyboard input for the editor, and the calls that the host receives.

use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use extrema::editor::parameters::{Control, Parameters};

use extrema_plugin_tests::stage::{Call, SharedStage, Stage, harness};

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

/// Drives an editor in a window of the default size.
pub struct Driver<'a> {
    pub harness: Harness<'a>,
    pub stage: SharedStage,
}

impl Driver<'_> {
    pub fn new() -> Self {
        Self::with_stage(Stage::new())
    }

    pub fn with_stage(stage: Stage) -> Self {
        let (harness, stage) = harness(stage, vec2(960.0, 600.0));
        Self { harness, stage }
    }

    /// The centre of the control with this name.
    pub fn center_of(&self, name: &str) -> Pos2 {
        self.harness.get_by_label(name).rect().center()
    }

    pub fn event(&mut self, event: Event) {
        self.harness.event(event);
        self.harness.step();
    }

    pub fn hold_modifiers(&mut self, modifiers: Modifiers) {
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
        // So that the next click is not the second of a double click.
        self.pause();
    }

    /// Lets a second pass.
    pub fn pause(&mut self) {
        for _ in 0..60 {
            self.harness.step();
        }
    }

    /// Drags by `distance` points downwards, in ten steps.
    pub fn drag(&mut self, from: Pos2, distance: f32, modifiers: Modifiers) {
        self.move_to(from);
        self.button(from, true, modifiers);
        for i in 1..=10 {
            self.move_to(from + vec2(0.0, distance * i as f32 / 10.0));
        }
        self.button(from + vec2(0.0, distance), false, modifiers);
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

    /// The words of the hint on show, if it is fully visible.
    pub fn hint(&self) -> Option<String> {
        let stage = self.stage.borrow();
        let (hint, strength) = stage.view.hints.shown()?;
        (strength >= 1.0).then(|| format!("{}: {}", hint.title, hint.text))
    }

    /// The calls since this was last asked.
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.stage.borrow_mut().fake.calls)
    }

    pub fn value(&self, control: Control) -> f32 {
        self.stage.borrow().fake.value(control)
    }

    /// Changes a value as the host does.
    pub fn set_value(&self, control: Control, value: f32) {
        self.stage.borrow_mut().fake.values[control as usize] = value;
    }

    pub fn default(&self, control: Control) -> f32 {
        self.stage.borrow().fake.default_value(control)
    }
}

/// The number of sets between the one begin and the one end of a gesture on a control; fails unless
/// that is all.
pub fn one_gesture(calls: &[Call], control: Control) -> usize {
    let [Call::Begin(first), sets @ .., Call::End(last)] = calls else {
        panic!("not one complete gesture: {calls:?}");
    };
    assert_eq!((*first, *last), (control, control));
    for call in sets {
        assert!(matches!(call, Call::Set(set, _) if *set == control), "{calls:?}");
    }
    sets.len()
}
