//! Draws the signal in a lane: the original behind, the curves that were played in front, and between
//! them what is lost.

use egui::{Painter, Vec2};

use super::lane::Lane;
use super::lane_view::{LaneMeshes, LaneStyle, LaneView};
use super::lines::{outline, trace};
use super::span::LONGEST_DETAILED;
use super::{envelope, lost, marks};
use crate::editor::history::{History, PlayedSegment};
use crate::editor::palette::CurvePalette;
use crate::editor::theme;

/// Segments narrower than this on average, in points, are not drawn one by one: they would be coloured
/// hair. Single ones are drawn again from [`WIDE`] on, so that a picture near the limit does not flicker.
const NARROW: f32 = 1.5;
const WIDE: f32 = 2.0;

/// Extrema are marked where segments are at least this wide, in points: closer dots would touch.
const DOT_ROOM: f32 = 8.0;

/// Draws the visible part of one lane.
pub fn draw(
    painter: &Painter,
    meshes: &mut LaneMeshes,
    history: &History,
    lane: &Lane,
    palette: &CurvePalette,
    style: &LaneStyle,
) {
    let visible = lane.visible(history);
    if visible.is_empty() {
        return;
    }
    let painter = &painter.with_clip_rect(lane.rect.expand2(Vec2::new(0.0, 2.0)));
    let known = (visible.end - visible.start) as f32 / lane.span as f32 * lane.rect.width();
    let narrow = if meshes.is_dense { WIDE } else { NARROW };
    let most = (known / narrow) as usize;
    let count = history.segments(lane.stream, visible.clone()).take(most + 1).count();
    let milliseconds = 1000.0 * lane.span / history.sample_rate();
    meshes.is_dense = count > most || milliseconds > 1.001 * LONGEST_DETAILED;
    for mesh in [&mut meshes.fills, &mut meshes.original, &mut meshes.curves] {
        mesh.begin(painter);
    }
    let view = LaneView { history, lane, palette, style, visible };
    if meshes.is_dense {
        envelope::draw(meshes, &view);
    } else {
        original(meshes, &view);
        if style.curves {
            curves(meshes, &view);
            if style.loss.is_none() {
                lost::between(meshes, &view);
            }
        }
    }
    meshes.fills.finish(painter);
    meshes.original.finish(painter);
    meshes.curves.finish(painter);
    let has_dots = style.curves && style.loss.is_none() && !meshes.is_dense && count > 0;
    if has_dots && known / count as f32 >= DOT_ROOM {
        marks::dots(painter, &view);
    }
    if let Some(gain) = style.loss {
        lost::enlarged(painter, meshes, &view, gain);
    }
}

/// Draws the original.
fn original(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneMeshes { original, points, .. } = meshes;
    let LaneStyle { strength, grey, curves, .. } = *view.style;
    let colour = if grey && !curves { theme::GREYED } else { theme::ORIGINAL };
    // Behind grey curves a bright line would look as if it played.
    let colour = colour.gamma_multiply(if grey && curves { 0.5 } else { strength });
    let sample = |position| view.history.original(view.lane.stream, position);
    trace(points, view, colour, sample, |points| original.line(points, 1.0));
}

/// Draws every segment in its curve's colour, with a faint area down to the zero line.
fn curves(meshes: &mut LaneMeshes, view: &LaneView) {
    let LaneView { history, lane, style, visible, .. } = view;
    let LaneMeshes { fills, curves, points, plain, .. } = meshes;
    points.clear();
    let zero = lane.y(0.0);
    let mut last: Option<PlayedSegment> = None;
    for segment in history.segments(lane.stream, visible.clone()) {
        let ordinal = segment.record.ordinal();
        let chosen = style.highlight.is_none_or(|highlight| highlight == ordinal);
        let opacity = if chosen { 1.0 } else { 0.35 };
        let colour = view.colour(ordinal).gamma_multiply(style.strength * opacity);
        let joined = last.is_some_and(|last| last.end() == segment.position && !last.is_hold());
        if !joined || segment.is_hold() {
            curves.line(points, style.width);
            points.clear();
        }
        outline(plain, history, lane, segment, visible.end);
        let start = plain[0];
        if style.loss.is_none() && style.strength > 0.5 {
            fills.area(plain, zero, colour.gamma_multiply(0.1));
        }
        if segment.is_hold() {
            let hold = [(plain[0], colour), (plain[1], colour)];
            curves.line(&hold, style.width + 0.75);
        } else {
            if points.is_empty() {
                points.push((start, colour));
            }
            points.extend(plain[1..].iter().map(|&point| (point, colour)));
        }
        last = Some(*segment);
    }
    curves.line(points, style.width);
}
