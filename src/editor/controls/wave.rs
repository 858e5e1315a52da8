//! The page *Wave*: how the wave is cut into pieces, and how closely these are drawn.

use egui::{Rect, Ui};

use super::{NEAR, Strip, Widths, place};
use crate::editor::parameters::Control;

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

impl Strip<'_> {
    /// Draws the page.
    pub(super) fn wave(&mut self, ui: &mut Ui, area: Rect, widths: &Widths) {
        let &Widths { knob, threshold, detector, flats, .. } = widths;
        let groups: [&[f32]; 3] =
            [&[knob], &[detector + NEAR, threshold, knob, knob], &[knob, knob, flats]];
        let cells = place(ui, area, &groups, self.layout.metrics.small);
        self.dial(ui, Control::Input, "Input", cells[0], true);
        let detector = cells[1].with_max_x(cells[1].right() - NEAR);
        self.choice_group(ui, Control::Detector, detector, true);
        self.dial(ui, Control::Threshold, "Threshold", cells[2], true);
        self.dial(ui, Control::Follow, "Follow", cells[3], true);
        self.dial(ui, Control::Longest, "Longest", cells[4], true);
        self.dial(ui, Control::Points, "Points", cells[5], true);
        self.dial(ui, Control::Curves, "Curves", cells[6], true);
        self.choice_group(ui, Control::Flats, cells[7], true);
    }
}
