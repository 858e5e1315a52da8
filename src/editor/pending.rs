//! Values that were set here and that the host has not handed back yet. A host does so when it next
//! processes or redraws; until then the values set here count, or quick steps would all start from the
//! same old value.

use super::parameters::{Control, Parameters};
use super::undo::Undo;
use crate::params::ExtremaParams;

/// Seconds that a host may take; after that its own value counts again.
const TIMEOUT: f64 = 0.5;

/// Difference up to which values count as equal, because some hosts round.
const TOLERANCE: f32 = 1e-5;

/// A value on its way to the host.
#[derive(Debug, Clone, Copy)]
struct PendingValue {
    value: f32,
    /// When it was set, in seconds.
    since: f64,
    /// The host has this very value now, but another one set before it is still on its way, so
    /// seeing the value does not mean that it has arrived.
    is_return: bool,
}

impl PendingValue {
    /// Whether it counts instead of the host's value.
    fn is_active(self, now: f64) -> bool {
        now - self.since < TIMEOUT
    }
}

/// What is on its way to the host, and when the host itself last changed a value.
#[derive(Debug)]
pub struct Pending {
    values: [Option<PendingValue>; Control::COUNT],
    /// Whether a gesture has begun and not ended.
    in_gesture: [bool; Control::COUNT],
    /// The host's values in the last frame.
    seen: [Option<f32>; Control::COUNT],
    /// When the host changed them, in seconds.
    moved: [f64; Control::COUNT],
    now: f64,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            values: [None; Control::COUNT],
            in_gesture: [false; Control::COUNT],
            seen: [None; Control::COUNT],
            moved: [f64::NEG_INFINITY; Control::COUNT],
            now: 0.0,
        }
    }
}

impl Pending {
    /// Compares with the host's values before a frame at a time in seconds, and drops what has arrived.
    pub fn settle(&mut self, parameters: &dyn Parameters, now: f64) {
        self.now = now;
        for control in Control::ALL {
            let i = control as usize;
            let value = parameters.value(control);
            let pending = self.values[i];
            let has_arrived =
                pending.is_some_and(|pending| (pending.value - value).abs() < TOLERANCE);
            let is_active = pending.is_some_and(|pending| pending.is_active(now));
            let has_changed = self.seen[i].is_some_and(|seen| seen != value);
            if has_changed && !has_arrived && !is_active && !self.in_gesture[i] {
                self.moved[i] = now;
            }
            let is_done = has_arrived && pending.is_some_and(|pending| !pending.is_return);
            // One that timed out may still arrive, and is not the host's own change then; so it is
            // kept until the value changes.
            if is_done || has_changed && !is_active {
                self.values[i] = None;
            }
            self.seen[i] = Some(value);
        }
    }

    /// Seconds since the host last changed a value by itself.
    pub fn since_moved(&self, control: Control) -> f64 {
        self.now - self.moved[control as usize]
    }
}

/// Parameters that read at once as they were set, before the host has taken them over.
pub struct OptimisticParameters<'a> {
    /// What sets them.
    pub parameters: &'a mut dyn Parameters,
    /// What is on its way.
    pub pending: &'a mut Pending,
    /// What can be taken back; every gesture becomes part of it.
    pub undo: &'a mut Undo,
}

impl OptimisticParameters<'_> {
    fn pending(&self, control: Control) -> Option<f32> {
        let now = self.pending.now;
        let pending = self.pending.values[control as usize];
        pending.filter(|pending| pending.is_active(now)).map(|pending| pending.value)
    }
}

impl Parameters for OptimisticParameters<'_> {
    fn definitions(&self) -> &ExtremaParams {
        self.parameters.definitions()
    }

    fn value(&self, control: Control) -> f32 {
        self.pending(control).unwrap_or_else(|| self.parameters.value(control))
    }

    fn modulated(&self, control: Control) -> f32 {
        let modulated = self.parameters.modulated(control);
        self.pending(control).map_or(modulated, |value| {
            (value + modulated - self.parameters.value(control)).clamp(0.0, 1.0)
        })
    }

    fn begin(&mut self, control: Control) {
        self.undo.begin(control, self.value(control), self.pending.now);
        self.pending.in_gesture[control as usize] = true;
        self.parameters.begin(control);
    }

    fn set(&mut self, control: Control, value: f32) {
        let is_return = self.pending(control).is_some()
            && (self.parameters.value(control) - value).abs() < TOLERANCE;
        let pending = PendingValue { value, since: self.pending.now, is_return };
        self.pending.values[control as usize] = Some(pending);
        self.parameters.set(control, value);
    }

    fn end(&mut self, control: Control) {
        self.undo.end(control, self.value(control), self.pending.now);
        self.pending.in_gesture[control as usize] = false;
        self.parameters.end(control);
    }

    fn undo(&mut self) -> Option<&mut Undo> {
        Some(self.undo)
    }

    fn since_moved(&self, control: Control) -> f64 {
        self.pending.since_moved(control)
    }
}
