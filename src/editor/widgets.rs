//! Small controls that the panels share.

use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Event, FontId, MouseWheelUnit, Painter, Pos2, Rect,
    Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::icons::{chevron, tick};
use super::ids::id;
use super::input::is_focus_visible;
use super::{hints, theme};

/// Draws one line of text with `anchor` at the given position; returns the area it covers.
pub fn text(
    painter: &Painter,
    at: Pos2,
    anchor: Align2,
    text: impl ToString,
    font: FontId,
    colour: Color32,
) -> Rect {
    painter.text(at, anchor, text, font, colour)
}

/// Draws a panel's background.
pub fn panel(painter: &Painter, rect: Rect) {
    painter.rect_filled(rect, theme::PANEL_RADIUS, theme::PANEL);
}

/// Points of smooth scrolling that count as one step of a wheel; egui scrolls 40 points a line.
const STEP_POINTS: f32 = 40.0;

/// How far the wheel was turned since the last frame, in steps, to the side and upwards.
pub fn wheel_steps(ui: &Ui) -> Vec2 {
    ui.input(|input| {
        input.events.iter().fold(Vec2::ZERO, |sum, event| match event {
            Event::MouseWheel { unit: MouseWheelUnit::Point, delta, .. } => {
                sum + *delta / STEP_POINTS
            }
            Event::MouseWheel { delta, .. } => sum + *delta,
            _ => sum,
        })
    })
}

/// Outlines what has the keyboard focus, if that came by a key.
pub fn focus_ring(painter: &Painter, rect: Rect, radius: f32) {
    if !is_focus_visible(painter.ctx()) {
        return;
    }
    let stroke = Stroke::new(1.5, theme::TEXT_HIGH);
    painter.rect_stroke(rect, CornerRadius::same(radius as u8), stroke, StrokeKind::Outside);
}

/// The colours of a control's background and text.
pub fn colours(response: &Response) -> (Color32, Color32) {
    if response.is_pointer_button_down_on() {
        (theme::PRESSED, theme::TEXT_HIGH)
    } else if response.hovered() {
        (theme::HOVER, theme::TEXT_HIGH)
    } else {
        (theme::CONTROL, theme::TEXT_MID)
    }
}

/// What a clickable area is, as screen readers announce it.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'a> {
    /// A plain button.
    Button,
    /// A button that changes the value it shows.
    Value(&'a str),
    /// A switch that is on or off.
    Switch(bool),
    /// One of several exclusive choices, selected or not.
    Choice(bool),
}

/// A clickable area with a name for screen readers, and a hint unless that is empty.
pub fn clickable(ui: &Ui, rect: Rect, name: &str, hint: &str, kind: Kind) -> Response {
    let response = ui.interact(rect, id(("button", name)), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| match kind {
        Kind::Button => WidgetInfo::labeled(Role::Button, enabled, name),
        Kind::Value(value) => WidgetInfo {
            current_text_value: Some(value.to_owned()),
            ..WidgetInfo::labeled(Role::Button, enabled, name)
        },
        Kind::Switch(on) => WidgetInfo::selected(Role::Switch, enabled, on, name),
        Kind::Choice(chosen) => WidgetInfo::selected(Role::RadioButton, enabled, chosen, name),
    });
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    hints::offer(ui, &response, name, hint);
    response
}

/// A group of exclusive choices.
#[derive(Debug, Clone, Copy)]
pub struct Choices<'a> {
    /// The name of the group for screen readers.
    pub name: &'a str,
    /// What it does, in one sentence.
    pub hint: &'a str,
    /// The choices.
    pub labels: &'a [&'a str],
    /// The index of the selected one.
    pub chosen: usize,
    /// Whether the choices are stacked; otherwise they are side by side.
    pub vertical: bool,
}

/// Draws a group of choices, each label by `draw` with its cell, index and colour. Returns the index
/// that was clicked, and the response of the whole group.
pub fn choices(
    ui: &Ui,
    rect: Rect,
    of: Choices,
    draw: impl Fn(&Painter, Rect, usize, Color32),
) -> (Option<usize>, Response) {
    let Choices { name: group, hint, labels, chosen, vertical } = of;
    let painter = ui.painter();
    painter.rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    let mut all = ui.interact(rect, id(("choices", group)), Sense::hover());
    let inner = rect.shrink(2.0);
    let count = labels.len() as f32;
    let mut clicked = None;
    for (i, label) in labels.iter().enumerate() {
        let cell = if vertical {
            let height = inner.height() / count;
            Rect::from_min_size(
                pos2(inner.left(), inner.top() + height * i as f32),
                vec2(inner.width(), height),
            )
        } else {
            let width = inner.width() / count;
            Rect::from_min_size(
                pos2(inner.left() + width * i as f32, inner.top()),
                vec2(width, inner.height()),
            )
        };
        let response =
            clickable(ui, cell, &format!("{group} {label}"), hint, Kind::Choice(i == chosen));
        if i == chosen {
            painter.rect_filled(cell, theme::CONTROL_RADIUS - 1.5, theme::PRESSED);
        } else if response.hovered() {
            painter.rect_filled(cell, theme::CONTROL_RADIUS - 1.5, theme::HOVER);
        }
        let ink =
            if i == chosen || response.hovered() { theme::TEXT_HIGH } else { theme::TEXT_MID };
        draw(painter, cell, i, ink);
        if response.has_focus() {
            focus_ring(painter, cell.shrink(1.0), theme::CONTROL_RADIUS - 1.5);
        }
        if response.clicked() {
            clicked = Some(i);
        }
        all = all.union(response);
    }
    (clicked, all)
}

/// Draws the label of a choice centred in its cell, for [`choices`].
pub fn centred<'a>(labels: &'a [&'a str], size: f32) -> impl Fn(&Painter, Rect, usize, Color32) {
    move |painter, cell, i, ink| {
        text(painter, cell.center(), Align2::CENTER_CENTER, labels[i], theme::medium(size), ink);
    }
}

/// A row of a menu, with a tick if it is the selected one; `None` for rows that are no choice.
pub fn menu_row(ui: &mut Ui, label: &str, chosen: Option<bool>) -> Response {
    let indent = if chosen.is_some() { 24.0 } else { 10.0 };
    let size = vec2(ui.available_width(), 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, ui.is_enabled(), label));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 5.0, theme::HOVER);
    }
    let ink = if chosen == Some(true) { theme::ACCENT } else { theme::TEXT_HIGH };
    if chosen == Some(true) {
        tick(ui.painter(), pos2(rect.left() + 12.0, rect.center().y), ink);
    }
    let at = pos2(rect.left() + indent, rect.center().y);
    text(ui.painter(), at, Align2::LEFT_CENTER, label, theme::regular(13.0), ink);
    response
}

/// A separator between rows of a menu.
pub fn menu_line(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 9.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, theme::PRESSED));
}

/// A value with an arrow that opens a menu; without a background until the pointer is over it.
pub fn menu_button(ui: &Ui, rect: Rect, name: &str, label: &str, hint: &str) -> Response {
    let response = clickable(ui, rect, name, hint, Kind::Value(label));
    let open = egui::Popup::is_id_open(ui.ctx(), egui::Popup::default_response_id(&response));
    let ink = if response.hovered() || open { theme::TEXT_HIGH } else { theme::TEXT_MID };
    if response.hovered() || open {
        ui.painter().rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    }
    let at = pos2(rect.right() - 24.0, rect.center().y);
    text(ui.painter(), at, Align2::RIGHT_CENTER, label, theme::medium(12.0), ink);
    let at = pos2(rect.right() - 13.0, rect.center().y + 0.5);
    chevron(ui.painter(), at, vec2(0.0, 1.0), ink);
    if response.has_focus() {
        focus_ring(ui.painter(), rect, theme::CONTROL_RADIUS);
    }
    response
}

/// The frame of a menu.
pub fn menu_frame() -> egui::Frame {
    egui::Frame::new()
        .fill(theme::POPUP)
        .stroke(Stroke::new(1.0, theme::PRESSED))
        .corner_radius(8.0)
        .inner_margin(6.0)
        .shadow(egui::Shadow {
            offset: [0, 6],
            blur: 18,
            spread: 0,
            color: Color32::from_black_alpha(110),
        })
}

/// Lays out one line of text that is cut off with an ellipsis beyond `width` points.
pub fn elided(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    painter.layout_job(job)
}

/// A small switch that stands beside a label, `width` by 15 points.
pub fn pill(ui: &Ui, rect: Rect, name: &str, label: &str, hint: &str, on: bool) -> Response {
    let response = clickable(ui, rect, name, hint, Kind::Switch(on));
    let (body, ink) = match (on, response.hovered()) {
        (true, _) => (theme::ACCENT, theme::ON_ACCENT),
        (false, true) => (theme::PRESSED, theme::TEXT_HIGH),
        (false, false) => (theme::HOVER, theme::TEXT_MID),
    };
    let painter = ui.painter();
    painter.rect_filled(rect, rect.height() / 2.0, body);
    text(painter, rect.center(), Align2::CENTER_CENTER, label, theme::medium(10.0), ink);
    if response.has_focus() {
        focus_ring(painter, rect.expand(1.0), rect.height() / 2.0);
    }
    response
}

/// A row of a menu with a switch at its right.
pub fn menu_switch(ui: &mut Ui, label: &str, on: bool) -> Response {
    let response = menu_row(ui, label, None);
    let rect = response.rect;
    let track =
        Rect::from_center_size(pos2(rect.right() - 26.0, rect.center().y), vec2(30.0, 16.0));
    let (body, knob) =
        if on { (theme::ACCENT, theme::ON_ACCENT) } else { (theme::PRESSED, theme::TEXT_MID) };
    ui.painter().rect_filled(track, 8.0, body);
    let x = if on { track.right() - 8.0 } else { track.left() + 8.0 };
    ui.painter().circle_filled(pos2(x, track.center().y), 5.5, knob);
    response
}

/// A row of a menu with a value at its right.
pub fn menu_value(ui: &mut Ui, label: &str, value: &str) -> Response {
    let response = menu_row(ui, label, None);
    let at = pos2(response.rect.right() - 10.0, response.rect.center().y);
    text(ui.painter(), at, Align2::RIGHT_CENTER, value, theme::regular(12.0), theme::TEXT_LOW);
    response
}

/// A square button with an icon, without a background until the pointer is over it.
pub fn icon_button(
    ui: &Ui,
    rect: Rect,
    name: &str,
    hint: &str,
    kind: Kind,
    draw: impl FnOnce(&Painter, Pos2, Color32),
) -> Response {
    let response = clickable(ui, rect, name, hint, kind);
    let enabled = ui.is_enabled();
    if response.hovered() && enabled {
        ui.painter().rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    }
    let ink = match (enabled, response.hovered()) {
        (false, _) => theme::DISABLED,
        (true, true) => theme::TEXT_HIGH,
        (true, false) => theme::TEXT_MID,
    };
    draw(ui.painter(), rect.center(), ink);
    if response.has_focus() {
        focus_ring(ui.painter(), rect, theme::CONTROL_RADIUS);
    }
    response
}
