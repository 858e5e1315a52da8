//! The lower right corner, which resizes the window.

use egui::{
    CursorIcon, Event, PointerButton, Rect, Sense, Stroke, Ui, Vec2, ViewportCommand, pos2,
};

use crate::editor::ids::id;
use crate::editor::layout::{LARGEST, SMALLEST};
use crate::editor::theme;

/// Side of the square that reacts to the pointer, in points.
const SIDE: f32 = 14.0;

/// Draws the corner and resizes the window when it is dragged. `grip` is kept between frames: during a
/// drag, the distance from the pointer to the window's end when the drag began. Returns the size in points
/// that the window is to have.
pub fn corner(ui: &Ui, grip: &mut Option<Vec2>) -> Option<Vec2> {
    let mut wanted = None;
    let window = ui.ctx().content_rect();
    let rect = Rect::from_min_max(window.max - Vec2::splat(SIDE), window.max);
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
    // Events rather than egui's drag state: a press, move and release may all fall between two frames.
    let events = ui.input(|input| input.events.clone());
    for event in events {
        let at = match event {
            Event::PointerMoved(at) => at,
            Event::PointerButton { pos, button: PointerButton::Primary, pressed, .. } => {
                let is_on_corner =
                    rect.contains(pos) && ui.ctx().layer_id_at(pos) == Some(ui.layer_id());
                if pressed && is_on_corner {
                    *grip = Some(window.max - pos);
                } else if !pressed {
                    *grip = None;
                }
                continue;
            }
            _ => continue,
        };
        // The grabbed point stays under the pointer.
        if let Some(grip) = *grip {
            let size = (at + grip - window.min).clamp(SMALLEST, LARGEST).round();
            ui.ctx().send_viewport_cmd(ViewportCommand::InnerSize(size));
            wanted = Some(size);
        }
    }
    wanted
}
