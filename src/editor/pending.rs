//! Values that were set and that the host has not taken over yet. A host hands a value back when it
//! next plays or looks; until then what is wanted counts, or quick steps would all start from the same
//! value.

use super::parameters::{CONTROLS, Control, Parameters};
use crate::params::ExtremaParams;

/// How long the host may take, in seconds; after that its own value counts again.
const PATIENCE: f64 = 0.5;

/// Values that are nearer are the same: some hosts round.
const NEAR: f32 = 1e-5;

/// A value on its way.
#[derive(Debug, Clone, Copy)]
struct Wish {
    value: f32,
    /// When it was set, in seconds.
    since: f64,
    /// The host still has this very value, but another one is on its way before it.
    is_return: bool,
}

impl Wish {
    /// Whether it counts instead of the host's value.
    fn is_due(self, now: f64) -> bool {
        now - self.since < PATIENCE
    }
}

/// What is on its way to the host, and when the host itself last changed a value.
#[derive(Debug)]
pub struct Pending {
    wishes: [Option<Wish>; CONTROLS],
    /// Whether a gesture has begun and not ended.
    held: [bool; CONTROLS],
    /// The host's values in the last picture.
    seen: [Option<f32>; CONTROLS],
    /// When the host changed them, in seconds.
    moved: [f64; CONTROLS],
    now: f64,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            wishes: [None; CONTROLS],
            held: [false; CONTROLS],
            seen: [None; CONTROLS],
            moved: [f64::NEG_INFINITY; CONTROLS],
            now: 0.0,
        }
    }
}

impl Pending {
    /// Looks what has arrived before a picture at a time in seconds.
    pub fn settle(&mut self, parameters: &dyn Parameters, now: f64) {
        self.now = now;
        for control in Control::ALL {
            let i = control as usize;
            let value = parameters.value(control);
            let wish = self.wishes[i];
            let has_come = wish.is_some_and(|wish| (wish.value - value).abs() < NEAR);
            let is_due = wish.is_some_and(|wish| wish.is_due(now));
            let has_changed = self.seen[i].is_some_and(|seen| seen != value);
            if has_changed && !has_come && !is_due && !self.held[i] {
                self.moved[i] = now;
            }
            let is_over = has_come && wish.is_some_and(|wish| !wish.is_return);
            // One that is overdue may still come, and is not the host's own doing then.
            if is_over || has_changed && !is_due {
                self.wishes[i] = None;
            }
            self.seen[i] = Some(value);
        }
    }

    /// For how many seconds the host has left a value alone.
    pub fn since_moved(&self, control: Control) -> f64 {
        self.now - self.moved[control as usize]
    }
}

/// Parameters that can be read as they were set, at once.
pub struct Prompt<'a> {
    /// What sets them.
    pub parameters: &'a mut dyn Parameters,
    /// What is on its way.
    pub pending: &'a mut Pending,
}

impl Prompt<'_> {
    fn wish(&self, control: Control) -> Option<f32> {
        let now = self.pending.now;
        let wish = self.pending.wishes[control as usize].filter(|wish| wish.is_due(now));
        wish.map(|wish| wish.value)
    }
}

impl Parameters for Prompt<'_> {
    fn definitions(&self) -> &ExtremaParams {
        self.parameters.definitions()
    }

    fn value(&self, control: Control) -> f32 {
        self.wish(control).unwrap_or_else(|| self.parameters.value(control))
    }

    fn modulated(&self, control: Control) -> f32 {
        let modulated = self.parameters.modulated(control);
        self.wish(control).map_or(modulated, |value| {
            (value + modulated - self.parameters.value(control)).clamp(0.0, 1.0)
        })
    }

    fn begin(&mut self, control: Control) {
        self.pending.held[control as usize] = true;
        self.parameters.begin(control);
    }

    fn set(&mut self, control: Control, value: f32) {
        let is_return =
            self.wish(control).is_some() && (self.parameters.value(control) - value).abs() < NEAR;
        let wish = Wish { value, since: self.pending.now, is_return };
        self.pending.wishes[control as usize] = Some(wish);
        self.parameters.set(control, value);
    }

    fn end(&mut self, control: Control) {
        self.pending.held[control as usize] = false;
        self.parameters.end(control);
    }

    fn since_moved(&self, control: Control) -> f64 {
        self.pending.since_moved(control)
    }
}
