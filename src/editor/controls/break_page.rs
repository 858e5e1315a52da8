//! The page *Break*: what is made of the pieces.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::choice::choice_group;
use super::{Widths, dial, label_y, place};
use crate::editor::View;
use crate::editor::knob::menu;
use crate::editor::layout::Layout;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::theme;
use crate::editor::widgets::{Kind, clickable, colours, focus_ring, pill, repeat, text};

/// The controls of the page.
pub(super) const CONTROLS: [Control; 9] = [
    Control::Zoom,
    Control::Edge,
    Control::Levels,
    Control::LevelScale,
    Control::Loss,
    Control::LossRun,
    Control::LossMode,
    Control::Loop,
    Control::LoopLength,
];

/// Draws the page.
pub(super) fn show(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    area: Rect,
    widths: &Widths,
    layout: &Layout,
) {
    let &Widths { knob, levels, mode, looping, .. } = widths;
    let groups: [&[f32]; 4] =
        [&[knob, knob], &[levels], &[knob, knob, mode], &[looping + 4.0, knob]];
    let cells = place(ui, area, &groups, layout.metrics.small);
    dial(ui, view, parameters, Control::Zoom, "Zoom", cells[0], layout, true);
    dial(ui, view, parameters, Control::Edge, "Edge", cells[1], layout, true);
    level_dial(ui, view, parameters, cells[2], layout);
    dial(ui, view, parameters, Control::Loss, "Loss", cells[3], layout, true);
    // Without losses their length and what fills them are not heard.
    let lossy = parameters.modulated(Control::Loss) > 0.0;
    dial(ui, view, parameters, Control::LossRun, "Run", cells[4], layout, lossy);
    choice_group(ui, view, parameters, Control::LossMode, cells[5], layout, lossy);
    loop_button(ui, view, parameters, cells[6].with_max_x(cells[6].right() - 4.0), layout);
    dial(ui, view, parameters, Control::LoopLength, "Length", cells[7], layout, true);
}

/// The knob of the levels, with the switch of their scale beside the label.
fn level_dial(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    cell: Rect,
    layout: &Layout,
) {
    let metrics = layout.metrics;
    dial(ui, view, parameters, Control::Levels, "", cell, layout, true);
    let y = label_y(cell, &metrics);
    let font = theme::medium(metrics.label);
    let galley = ui.painter().layout_no_wrap("Levels".to_owned(), font, theme::TEXT_MID);
    let width = 26.0;
    let left = cell.center().x - (galley.size().x + 4.0 + width) / 2.0;
    let right = left + galley.size().x;
    ui.painter().galley(pos2(left, y - galley.size().y / 2.0), galley, theme::TEXT_MID);
    let rect = Rect::from_min_size(pos2(right + 4.0, y - 7.5), vec2(width, 15.0));
    let on = parameters.is_on(Control::LevelScale);
    let hint = Control::LevelScale.hint();
    let response = pill(ui, rect, "Logarithmic levels", "Log", hint, on);
    if response.clicked() {
        parameters.change(Control::LevelScale, f32::from(!on));
    }
    menu(&mut view.interaction, parameters, Control::LevelScale, &response);
}

/// The large switch that lets the latest curves go round.
fn loop_button(
    ui: &Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    cell: Rect,
    layout: &Layout,
) {
    let metrics = layout.metrics;
    let rect = cell.shrink2(vec2(0.0, if metrics.small { 10.0 } else { 14.0 }));
    let on = parameters.is_on(Control::Loop);
    let response = clickable(ui, rect, "Loop", Control::Loop.hint(), Kind::Switch(on));
    let (body, icon, ink) = if on {
        (theme::ACCENT, theme::ON_ACCENT, theme::ON_ACCENT)
    } else {
        (colours(&response).0, theme::ACCENT, theme::TEXT_HIGH)
    };
    let painter = ui.painter();
    painter.rect_filled(rect, theme::CONTROL_RADIUS, body);
    let lift = if metrics.small { 11.0 } else { 14.0 };
    repeat(painter, rect.center() - vec2(0.0, lift), icon);
    let at = rect.center() + vec2(0.0, if metrics.small { 14.0 } else { 16.0 });
    text(painter, at, Align2::CENTER_CENTER, "Loop", theme::semibold(metrics.label + 1.0), ink);
    if response.has_focus() {
        focus_ring(painter, rect, theme::CONTROL_RADIUS);
    }
    if response.clicked() {
        parameters.change(Control::Loop, f32::from(!on));
    }
    menu(&mut view.interaction, parameters, Control::Loop, &response);
}
