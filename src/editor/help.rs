//! The manual on one page: what Extrema does, what each control does, and every gesture. It lies over the
//! picture of the wave and leaves the controls in reach.

use egui::{Align2, Key, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

use super::View;
use super::ids::id;
use super::layout::Layout;
use super::parameters::Control;
use super::theme;
use super::widgets::text;

/// What Extrema does.
const ABOUT: &str = "Extrema cuts the wave at its peaks and troughs and draws each piece as one of 255 \
                     curves. What you hear is what five bytes a piece can say. Turn Threshold up to hear \
                     more of it; press Lost to hear what is missing.";

/// The gestures, with what each does.
const GESTURES: &[(&str, &str)] = &[
    ("Drag a knob", "Turn it; with Shift finely"),
    ("Wheel", "One step; with Shift a tenth of one"),
    ("Double-click, Ctrl-click", "Back to the default"),
    ("Click a value, Enter", "Type it, with or without its unit"),
    ("Right-click", "Reset, enter, copy, paste"),
    ("Tab, arrows, Page, Home, End", "Move the focus, turn the knob that has it"),
    ("Click Mix or Output", "Lock it: presets leave it alone"),
    ("Drag the amber bracket", "Set the threshold in the picture"),
    ("Wheel over the wave", "Show more time or less; with Ctrl, more height or less"),
    ("Click a segment or a curve", "Hold its details and highlight its like; Esc releases"),
    ("F, B, D over the wave", "Freeze, bypass, hear what is lost"),
    ("Drag a frozen wave", "Look at what came before"),
    ("Click a meter", "Clear its peak and its clip light"),
];

/// Width of the column of terms in points.
const TERMS: f32 = 190.0;

/// Draws the page over the body of the window while it is asked for.
pub fn show(ui: &mut Ui, view: &mut View, layout: &Layout) {
    if !view.help {
        return;
    }
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        view.help = false;
        return;
    }
    let body =
        Rect::from_min_max(layout.scope.min, pos2(layout.meters.right(), layout.scope.bottom()));
    let area = egui::Area::new(id("manual")).fixed_pos(body.min).order(egui::Order::Middle);
    area.show(ui.ctx(), |ui| {
        let painter = ui.painter();
        let border = Stroke::new(1.0, theme::PRESSED);
        painter.rect(body, theme::PANEL_RADIUS, theme::POPUP, border, StrokeKind::Inside);
        // Nothing below it reacts.
        ui.interact(body, id("manual ground"), Sense::click_and_drag());
        let inner = body.shrink2(vec2(20.0, 14.0));
        let mut content = ui.new_child(UiBuilder::new().max_rect(inner));
        ScrollArea::vertical().id_salt("manual").show(&mut content, |ui| {
            ui.set_width(inner.width());
            heading(ui, "Manual");
            paragraph(ui, ABOUT);
            heading(ui, "Gestures");
            for (term, meaning) in GESTURES {
                row(ui, term, meaning);
            }
            heading(ui, "Controls");
            for control in Control::ALL {
                row(ui, control.spec().name, control.hint());
            }
        });
    });
}

fn heading(ui: &mut Ui, label: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    let at = pos2(rect.left(), rect.bottom() - 12.0);
    text(ui.painter(), at, Align2::LEFT_CENTER, label, theme::semibold(13.0), theme::TEXT_HIGH);
}

fn paragraph(ui: &mut Ui, words: &str) {
    let width = ui.available_width().min(620.0);
    let font = theme::regular(12.0);
    let galley = ui.painter().layout(words.to_owned(), font, theme::TEXT_MID, width);
    let size = vec2(ui.available_width(), galley.size().y + 4.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().galley(rect.min, galley, theme::TEXT_MID);
}

fn row(ui: &mut Ui, term: &str, meaning: &str) {
    let width = ui.available_width() - TERMS;
    let font = theme::regular(12.0);
    let galley = ui.painter().layout(meaning.to_owned(), font, theme::TEXT_MID, width);
    let size = vec2(ui.available_width(), galley.size().y.max(16.0) + 4.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter();
    text(painter, rect.min, Align2::LEFT_TOP, term, theme::medium(12.0), theme::TEXT_HIGH);
    painter.galley(rect.min + vec2(TERMS, 0.0), galley, theme::TEXT_MID);
}
