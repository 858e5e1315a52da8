//! The context menu of a control, and copying and pasting its value.

use std::sync::Mutex;

use egui::Response;

use super::interaction::{Interaction, set};
use crate::editor::parameters::{Control, Parameters};
use crate::editor::widgets::{menu_frame, menu_line, menu_row};

/// The value that was copied last, shared by all instances in this process. It is also written to
/// the system's clipboard, but egui reads that only when the user presses the paste key.
static COPIED: Mutex<Option<String>> = Mutex::new(None);

/// Copies the value of a control as text.
pub(super) fn copy(context: &egui::Context, parameters: &dyn Parameters, control: Control) {
    // Other programs may not read a typographic minus sign.
    let text = parameters.text(control, parameters.value(control)).replace('\u{2212}', "-");
    context.copy_text(text.clone());
    if let Ok(mut copied) = COPIED.lock() {
        *copied = Some(text);
    }
}

/// Sets a control to a value in text form; does nothing if the text is not a value of this control.
pub(super) fn paste(parameters: &mut dyn Parameters, control: Control, text: &str) {
    if let Some(value) = parameters.parse(control, text) {
        set(parameters, control, value);
    }
}

/// Shows the context menu of a control: reset, enter, copy, paste.
pub fn menu(
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    // Controls that open a menu of their own have it under the default id.
    let popup = egui::Popup::context_menu(response).id(response.id.with("context"));
    popup.frame(menu_frame()).show(|ui| {
        ui.set_width(150.0);
        let default = parameters.default_value(control);
        let reset = format!("Reset to {}", parameters.text(control, default));
        if menu_row(ui, &reset, None).clicked() {
            set(parameters, control, default);
            ui.close();
        }
        if control.is_numeric() && menu_row(ui, "Enter value…", None).clicked() {
            interaction.begin_typing(parameters, control);
            ui.close();
        }
        menu_line(ui);
        if menu_row(ui, "Copy value", None).clicked() {
            copy(ui.ctx(), parameters, control);
            ui.close();
        }
        let copied = COPIED.lock().ok().and_then(|copied| copied.clone());
        let value = copied.and_then(|text| parameters.parse(control, &text));
        ui.add_enabled_ui(value.is_some(), |ui| {
            if menu_row(ui, "Paste value", None).clicked() {
                if let Some(value) = value {
                    set(parameters, control, value);
                }
                ui.close();
            }
        });
    });
}
