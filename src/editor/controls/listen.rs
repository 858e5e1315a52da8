//! What is listened to: the result, what is lost, or the original.

use egui::{Align2, Color32, Painter, Rect, Ui, pos2};

use super::label_y;
use crate::editor::View;
use crate::editor::knob::menu;
use crate::editor::layout::Layout;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::theme;
use crate::editor::widgets::{Choices, choices, headphones, text};

/// The choices. *Lost* is the control *Delta*, *Original* the host's bypass.
const LABELS: [&str; 3] = ["Result", "Lost", "Original"];

/// Handles and draws the choices.
pub(super) fn show(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    cell: Rect,
    layout: &Layout,
) {
    let metrics = layout.metrics;
    let y = label_y(cell, &metrics);
    let font = theme::medium(metrics.label);
    let galley = ui.painter().layout_no_wrap("Listen".to_owned(), font, theme::TEXT_MID);
    let icon = if metrics.narrow { 0.0 } else { 20.0 };
    let left = cell.center().x - (icon + galley.size().x) / 2.0;
    if icon > 0.0 {
        headphones(ui.painter(), pos2(left + 8.0, y), theme::TEXT_MID);
    }
    ui.painter().galley(pos2(left + icon, y - galley.size().y / 2.0), galley, theme::TEXT_MID);
    let (top, bottom) = if metrics.small { (26.0, 10.0) } else { (32.0, 14.0) };
    let rect = Rect::from_min_max(
        pos2(cell.left(), cell.top() + top),
        pos2(cell.right(), cell.bottom() - bottom),
    );
    let chosen = if parameters.is_on(Control::Bypass) {
        2
    } else {
        usize::from(parameters.is_on(Control::Delta))
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
        text(painter, cell.center(), Align2::CENTER_CENTER, LABELS[i], theme::medium(size), ink);
    };
    let (clicked, response) = choices(ui, rect, of, draw);
    if let Some(choice) = clicked.filter(|&choice| choice != chosen) {
        let wanted = [(Control::Bypass, choice == 2), (Control::Delta, choice == 1)];
        for (control, on) in wanted {
            // *Original* leaves *Delta* alone, so that the way back is one click.
            let applies = choice != 2 || control == Control::Bypass;
            if applies && parameters.is_on(control) != on {
                parameters.change(control, f32::from(on));
            }
        }
    }
    let control = if chosen == 2 { Control::Bypass } else { Control::Delta };
    menu(&mut view.interaction, parameters, control, &response);
}
