//! The scope: the curves that were played, drawn over the signal they replace.
//!
//! A *lane* shows one stream; [`trigger`] chooses the left edge, so that a steady note stands still,
//! and [`wave`] draws the signal.

mod axes;
mod interaction;
pub mod lane;
mod read_out;
mod toolbar;
pub mod trigger;
pub mod wave;

use egui::{
    Align2, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2,
    vec2,
};

use super::View;
use super::history::{History, ReadOut};
use super::layout::Layout;
use super::line_mesh::LineMesh;
use super::parameters::{Control, Parameters};
use super::theme;
use super::widgets::{focus_ring, id, text};
use crate::codec::StereoMode;
use axes::{grid, levels};
use interaction::{navigate, pick, shortcuts};
use lane::Lane;
pub use read_out::describe;
use read_out::read_out;
use toolbar::toolbar;
use trigger::Trigger;
use wave::{LaneMeshes, LaneStyle};

/// The spans on offer, in milliseconds: from single segments to whole notes, each about 1.5 times
/// the one before.
pub const SPANS: [f64; 17] = [
    2.0, 3.0, 5.0, 8.0, 12.0, 16.0, 24.0, 35.0, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 500.0,
    750.0, 1000.0,
];

/// The vertical zooms on offer; 0 fits the signal.
const ZOOMS: [f32; 9] = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The lowest peak that the scope zooms in on: −60 dBFS. Below it noise would fill the plot.
const LOWEST: f32 = 0.001;

/// How long the scope takes to fit a new peak (to 95 %), in seconds.
const EASE: f32 = 0.2;

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
    /// Index of the vertical zoom; 0 fits the signal.
    pub zoom: usize,
    /// The streams on show.
    pub lanes: Lanes,
    /// A copy of the history, on show while the scope is frozen.
    pub frozen: Option<Box<History>>,
    /// The position at the left edge.
    from: f64,
    /// The level at the upper edge of a lane.
    range: f32,
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
    icon: LineMesh,
    /// Fraction of a wheel step that has not taken effect yet.
    scrolled: f32,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            span: 6,
            zoom: 0,
            lanes: Lanes::default(),
            frozen: None,
            from: 0.0,
            range: 1.0,
            loss: 0.0,
            trigger: Trigger::default(),
            pinned: None,
            hovered: None,
            active: None,
            meshes: Default::default(),
            icon: LineMesh::default(),
            scrolled: 0.0,
        }
    }
}

/// What the scope shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A message, because no audio has arrived yet.
    Waiting,
    /// A message, because the input is silent.
    Silent,
    /// The original alone.
    Bypassed,
    /// The curves faintly, and what is lost in front.
    Delta,
    /// Original and curves.
    Playing,
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
    let response = ui.interact(plot, id("scope"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Scope"));

    // Taken out of the view, so that what is drawn can borrow both.
    let history = std::mem::take(&mut view.history);
    {
        let shown = frozen.as_deref().unwrap_or(&history);
        navigate(ui, view, shown, &response, frozen.is_some());
        let lanes = lanes(view, shown, plot, frozen.is_some());
        fit(view, shown, &lanes);
        let lanes = lanes.map(|lane| lane.map(|lane| Lane { range: view.scope.range, ..lane }));
        let lanes: Vec<Lane> = lanes.into_iter().flatten().collect();
        grid(&painter, view, plot, &lanes, layout);
        pick(ui, view, shown, &lanes, &response, state);
        draw(&painter, view, shown, &lanes, state, plot, layout);
        levels(&painter, plot, &lanes, layout, true);
        if matches!(state, State::Playing | State::Delta) {
            read_out(&painter, view, &lanes, plot);
        }
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
    toolbar(ui, view, rect, state, layout);
}

fn state(view: &View, frozen: Option<&History>, parameters: &dyn Parameters) -> State {
    if parameters.is_on(Control::Bypass) && (frozen.is_some() || !view.waiting) {
        State::Bypassed
    } else if let Some(frozen) = frozen {
        if frozen.streams() == 0 { State::Waiting } else { playing(parameters) }
    } else if view.waiting {
        State::Waiting
    } else if view.history.is_silent() {
        State::Silent
    } else {
        playing(parameters)
    }
}

fn playing(parameters: &dyn Parameters) -> State {
    if parameters.is_on(Control::Delta) { State::Delta } else { State::Playing }
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

/// Adapts the vertical range to the signal on show, and the peak of the loss.
fn fit(view: &mut View, history: &History, lanes: &[Option<Lane>; 2]) {
    let (mut peak, mut loss) = (LOWEST, 0.0_f32);
    if history.streams() > 0 {
        for lane in lanes.iter().flatten() {
            let visible = lane.visible(history);
            // Of long spans some samples are enough: several per point of the widest plot.
            let stride = ((visible.end - visible.start) / 8192).max(1) as usize;
            for position in visible.step_by(stride) {
                let x = history.original(lane.stream, position);
                let y = history.decoded(lane.stream, position);
                peak = peak.max(x.abs()).max(y.abs());
                loss = loss.max((x - y).abs());
            }
        }
    }
    if history.is_silent() {
        // Show full scale rather than zoom in on nothing.
        peak = 1.0;
    }
    let scope = &mut view.scope;
    // Peaks keep some distance from the edge.
    let wanted = if scope.zoom == 0 { 1.08 * peak } else { 1.0 / ZOOMS[scope.zoom] };
    let step = if view.settled { 1.0 - (-3.0 * view.elapsed / EASE).exp() } else { 1.0 };
    scope.range += (wanted - scope.range) * step;
    if scope.zoom == 0 {
        // A signal that grows is never cut off.
        scope.range = scope.range.max(peak);
    }
    scope.loss += (loss - scope.loss) * step;
    if (wanted / scope.range - 1.0).abs() > 0.005 {
        view.moving = true;
    }
}

/// The gain for drawing what is lost: the largest power of two, up to 1024, at which it fits.
fn loss_gain(loss: f32, range: f32) -> f32 {
    let octaves = (0.9 * range / loss.max(1e-6)).log2().floor().clamp(0.0, 10.0);
    octaves.exp2()
}

impl Scope {
    /// The position at the left edge, with its fraction.
    pub fn left_edge(&self) -> f64 {
        self.from
    }

    /// The level at the upper edge of a lane, full scale being 1.
    pub fn upper_level(&self) -> f32 {
        self.range
    }

    /// Takes over the span in milliseconds and the vertical zoom that a session saved; what is not on
    /// offer is left out.
    pub(super) fn restore(&mut self, span_milliseconds: Option<f64>, zoom: Option<usize>) {
        let fresh = Self::default();
        let place =
            span_milliseconds.and_then(|span| SPANS.iter().position(|&other| other == span));
        self.span = place.unwrap_or(fresh.span);
        self.zoom = zoom.filter(|&zoom| zoom < ZOOMS.len()).unwrap_or(fresh.zoom);
    }

    /// The span in milliseconds and the vertical zoom, for the session.
    pub(super) fn saved(&self) -> (Option<f64>, Option<usize>) {
        (Some(SPANS[self.span]), Some(self.zoom))
    }

    /// Chooses a longer span, or a shorter one for negative steps.
    pub fn change_span(&mut self, steps: isize) {
        self.span = self.span.saturating_add_signed(steps).min(SPANS.len() - 1);
    }

    /// Chooses a larger vertical zoom, or a smaller one for negative steps.
    pub fn change_zoom(&mut self, steps: isize) {
        self.zoom = self.zoom.saturating_add_signed(steps).min(ZOOMS.len() - 1);
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
    state: State,
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
    let loss = delta.then(|| loss_gain(view.scope.loss, view.scope.range));
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
    };
    for lane in lanes {
        let selected = view.scope.hovered.or(view.scope.pinned);
        let meshes = &mut view.scope.meshes[lane.stream];
        wave::draw(painter, meshes, history, lane, &view.palette, &style);
        if let Some((stream, found)) = selected
            && stream == lane.stream
            && style.curves
        {
            wave::band(painter, history, lane, &view.palette, &found.segment);
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
