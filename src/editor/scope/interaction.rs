//! Interaction with the scope: wheel, dragging, selecting segments, and keys.

use egui::{Event, EventFilter, Key, PointerButton, Response, Ui};

use super::lane::Lane;
use super::{SPANS, Scope, State};
use crate::editor::View;
use crate::editor::history::{History, ReadOut};
use crate::editor::parameters::{Control, Parameters};
use crate::editor::widgets::wheel_steps;

/// Segments narrower than this, in points, cannot be pointed at.
const NARROWEST_PICKED: f64 = 3.0;

/// Handles wheel and dragging: span, vertical zoom, and the position of a frozen scope.
pub(super) fn navigate(
    ui: &Ui,
    view: &mut View,
    history: &History,
    response: &Response,
    frozen: bool,
) {
    let span = |scope: &Scope| SPANS[scope.span] / 1000.0 * history.sample_rate();
    if response.hovered() {
        let command = ui.input(|input| input.modifiers.command);
        view.scope.scrolled += wheel_steps(ui).y;
        let steps = view.scope.scrolled.trunc();
        view.scope.scrolled -= steps;
        if steps != 0.0 && command {
            view.scope.change_zoom(steps as isize);
        } else if steps != 0.0 {
            let before = span(&view.scope);
            view.scope.change_span(-steps as isize);
            // Keep the sample under the pointer where it is.
            let fraction = response
                .hover_pos()
                .map_or(0.5, |at| f64::from((at.x - response.rect.left()) / response.rect.width()));
            view.scope.from += fraction * (before - span(&view.scope));
        }
    }
    if frozen && response.dragged() {
        let fraction = f64::from(response.drag_delta().x / response.rect.width());
        view.scope.from -= fraction * span(&view.scope);
    }
    if frozen {
        let known = history.known();
        let last = (known.end as f64 - span(&view.scope)).max(known.start as f64);
        view.scope.from = view.scope.from.clamp(known.start as f64, last);
    }
}

/// Finds the segment under the pointer; a click pins it, another click or Escape releases it.
pub(super) fn pick(
    ui: &Ui,
    view: &mut View,
    history: &History,
    lanes: &[Lane],
    response: &Response,
    state: State,
) {
    let scope = &mut view.scope;
    scope.hovered = None;
    if matches!(state, State::Playing | State::Delta)
        && let Some(at) = response.hover_pos().filter(|_| !response.dragged())
        && let Some(lane) = lanes.iter().find(|lane| lane.rect.contains(at))
        && let Some(position) = lane.position(at.x)
    {
        let width = |found: &ReadOut| {
            f64::from(found.segment.record.length()) / lane.span * f64::from(lane.rect.width())
        };
        let found = history.read_out(lane.stream, position);
        let found = found.filter(|found| width(found) >= NARROWEST_PICKED);
        scope.hovered = found.map(|found| (lane.stream, found));
    }
    if response.clicked_by(PointerButton::Primary) {
        scope.pinned = match (scope.pinned, scope.hovered) {
            (Some((_, old)), Some((_, new))) if old.segment == new.segment => None,
            (_, hovered) => hovered,
        };
    }
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        scope.pinned = None;
        view.codebook_panel.pinned = None;
    }
    scope.active = scope.hovered.or(scope.pinned).map(|(_, found)| found.segment.record.ordinal());
}

/// Handles the keys of the scope while it has the focus.
pub(super) fn shortcuts(
    ui: &Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    response: &Response,
) {
    // Without this, arrow keys would move the focus; here they belong to the host.
    let arrows =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    // Ignores the repeats of a key that is held down.
    let is_press = |event: &Event, wanted: Key| {
        matches!(event, Event::Key { key, pressed: true, repeat: false, modifiers, .. }
            if *key == wanted && modifiers.is_none())
    };
    let pressed = |key| ui.input(|input| input.events.iter().any(|event| is_press(event, key)));
    if pressed(Key::F) {
        freeze(view);
    }
    for (key, control) in [(Key::B, Control::Bypass), (Key::D, Control::Delta)] {
        if pressed(key) {
            let on = parameters.is_on(control);
            parameters.change(control, f32::from(!on));
        }
    }
}

/// Freezes the scope with a copy of the history, or lets it run again.
pub fn freeze(view: &mut View) {
    view.scope.pinned = None;
    view.scope.frozen = match view.scope.frozen {
        Some(_) => None,
        None => Some(Box::new(view.history.clone())),
    };
}
