//! The header: product name, A/B comparison, latency, zoom, bypass.

use egui::{Align2, Popup, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::View;
use super::knob::menu;
use super::layout::Layout;
use super::parameters::{Control, Parameters};
use super::theme;
use super::widgets::{
    Choices, Kind, centred, choices, clickable, colours, focus_ring, mark, menu_button, menu_frame,
    menu_row, power, text,
};

/// The zoom levels on offer, in percent.
pub const ZOOMS: [u32; 6] = [75, 100, 125, 150, 175, 200];

/// Draws the header.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters, layout: &Layout) {
    let Layout { header, metrics, codebook, .. } = *layout;
    let y = header.center().y;
    mark(ui.painter(), pos2(header.left() + if metrics.small { 16.0 } else { 16.5 }, y));
    text(
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
    let right = header.right();
    bypass(ui, view, parameters, area(right - 29.0, 28.0));
    let zoom = area(right - 29.0 - 2.0 - 70.0, 70.0);
    zoom_menu(ui, zoom);
    let latency = area(zoom.left() - 78.0, 78.0);
    latency_menu(ui, view, parameters, latency);

    let (switch, all) = if metrics.small { (54.0, 54.0) } else { (64.0, 124.0) };
    let left = codebook.left().min(latency.left() - 2.0 - all);
    compare(ui, view, parameters, area(left, switch), metrics.small);
}

fn compare(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, rect: Rect, small: bool) {
    let labels = ["A", "B"];
    let chosen = usize::from(view.compare.on_b);
    let hint = "Two settings to compare; your changes go to the active one.";
    let of = Choices { name: "Setting", hint, labels: &labels, chosen, vertical: false };
    let draw = centred(&labels, 12.0);
    if choices(ui, rect, of, draw).0.is_some_and(|clicked| clicked != chosen) {
        view.compare.switch(parameters);
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
        view.compare.copy(parameters);
    }
}

fn zoom_menu(ui: &Ui, rect: Rect) {
    let now = (ui.ctx().zoom_factor() * 100.0).round() as u32;
    let response = menu_button(ui, rect, "Zoom", &format!("{now} %"), "Size of the whole editor.");
    Popup::menu(&response).frame(menu_frame()).show(|ui| {
        ui.set_width(96.0);
        for percent in ZOOMS {
            if menu_row(ui, &format!("{percent} %"), Some(percent == now)).clicked() {
                ui.ctx().set_zoom_factor(percent as f32 / 100.0);
                ui.close();
            }
        }
    });
}

fn latency_menu(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, rect: Rect) {
    let control = Control::Latency;
    let now = parameters.choice(control, 3);
    let label = |choice: usize| parameters.text(control, choice as f32 / 2.0);
    let labels = [label(0), label(1), label(2)];
    // The menu says "Full, 46.4 ms"; the header has room for the milliseconds only.
    let short = labels[now].split(", ").last().unwrap_or_default().to_owned();
    let response = menu_button(ui, rect, "Latency", &short, control.hint());
    menu(&mut view.interaction, parameters, control, &response);
    Popup::menu(&response).frame(menu_frame()).show(|ui| {
        ui.set_width(150.0);
        for (choice, label) in labels.iter().enumerate() {
            let label = label.replace(", ", "  ·  ");
            if menu_row(ui, &label, Some(choice == now)).clicked() {
                if choice != now {
                    parameters.change(control, choice as f32 / 2.0);
                }
                ui.close();
            }
        }
    });
}

fn bypass(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, rect: Rect) {
    let bypassed = parameters.is_on(Control::Bypass);
    let hint = Control::Bypass.hint();
    let response = clickable(ui, rect, "Bypass", hint, Kind::Switch(bypassed));
    if response.hovered() {
        ui.painter().rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    }
    let colour = if bypassed { theme::TEXT_LOW } else { theme::ACCENT };
    power(ui.painter(), rect.center(), colour);
    if response.has_focus() {
        focus_ring(ui.painter(), rect, theme::CONTROL_RADIUS);
    }
    if response.clicked() {
        parameters.change(Control::Bypass, f32::from(!bypassed));
    }
    menu(&mut view.interaction, parameters, Control::Bypass, &response);
}
