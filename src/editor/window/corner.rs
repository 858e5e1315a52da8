//! The lower right corner, which resizes the window.

use egui::{
    CursorIcon, Event, PointerButton, Rect, Sense, Stroke, Ui, Vec2, ViewportCommand, pos2,
};

use crate::editor::layout::{LARGEST, SMALLEST};
use crate::editor::theme;
use crate::editor::widgets::id;

/// Draws the corner and senses its drags. `grip` is where it was taken while it is dragged: the way
/// from there to the window's end.
pub fn corner(ui: &Ui, grip: &mut Option<Vec2>) {
    let window = ui.ctx().content_rect();
    let rect = Rect::from_min_max(window.max - Vec2::splat(14.0), window.max);
    let response = ui.interact(rect, id("corner"), Sense::drag() - Sense::FOCUSABLE);
    let response = response.on_hover_cursor(CursorIcon::ResizeNwSe);
    let colour =
        if response.hovered() || response.dragged() { theme::TEXT_LOW } else { theme::PRESSED };
    for inset in [4.0, 7.5] {
        let ends = [
            pos2(window.right() - inset, window.bottom() - 2.5),
            pos2(window.right() - 2.5, window.bottom() - inset),
        ];
        ui.painter().line_segment(ends, Stroke::new(1.0, colour));
    }
    // The events themselves: a quick hand presses, moves and lets go between two pictures.
    let events = ui.input(|input| input.events.clone());
    for event in events {
        let at = match event {
            Event::PointerMoved(at) => at,
            Event::PointerButton { pos, button: PointerButton::Primary, pressed, .. } => {
                let is_ours =
                    rect.contains(pos) && ui.ctx().layer_id_at(pos) == Some(ui.layer_id());
                if pressed && is_ours {
                    *grip = Some(window.max - pos);
                } else if !pressed {
                    *grip = None;
                }
                continue;
            }
            _ => continue,
        };
        // The corner stays where it was taken, under the pointer.
        if let Some(grip) = *grip {
            let size = (at + grip - window.min).clamp(SMALLEST, LARGEST).round();
            ui.ctx().send_viewport_cmd(ViewportCommand::InnerSize(size));
        }
    }
}
