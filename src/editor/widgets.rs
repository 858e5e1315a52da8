//! Small controls and icons, drawn with lines and rectangles so that they need no image files.

use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Event, FontId, Id, MouseWheelUnit, Painter, Pos2,
    Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, accesskit::Role, pos2,
    vec2,
};

use super::input::is_focus_visible;
use super::{hints, theme};

/// An id that is the same in every frame and window, wherever in the layout it is used.
pub fn id(name: impl std::hash::Hash + std::fmt::Debug) -> Id {
    Id::unique(("extrema", name))
}

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

/// Draws an arrow head that points along a unit vector.
pub fn chevron(painter: &Painter, at: Pos2, direction: Vec2, colour: Color32) {
    let across = 3.5 * direction.rot90();
    let along = 1.75 * direction;
    let points = vec![at + across - along, at + along, at - across - along];
    painter.add(Shape::line(points, Stroke::new(1.4, colour)));
}

fn tick(painter: &Painter, at: Pos2, colour: Color32) {
    let points = [vec2(-4.0, 0.0), vec2(-1.2, 3.0), vec2(4.0, -3.2)].map(|v| at + v);
    painter.add(Shape::line(points.to_vec(), Stroke::new(1.75, colour)));
}

/// Draws a pause icon.
pub fn pause(painter: &Painter, at: Pos2, colour: Color32) {
    for x in [-2.75, 2.75] {
        let bar = Rect::from_center_size(at + vec2(x, 0.0), vec2(3.0, 10.0));
        painter.rect_filled(bar, 1.0, colour);
    }
}

/// Draws part of a circle from angle `from` to `to`, in radians clockwise from 12 o'clock, with
/// round ends.
pub fn arc(painter: &Painter, centre: Pos2, radius: f32, from: f32, to: f32, stroke: Stroke) {
    if (to - from).abs() < 1e-3 {
        return;
    }
    // A line segment every 2.5 points: on a radius of 26 its middle is 0.03 points off the circle.
    let steps = ((to - from).abs() * radius / 2.5).ceil().max(2.0) as usize;
    let point = |angle: f32| centre + radius * vec2(angle.sin(), -angle.cos());
    let points =
        (0..=steps).map(|i| point(egui::lerp(from..=to, i as f32 / steps as f32))).collect();
    painter.add(Shape::line(points, stroke));
    for angle in [from, to] {
        painter.circle_filled(point(angle), stroke.width / 2.0 - 0.1, stroke.color);
    }
}

/// Draws a power icon.
pub fn power(painter: &Painter, at: Pos2, colour: Color32) {
    let stroke = Stroke::new(2.0, colour);
    arc(painter, at + vec2(0.0, 0.5), 7.5, 0.7, std::f32::consts::TAU - 0.7, stroke);
    painter.line_segment([at - vec2(0.0, 8.5), at - vec2(0.0, 1.0)], stroke);
}

/// Draws headphones.
pub fn headphones(painter: &Painter, at: Pos2, colour: Color32) {
    let turn = std::f32::consts::FRAC_PI_2;
    arc(painter, at + vec2(0.0, 0.5), 6.0, -turn, turn, Stroke::new(1.5, colour));
    for x in [-6.0, 6.0] {
        let cup = Rect::from_center_size(at + vec2(x, 3.0), vec2(3.2, 5.6));
        painter.rect_filled(cup, 1.4, colour);
    }
}

/// Draws the product's logo: a wave with its extrema marked.
pub fn mark(painter: &Painter, centre: Pos2) {
    let point = |t: f32| centre + vec2((t - 0.5) * 25.0, -7.6 * (t * std::f32::consts::TAU).sin());
    let points = (0..=32).map(|i| point(i as f32 / 32.0)).collect();
    painter.add(Shape::line(points, Stroke::new(2.0, theme::ACCENT)));
    for t in [0.25, 0.75] {
        painter.circle_filled(point(t), 3.6, theme::WINDOW);
        painter.circle_filled(point(t), 2.6, theme::TEXT_HIGH);
    }
}

/// Draws the icon of a detector: a zigzag for peak, a ramp between two flats for slope.
pub fn detector(painter: &Painter, at: Pos2, peak: bool, colour: Color32) {
    let points: &[Vec2] = if peak {
        &[vec2(-8.0, 5.0), vec2(-3.0, -4.0), vec2(2.0, 2.5), vec2(8.0, -6.0)]
    } else {
        &[vec2(-8.0, 5.0), vec2(-3.0, 5.0), vec2(3.0, -5.0), vec2(8.0, -5.0)]
    };
    let points = points.iter().map(|&v| at + v).collect();
    painter.add(Shape::line(points, Stroke::new(1.75, colour)));
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

/// Draws an arrow that turns back to the left, or to the right.
pub fn turn(painter: &Painter, at: Pos2, back: bool, colour: Color32) {
    let side = if back { 1.0 } else { -1.0 };
    let point = |x: f32, y: f32| at + vec2(side * x, y);
    let stroke = Stroke::new(1.6, colour);
    let head = [point(-3.0, -6.5), point(-6.5, -3.0), point(-3.0, 0.5)];
    painter.add(Shape::line(head.to_vec(), stroke));
    let mut body = vec![point(-6.0, -3.0), point(2.0, -3.0)];
    body.extend((1..=8).map(|i| {
        let angle = std::f32::consts::PI * i as f32 / 8.0;
        point(2.0 + 4.25 * angle.sin(), 1.25 - 4.25 * angle.cos())
    }));
    body.push(point(-2.0, 5.5));
    painter.add(Shape::line(body, stroke));
}

/// Draws a gear.
pub fn gear(painter: &Painter, at: Pos2, colour: Color32) {
    const TEETH: usize = 8;
    painter.circle_stroke(at, 5.0, Stroke::new(1.8, colour));
    painter.circle_filled(at, 1.6, colour);
    for i in 0..TEETH {
        let direction = Vec2::angled(std::f32::consts::TAU * i as f32 / TEETH as f32);
        let stroke = Stroke::new(2.2, colour);
        painter.line_segment([at + 5.6 * direction, at + 7.8 * direction], stroke);
    }
}

/// Draws a question mark in a circle.
pub fn question(painter: &Painter, at: Pos2, colour: Color32) {
    painter.circle_stroke(at, 7.5, Stroke::new(1.5, colour));
    text(painter, at, Align2::CENTER_CENTER, "?", theme::semibold(11.0), colour);
}

/// Draws a clock.
pub fn clock(painter: &Painter, at: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.4, colour);
    painter.circle_stroke(at, 5.5, stroke);
    let hands = vec![at + vec2(0.0, -3.2), at, at + vec2(2.6, 1.2)];
    painter.add(Shape::line(hands, stroke));
}

/// Draws a closed padlock, 7 points wide.
pub fn lock(painter: &Painter, at: Pos2, colour: Color32) {
    let turn = std::f32::consts::FRAC_PI_2;
    arc(painter, at - vec2(0.0, 1.0), 2.3, -turn, turn, Stroke::new(1.3, colour));
    let body = Rect::from_center_size(at + vec2(0.0, 1.8), vec2(7.0, 5.2));
    painter.rect_filled(body, 1.2, colour);
}

/// Draws two arrows that go round.
pub fn repeat(painter: &Painter, at: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.8, colour);
    for side in [-1.0, 1.0] {
        let point = |x: f32, y: f32| at + side * vec2(x, y);
        let line = vec![point(-8.0, 1.5), point(-8.0, -1.0), point(-5.0, -5.0), point(7.0, -5.0)];
        painter.add(Shape::line(line, stroke));
        let head = vec![point(4.0, -8.0), point(7.5, -5.0), point(4.0, -2.0)];
        painter.add(Shape::line(head, stroke));
    }
}
