//! The toolbar above the plot: channels, read-out or badge or legend, vertical zoom, span, freeze.

use egui::{Align2, Painter, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::axes::plain;
use super::interaction::freeze;
use super::read_out::read_out;
use super::{Lanes, SPANS, State, ZOOMS, lane_names, loss_gain};
use crate::editor::View;
use crate::editor::icons::pause;
use crate::editor::ids::id;
use crate::editor::layout::Layout;
use crate::editor::palette::Ramp;
use crate::editor::theme;
use crate::editor::widgets::{
    Choices, Kind, centred, choices, clickable, colours, focus_ring, text,
};

/// Handles and draws the toolbar of the scope in `rect`.
pub(super) fn toolbar(
    ui: &Ui,
    view: &mut View,
    rect: Rect,
    (state, is_stopped): (State, bool),
    layout: &Layout,
) {
    let small = layout.metrics.narrow;
    let painter = ui.painter();
    let y = rect.top() + 18.0;
    let area = |left: f32, width: f32| {
        Rect::from_min_max(pos2(left, y - 12.0), pos2(left + width, y + 12.0))
    };
    let mut left = rect.left() + 8.0;
    if view.history.streams() == 2 {
        let names = lane_names(view.history.stereo());
        let both = format!("{}+{}", names[0], names[1]);
        let labels = [names[0], names[1], &both];
        let chosen = view.scope.lanes as usize;
        let width = if small { 88.0 } else { 94.0 };
        let hint = "The channels on show.";
        let of = Choices { name: "Show", hint, labels: &labels, chosen, vertical: false };
        let draw = centred(&labels, if small { 11.0 } else { 12.0 });
        let (clicked, _) = choices(ui, area(left, width), of, draw);
        if let Some(clicked) = clicked {
            view.scope.lanes = [Lanes::First, Lanes::Second, Lanes::Both][clicked];
            view.settled = false;
        }
        left += width + 10.0;
    }

    // From right to left: freeze, span, vertical zoom.
    let frozen = view.scope.frozen.is_some();
    let width = if small { 30.0 } else { 74.0 };
    let mut right = rect.right() - 8.0 - width;
    let hint = "Freezes the scope; drag it to see what came before.";
    let response = clickable(ui, area(right, width), "Freeze", hint, Kind::Switch(frozen));
    let (mut body, mut ink) = colours(&response);
    if frozen {
        (body, ink) = (theme::ACCENT, theme::ON_ACCENT);
    }
    painter.rect_filled(response.rect, theme::CONTROL_RADIUS, body);
    if small {
        pause(painter, response.rect.center(), ink);
    } else {
        pause(painter, pos2(right + 16.0, y), ink);
        let label = if frozen { "Frozen" } else { "Freeze" };
        text(painter, pos2(right + 26.0, y), Align2::LEFT_CENTER, label, theme::medium(12.0), ink);
    }
    if response.has_focus() {
        focus_ring(painter, response.rect, theme::CONTROL_RADIUS);
    }
    if response.clicked() {
        freeze(view);
    }
    let width = if small { 84.0 } else { 90.0 };
    right -= 6.0 + width;
    let label = format!("{} ms", plain(SPANS[view.scope.span]));
    let hint = "Time on show; turn the wheel over the plot to change it.";
    let limits = (view.scope.span > 0, view.scope.span + 1 < SPANS.len());
    let steps = stepper(ui, area(right, width), "Span", &label, hint, limits);
    view.scope.change_span(steps);
    let width = if small { 76.0 } else { 80.0 };
    right -= 6.0 + width;
    let label = match view.scope.zoom {
        0 => "Auto".to_owned(),
        1 => "Full".to_owned(),
        zoom => format!("×{}", ZOOMS[zoom]),
    };
    let hint = "Vertical zoom: Auto fits the signal, Full is full scale. Turn the wheel over the plot \
                with Ctrl to change it.";
    let limits = (view.scope.zoom > 0, view.scope.zoom + 1 < ZOOMS.len());
    let steps = stepper(ui, area(right, width), "Height", &label, hint, limits);
    view.scope.change_zoom(steps);

    // In between: what is pointed at, or a badge for an unusual state, or the legend where there is
    // room.
    let is_picked = matches!(state, State::Playing | State::Delta);
    if is_picked && read_out(ui, view, left + 2.0, right - 6.0, y) {
        return;
    }
    let plain = |label: &str| (label.to_owned(), theme::TEXT_HIGH, theme::PRESSED);
    let badge = match state {
        State::Bypassed => plain("Bypassed"),
        _ if is_stopped => plain("Stopped"),
        State::Delta => {
            let gain = loss_gain(view.scope.loss, view.scope.height.range);
            (format!("Lost signal ×{gain}"), theme::ACCENT, theme::ACCENT_TINT)
        }
        _ => {
            if !small {
                let is_dense = view.scope.meshes.iter().any(|lane| lane.is_dense);
                legend(painter, (view.palette.ramp(), is_dense), left + 2.0, right - 6.0, y);
            }
            return;
        }
    };
    let (label, ink, body) = badge;
    let galley = painter.layout_no_wrap(label.clone(), theme::semibold(13.0), ink);
    let badge = area(left, galley.size().x + 24.0);
    if badge.right() < right - 4.0 {
        let response = ui.interact(badge, id("badge"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label.as_str()));
        painter.rect_filled(badge, theme::CONTROL_RADIUS, body);
        let at = badge.center() - galley.size() / 2.0;
        painter.galley(at, galley, ink);
    }
}

/// Draws a value between a minus and a plus button; returns the step that was clicked, −1 to 1.
/// `less` and `more` say which buttons are enabled.
fn stepper(
    ui: &Ui,
    rect: Rect,
    name: &str,
    label: &str,
    hint: &str,
    (less, more): (bool, bool),
) -> isize {
    let painter = ui.painter();
    painter.rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    let mut steps = 0;
    for (step, enabled, verb) in [(-1_isize, less, "Less"), (1, more, "More")] {
        let x = if step < 0 { rect.left() } else { rect.right() - 24.0 };
        let cell = Rect::from_min_size(pos2(x, rect.top()), vec2(24.0, rect.height()));
        let name = format!("{verb} {}", name.to_lowercase());
        let response = clickable(ui, cell, &name, hint, Kind::Value(label));
        if response.hovered() && enabled {
            painter.rect_filled(cell, theme::CONTROL_RADIUS, theme::HOVER);
        }
        let ink = match (enabled, response.hovered()) {
            (false, _) => theme::DISABLED,
            (true, true) => theme::TEXT_HIGH,
            (true, false) => theme::TEXT_MID,
        };
        let stroke = Stroke::new(1.5, ink);
        let at = cell.center();
        painter.line_segment([at - vec2(4.5, 0.0), at + vec2(4.5, 0.0)], stroke);
        if step > 0 {
            painter.line_segment([at - vec2(0.0, 4.5), at + vec2(0.0, 4.5)], stroke);
        }
        if response.has_focus() {
            focus_ring(painter, cell.shrink(1.0), theme::CONTROL_RADIUS);
        }
        if response.clicked() && enabled {
            steps += step;
        }
    }
    text(
        painter,
        rect.center(),
        Align2::CENTER_CENTER,
        label,
        theme::medium(12.0),
        theme::TEXT_HIGH,
    );
    steps
}

/// Draws a legend of the lines, or of the envelopes where segments are too narrow to be seen, as far as it fits between `left` and `right`.
fn legend(painter: &Painter, (ramp, is_dense): (Ramp, bool), left: f32, right: f32, y: f32) {
    let font = || theme::regular(11.0);
    let ink = theme::TEXT_LOW;
    let word = |x: f32, word: &str| {
        text(painter, pos2(x, y), Align2::LEFT_CENTER, word, font(), ink).right()
    };
    // The width up to "Early".
    if right - left < 222.0 {
        return;
    }
    let area = |x: f32, colour| {
        let area = Rect::from_center_size(pos2(x + 5.0, y), vec2(10.0, 9.0));
        painter.rect_filled(area, 1.0, colour);
    };
    if is_dense {
        area(left + 2.0, theme::ENVELOPE);
    } else {
        painter.hline(left..=left + 12.0, y, Stroke::new(1.0, theme::ORIGINAL));
    }
    let mut x = word(left + 17.0, "Original") + 12.0;
    area(x, if is_dense { theme::TEXT_HIGH } else { theme::LOST });
    x = word(x + 15.0, "Lost") + 12.0;
    x = word(x, "Late") + 5.0;
    for i in 0..32 {
        let colour = ramp.colour(i as f32 / 31.0);
        let bar = Rect::from_min_size(pos2(x + i as f32, y - 1.5), vec2(1.5, 3.0));
        painter.rect_filled(bar, 0.0, colour);
    }
    x = word(x + 37.5, "Early") + 12.0;
    if right - x > 41.0 {
        painter.hline(x..=x + 12.0, y, Stroke::new(3.0, theme::HOLD));
        word(x + 17.0, "Hold");
    }
}
