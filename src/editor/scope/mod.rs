//! The scope: the curves that were played, drawn over the signal they replace.
//!
//! A *lane* shows one stream; [`trigger`] chooses the left edge, so that a steady note stands still,
//! `height` the levels at its edges, and [`wave`] draws the signal, or `envelope` where segments are too
//! narrow to be seen. `threshold` lies on top and can be dragged.

mod axes;
mod envelope;
mod height;
mod interaction;
pub mod lane;
pub mod lane_view;
mod lines;
mod lost;
mod marks;
mod read_out;
mod span;
mod state;
mod threshold;
mod toolbar;
pub mod trigger;
pub mod wave;

use egui::{
    Align2, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2,
    vec2,
};

use super::View;
use super::history::{History, ReadOut};
use super::ids::id;
use super::layout::Layout;
use super::line_mesh::LineMesh;
use super::parameters::Parameters;
use super::theme;
use super::widgets::{focus_ring, text};
use crate::codec::StereoMode;
use axes::{grid, levels};
use height::{Height, ZOOMS, fit, loss_gain};
use interaction::{navigate, pick, shortcuts};
use lane::Lane;
use lane_view::{LaneMeshes, LaneStyle};
pub use read_out::{Description, describe};
pub use span::SPANS;
use state::{State, state};
use threshold::brackets;
use toolbar::toolbar;
use trigger::Trigger;

/// Position of the trigger's crest as a share of the width: near the left edge, with some of what
/// came before.
const TRIGGER_POSITION: f64 = 0.12;

/// Which streams are on show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lanes {
    /// The first: left, or mid.
    #[default]
    First,
    /// The second: right, or side.
    Second,
    /// Both, one above the other.
    Both,
}

/// State of the scope between frames.
#[derive(Debug)]
pub struct Scope {
    /// Index into [`SPANS`].
    pub span: usize,
    /// Whether the span was chosen, by someone or once for the first signal: then it stays.
    pub span_chosen: bool,
    /// Index of the vertical zoom: 0 fits the signal, 1 is full scale.
    pub zoom: usize,
    /// The streams on show.
    pub lanes: Lanes,
    /// A copy of the history, on show while the scope is frozen.
    pub frozen: Option<Box<History>>,
    /// The position at the left edge.
    from: f64,
    height: Height,
    /// The peak of the difference between original and curves.
    loss: f32,
    trigger: Trigger,
    /// The segment pinned by a click, and its stream.
    pub pinned: Option<(usize, ReadOut)>,
    /// The segment under the pointer, and its stream.
    pub hovered: Option<(usize, ReadOut)>,
    /// The curve of the hovered or else the pinned segment.
    pub active: Option<u8>,
    /// One set for each stream, because egui keeps using a mesh until the frame is complete.
    meshes: [LaneMeshes; 2],
    threshold_lines: [LineMesh; 2],
    /// Whether the lower edge of a stream's bracket is dragged.
    is_lower_edge: [bool; 2],
    icon: LineMesh,
    /// Fraction of a wheel step that has not taken effect yet.
    scrolled: f32,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            span: 6,
            span_chosen: false,
            zoom: 0,
            lanes: Lanes::default(),
            frozen: None,
            from: 0.0,
            height: Height::default(),
            loss: 0.0,
            trigger: Trigger::default(),
            pinned: None,
            hovered: None,
            active: None,
            meshes: Default::default(),
            threshold_lines: Default::default(),
            is_lower_edge: [false; 2],
            icon: LineMesh::default(),
            scrolled: 0.0,
        }
    }
}

/// Draws the scope.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters, layout: &Layout) {
    let rect = layout.scope;
    let painter = ui.painter().clone();
    painter.rect_filled(rect, theme::PANEL_RADIUS, theme::SCOPE);
    let plot = Rect::from_min_max(
        pos2(rect.left() + 1.0, rect.top() + 36.0),
        pos2(rect.right() - 1.0, rect.bottom() - 23.0),
    );
    let frozen = view.scope.frozen.take();
    let state = state(view, frozen.as_deref(), parameters);
    let is_stopped = frozen.is_none() && !view.waiting && view.is_stalled();
    let response = ui.interact(plot, id("scope"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Scope"));

    // Taken out of the view, so that what is drawn can borrow both.
    let history = std::mem::take(&mut view.history);
    {
        let shown = frozen.as_deref().unwrap_or(&history);
        if frozen.is_none() {
            let lanes = shown_lanes(view.scope.lanes, shown.streams());
            view.scope.find_first_span(shown, usize::from(lanes == Lanes::Second));
        }
        navigate(ui, view, shown, &response, frozen.is_some());
        let lanes = lanes(view, shown, plot, frozen.is_some());
        fit(view, shown, &lanes);
        let lanes =
            lanes.map(|lane| lane.map(|lane| Lane { range: view.scope.height.range, ..lane }));
        let lanes: Vec<Lane> = lanes.into_iter().flatten().collect();
        grid(&painter, view, plot, &lanes, layout);
        pick(ui, view, shown, &lanes, &response, state);
        draw(&painter, view, shown, &lanes, (state, is_stopped), plot, layout);
        levels(&painter, plot, &lanes, layout, true);
        let is_dim = is_stopped || state == State::Silent;
        brackets(ui, view, parameters, shown, &lanes, (state, is_dim));
    }
    view.history = history;
    view.scope.frozen = frozen;

    let accent = if state == State::Delta { theme::ACCENT } else { theme::HAIRLINE };
    painter.rect_stroke(
        rect,
        CornerRadius::same(theme::PANEL_RADIUS as u8),
        Stroke::new(1.0, accent),
        StrokeKind::Inside,
    );
    if response.has_focus() {
        focus_ring(&painter, rect.shrink(1.0), theme::PANEL_RADIUS);
        shortcuts(ui, view, parameters, &response);
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    toolbar(ui, view, rect, (state, is_stopped), layout);
}

/// The streams on show; a mono signal has only the first.
fn shown_lanes(lanes: Lanes, streams: usize) -> Lanes {
    if streams < 2 { Lanes::First } else { lanes }
}

/// Finds the left edge and lays out the lanes.
fn lanes(view: &mut View, history: &History, plot: Rect, frozen: bool) -> [Option<Lane>; 2] {
    let shown = shown_lanes(view.scope.lanes, history.streams());
    let span = SPANS[view.scope.span] / 1000.0 * history.sample_rate();
    if !frozen && history.streams() > 0 {
        let stream = usize::from(shown == Lanes::Second);
        let known = history.unbroken(span as u64);
        let latest = (known.end as f64 - (1.0 - TRIGGER_POSITION) * span).max(0.0);
        let crest = view.scope.trigger.find(history, stream, &known, latest as u64);
        view.scope.from = crest as f64 - TRIGGER_POSITION * span;
    }
    let lane = |stream, rect| Some(Lane { rect, stream, from: view.scope.from, span, range: 1.0 });
    let (upper, lower) = plot.split_top_bottom_at_fraction(0.5);
    match shown {
        Lanes::First => [lane(0, plot), None],
        Lanes::Second => [lane(1, plot), None],
        Lanes::Both => [lane(0, upper), lane(1, lower)],
    }
}

impl Scope {
    /// The position at the left edge, with its fraction.
    pub fn left_edge(&self) -> f64 {
        self.from
    }

    /// The level at the upper edge of a lane, full scale being 1.
    pub fn upper_level(&self) -> f32 {
        self.height.range
    }

    /// Takes over the span in milliseconds and the vertical zoom that a session saved; what is not on
    /// offer is left out.
    pub(super) fn restore(&mut self, span_milliseconds: Option<f64>, zoom: Option<usize>) {
        let fresh = Self::default();
        let place =
            span_milliseconds.and_then(|span| SPANS.iter().position(|&other| other == span));
        self.span = place.unwrap_or(fresh.span);
        self.span_chosen = place.is_some();
        self.zoom = zoom.filter(|&zoom| zoom < ZOOMS.len()).unwrap_or(fresh.zoom);
        self.height.forget();
    }

    /// The span in milliseconds, if it was chosen, and the vertical zoom, for the session.
    pub(super) fn saved(&self) -> (Option<f64>, Option<usize>) {
        (self.span_chosen.then(|| SPANS[self.span]), Some(self.zoom))
    }

    /// Chooses a larger vertical zoom, or a smaller one for negative steps.
    pub fn change_zoom(&mut self, steps: isize) {
        let zoom = self.zoom.saturating_add_signed(steps).min(ZOOMS.len() - 1);
        if zoom != self.zoom {
            self.zoom = zoom;
            self.height.forget();
        }
    }

    /// Drops everything that refers to curves of one codebook.
    pub(super) fn forget_curves(&mut self) {
        self.frozen = None;
        (self.pinned, self.hovered, self.active) = (None, None, None);
    }
}

/// Draws all lanes, or a message while there is nothing to draw.
fn draw(
    painter: &egui::Painter,
    view: &mut View,
    history: &History,
    lanes: &[Lane],
    (state, is_stopped): (State, bool),
    plot: Rect,
    layout: &Layout,
) {
    if matches!(state, State::Waiting | State::Silent) {
        let message = if state == State::Silent { "No signal" } else { "Waiting for audio" };
        // Silence is one long hold.
        let stroke = Stroke::new(3.0, theme::HOLD.gamma_multiply(0.55));
        for lane in lanes {
            painter.hline(plot.x_range(), lane.y(0.0), stroke);
        }
        let y = lanes[0].y(0.0) - 22.0;
        let (at, font) = (pos2(plot.center().x, y), theme::medium(13.0));
        text(painter, at, Align2::CENTER_CENTER, message, font, theme::TEXT_MID);
        return;
    }
    let stacked = lanes.len() > 1;
    let delta = state == State::Delta;
    let loss = delta.then(|| loss_gain(view.scope.loss, view.scope.height.range));
    let style = LaneStyle {
        curves: state != State::Bypassed,
        strength: if delta { 0.35 } else { 1.0 },
        loss,
        width: match (delta, stacked, layout.metrics.small) {
            (true, ..) => 1.0,
            (_, true, _) => 1.5,
            (_, _, true) => 1.75,
            _ => 2.25,
        },
        highlight: view.codebook_panel.chosen(),
        grey: is_stopped || state == State::Bypassed,
    };
    for (stream, meshes) in view.scope.meshes.iter_mut().enumerate() {
        meshes.is_dense &= lanes.iter().any(|lane| lane.stream == stream);
    }
    for lane in lanes {
        let selected = view.scope.hovered.or(view.scope.pinned);
        let meshes = &mut view.scope.meshes[lane.stream];
        wave::draw(painter, meshes, history, lane, &view.palette, &style);
        if let Some((stream, found)) = selected
            && stream == lane.stream
            && style.curves
        {
            marks::band(painter, history, lane, &view.palette, &found.segment);
        }
        if stacked {
            let name = lane_names(history.stereo())[lane.stream];
            let tag = Rect::from_min_size(lane.rect.min + vec2(9.0, 9.0), vec2(18.0, 18.0));
            painter.rect_filled(tag, 4.0, theme::CONTROL);
            let font = theme::medium(11.0);
            text(painter, tag.center(), Align2::CENTER_CENTER, name, font, theme::TEXT_MID);
        }
    }
}

/// The names of the streams.
fn lane_names(stereo: StereoMode) -> [&'static str; 2] {
    match stereo {
        StereoMode::MidSide => ["M", "S"],
        StereoMode::LeftRight | StereoMode::Linked => ["L", "R"],
    }
}
