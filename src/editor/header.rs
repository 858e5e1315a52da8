//! The header: product name, undo, presets, A/B comparison, latency, help, settings, bypass.

use egui::{Align2, Popup, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::icons::{clock, mark, power, question, turn};
use super::knob::menu;
use super::layout::Layout;
use super::parameters::{Control, Parameters};
use super::theme::Metrics;
use super::undo::Replay;
use super::widgets::{
    Choices, Kind, centred, choices, clickable, colours, focus_ring, icon_button, menu_frame, text,
};
use super::{View, presets, settings, theme};

/// Draws the header.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters, layout: &Layout) {
    let Layout { header, metrics, codebook, scope, .. } = *layout;
    let y = header.center().y;
    mark(ui.painter(), pos2(header.left() + if metrics.narrow { 16.0 } else { 16.5 }, y));
    let name = text(
        ui.painter(),
        pos2(header.left() + 40.0, y),
        Align2::LEFT_CENTER,
        "Extrema",
        theme::semibold(metrics.name),
        theme::TEXT_HIGH,
    );
    let area = |left: f32, width: f32| {
        Rect::from_center_size(pos2(left + width / 2.0, y), vec2(width, 28.0))
    };
    let left = name.right() + if metrics.narrow { 12.0 } else { 24.0 };
    undo_buttons(ui, view, parameters, [area(left, 28.0), area(left + 28.0, 28.0)]);

    let right = header.right();
    let icons = [right - 88.0, right - 58.0, right - 28.0].map(|left| area(left, 28.0));
    let (latency, switch, all) =
        if metrics.narrow { (48.0, 54.0, 54.0) } else { (66.0, 64.0, 124.0) };
    let latency = area(icons[0].left() - latency, latency);
    // Above the codebook, as far as there is room for it.
    let left = codebook.left().min(latency.left() - all - 4.0);
    let width = if metrics.narrow { 228.0 } else { 296.0 };
    let end = scope.right().min(left - Metrics::GAP);
    presets::bar(ui, view, parameters, area(end - width, width), layout);
    compare(ui, view, parameters, area(left, switch), metrics.narrow);
    latency_label(ui, view, parameters, latency, metrics.narrow);

    let hint = "What every control and gesture does.";
    let response = icon_button(ui, icons[0], "Help", hint, Kind::Switch(view.help), question);
    if response.clicked() {
        view.help = !view.help;
    }
    settings::button(ui, view, parameters, icons[1]);
    bypass(ui, view, parameters, icons[2]);
}

fn undo_buttons(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    [back, forth]: [Rect; 2],
) {
    let can = parameters.undo().map_or([false; 2], |undo| [undo.can_undo(), undo.can_redo()]);
    let buttons = [
        (back, "Undo", "Takes back what was set last; a preset is one step.", true),
        (forth, "Redo", "Sets again what was taken back.", false),
    ];
    for ((rect, name, hint, is_undo), enabled) in buttons.into_iter().zip(can) {
        let clicked = ui
            .add_enabled_ui(enabled, |ui| {
                let draw = |painter: &egui::Painter, at, ink| turn(painter, at, is_undo, ink);
                icon_button(ui, rect, name, hint, Kind::Button, draw).clicked()
            })
            .inner;
        if clicked {
            let replay = parameters.undo().and_then(|undo| {
                undo.set_replaying(true);
                if is_undo { undo.undo() } else { undo.redo() }
            });
            if let Some(replay) = replay {
                apply(view, parameters, &replay);
            }
            if let Some(undo) = parameters.undo() {
                undo.set_replaying(false);
            }
        }
    }
}

/// Does what a step asks for.
fn apply(view: &mut View, parameters: &mut dyn Parameters, replay: &Replay) {
    if replay.switches {
        view.compare.switch(parameters, &mut view.presets.current);
    } else {
        for &(control, position) in &replay.changes {
            parameters.move_to(control, position);
        }
        if let Some(preset) = &replay.preset {
            view.presets.current.clone_from(preset);
        }
        if let Some(codebook) = &replay.codebook {
            parameters.definitions().codebook.choose(codebook.clone());
        }
    }
}

fn compare(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, rect: Rect, small: bool) {
    let labels = ["A", "B"];
    let chosen = usize::from(view.compare.on_b);
    let hint = "Two settings to compare; your changes go to the active one.";
    let of = Choices { name: "Setting", hint, labels: &labels, chosen, vertical: false };
    let draw = centred(&labels, 12.0);
    if choices(ui, rect, of, draw).0.is_some_and(|clicked| clicked != chosen) {
        if let Some(undo) = parameters.undo() {
            undo.begin_group();
        }
        view.compare.switch(parameters, &mut view.presets.current);
        if let Some(undo) = parameters.undo() {
            undo.end_group(None, true);
        }
    }
    if small {
        return;
    }
    let label = if view.compare.on_b { "B → A" } else { "A → B" };
    let rect = Rect::from_min_size(pos2(rect.right() + 8.0, rect.top()), vec2(52.0, 28.0));
    let hint = "Copies the active setting to the other one.";
    let response = clickable(ui, rect, "Copy setting", hint, Kind::Button);
    let (body, ink) = colours(&response);
    let body = if response.hovered() { body } else { theme::WINDOW };
    ui.painter().rect(
        rect,
        theme::CONTROL_RADIUS,
        body,
        Stroke::new(1.0, theme::HAIRLINE),
        StrokeKind::Inside,
    );
    text(ui.painter(), rect.center(), Align2::CENTER_CENTER, label, theme::medium(12.0), ink);
    if response.has_focus() {
        focus_ring(ui.painter(), rect, theme::CONTROL_RADIUS);
    }
    if response.clicked() {
        view.compare.copy(parameters, &view.presets.current);
    }
}

/// The latency, with a menu to change it.
fn latency_label(
    ui: &Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    rect: Rect,
    small: bool,
) {
    let control = Control::Latency;
    let now = parameters.text(control, parameters.value(control));
    // The menu says "Full, 46.4 ms"; the header has room for the milliseconds only.
    let label = now.split(", ").last().unwrap_or_default();
    let response = clickable(ui, rect, "Latency", control.hint(), Kind::Value(label));
    let ink = if response.hovered() { theme::TEXT_HIGH } else { theme::TEXT_LOW };
    let right = pos2(rect.right() - 6.0, rect.center().y);
    let font = theme::regular(11.0);
    let label = text(ui.painter(), right, Align2::RIGHT_CENTER, label, font, ink);
    if !small {
        clock(ui.painter(), pos2(label.left() - 10.0, right.y), ink);
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect, theme::CONTROL_RADIUS);
    }
    menu(&mut view.interaction, parameters, control, &response);
    Popup::menu(&response).frame(menu_frame()).show(|ui| {
        ui.set_width(150.0);
        settings::latencies(ui, parameters);
    });
}

fn bypass(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, rect: Rect) {
    let bypassed = parameters.is_on(Control::Bypass);
    let hint = Control::Bypass.hint();
    let draw = |painter: &egui::Painter, at, _| {
        let colour = if bypassed { theme::TEXT_LOW } else { theme::ACCENT };
        power(painter, at, colour);
    };
    let response = icon_button(ui, rect, "Bypass", hint, Kind::Switch(bypassed), draw);
    if response.clicked() {
        parameters.change(Control::Bypass, f32::from(!bypassed));
    }
    menu(&mut view.interaction, parameters, Control::Bypass, &response);
}
