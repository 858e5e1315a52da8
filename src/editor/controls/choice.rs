//! A labelled group of exclusive choices, one below the other.

use egui::{Align2, Color32, Painter, Rect, Ui, pos2};

use super::{Strip, choices_area, label_y};
use crate::editor::icons::detector;
use crate::editor::knob::menu;
use crate::editor::parameters::Control;
use crate::editor::theme;
use crate::editor::widgets::{Choices, centred, choices, text};

/// The label above a group and those of its choices, and the shorter ones for small windows.
type Labels = (&'static str, &'static [&'static str], &'static [&'static str]);

fn labels(control: Control) -> Labels {
    match control {
        Control::Detector => ("Detector", &["Slope", "Peak", "Best"], &["Slope", "Peak", "Best"]),
        Control::Stereo => {
            ("Stereo", &["L / R", "Mid / Side", "Linked"], &["L / R", "M / S", "Linked"])
        }
        Control::Flats => ("Flats", &["Hold", "Draw"], &["Hold", "Draw"]),
        Control::LossMode => ("Fill", &["Hold", "Repeat"], &["Hold", "Repeat"]),
        _ => unreachable!("{control:?} is not shown as a group"),
    }
}

impl Strip<'_> {
    /// Handles and draws the group of a control.
    pub(super) fn choice_group(
        &mut self,
        ui: &mut Ui,
        control: Control,
        cell: Rect,
        enabled: bool,
    ) {
        let metrics = self.layout.metrics;
        let (title, labels, short) = labels(control);
        let shown = if metrics.narrow { short } else { labels };
        let name = self.parameters.name(control);
        let ink = if enabled { theme::TEXT_MID } else { theme::DISABLED };
        let at = pos2(cell.center().x, label_y(cell, &metrics));
        let font = theme::medium(metrics.label);
        text(ui.painter(), at, Align2::CENTER_CENTER, title, font, ink);
        let rect = choices_area(cell, &metrics);
        let chosen = self.parameters.choice(control, labels.len());
        let of = Choices { name: &name, hint: control.hint(), labels, chosen, vertical: true };
        let icons = control == Control::Detector && cell.width() > 74.0;
        let (clicked, response) = ui
            .add_enabled_ui(enabled, |ui| {
                if icons {
                    let draw = |painter: &Painter, cell: Rect, i: usize, ink: Color32| {
                        let icon = if i == chosen { theme::ACCENT } else { theme::TEXT_LOW };
                        detector(painter, pos2(cell.left() + 17.0, cell.center().y), i, icon);
                        let at = pos2(cell.left() + 32.0, cell.center().y);
                        let font = theme::medium(metrics.label);
                        text(painter, at, Align2::LEFT_CENTER, shown[i], font, ink);
                    };
                    choices(ui, rect, of, draw)
                } else {
                    let size = if metrics.narrow { 11.0 } else { metrics.label };
                    choices(ui, rect, of, centred(shown, size))
                }
            })
            .inner;
        if let Some(choice) = clicked.filter(|&choice| choice != chosen) {
            self.parameters.change(control, choice as f32 / (labels.len() - 1) as f32);
        }
        menu(&mut self.view.interaction, self.parameters, control, &response);
    }
}
