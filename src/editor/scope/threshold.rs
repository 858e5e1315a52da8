//! The threshold in the picture: a bracket at the right edge, as tall as the movement that is ignored.
//! Dragging it sets the control.
//!
//! The peak detector ignores turns of less than the threshold `T`, so its bracket reaches `T / 2` up and
//! down from zero. So does that of *Best*, whose threshold is a price that goes by it. The slope detector ignores a wave that rises or falls by less than `T` from one sample
//! at 44.1 kHz to the next; its bracket is a wedge with these slopes. With *Follow*, `T` is the one in
//! force at the right edge.

use std::sync::Arc;

use egui::emath::GuiRounding;
use egui::{
    Align2, Color32, CursorIcon, Galley, Id, Painter, Pos2, Rect, Response, Sense, Shape, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::lane::Lane;
use super::{State, lane_names};
use crate::codec::{Detector, Share};
use crate::editor::View;
use crate::editor::hints;
use crate::editor::history::History;
use crate::editor::ids::id;
use crate::editor::knob::grip;
use crate::editor::line_mesh::LineMesh;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::theme;
use crate::effect::controls::{Kind, Number};

/// Nearer to zero than this, in points, an edge does not follow the pointer but moves evenly in
/// decibels, as fast as here: it could not tell small thresholds apart.
const NEAR: f32 = 8.0;

/// Decibels of a change by a factor of e: 20 / ln 10.
const DECIBELS_PER_E: f64 = 8.685_889_638;

/// Samples in a millisecond at 44.1 kHz, where the slope detector's threshold is a change per sample.
const SAMPLES_PER_MS: f32 = 44.1;

/// Width of the bracket, and of the wedge where a millisecond would be narrower or wider, in points.
const WIDTH: f32 = 12.0;
const NARROWEST: f32 = 14.0;
const WIDEST: f32 = 96.0;

/// From the bracket to the edge of the plot, in points.
const INSET: f32 = 5.0;

/// The least height of the bracket in points, so that it can be seen and grasped.
const LEAST: f32 = 8.0;

/// Dashes across the plot and the gaps between them, in points.
const DASH: f32 = 2.0;
const GAP: f32 = 4.0;

/// The distance of an edge from zero as a function of the threshold.
#[derive(Debug, Clone, Copy)]
struct Scale {
    /// The distance for 0 dBFS, in points.
    full: f64,
}

impl Scale {
    /// The threshold in dBFS of an edge that was dragged to a distance in points.
    fn dbfs(self, distance: f64) -> f64 {
        let near = f64::from(NEAR);
        let at_near = 20.0 * (near / self.full).log10();
        if distance >= near {
            20.0 * (distance / self.full).log10()
        } else {
            at_near + (distance - near) * DECIBELS_PER_E / near
        }
    }

    /// The distance in points to which an edge has to be dragged for a threshold in dBFS.
    fn distance(self, dbfs: f64) -> f64 {
        let near = f64::from(NEAR);
        let at_near = 20.0 * (near / self.full).log10();
        if dbfs >= at_near {
            self.full * 10.0_f64.powf(dbfs / 20.0)
        } else {
            near + (dbfs - at_near) * near / DECIBELS_PER_E
        }
    }

    /// The control's position, 0 to 1, after an edge was dragged outwards by so many points.
    fn dragged(self, position: f32, outwards: f32) -> f32 {
        let control = Control::Threshold;
        let Kind::Number(Number { min, .. }) = control.spec().kind else { return position };
        let from = self.distance(control.value_at(position).max(min));
        let dbfs = self.dbfs(from + f64::from(outwards));
        // Below the lowest threshold it is off.
        control.position(if dbfs < min { f64::NEG_INFINITY } else { dbfs })
    }
}

/// A bracket in a lane.
struct Bracket {
    detector: Detector,
    scale: Scale,
    /// Distance of its edges from zero in points; 0 if the threshold is off.
    reach: f32,
    /// The level zero.
    zero: Pos2,
    /// Its area on screen, within the lane.
    rect: Rect,
}

impl Bracket {
    fn of(lane: &Lane, history: &History, parameters: &dyn Parameters, state: State) -> Self {
        let detector = match parameters.choice(Control::Detector, 3) {
            0 => Detector::Slope,
            1 => Detector::Peak,
            _ => Detector::Best,
        };
        let plain = |control: Control| control.value_at(parameters.modulated(control));
        let follow = Share::from_percent(plain(Control::Follow));
        let edge = (lane.from + lane.span).max(0.0) as u64;
        // In silence it is as it was set: there is no level to follow.
        let factor = match state {
            State::Silent => 1.0,
            _ => history.follow_factor(lane.stream, detector, follow, edge),
        };
        let points_per_ms = lane.rect.width() / (1000.0 * lane.span / history.sample_rate()) as f32;
        let width = match detector {
            Detector::Slope => points_per_ms.clamp(NARROWEST, WIDEST),
            Detector::Peak | Detector::Best => WIDTH,
        };
        let level = match detector {
            Detector::Slope => SAMPLES_PER_MS * width / points_per_ms,
            Detector::Peak | Detector::Best => 0.5,
        };
        let points_per_level = lane.rect.height() / (2.0 * lane.range);
        let scale = Scale { full: f64::from(level * points_per_level) * factor.max(1e-9) };
        let dbfs = plain(Control::Threshold);
        let reach = (scale.full * 10.0_f64.powf(dbfs / 20.0)) as f32;
        let right = match detector {
            Detector::Slope => lane.rect.right(),
            Detector::Peak | Detector::Best => lane.rect.right() - INSET,
        };
        let zero = pos2(right, lane.y(0.0));
        let half = reach.max(LEAST / 2.0);
        let rect = Rect::from_x_y_ranges(right - width..=right, zero.y - half..=zero.y + half);
        Self { detector, scale, reach, zero, rect: rect.intersect(lane.rect) }
    }

    /// Draws the levels that the peak detector's bracket reaches to, across the lane.
    fn lines(&self, painter: &Painter, mesh: &mut LineMesh, lane: &Lane) {
        // Nearer than this they would lie on the line of zero.
        if self.detector == Detector::Slope || self.reach < 2.0 {
            return;
        }
        mesh.begin(painter);
        let pixel = 1.0 / painter.pixels_per_point();
        for y in [self.zero.y - self.reach, self.zero.y + self.reach] {
            if !lane.rect.y_range().contains(y) {
                continue;
            }
            let top = (y - pixel / 2.0).round_to_pixels(painter.pixels_per_point());
            let mut x = lane.rect.left();
            while x < self.rect.left() {
                let dash = Rect::from_min_size(pos2(x, top), vec2(DASH, pixel.max(1.0)));
                mesh.rect(dash, theme::THRESHOLD);
                x += DASH + GAP;
            }
        }
        mesh.finish(painter);
    }

    /// Draws the bracket.
    fn draw(&self, painter: &Painter, is_live: bool, opacity: f32) {
        let (stroke, fill) = (
            Stroke::new(1.5, theme::ACCENT.gamma_multiply(opacity)),
            theme::ACCENT.gamma_multiply(opacity * if is_live { 0.35 } else { 0.16 }),
        );
        let (zero, rect) = (self.zero, self.rect);
        if self.reach <= 0.0 {
            let closed = Rect::from_x_y_ranges(rect.x_range(), zero.y - 1.5..=zero.y + 1.5);
            painter.rect_filled(closed, 1.5, stroke.color);
            return;
        }
        match self.detector {
            Detector::Peak | Detector::Best => {
                // In front of what is lost by itself, which has the same colour.
                painter.rect_filled(rect.expand(1.5), 4.0, theme::SCOPE.gamma_multiply(0.8));
                painter.rect(rect, 3.0, fill, stroke, StrokeKind::Inside);
            }
            Detector::Slope => {
                let apex = pos2(rect.left(), zero.y);
                let half = self.reach.max(LEAST / 2.0);
                let [up, down] = [-half, half].map(|y| pos2(rect.right(), zero.y + y));
                painter.add(Shape::convex_polygon(vec![apex, up, down], fill, Stroke::NONE));
                painter.add(Shape::line(vec![up, apex, down], stroke));
            }
        }
    }
}

/// Handles and draws the brackets of all lanes, dimmed if nothing plays; none where there is nothing to
/// compare them with.
pub(super) fn brackets(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    history: &History,
    lanes: &[Lane],
    (state, is_dim): (State, bool),
) {
    let is_shown = !matches!(state, State::Waiting | State::Bypassed);
    for stream in 0..2 {
        let lane = lanes.iter().find(|lane| is_shown && lane.stream == stream);
        let Some(lane) = lane else {
            view.interaction.release(parameters, grip_id(stream));
            continue;
        };
        let label = match lanes.len() {
            1 => "Threshold bracket".to_owned(),
            _ => format!("Threshold bracket {}", lane_names(history.stereo())[stream]),
        };
        let painter = ui.painter().with_clip_rect(lane.rect);
        let bracket = Bracket::of(lane, history, parameters, state);
        bracket.lines(&painter, &mut view.scope.threshold_lines[stream], lane);
        let (area, _) = value(&painter, parameters, &bracket);
        let response = gestures(ui, view, parameters, &bracket, (stream, &label), area);
        let is_live = response.hovered() || response.is_pointer_button_down_on();
        // Drawn as it is now set, or a quick drag would be seen a frame late.
        let bracket = Bracket::of(lane, history, parameters, state);
        let opacity = if is_dim && !is_live { 0.7 } else { 1.0 };
        bracket.draw(&painter, is_live, opacity);
        let (area, galley) = value(&painter, parameters, &bracket);
        // Opaque: the trace of what is lost has the same colour.
        painter.rect_filled(area.expand(1.5), 3.0, theme::SCOPE);
        painter.galley(area.min, galley, theme::ACCENT.gamma_multiply(opacity));
    }
}

/// The id of the bracket of a stream.
fn grip_id(stream: usize) -> Id {
    id(("threshold", stream))
}

/// The threshold as it is set, as text, and its place beside the bracket.
fn value(painter: &Painter, parameters: &dyn Parameters, bracket: &Bracket) -> (Rect, Arc<Galley>) {
    let control = Control::Threshold;
    let text = parameters.text(control, parameters.value(control));
    // The colour is replaced when it is drawn.
    let galley = painter.layout_no_wrap(text, theme::medium(11.0), Color32::PLACEHOLDER);
    let at = pos2(bracket.rect.left() - 6.0, bracket.zero.y);
    (Align2::RIGHT_CENTER.anchor_size(at, galley.size()), galley)
}

/// Handles the gestures of a knob on a bracket and its value. Its edges follow the pointer.
fn gestures(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    bracket: &Bracket,
    (stream, label): (usize, &str),
    value: Rect,
) -> Response {
    let name = grip_id(stream);
    let control = Control::Threshold;
    // The knob below can be reached by Tab and does the same.
    let sense = Sense::click_and_drag() - Sense::focusable_noninteractive();
    let response = ui.interact(bracket.rect.expand2(vec2(6.0, 5.0)), name, sense);
    let response = response.union(ui.interact(value, name.with("value"), sense));
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(parameters.text(control, parameters.value(control))),
        ..WidgetInfo::slider(true, f64::from(parameters.value(control)), label)
    });
    let response = response.on_hover_cursor(CursorIcon::ResizeVertical);
    // The lower edge follows the pointer down; of a bracket that is too small to see two edges, either
    // end makes it larger by pulling up. Decided by the press, so that a drag does not turn round.
    let pointer = ui.input(|input| {
        let pointer = &input.pointer;
        pointer.latest_pos().filter(|_| pointer.primary_pressed() || !pointer.primary_down())
    });
    let is_lower = &mut view.scope.is_lower_edge[stream];
    if let Some(at) = pointer {
        *is_lower = bracket.reach >= NEAR && at.y > bracket.zero.y;
    }
    let outwards = if *is_lower { -1.0 } else { 1.0 };
    let scale = bracket.scale;
    let travel = |position, upwards: f32| scale.dragged(position, outwards * upwards);
    grip(ui, &mut view.interaction, parameters, control, &response, travel);
    let hint = "Drag it: movements that fit into it are ignored. Shift: fine.";
    hints::offer(ui, &response, "Threshold", hint);
    if response.is_pointer_button_down_on() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeVertical);
    }
    response
}
