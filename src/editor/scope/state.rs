//! What the scope shows: the signal, or why there is none.

use crate::editor::View;
use crate::editor::history::History;
use crate::editor::parameters::{Control, Parameters};

/// What the scope shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// A message, because no audio has arrived yet.
    Waiting,
    /// A message, because the input is silent.
    Silent,
    /// The original alone.
    Bypassed,
    /// The curves faintly, and what is lost in front.
    Delta,
    /// Original and curves.
    Playing,
}

/// Finds what to show, of the frozen history if there is one.
pub(super) fn state(view: &View, frozen: Option<&History>, parameters: &dyn Parameters) -> State {
    if parameters.is_on(Control::Bypass) && (frozen.is_some() || !view.waiting) {
        State::Bypassed
    } else if let Some(frozen) = frozen {
        if frozen.streams() == 0 { State::Waiting } else { playing(parameters) }
    } else if view.waiting {
        State::Waiting
    } else if view.history.is_silent() {
        State::Silent
    } else {
        playing(parameters)
    }
}

fn playing(parameters: &dyn Parameters) -> State {
    if parameters.is_on(Control::Delta) { State::Delta } else { State::Playing }
}
