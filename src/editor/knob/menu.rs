//! The menu of a control, and copying its value.

use std::sync::Mutex;

use egui::Response;

use super::Hands;
use super::gestures::set;
use super::typing::begin_typing;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::widgets::{menu_frame, menu_line, menu_row};

/// The last copied value, shared by all instances in a process; the system's clipboard is written
/// too, but cannot be read from a menu.
static COPIED: Mutex<Option<String>> = Mutex::new(None);

pub(super) fn copy(context: &egui::Context, parameters: &dyn Parameters, control: Control) {
    // Other programs know no true minus sign.
    let text = parameters.text(control, parameters.value(control)).replace('\u{2212}', "-");
    context.copy_text(text.clone());
    if let Ok(mut copied) = COPIED.lock() {
        *copied = Some(text);
    }
}

pub(super) fn paste(parameters: &mut dyn Parameters, control: Control, text: &str) {
    if let Some(value) = parameters.parse(control, text) {
        set(parameters, control, value);
    }
}

/// The menu of a control: reset, enter, copy, paste.
pub fn menu(
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    // A control that opens a menu of its own has that one under the usual id.
    let popup = egui::Popup::context_menu(response).id(response.id.with("context"));
    popup.frame(menu_frame()).show(|ui| {
        ui.set_width(150.0);
        let default = parameters.default_value(control);
        let reset = format!("Reset to {}", parameters.text(control, default));
        if menu_row(ui, &reset, None).clicked() {
            set(parameters, control, default);
            ui.close();
        }
        let typed = !matches!(
            control,
            Control::Detector
                | Control::Stereo
                | Control::Delta
                | Control::Bypass
                | Control::Latency
        );
        if typed && menu_row(ui, "Enter value…", None).clicked() {
            begin_typing(hands, parameters, control);
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
