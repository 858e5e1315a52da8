//! Ids of controls, by name.

use egui::Id;

/// An id that is the same in every frame and window, wherever in the layout it is used.
pub fn id(name: impl std::hash::Hash + std::fmt::Debug) -> Id {
    Id::unique(("extrema", name))
}
