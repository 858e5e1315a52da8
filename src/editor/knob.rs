//! Our knob: drag, wheel, keys, typing, menu; every gesture is one begin and one end.

use std::f32::consts::PI;
use std::sync::Mutex;

use egui::{
    Align2, CursorIcon, Event, EventFilter, Key, Pos2, Rect, Response, Sense, Stroke, StrokeKind,
    TextEdit, Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::parameters::{CONTROLS, Control, Parameters};
use super::theme::{self, Metrics};
use super::widgets::{arc, id, menu_frame, menu_line, menu_row, text};

/// Points of vertical movement for the full range.
const RANGE: f32 = 200.0;

/// Movement in points that is still a click.
const STILL: f32 = 2.0;

/// How much slower everything is with Shift.
const FINE: f32 = 0.1;

/// Points of smooth scrolling that make a step.
const STEP_POINTS: f32 = 40.0;

/// Angle of both ends of the arc from 12 o'clock.
const SWEEP: f32 = 0.75 * PI;

/// How long the dot of a change by the host stays, in seconds.
const HOST_DOT: f64 = 0.5;

/// The last copied value, shared by all instances in a process; the system's clipboard is written
/// too, but cannot be read from a menu.
static COPIED: Mutex<Option<String>> = Mutex::new(None);

/// What happens to the controls at the moment.
#[derive(Debug, Default)]
pub struct Hands {
    drag: Option<Drag>,
    typing: Option<Typing>,
    /// Steps of the wheel that do not make a whole one yet.
    wheel: f32,
    /// The values seen last, and when the host changed them.
    seen: [Option<f32>; CONTROLS],
    moved: [f64; CONTROLS],
}

#[derive(Debug)]
struct Drag {
    control: Control,
    /// The value before it is snapped to what the parameter can be.
    value: f32,
    sent: f32,
    moving: bool,
}

#[derive(Debug)]
struct Typing {
    control: Control,
    text: String,
    fresh: bool,
}

impl Hands {
    /// Whether a text field has the keyboard.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// Ends what a closing window leaves unfinished.
    pub fn let_go(&mut self, parameters: &mut dyn Parameters) {
        if let Some(drag) = self.drag.take() {
            parameters.end(drag.control);
        }
        self.typing = None;
    }

    /// Watches a value; returns whether the host moved it lately.
    fn watch(&mut self, control: Control, value: f32, now: f64) -> bool {
        let i = control as usize;
        let ours = self.drag.as_ref().is_some_and(|drag| drag.control == control);
        if self.seen[i].is_some_and(|seen| seen != value) && !ours {
            self.moved[i] = now;
        }
        self.seen[i] = Some(value);
        self.moved[i] > 0.0 && now - self.moved[i] < HOST_DOT
    }

    /// A change of ours is not one of the host's.
    fn expect(&mut self, control: Control, value: f32) {
        self.seen[control as usize] = Some(value);
    }
}

/// Where a knob's parts lie.
struct Parts {
    label: Pos2,
    centre: Pos2,
    value: Rect,
}

impl Parts {
    fn of(cell: Rect, metrics: &Metrics) -> Self {
        let x = cell.center().x;
        let (label, centre, value) =
            if metrics.small { (14.0, 48.0, 84.0) } else { (18.0, 57.0, 101.0) };
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

/// A knob to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Knob<'a> {
    /// What it sets.
    pub control: Control,
    /// What stands above it.
    pub label: &'a str,
    /// The room it has, in points.
    pub cell: Rect,
    /// Whether it can be used now.
    pub enabled: bool,
}

/// A knob with its label above and its value below.
pub fn knob(
    ui: &mut Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    knob: Knob,
    metrics: &Metrics,
) {
    let Knob { control, label, cell, enabled } = knob;
    let parts = Parts::of(cell, metrics);
    let now = ui.input(|input| input.time);
    let moved = hands.watch(control, parameters.value(control), now);
    if moved {
        ui.ctx().request_repaint_after_secs(HOST_DOT as f32);
    }

    let mut value = parameters.value(control);
    let (mut hovered, mut focused) = (false, false);
    if enabled {
        let grip = Rect::from_center_size(parts.centre, Vec2::splat(2.0 * metrics.knob + 8.0));
        let area = Rect::from_min_max(
            pos2(cell.left() + 2.0, parts.label.y - 9.0),
            pos2(cell.right() - 2.0, grip.bottom()),
        );
        let response = ui.interact(area, id(("knob", control)), Sense::click_and_drag());
        let name = parameters.name(control);
        let shown = parameters.text(control, value);
        response.widget_info(|| WidgetInfo {
            current_text_value: Some(shown.clone()),
            ..WidgetInfo::slider(true, f64::from(value), &name)
        });
        let typing = hands.typing.as_ref().is_some_and(|typing| typing.control == control);
        let over_value = !typing && value_clicked(ui, hands, parameters, control, parts.value);
        hovered = response.hovered() || over_value;
        focused = response.has_focus();
        drag(ui, hands, parameters, control, &response);
        wheel(ui, hands, parameters, control, hovered);
        if focused && !typing {
            keys(ui, hands, parameters, control, &response);
        }
        menu(hands, parameters, control, &response);
        if let Some(drag) = hands.drag.as_ref().filter(|drag| drag.control == control) {
            value = drag.sent;
        } else if !typing {
            response.on_hover_text(control.hint());
        }
    } else {
        let area = Rect::from_min_max(cell.min, pos2(cell.right(), parts.value.bottom()));
        let response = ui.interact(area, id(("knob", control)), Sense::hover());
        let name = parameters.name(control);
        response.widget_info(|| WidgetInfo::slider(false, f64::from(value), &name));
    }

    let dragged = hands.drag.as_ref().is_some_and(|drag| drag.control == control);
    let painter = ui.painter();
    let live = hovered || dragged;
    let ink = match (enabled, live) {
        (false, _) => theme::DISABLED,
        (true, true) => theme::TEXT_HIGH,
        (true, false) => theme::TEXT_MID,
    };
    let title =
        text(painter, parts.label, Align2::CENTER_CENTER, label, theme::medium(metrics.label), ink);

    // The dial.
    let angle = |value: f32| (2.0 * value - 1.0) * SWEEP;
    let radius = metrics.knob - metrics.arc / 2.0;
    let stroke = |colour| Stroke::new(metrics.arc, colour);
    let set = if enabled { theme::ACCENT } else { theme::DISABLED };
    arc(painter, parts.centre, radius, -SWEEP, SWEEP, stroke(theme::HOVER));
    let origin = if control.bipolar() { 0.0 } else { -SWEEP };
    if control.bipolar() && (value - 0.5).abs() < 1e-3 {
        painter.circle_filled(parts.centre - vec2(0.0, radius), metrics.arc / 2.0, set);
    } else if value > 0.0 || control.bipolar() {
        arc(painter, parts.centre, radius, origin, angle(value), stroke(set));
    }
    let body = metrics.knob - metrics.arc - if metrics.small { 2.5 } else { 3.5 };
    let fill = if live { theme::HOVER } else { theme::CONTROL };
    painter.circle_filled(parts.centre, body, fill);
    if dragged {
        painter.circle_stroke(parts.centre, body, Stroke::new(1.25, theme::ACCENT));
    }
    let way = Vec2::angled(angle(value) - PI / 2.0);
    let pointer = if enabled { theme::TEXT_HIGH } else { theme::DISABLED };
    painter.line_segment(
        [parts.centre + way * body * 0.38, parts.centre + way * body * 0.86],
        Stroke::new(2.0, pointer),
    );

    // What the host does to it.
    let modulated = parameters.modulated(control);
    let is_modulated = enabled && (modulated - parameters.value(control)).abs() > 1e-4;
    if is_modulated {
        let (a, b) = (angle(value), angle(modulated));
        let ring = Stroke::new(2.0, theme::TEXT_HIGH);
        arc(painter, parts.centre, metrics.knob + 3.0, a.min(b), a.max(b), ring);
    }
    if is_modulated || moved {
        painter.circle_filled(pos2(title.right() + 6.0, title.center().y), 2.25, theme::TEXT_HIGH);
    }
    if focused {
        let around = Rect::from_center_size(parts.centre, Vec2::splat(2.0 * metrics.knob + 10.0));
        super::widgets::focus_ring(painter, around, 8.0);
    }

    // The value.
    if hands.typing.as_ref().is_some_and(|typing| typing.control == control) {
        field(ui, hands, parameters, control, parts.value);
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

/// Press, move, release.
fn drag(
    ui: &Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    let (down, fine, reset, motion) = ui.input(|input| {
        let moved = input.pointer.press_origin().zip(input.pointer.latest_pos());
        let still = moved.is_none_or(|(from, to)| from.distance(to) <= STILL);
        (
            input.pointer.primary_down(),
            input.modifiers.shift,
            input.modifiers.command || input.modifiers.ctrl,
            (!still).then(|| input.pointer.delta().y),
        )
    });
    let ours = hands.drag.as_ref().is_some_and(|drag| drag.control == control);
    if !ours && down && response.is_pointer_button_down_on() && hands.drag.is_none() {
        let value = parameters.value(control);
        parameters.begin(control);
        hands.drag = Some(Drag { control, value, sent: value, moving: false });
    }
    let Some(drag) = hands.drag.as_mut().filter(|drag| drag.control == control) else { return };
    let mut wanted = None;
    if let Some(motion) = motion.filter(|_| down || response.drag_stopped()) {
        // The movement that tells a drag from a click does not count, so nothing jumps.
        if drag.moving {
            let scale = if fine { FINE } else { 1.0 };
            drag.value = (drag.value - motion / RANGE * scale).clamp(0.0, 1.0);
            wanted = Some(parameters.snap(control, drag.value));
        }
        drag.moving = true;
        ui.ctx().set_cursor_icon(CursorIcon::None);
    }
    let released = !down;
    if released && !drag.moving && (response.double_clicked() || (response.clicked() && reset)) {
        wanted = Some(parameters.default_value(control));
    }
    if let Some(value) = wanted.filter(|&value| value != drag.sent) {
        drag.sent = value;
        parameters.set(control, value);
    }
    if released {
        let sent = drag.sent;
        parameters.end(control);
        hands.drag = None;
        hands.expect(control, sent);
    }
}

/// The wheel: a step each, a tenth with Shift.
fn wheel(
    ui: &Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    hovered: bool,
) {
    if !hovered || hands.drag.is_some() {
        return;
    }
    let (steps, fine) = ui.input(|input| {
        let steps: f32 = input
            .events
            .iter()
            .map(|event| match event {
                // A wheel turned with Shift is reported sideways by some systems.
                Event::MouseWheel { unit: egui::MouseWheelUnit::Point, delta, .. } => {
                    (delta.y + delta.x) / STEP_POINTS
                }
                Event::MouseWheel { delta, .. } => delta.y + delta.x,
                _ => 0.0,
            })
            .sum();
        (steps, input.modifiers.shift)
    });
    if steps == 0.0 {
        return;
    }
    hands.wheel += steps;
    let whole = hands.wheel.trunc();
    if whole != 0.0 {
        hands.wheel -= whole;
        nudge(hands, parameters, control, whole, fine);
    }
}

/// Changes a value by steps, in a gesture of its own.
fn nudge(
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    steps: f32,
    fine: bool,
) {
    let scale = if fine && !control.whole() { FINE } else { 1.0 };
    let value = parameters.value(control) + steps * scale * control.step();
    set(hands, parameters, control, value);
}

fn set(hands: &mut Hands, parameters: &mut dyn Parameters, control: Control, value: f32) {
    let value = parameters.snap(control, value);
    parameters.change(control, value);
    hands.expect(control, value);
}

fn keys(
    ui: &Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    ui.memory_mut(|memory| {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        memory.set_focus_lock_filter(response.id, arrows);
    });
    let events = ui.input(|input| input.events.clone());
    for event in events {
        match event {
            Event::Key { key, pressed: true, modifiers, .. } => {
                let fine = modifiers.shift;
                match key {
                    Key::ArrowUp | Key::ArrowRight => nudge(hands, parameters, control, 1.0, fine),
                    Key::ArrowDown | Key::ArrowLeft => {
                        nudge(hands, parameters, control, -1.0, fine);
                    }
                    Key::PageUp => nudge(hands, parameters, control, 10.0, fine),
                    Key::PageDown => nudge(hands, parameters, control, -10.0, fine),
                    Key::Home => set(hands, parameters, control, 0.0),
                    Key::End => set(hands, parameters, control, 1.0),
                    Key::Delete | Key::Backspace => {
                        let value = parameters.default_value(control);
                        set(hands, parameters, control, value);
                    }
                    Key::Enter => begin_typing(hands, parameters, control),
                    _ => {}
                }
            }
            Event::Copy => copy(ui.ctx(), parameters, control),
            Event::Paste(text) => paste(hands, parameters, control, &text),
            // The window system's way to paste.
            Event::Text(text) if ui.input(|input| input.modifiers.command) => {
                paste(hands, parameters, control, &text);
            }
            _ => {}
        }
    }
}

/// Senses a click on the value; returns whether the pointer is over it.
fn value_clicked(
    ui: &Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    rect: Rect,
) -> bool {
    // Not a stop for Tab: Enter on the knob does the same.
    let sense = Sense::click() - Sense::focusable_noninteractive();
    let response = ui.interact(rect, id(("value", control)), sense);
    let response = response.on_hover_cursor(CursorIcon::Text);
    if response.double_clicked() {
        hands.typing = None;
        let value = parameters.default_value(control);
        set(hands, parameters, control, value);
    } else if response.clicked() {
        if ui.input(|input| input.modifiers.command) {
            let value = parameters.default_value(control);
            set(hands, parameters, control, value);
        } else {
            begin_typing(hands, parameters, control);
        }
    }
    menu(hands, parameters, control, &response);
    response.hovered()
}

fn begin_typing(hands: &mut Hands, parameters: &dyn Parameters, control: Control) {
    let text = parameters.text(control, parameters.value(control));
    hands.typing = Some(Typing { control, text, fresh: true });
}

/// The text field in place of the value.
fn field(
    ui: &mut Ui,
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    rect: Rect,
) {
    let Some(typing) = hands.typing.as_mut() else { return };
    ui.painter().rect(
        rect,
        4.0,
        theme::SCOPE,
        Stroke::new(1.25, theme::ACCENT),
        StrokeKind::Inside,
    );
    let field = id("typing");
    let response = ui.put(
        rect.shrink2(vec2(4.0, 1.0)),
        TextEdit::singleline(&mut typing.text)
            .id(field)
            .font(theme::medium(12.0))
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .align(Align2::CENTER_CENTER)
            .char_limit(16),
    );
    let name = parameters.name(control);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &name));
    if typing.fresh {
        typing.fresh = false;
        response.request_focus();
        let mut state = TextEdit::load_state(ui.ctx(), field).unwrap_or_default();
        let all = egui::text::CCursorRange::two(
            egui::text::CCursor::new(0),
            egui::text::CCursor::new(typing.text.chars().count()),
        );
        state.cursor.set_char_range(Some(all));
        TextEdit::store_state(ui.ctx(), field, state);
    } else if response.lost_focus() {
        let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
        let value = parameters.parse(control, &typing.text).filter(|_| !cancelled);
        hands.typing = None;
        if let Some(value) = value {
            set(hands, parameters, control, value);
        }
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            ui.memory_mut(|memory| memory.request_focus(id(("knob", control))));
        }
    }
}

fn copy(context: &egui::Context, parameters: &dyn Parameters, control: Control) {
    let text = parameters.text(control, parameters.value(control));
    context.copy_text(text.clone());
    if let Ok(mut copied) = COPIED.lock() {
        *copied = Some(text);
    }
}

fn paste(hands: &mut Hands, parameters: &mut dyn Parameters, control: Control, text: &str) {
    if let Some(value) = parameters.parse(control, text) {
        set(hands, parameters, control, value);
    }
}

/// The menu of a control: reset, enter, copy, paste.
pub fn menu(
    hands: &mut Hands,
    parameters: &mut dyn Parameters,
    control: Control,
    response: &Response,
) {
    egui::Popup::context_menu(response).frame(menu_frame()).show(|ui| {
        ui.set_width(150.0);
        let default = parameters.default_value(control);
        let reset = format!("Reset to {}", parameters.text(control, default));
        if menu_row(ui, &reset, None).clicked() {
            set(hands, parameters, control, default);
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
                    set(hands, parameters, control, value);
                }
                ui.close();
            }
        });
    });
}
