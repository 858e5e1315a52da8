//! Marks on the signal: the ends of segments, and the segment under the pointer.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2};

use super::lane::Lane;
use super::lane_view::LaneView;
use super::lines::{full_scale, outline};
use crate::editor::history::{History, PlayedSegment};
use crate::editor::palette::CurvePalette;
use crate::editor::theme;

/// Marks the end of every segment: the extremum, for the peak detector.
pub(super) fn dots(painter: &Painter, view: &LaneView) {
    let LaneView { history, lane, visible, .. } = view;
    for segment in history.segments(lane.stream, visible.clone()) {
        if !segment.is_hold() && segment.end() <= visible.end {
            let level = full_scale(segment.record.end(segment.start));
            let colour = if view.style.grey { theme::GREYED } else { theme::TEXT_HIGH };
            dot(painter, lane.point(segment.end() - 1, level), 2.5, colour);
        }
    }
}

/// Draws a dot with a dark rim.
fn dot(painter: &Painter, at: Pos2, radius: f32, colour: Color32) {
    painter.circle_filled(at, radius + 1.5, theme::SCOPE);
    painter.circle_filled(at, radius, colour);
}

/// Highlights a segment with a band behind it, its edges and its ends.
pub(super) fn band(
    painter: &Painter,
    history: &History,
    lane: &Lane,
    palette: &CurvePalette,
    segment: &PlayedSegment,
) {
    let painter = &painter.with_clip_rect(lane.rect);
    let colour = palette.colour(segment.record.ordinal());
    let (left, right) = (lane.x(segment.position as f64 - 1.0), lane.x(segment.end() as f64 - 1.0));
    let rect = Rect::from_x_y_ranges(left..=right, lane.rect.y_range());
    painter.rect_filled(rect, 0.0, colour.gamma_multiply(0.16));
    for x in [left, right] {
        let x = painter.round_to_pixel_center(x);
        painter.vline(x, lane.rect.y_range(), Stroke::new(1.0, colour));
    }
    let mut points = Vec::new();
    outline(&mut points, history, lane, segment, segment.end());
    let start = points[0];
    painter.add(Shape::line(points, Stroke::new(3.25, colour)));
    dot(painter, start, 3.25, theme::TEXT_HIGH);
    let end = lane.y(full_scale(segment.record.end(segment.start)));
    dot(painter, pos2(right, end), 3.25, theme::TEXT_HIGH);
}
