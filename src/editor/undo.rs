//! Undo and redo of what was set in the editor. What the host changes by itself, automation for example,
//! is not part of it.

use std::collections::VecDeque;

use super::current_preset::CurrentPreset;
use crate::effect::Control;
use crate::params::codebook::ChosenCodebook;

/// How many steps are kept.
const STEPS: usize = 64;

/// Changes of one control that follow each other within this time, in seconds, and are no drags are one
/// step: a burst of wheel notches or of an arrow key.
const BURST: f64 = 0.3;

/// A control's change, as positions from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    control: Control,
    before: f32,
    after: f32,
}

/// What one undo takes back.
#[derive(Debug, Clone, Default)]
struct Step {
    changes: Vec<Change>,
    /// The preset on show before and after, if it changed.
    preset: Option<[Option<CurrentPreset>; 2]>,
    /// Whether A and B were switched.
    switches: bool,
    /// The codebook before and after, if it changed.
    codebook: Option<[ChosenCodebook; 2]>,
    /// When it ended in seconds, if it was a notch of the wheel or the like.
    momentary: Option<f64>,
}

/// A gesture that has begun: the position before, and when that was in seconds.
#[derive(Debug, Clone, Copy)]
struct Open {
    before: f32,
    since: f64,
}

/// The steps that can be taken back, and those that were.
#[derive(Debug)]
pub struct Undo {
    /// Oldest first; those from `done` on have been taken back.
    steps: VecDeque<Step>,
    done: usize,
    open: [Option<Open>; Control::COUNT],
    /// The step that gathers changes until it is complete, as when a preset is loaded.
    group: Option<Step>,
    /// Whether changes are steps being taken back, and so no new ones.
    replaying: bool,
}

impl Default for Undo {
    fn default() -> Self {
        Self {
            steps: VecDeque::new(),
            done: 0,
            open: [None; Control::COUNT],
            group: None,
            replaying: false,
        }
    }
}

/// What taking a step back asks of the rest of the view.
#[derive(Debug, Default, PartialEq)]
pub struct Replay {
    /// The controls to set, and their positions.
    pub changes: Vec<(Control, f32)>,
    /// The preset to show, if it changes.
    pub preset: Option<Option<CurrentPreset>>,
    /// Whether A and B are to be switched, which sets all values.
    pub switches: bool,
    /// The codebook to play with, if it changes.
    pub codebook: Option<ChosenCodebook>,
}

impl Undo {
    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        self.done > 0
    }

    /// Whether there is a step to take again.
    pub fn can_redo(&self) -> bool {
        self.done < self.steps.len()
    }

    /// A gesture begins at a position.
    pub(super) fn begin(&mut self, control: Control, before: f32, now: f64) {
        self.open[control as usize] = Some(Open { before, since: now });
    }

    /// A gesture has ended at a position.
    pub(super) fn end(&mut self, control: Control, after: f32, now: f64) {
        let Some(Open { before, since }) = self.open[control as usize].take() else { return };
        if before == after || self.replaying {
            return;
        }
        let change = Change { control, before, after };
        if let Some(group) = &mut self.group {
            group.changes.push(change);
            return;
        }
        let momentary = (since == now).then_some(now);
        if let Some(last) = self.last_of_burst(control, momentary) {
            last.changes[0].after = after;
            last.momentary = momentary;
            return;
        }
        self.push(Step { changes: vec![change], momentary, ..Step::default() });
    }

    /// The latest step, if a momentary change of a control belongs to it.
    fn last_of_burst(&mut self, control: Control, momentary: Option<f64>) -> Option<&mut Step> {
        let now = momentary?;
        if self.can_redo() {
            return None;
        }
        let last = self.steps.back_mut()?;
        let is_burst = last.momentary.is_some_and(|then| now - then <= BURST)
            && matches!(last.changes[..], [change] if change.control == control);
        is_burst.then_some(last)
    }

    /// All changes until [`Self::end_group`] are one step.
    pub fn begin_group(&mut self) {
        self.group = Some(Step::default());
    }

    /// The changes since [`Self::begin_group`] are complete. `preset` is what was on show before and is
    /// now, if that changed; `switches` says that they are a switch between A and B.
    pub fn end_group(&mut self, preset: Option<[Option<CurrentPreset>; 2]>, switches: bool) {
        let Some(step) = self.group.take() else { return };
        if !step.changes.is_empty() || preset.is_some() || switches {
            self.push(Step { preset, switches, ..step });
        }
    }

    /// Another codebook was chosen.
    pub fn add_codebook(&mut self, change: [ChosenCodebook; 2]) {
        self.push(Step { codebook: Some(change), ..Step::default() });
    }

    fn push(&mut self, step: Step) {
        self.steps.truncate(self.done);
        if self.steps.len() == STEPS {
            self.steps.pop_front();
        }
        self.steps.push_back(step);
        self.done = self.steps.len();
    }

    /// Takes the latest step back, as far as this alone can.
    pub fn undo(&mut self) -> Option<Replay> {
        self.done = self.done.checked_sub(1)?;
        let step = &self.steps[self.done];
        let changes = step.changes.iter().rev().map(|change| (change.control, change.before));
        Some(Replay {
            changes: changes.collect(),
            preset: step.preset.clone().map(|[before, _]| before),
            switches: step.switches,
            codebook: step.codebook.clone().map(|[before, _]| before),
        })
    }

    /// Takes the step again that was taken back last.
    pub fn redo(&mut self) -> Option<Replay> {
        let step = self.steps.get(self.done)?;
        self.done += 1;
        let changes = step.changes.iter().map(|change| (change.control, change.after));
        Some(Replay {
            changes: changes.collect(),
            preset: step.preset.clone().map(|[_, after]| after),
            switches: step.switches,
            codebook: step.codebook.clone().map(|[_, after]| after),
        })
    }

    /// Whether what is set belongs to a step that is being taken back.
    pub(super) fn set_replaying(&mut self, replaying: bool) {
        self.replaying = replaying;
    }

    /// Forgets all steps: a session was loaded, and none of them leads back to it.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
