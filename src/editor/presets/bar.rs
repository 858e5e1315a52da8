//! The bar in the header: the preset's name between arrows to its neighbours.

use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};

use super::menu::menu;
use crate::editor::View;
use crate::editor::icons::chevron;
use crate::editor::layout::Layout;
use crate::editor::parameters::Parameters;
use crate::editor::theme;
use crate::editor::widgets::{Kind, clickable, elided, focus_ring, wheel_steps};

/// Width of each arrow in points.
const ARROW: f32 = 30.0;

/// Handles and draws the bar in `rect`.
pub fn bar(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, rect: Rect, layout: &Layout) {
    let painter = ui.painter();
    painter.rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    let left = rect.with_max_x(rect.left() + ARROW);
    let right = rect.with_min_x(rect.right() - ARROW);
    let middle = Rect::from_x_y_ranges(left.right()..=right.left(), rect.y_range());
    let mut steps = 0;
    let arrows =
        [(left, -1, "Previous preset", vec2(-1.0, 0.0)), (right, 1, "Next preset", vec2(1.0, 0.0))];
    for (rect, step, name, direction) in arrows {
        let hint = "Loads the neighbour in the list. The wheel over the bar does the same.";
        let response = clickable(ui, rect, name, hint, Kind::Button);
        let ink = if response.hovered() { theme::TEXT_HIGH } else { theme::TEXT_MID };
        if response.hovered() {
            painter.rect_filled(rect, theme::CONTROL_RADIUS, theme::HOVER);
        }
        chevron(painter, rect.center(), direction, ink);
        if response.clicked() {
            steps += step;
        }
        if response.has_focus() {
            focus_ring(painter, rect.shrink(1.0), theme::CONTROL_RADIUS);
        }
    }
    let wheel = if ui.rect_contains_pointer(rect) && !egui::Popup::is_any_open(ui.ctx()) {
        wheel_steps(ui).y
    } else {
        0.0
    };
    view.presets.scrolled += wheel;
    let whole = view.presets.scrolled.trunc();
    view.presets.scrolled -= whole;
    // Turned towards the user, the wheel goes down the list.
    steps -= whole as isize;
    if steps != 0 {
        view.presets.step(steps, parameters);
    }

    let changed = view.presets.is_changed(parameters);
    let name = view.presets.name().to_owned();
    let spoken = if changed { format!("{name}, changed") } else { name.clone() };
    let hint = match &view.presets.current {
        Some(current) => &*current.description,
        None => {
            "All controls at their defaults. Click for the list of presets; save your own there."
        }
    };
    let response = clickable(ui, middle, "Preset", hint, Kind::Value(&spoken));
    let open = egui::Popup::is_id_open(ui.ctx(), egui::Popup::default_response_id(&response));
    if response.hovered() || open {
        painter.rect_filled(middle, 0.0, theme::HOVER);
    }
    for x in [middle.left(), middle.right()] {
        let x = painter.round_to_pixel_center(x);
        painter.vline(x, rect.y_range().shrink(5.0), Stroke::new(1.0, theme::PRESSED));
    }
    let arrow = if layout.metrics.narrow { 10.0 } else { 18.0 };
    let font = theme::medium(layout.metrics.label + 1.0);
    // The dot and the arrow stand beside the name, which stays in the middle.
    let room = middle.width() - 2.0 * (arrow + 22.0);
    let galley = elided(painter, &name, font, theme::TEXT_HIGH, room);
    let at = Align2::CENTER_CENTER.anchor_size(middle.center(), galley.size());
    painter.galley(at.min, galley, theme::TEXT_HIGH);
    if changed {
        painter.circle_filled(pos2(at.right() + 8.0, middle.center().y + 1.0), 3.0, theme::ACCENT);
    }
    let tip = pos2(middle.right() - arrow, middle.center().y);
    chevron(painter, tip, vec2(0.0, 1.0), theme::TEXT_MID);
    if response.has_focus() {
        focus_ring(painter, middle, theme::CONTROL_RADIUS);
    }
    menu(ui, view, parameters, &response);
}
