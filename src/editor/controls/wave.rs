//! The page *Wave*: how the wave is cut into pieces, and how closely these are drawn.

use egui::{Rect, Ui};

use super::choice::choice_group;
use super::{Widths, dial, place};
use crate::editor::View;
use crate::editor::layout::Layout;
use crate::editor::parameters::{Control, Parameters};

/// The controls of the page.
pub(super) const CONTROLS: [Control; 8] = [
    Control::Input,
    Control::Detector,
    Control::Threshold,
    Control::Follow,
    Control::Longest,
    Control::Points,
    Control::Curves,
    Control::Flats,
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
    let &Widths { knob, threshold, detector, flats, .. } = widths;
    let groups: [&[f32]; 3] =
        [&[knob], &[detector + 4.0, threshold, knob, knob], &[knob, knob, flats]];
    let cells = place(ui, area, &groups, layout.metrics.small);
    let mut dial = |ui: &mut Ui, control: Control, label: &str, cell: Rect| {
        dial(ui, view, parameters, control, label, cell, layout, true);
    };
    dial(ui, Control::Input, "Input", cells[0]);
    let detector = cells[1].with_max_x(cells[1].right() - 4.0);
    choice_group(ui, view, parameters, Control::Detector, detector, layout, true);
    let mut dial = |ui: &mut Ui, control: Control, label: &str, cell: Rect| {
        super::dial(ui, view, parameters, control, label, cell, layout, true);
    };
    dial(ui, Control::Threshold, "Threshold", cells[2]);
    dial(ui, Control::Follow, "Follow", cells[3]);
    dial(ui, Control::Longest, "Longest", cells[4]);
    dial(ui, Control::Points, "Points", cells[5]);
    dial(ui, Control::Curves, "Curves", cells[6]);
    choice_group(ui, view, parameters, Control::Flats, cells[7], layout, true);
}
