//! The controls: everything that shapes the sound.

use egui::{Align2, Painter, Rect, Stroke, Ui, pos2, vec2};

use super::View;
use super::knob::{Knob, knob, menu};
use super::layout::Layout;
use super::parameters::{Control, Parameters};
use super::theme;
use super::widgets::{
    Choices, Kind, centred, choices, clickable, colours, detector, focus_ring, headphones, panel,
    text,
};

/// Widths in points.
struct Widths {
    padding: f32,
    knob: f32,
    longest: f32,
    detector: f32,
    stereo: f32,
    delta: f32,
}

impl Widths {
    const SMALL: Self = Self {
        padding: 10.0,
        knob: 62.0,
        longest: 62.0,
        detector: 60.0,
        stereo: 76.0,
        delta: 84.0,
    };

    /// Widths that grow with the panel: 816 points wide in a window of 840, the narrowest that is
    /// not small, and 936 in the default window of 960.
    fn roomy(width: f32) -> Self {
        let room = egui::remap_clamp(width, 816.0..=936.0, 0.0..=1.0);
        let between = |least, most| egui::lerp(least..=most, room);
        // In wider panels knobs stand further apart, so that the dot beside the label of a modulated
        // knob is not taken for its neighbour's.
        let air = egui::remap_clamp(width, 936.0..=1200.0, 0.0..=12.0);
        Self {
            padding: 12.0,
            knob: between(66.0, 75.0) + air,
            longest: between(84.0, 96.0) + air,
            detector: between(86.0, 98.0),
            stereo: between(84.0, 92.0),
            delta: between(94.0, 112.0),
        }
    }
}

/// Draws the controls.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters, layout: &Layout) {
    let (area, metrics) = (layout.controls, layout.metrics);
    panel(ui.painter(), area);
    if parameters.is_on(Control::Bypass) {
        ui.multiply_opacity(0.6);
    }
    let widths = if metrics.small { Widths::SMALL } else { Widths::roomy(area.width()) };
    // Input | Detector Threshold Longest | Points Curves | Stereo | Mix Output | Delta
    let near = 4.0;
    let groups = [
        widths.knob,
        widths.detector + near + widths.knob + widths.longest,
        2.0 * widths.knob,
        widths.stereo,
        2.0 * widths.knob,
        widths.delta,
    ];
    let room = area.width() - 2.0 * widths.padding - groups.iter().sum::<f32>();
    let gap = room / (groups.len() - 1) as f32;
    let mut left = area.left() + widths.padding;
    let starts = groups.map(|width| {
        let start = left;
        left += width + gap;
        start
    });
    for start in &starts[1..] {
        let x = ui.painter().round_to_pixel_center(start - gap / 2.0);
        let y = area.y_range().shrink(if metrics.small { 16.0 } else { 20.0 });
        ui.painter().vline(x, y, Stroke::new(1.0, theme::HAIRLINE));
    }
    let cell = |left: f32, width: f32| -> Rect {
        Rect::from_min_size(pos2(left, area.top()), vec2(width, area.height()))
    };

    let delta = parameters.is_on(Control::Delta);
    let mut dial = |ui: &mut Ui, parameters: &mut dyn Parameters, control, label, left, on| {
        let width = if control == Control::Longest { widths.longest } else { widths.knob };
        let cell = cell(left, width);
        let dial = Knob { control, label, cell, enabled: on };
        knob(ui, &mut view.interaction, parameters, dial, &metrics);
    };
    dial(ui, parameters, Control::Input, "Input", starts[0], true);
    let after = starts[1] + widths.detector + near;
    let longest = if metrics.small { "Longest" } else { "Longest curve" };
    dial(ui, parameters, Control::Threshold, "Threshold", after, true);
    dial(ui, parameters, Control::Longest, longest, after + widths.knob, true);
    dial(ui, parameters, Control::Points, "Points", starts[2], true);
    dial(ui, parameters, Control::Curves, "Curves", starts[2] + widths.knob, true);
    dial(ui, parameters, Control::Mix, "Mix", starts[4], !delta);
    dial(ui, parameters, Control::Output, "Output", starts[4] + widths.knob, true);

    choice_group(ui, view, parameters, Control::Detector, cell(starts[1], widths.detector), layout);
    choice_group(ui, view, parameters, Control::Stereo, cell(starts[3], widths.stereo), layout);
    delta_button(ui, view, parameters, cell(starts[5], widths.delta), layout);
}

/// A labelled group of exclusive choices, one below the other.
fn choice_group(
    ui: &Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    control: Control,
    cell: Rect,
    layout: &Layout,
) {
    let metrics = layout.metrics;
    debug_assert!(matches!(control, Control::Stereo | Control::Detector), "{control:?}");
    let labels: &[&str] = match control {
        Control::Stereo => &["L / R", "Mid / Side", "Linked"],
        _ => &["Slope", "Peak"],
    };
    let name = parameters.name(control);
    let (label, top, bottom) = if metrics.small { (14.0, 26.0, 10.0) } else { (18.0, 32.0, 14.0) };
    text(
        ui.painter(),
        pos2(cell.center().x, cell.top() + label),
        Align2::CENTER_CENTER,
        &name,
        theme::medium(metrics.label),
        theme::TEXT_MID,
    );
    let rect = Rect::from_min_max(
        pos2(cell.left(), cell.top() + top),
        pos2(cell.right(), cell.bottom() - bottom),
    );
    let chosen = parameters.choice(control, labels.len());
    let of = Choices { name: &name, hint: control.hint(), labels, chosen, vertical: true };
    let (clicked, response) = if control == Control::Detector && !metrics.small {
        let draw = |painter: &Painter, cell: Rect, i: usize, ink| {
            let icon = if i == chosen { theme::ACCENT } else { theme::TEXT_LOW };
            detector(painter, pos2(cell.left() + 18.0, cell.center().y), i == 1, icon);
            let at = pos2(cell.left() + 33.0, cell.center().y);
            text(painter, at, Align2::LEFT_CENTER, labels[i], theme::medium(12.0), ink);
        };
        choices(ui, rect, of, draw)
    } else {
        let draw = centred(labels, if metrics.small { 11.0 } else { 12.0 });
        choices(ui, rect, of, draw)
    };
    if let Some(choice) = clicked.filter(|&choice| choice != chosen) {
        parameters.change(control, choice as f32 / (labels.len() - 1) as f32);
    }
    menu(&mut view.interaction, parameters, control, &response);
}

/// The large switch that plays only what is lost.
fn delta_button(
    ui: &Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    cell: Rect,
    layout: &Layout,
) {
    let metrics = layout.metrics;
    let rect = cell.shrink2(vec2(0.0, if metrics.small { 10.0 } else { 14.0 }));
    let on = parameters.is_on(Control::Delta);
    let response = clickable(ui, rect, "Delta", Control::Delta.hint(), Kind::Switch(on));
    let (mut body, _) = colours(&response);
    let (mut icon, mut title, mut caption) = (theme::ACCENT, theme::TEXT_HIGH, theme::TEXT_LOW);
    if on {
        body = theme::ACCENT;
        (icon, title, caption) = (theme::ON_ACCENT, theme::ON_ACCENT, theme::ON_ACCENT);
    }
    let painter = ui.painter();
    painter.rect_filled(rect, theme::CONTROL_RADIUS, body);
    let centre = rect.center();
    let lift = if metrics.small { 11.0 } else { 24.0 };
    headphones(painter, centre - vec2(0.0, lift), icon);
    let at = centre + vec2(0.0, if metrics.small { 14.0 } else { 6.0 });
    text(painter, at, Align2::CENTER_CENTER, "Delta", theme::semibold(13.0), title);
    if !metrics.small {
        let at = centre + vec2(0.0, 25.0);
        text(
            painter,
            at,
            Align2::CENTER_CENTER,
            "Hear what is lost",
            theme::regular(11.0),
            caption,
        );
    }
    if response.has_focus() {
        focus_ring(painter, rect, theme::CONTROL_RADIUS);
    }
    if response.clicked() {
        parameters.change(Control::Delta, f32::from(!on));
    }
    menu(&mut view.interaction, parameters, Control::Delta, &response);
}
