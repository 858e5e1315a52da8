//! Knobs: values set by dragging, wheel, keys, typing or menu. To the host each of these is one
//! gesture: one begin, any number of values, one end.
//!
//! Imports point one way: `typing` and `gestures` use `menu`, and all three use `interaction`.

mod gestures;
mod interaction;
mod menu;
mod typing;

use std::f32::consts::PI;

use egui::{Align2, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::hints;
use super::icons::arc;
use super::ids::id;
use super::parameters::{Control, Parameters};
use super::theme::{self, Metrics};
use super::widgets::{focus_ring, text};
use gestures::{drag, keys, wheel};
pub use interaction::Interaction;
use interaction::RANGE;
pub use menu::menu;
use typing::{field, value_clicked};

/// Angle between 12 o'clock and either end of the arc: knobs turn by 270°, as on hardware.
const SWEEP: f32 = 0.75 * PI;

/// How long the dot that marks a change by the host stays, in seconds.
pub const HOST_DOT: f64 = 0.5;

/// Positions of a knob's parts.
struct Parts {
    label: Pos2,
    centre: Pos2,
    value: Rect,
}

impl Parts {
    fn of(cell: Rect, metrics: &Metrics) -> Self {
        let x = cell.center().x;
        // The label, the knob, and the value below it, with the same gaps whatever the knob's size.
        let (label, centre, value) = if metrics.small {
            (14.0, 28.0 + metrics.knob, 44.0 + 2.0 * metrics.knob)
        } else {
            (18.0, 31.0 + metrics.knob, 49.0 + 2.0 * metrics.knob)
        };
        Self {
            label: pos2(x, cell.top() + label),
            centre: pos2(x, cell.top() + centre),
            value: Rect::from_center_size(
                pos2(x, cell.top() + value),
                vec2(cell.width().min(84.0) - 2.0, 20.0),
            ),
        }
    }
}

/// What to draw a knob for.
#[derive(Debug, Clone, Copy)]
pub struct Knob<'a> {
    /// The parameter it sets.
    pub control: Control,
    /// The label above it.
    pub label: &'a str,
    /// The area for the knob with its label and value.
    pub cell: Rect,
    /// Whether it has an effect at the moment.
    pub enabled: bool,
    /// Outer radius of the arc in points.
    pub radius: f32,
}

/// Handles the gestures of a knob on something else that shows a control's value: drag, click, wheel and
/// context menu. `travel` says which position, 0 to 1, a movement upwards by so many points leads to.
pub fn grip(
    ui: &Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
    travel: impl Fn(f32, f32) -> f32,
) {
    drag(ui, interaction, parameters, control, response, travel);
    wheel(ui, interaction, parameters, control, response.hovered());
    menu(interaction, parameters, control, response);
}

/// Handles and draws a knob with its label above and its value below.
pub fn knob(
    ui: &mut Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    knob: Knob,
    metrics: &Metrics,
) {
    let Knob { control, label, cell, enabled, radius: outer } = knob;
    let parts = Parts::of(cell, metrics);
    let moved = parameters.since_moved(control) < HOST_DOT;
    if moved {
        ui.ctx().request_repaint_after_secs(HOST_DOT as f32);
    }

    let mut value = parameters.value(control);
    let (mut hovered, mut focused) = (false, false);
    if enabled {
        let grip = Rect::from_center_size(parts.centre, Vec2::splat(2.0 * outer + 8.0));
        // Without a label its place is somebody else's.
        let top = if label.is_empty() { grip.top() } else { parts.label.y - 9.0 };
        let area = Rect::from_min_max(
            pos2(cell.left() + 2.0, top),
            pos2(cell.right() - 2.0, grip.bottom()),
        );
        let response = ui.interact(area, id(("knob", control)), Sense::click_and_drag());
        let name = parameters.name(control);
        let shown = parameters.text(control, value);
        response.widget_info(|| WidgetInfo {
            current_text_value: Some(shown.clone()),
            ..WidgetInfo::slider(true, f64::from(value), &name)
        });
        let typing = interaction.typing.as_ref().is_some_and(|typing| typing.control == control);
        let over_value =
            !typing && value_clicked(ui, interaction, parameters, control, parts.value);
        hovered = response.hovered() || over_value;
        focused = response.has_focus();
        let travel = |position, upwards| position + upwards / RANGE;
        drag(ui, interaction, parameters, control, &response, travel);
        wheel(ui, interaction, parameters, control, hovered);
        if focused && !typing {
            keys(ui, interaction, parameters, control, &response);
        }
        menu(interaction, parameters, control, &response);
        if let Some(drag) = interaction.drag.as_ref().filter(|drag| drag.control == control) {
            value = drag.sent;
        } else if !typing {
            hints::offer(ui, &response, &name, &gesture_hint(control));
        }
    } else {
        interaction.cancel_control(parameters, control);
        let area = Rect::from_min_max(cell.min, pos2(cell.right(), parts.value.bottom()));
        let response = ui.interact(area, id(("knob", control)), Sense::hover());
        let name = parameters.name(control);
        response.widget_info(|| WidgetInfo::slider(false, f64::from(value), &name));
    }

    let dragged = interaction.drag.as_ref().is_some_and(|drag| drag.control == control);
    let painter = ui.painter();
    let live = hovered || dragged;
    let ink = match (enabled, live) {
        (false, _) => theme::DISABLED,
        (true, true) => theme::TEXT_HIGH,
        (true, false) => theme::TEXT_MID,
    };
    let title =
        text(painter, parts.label, Align2::CENTER_CENTER, label, theme::medium(metrics.label), ink);

    // Arc, body and pointer.
    let angle = |value: f32| (2.0 * value - 1.0) * SWEEP;
    let radius = outer - metrics.arc / 2.0;
    let stroke = |colour| Stroke::new(metrics.arc, colour);
    let set = if enabled { theme::ACCENT } else { theme::DISABLED };
    arc(painter, parts.centre, radius, -SWEEP, SWEEP, stroke(theme::HOVER));
    let origin = if control.is_bipolar() { 0.0 } else { -SWEEP };
    if control.is_bipolar() && (value - 0.5).abs() < 1e-3 {
        painter.circle_filled(parts.centre - vec2(0.0, radius), metrics.arc / 2.0, set);
    } else if value > 0.0 || control.is_bipolar() {
        arc(painter, parts.centre, radius, origin, angle(value), stroke(set));
    }
    let body = outer - metrics.arc - if metrics.small { 2.5 } else { 3.5 };
    let fill = if live { theme::HOVER } else { theme::CONTROL };
    painter.circle_filled(parts.centre, body, fill);
    if dragged {
        painter.circle_stroke(parts.centre, body, Stroke::new(1.25, theme::ACCENT));
    }
    let direction = Vec2::angled(angle(value) - PI / 2.0);
    let pointer = if enabled { theme::TEXT_HIGH } else { theme::DISABLED };
    painter.line_segment(
        [parts.centre + direction * body * 0.38, parts.centre + direction * body * 0.86],
        Stroke::new(2.0, pointer),
    );

    // A ring from the set value to the modulated one, and a dot for automation by the host.
    let modulated = parameters.modulated(control);
    let is_modulated = enabled && (modulated - parameters.value(control)).abs() > 1e-4;
    if is_modulated {
        let (a, b) = (angle(value), angle(modulated));
        let ring = Stroke::new(2.0, theme::TEXT_HIGH);
        arc(painter, parts.centre, outer + 3.0, a.min(b), a.max(b), ring);
    }
    if is_modulated || moved {
        painter.circle_filled(pos2(title.right() + 4.0, title.center().y), 2.25, theme::TEXT_HIGH);
    }
    if focused {
        let around = Rect::from_center_size(parts.centre, Vec2::splat(2.0 * outer + 8.0));
        focus_ring(painter, around, 8.0);
    }

    // The value, or its text field.
    if interaction.typing.as_ref().is_some_and(|typing| typing.control == control) {
        field(ui, interaction, parameters, control, parts.value);
    } else {
        if live {
            painter.rect_filled(parts.value, 4.0, theme::CONTROL);
        }
        let ink = if enabled { theme::TEXT_HIGH } else { theme::DISABLED };
        text(
            painter,
            parts.value.center(),
            Align2::CENTER_CENTER,
            parameters.text(control, value),
            theme::medium(metrics.label),
            ink,
        );
    }
}

/// What a control does, with the gesture that is least known.
fn gesture_hint(control: Control) -> String {
    let fine = if control.is_stepped() { "" } else { " Shift: fine." };
    format!("{}{fine}", control.hint())
}
