//! What a session keeps of the view, and taking it over when a session is loaded.

use super::View;
use super::codebook_panel::Order;
use super::controls::Page;
use super::current_preset::CurrentPreset;
use super::parameters::{Control, Parameters};
use super::scope::Lanes;
use crate::params::ExtremaParams;
use crate::params::view::ViewState;

/// Which load of the session the view shows.
#[derive(Debug, Default)]
pub struct SessionLink {
    loads: u32,
}

/// The names under which choices are saved.
const LANES: [(Lanes, &str); 3] =
    [(Lanes::First, "first"), (Lanes::Second, "second"), (Lanes::Both, "both")];
const ORDERS: [(Order, &str); 2] = [(Order::Shape, "shape"), (Order::Number, "number")];
const PAGES: [(Page, &str); 2] = [(Page::Wave, "wave"), (Page::Break, "break")];

fn name_of<T: PartialEq>(names: &[(T, &str)], value: &T) -> Option<String> {
    names.iter().find(|(other, _)| other == value).map(|(_, name)| (*name).to_owned())
}

fn named<T: Copy>(names: &[(T, &str)], name: Option<&String>) -> Option<T> {
    let name = name?;
    names.iter().find(|(_, other)| other == name).map(|(value, _)| *value)
}

/// Takes the session's view over if one was loaded since the last frame.
pub(super) fn take_over(view: &mut View, parameters: &mut dyn Parameters) {
    let definitions = parameters.definitions();
    let loads = definitions.view.loads();
    if loads == view.session.loads {
        return;
    }
    let state = definitions.view.load();
    view.session.loads = loads;
    // What is dragged may not be on show any more.
    view.interaction.cancel(parameters);
    if let Some(undo) = parameters.undo() {
        undo.clear();
    }
    let locked = state.locked.iter().filter_map(|id| Control::from_id(id)).collect();
    view.presets.restore(state.preset, locked);
    let mut compare = std::mem::take(&mut view.compare);
    compare.restore(state.compare, &mut view.presets, parameters);
    view.compare = compare;
    view.page = named(&PAGES, state.page.as_ref()).unwrap_or_default();
    view.scope.lanes = named(&LANES, state.lanes.as_ref()).unwrap_or_default();
    view.codebook_panel.order = named(&ORDERS, state.order.as_ref()).unwrap_or_default();
    view.scope.restore(state.span_milliseconds, state.height);
}

/// Hands the view to the session, which saves it whenever the host asks.
pub(super) fn save(view: &View, definitions: &ExtremaParams) {
    let (span_milliseconds, height) = view.scope.saved();
    let locked = view.presets.locked().iter();
    definitions.view.store(ViewState {
        preset: view.presets.current.as_ref().map(|CurrentPreset { name, .. }| name.clone()),
        locked: locked.map(|control| control.spec().id.to_owned()).collect(),
        compare: view.compare.save(),
        page: name_of(&PAGES, &view.page),
        span_milliseconds,
        height,
        lanes: name_of(&LANES, &view.scope.lanes),
        order: name_of(&ORDERS, &view.codebook_panel.order),
    });
}
