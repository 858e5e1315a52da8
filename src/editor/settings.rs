//! The settings behind the gear: what belongs to the window or to the user rather than to the sound.

use std::path::PathBuf;

use egui::{Popup, PopupCloseBehavior, Rect, Ui};

use super::View;
use super::icons::gear;
use super::parameters::{Control, Parameters};
use super::preferences::Preferences;
use super::widgets::{Kind, icon_button, menu_frame, menu_line, menu_row, menu_switch, menu_value};

/// The sizes of everything on offer, in percent.
pub const ZOOMS: [u32; 6] = [75, 100, 125, 150, 175, 200];

/// The list that a row of the menu has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opened {
    Size,
    Latency,
}

/// What the settings remember from frame to frame.
#[derive(Debug, Default)]
pub struct Settings {
    opened: Option<Opened>,
    /// What saving the preferences said.
    said: Option<String>,
}

/// Handles and draws the gear and, while it is open, its menu.
pub fn button(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters, rect: Rect) {
    let hint = "Size of the window, latency, hints, colours.";
    let response = icon_button(ui, rect, "Settings", hint, Kind::Button, gear);
    if response.clicked() {
        view.settings = Settings::default();
    }
    let popup = Popup::menu(&response).frame(menu_frame());
    popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(250.0);
        size(ui, view);
        latency(ui, view, parameters);
        menu_line(ui);
        let mut preferences = view.preferences;
        if menu_switch(ui, "Hints while pointing", preferences.hints).clicked() {
            preferences.hints ^= true;
        }
        if menu_switch(ui, "Colours for colour blindness", preferences.colour_blind).clicked() {
            preferences.colour_blind ^= true;
        }
        let size = ui.ctx().content_rect().size().round();
        let window = (size.x as u32, size.y as u32, percent(ui));
        let saved = (preferences.width, preferences.height, preferences.zoom_percent) == window;
        let label = if saved { "This size is the default" } else { "Save size as default" };
        if ui.add_enabled_ui(!saved, |ui| menu_row(ui, label, None)).inner.clicked() {
            (preferences.width, preferences.height, preferences.zoom_percent) = window;
        }
        if preferences != view.preferences {
            view.preferences = preferences;
            let saved = view.preferences_file.as_deref().map(|path| preferences.save(path));
            view.settings.said = saved.and_then(Result::err).map(|error| error.to_string());
        }
        if let Some(said) = &view.settings.said {
            ui.add_enabled_ui(false, |ui| menu_row(ui, said, None));
        }
        menu_line(ui);
        if menu_value(ui, &version(), "Manual").clicked() {
            view.help = true;
            ui.close();
        }
    });
}

/// The version with the commit it was built from, if that is known.
fn version() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("EXTREMA_COMMIT").filter(|commit| !commit.is_empty()) {
        Some(commit) => format!("Extrema {version} ({commit})"),
        None => format!("Extrema {version}"),
    }
}

fn percent(ui: &Ui) -> u32 {
    (ui.ctx().zoom_factor() * 100.0).round() as u32
}

fn size(ui: &mut Ui, view: &mut View) {
    let now = percent(ui);
    list_row(ui, view, Opened::Size, "Size of everything", &format!("{now} %"));
    if view.settings.opened == Some(Opened::Size) {
        for percent in ZOOMS {
            if menu_row(ui, &format!("{percent} %"), Some(percent == now)).clicked() {
                ui.ctx().set_zoom_factor(percent as f32 / 100.0);
                ui.close();
            }
        }
    }
}

fn latency(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters) {
    let control = Control::Latency;
    let now = parameters.text(control, parameters.value(control));
    list_row(ui, view, Opened::Latency, "Latency", &now);
    if view.settings.opened == Some(Opened::Latency) {
        latencies(ui, parameters);
    }
}

/// Rows for all latencies.
pub(super) fn latencies(ui: &mut Ui, parameters: &mut dyn Parameters) {
    let control = Control::Latency;
    let now = parameters.choice(control, 3);
    for choice in 0..3 {
        let position = choice as f32 / 2.0;
        let label = parameters.text(control, position).replace(", ", "  ·  ");
        if menu_row(ui, &label, Some(choice == now)).clicked() {
            if choice != now {
                parameters.change(control, position);
            }
            ui.close();
        }
    }
}

/// A row that opens a list below it.
fn list_row(ui: &mut Ui, view: &mut View, opened: Opened, label: &str, value: &str) {
    if menu_value(ui, label, &format!("{value}  ›")).clicked() {
        let is_open = view.settings.opened == Some(opened);
        view.settings.opened = (!is_open).then_some(opened);
    }
}

impl View {
    /// Takes over what the user prefers in all instances, and writes changes to a file, if there is one.
    pub fn set_preferences(&mut self, preferences: Preferences, file: Option<PathBuf>) {
        self.preferences = preferences;
        self.preferences_file = file;
    }
}
