//! The read-out: which curve a segment is and how well it fits, in the toolbar.

use egui::{Align2, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use crate::editor::View;
use crate::editor::codebook_panel;
use crate::editor::history::ReadOut;
use crate::editor::ids::id;
use crate::editor::theme;

/// Room for the picture of the curve, and between the name and the rest, in points.
const ICON: f32 = 25.0;
const GAP: f32 = 7.0;

/// What is said about a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Which curve it is.
    pub name: String,
    /// How long it is.
    pub length: String,
    /// How much of the wave the curve keeps, if there is a wave; see [`ReadOut::fit`].
    pub fit: Option<String>,
}

/// Describes a segment.
pub fn describe(found: &ReadOut) -> Description {
    let ordinal = found.segment.record.ordinal();
    let name = if ordinal == 0 { "Hold".to_owned() } else { format!("Curve {ordinal}") };
    let digits = if found.milliseconds < 1.0 { 2 } else { 1 };
    let length = format!("{:.digits$} ms", found.milliseconds);
    let fit = found.fit.map(|fit| format!("fits {:.0} %", 100.0 * fit));
    Description { name, length, fit }
}

/// Draws the read-out of the hovered or else the pinned segment, if there is one, as far as it fits
/// between `left` and `right`; returns whether there is one.
pub(super) fn read_out(ui: &Ui, view: &mut View, left: f32, right: f32, y: f32) -> bool {
    let Some((_, found)) = view.scope.hovered.or(view.scope.pinned) else { return false };
    let painter = ui.painter();
    let ordinal = found.segment.record.ordinal();
    let colour = view.palette.colour(ordinal);
    let Description { name, length, fit } = describe(&found);
    let whole = fit.as_ref().map_or(length.clone(), |fit| format!("{length} · {fit}"));
    let response = ui.interact(
        Rect::from_min_max(pos2(left, y - 12.0), pos2(right, y + 12.0)),
        id("read-out"),
        Sense::hover(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} · {whole}")));

    let ink = view.palette.ink(ordinal);
    let title = painter.layout_no_wrap(name, theme::semibold(12.0), ink);
    let lay_out = |text: &str| {
        painter.layout_no_wrap(text.to_owned(), theme::regular(12.0), theme::TEXT_HIGH)
    };
    let mut rest = lay_out(&whole);
    let room = right - left - title.size().x - GAP;
    let has_icon = rest.size().x + ICON <= room;
    if rest.size().x > room {
        // How well it fits says most about the sound.
        rest = lay_out(fit.as_deref().unwrap_or(&length));
    }
    let mut x = left;
    if has_icon {
        let icon = Rect::from_center_size(pos2(left + 10.0, y), vec2(18.0, 16.0));
        if ordinal == 0 {
            painter.hline(icon.x_range(), icon.center().y, Stroke::new(3.0, colour));
        } else {
            let mesh = &mut view.scope.icon;
            mesh.begin(painter);
            codebook_panel::curve(mesh, view.palette.codebook(), ordinal, icon, colour, 1.75);
            mesh.finish(painter);
        }
        x += ICON;
    }
    let painter = painter.with_clip_rect(Rect::everything_left_of(right));
    for (galley, gap) in [(title, GAP), (rest, 0.0)] {
        let rect = Align2::LEFT_CENTER.anchor_size(pos2(x, y), galley.size());
        x = rect.right() + gap;
        painter.galley(rect.min, galley, theme::TEXT_HIGH);
    }
    true
}
