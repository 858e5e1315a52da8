//! The page *Break*: what is made of the pieces.

use egui::{Align2, Rect, Ui, vec2};

use super::{NEAR, Pill, Strip, Widths, button_inset, place};
use crate::editor::icons::repeat;
use crate::editor::knob::menu;
use crate::editor::parameters::Control;
use crate::editor::theme;
use crate::editor::widgets::{Kind, clickable, colours, focus_ring, text};

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

impl Strip<'_> {
    /// Draws the page.
    pub(super) fn break_page(&mut self, ui: &mut Ui, area: Rect, widths: &Widths) {
        let &Widths { knob, levels, mode, looping, .. } = widths;
        let groups: [&[f32]; 4] =
            [&[knob, knob], &[levels], &[knob, knob, mode], &[looping + NEAR, knob]];
        let cells = place(ui, area, &groups, self.layout.metrics.small);
        self.dial(ui, Control::Zoom, "Zoom", cells[0], true);
        self.dial(ui, Control::Edge, "Edge", cells[1], true);
        let scale = Pill {
            control: Control::LevelScale,
            name: "Logarithmic levels",
            text: "Log",
            width: 26.0,
        };
        self.dial_with_pill(ui, Control::Levels, "Levels", scale, cells[2]);
        self.dial(ui, Control::Loss, "Loss", cells[3], true);
        // Without losses their length and what fills them are not heard.
        let lossy = self.parameters.modulated(Control::Loss) > 0.0;
        self.dial(ui, Control::LossRun, "Run", cells[4], lossy);
        self.choice_group(ui, Control::LossMode, cells[5], lossy);
        self.loop_button(ui, cells[6].with_max_x(cells[6].right() - NEAR));
        self.dial(ui, Control::LoopLength, "Length", cells[7], true);
    }

    /// The large switch that lets the latest curves go round.
    fn loop_button(&mut self, ui: &Ui, cell: Rect) {
        let metrics = self.layout.metrics;
        let rect = cell.shrink2(vec2(0.0, button_inset(&metrics)));
        let on = self.parameters.is_on(Control::Loop);
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
            self.parameters.change(Control::Loop, f32::from(!on));
        }
        menu(&mut self.view.interaction, self.parameters, Control::Loop, &response);
    }
}
