//! A context of egui as the editor needs it.

use egui::Context;

use super::input::InputRules;
use super::theme;

/// Installs our fonts, colours and rules for input in a new context.
pub fn install(context: &Context) {
    context.add_plugin(InputRules::default());
    theme::apply(context);
}
