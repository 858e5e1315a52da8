//! Hints: what the control under the pointer does to the sound. They stand in the row of figures, so
//! that they never cover what they explain, and give way as soon as something is turned.

use egui::{Context, Id, Response, Ui};

use super::ids::id;

/// How long the pointer has to rest on a control, in seconds.
const DELAY: f64 = 0.4;

/// How long figures and hint take to fade into each other, in seconds.
const FADE: f32 = 0.12;

/// What is said about a control.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// The control.
    control: Id,
    /// Its name.
    pub title: String,
    /// What it does to the sound, and how to change it.
    pub text: String,
}

/// Where the controls of a frame leave the hint of the one under the pointer.
fn slot() -> Id {
    id("hint")
}

/// Offers a hint if the pointer is over the control.
pub fn offer(ui: &Ui, response: &Response, title: &str, text: &str) {
    if response.hovered() && !text.is_empty() {
        let hint = Hint { control: response.id, title: title.to_owned(), text: text.to_owned() };
        ui.data_mut(|data| data.insert_temp(slot(), hint));
    }
}

/// Takes the hint that the controls of this frame have left.
fn take(context: &Context) -> Option<Hint> {
    context.data_mut(|data| {
        let hint = data.get_temp(slot());
        data.remove::<Hint>(slot());
        hint
    })
}

/// Which hint is on show.
#[derive(Debug, Default)]
pub struct Hints {
    over: Option<Hint>,
    /// Since when the pointer has been over it, in seconds.
    since: f64,
    /// Whether something was pressed or turned since.
    dismissed: bool,
    /// How much of the hint is to be seen, 0 to 1.
    strength: f32,
}

impl Hints {
    /// Takes in what the pointer is over after all controls of a frame have been drawn. Asks for the frame
    /// in which the hint appears. `wanted` says whether the user wants any.
    pub fn update(&mut self, ui: &Ui, wanted: bool) {
        let over = take(ui.ctx()).filter(|_| wanted);
        let (now, elapsed, touched) = ui.input(|input| {
            let turned = input.events.iter().any(|event| {
                matches!(
                    event,
                    egui::Event::MouseWheel { .. } | egui::Event::Key { pressed: true, .. }
                )
            });
            (input.time, input.unstable_dt, turned || input.pointer.any_down())
        });
        let same = matches!((&self.over, &over), (Some(a), Some(b)) if a.control == b.control);
        if !same {
            (self.since, self.dismissed) = (now, false);
        }
        self.dismissed |= touched;
        if over.is_some() {
            self.over = over;
        } else if self.strength == 0.0 {
            self.over = None;
        } else {
            // Fades out with its words.
            self.dismissed = true;
        }
        let rested = now - self.since;
        let is_due = self.over.is_some() && !self.dismissed && rested >= DELAY;
        // The first frame after a rest shows nothing yet.
        let step = elapsed.min(0.5 * FADE) / FADE;
        let before = self.strength;
        self.strength = (before + if is_due { step } else { -step }).clamp(0.0, 1.0);
        if self.strength != f32::from(u8::from(is_due)) {
            ui.ctx().request_repaint();
        } else if self.over.is_some() && !self.dismissed && !is_due {
            ui.ctx().request_repaint_after_secs((DELAY - rested).max(0.0) as f32);
        }
    }

    /// The hint on show, and how much of it, 0 to 1.
    pub fn shown(&self) -> Option<(&Hint, f32)> {
        self.over.as_ref().map(|hint| (hint, self.strength)).filter(|(_, strength)| *strength > 0.0)
    }
}
