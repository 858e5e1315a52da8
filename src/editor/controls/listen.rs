//! What is listened to: the result, what is lost, or the original.

use egui::{Align2, Color32, Painter, Rect, Ui, pos2};

use super::{Strip, choices_area, label_y};
use crate::editor::icons::headphones;
use crate::editor::knob::menu;
use crate::editor::parameters::Control;
use crate::editor::theme;
use crate::editor::widgets::{Choices, choices, text};

/// The choices. *Lost* is the control *Delta*, *Original* the host's bypass.
const LABELS: [&str; 3] = ["Result", "Lost", "Original"];

impl Strip<'_> {
    /// Handles and draws the choices.
    pub(super) fn listen(&mut self, ui: &Ui, cell: Rect) {
        let metrics = self.layout.metrics;
        let y = label_y(cell, &metrics);
        let font = theme::medium(metrics.label);
        let galley = ui.painter().layout_no_wrap("Listen".to_owned(), font, theme::TEXT_MID);
        let icon = if metrics.narrow { 0.0 } else { 20.0 };
        let left = cell.center().x - (icon + galley.size().x) / 2.0;
        if icon > 0.0 {
            headphones(ui.painter(), pos2(left + 8.0, y), theme::TEXT_MID);
        }
        ui.painter().galley(pos2(left + icon, y - galley.size().y / 2.0), galley, theme::TEXT_MID);
        let chosen = if self.parameters.is_on(Control::Bypass) {
            2
        } else {
            usize::from(self.parameters.is_on(Control::Delta))
        };
        let hint = "The result, what is lost on the way, or the original at the same time.";
        let of = Choices { name: "Listen", hint, labels: &LABELS, chosen, vertical: true };
        let size = if metrics.narrow { 11.0 } else { metrics.label };
        let draw = |painter: &Painter, cell: Rect, i: usize, ink: Color32| {
            // What is not the result is easily forgotten, so it is in the accent.
            let ink = if i == chosen && i > 0 {
                painter.rect_filled(cell, theme::CONTROL_RADIUS - 1.5, theme::ACCENT);
                theme::ON_ACCENT
            } else {
                ink
            };
            text(
                painter,
                cell.center(),
                Align2::CENTER_CENTER,
                LABELS[i],
                theme::medium(size),
                ink,
            );
        };
        let (clicked, response) = choices(ui, choices_area(cell, &metrics), of, draw);
        if let Some(choice) = clicked.filter(|&choice| choice != chosen) {
            let wanted = [(Control::Bypass, choice == 2), (Control::Delta, choice == 1)];
            for (control, on) in wanted {
                // *Original* leaves *Delta* alone, so that the way back is one click.
                let applies = choice != 2 || control == Control::Bypass;
                if applies && self.parameters.is_on(control) != on {
                    self.parameters.change(control, f32::from(on));
                }
            }
        }
        let control = if chosen == 2 { Control::Bypass } else { Control::Delta };
        menu(&mut self.view.interaction, self.parameters, control, &response);
    }
}
