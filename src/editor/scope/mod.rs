//! The scope: what was played, curve by curve, over what it replaced.

mod axes;
mod hand;
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
use super::parameters::{Control, Parameters};
use super::stroke::Pen;
use super::theme;
use super::widgets::{focus_ring, id, text};
use crate::codec::StereoMode;
use axes::{grid, levels};
use hand::{navigate, pick, shortcuts};
use lane::Lane;
pub use read_out::describe;
use read_out::read_out;
use toolbar::toolbar;
use trigger::Trigger;
use wave::{Brushes, Look};

/// The spans to choose from, in milliseconds.
pub const SPANS: [f64; 17] = [
    2.0, 3.0, 5.0, 8.0, 12.0, 16.0, 24.0, 35.0, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 500.0,
    750.0, 1000.0,
];

/// The magnifications to choose from; 0 fits the wave.
const ZOOMS: [f32; 9] = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The lowest level the scope is fitted to: −60 dBFS.
const LOWEST: f32 = 0.001;

/// How long the fit takes, in seconds.
const EASE: f32 = 0.2;

/// Where the trigger's crest stands, as a part of the width.
const MARK: f64 = 0.12;

/// Which streams are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lanes {
    /// The first: left, or mid.
    #[default]
    First,
    /// The second: right, or side.
    Second,
    /// One above the other.
    Both,
}

/// What the scope remembers between pictures.
#[derive(Debug)]
pub struct Scope {
    /// Which of [`SPANS`] is shown.
    pub span: usize,
    /// Which of the magnifications is used.
    pub zoom: usize,
    /// Which streams are shown.
    pub lanes: Lanes,
    /// What is shown while frozen.
    pub frozen: Option<Box<History>>,
    /// Position at the left edge of the frozen picture.
    from: f64,
    /// The level at the upper edge.
    range: f32,
    loss: f32,
    trigger: Trigger,
    /// What a click keeps, by stream.
    pub pinned: Option<(usize, ReadOut)>,
    /// What is under the pointer, by stream.
    pub hovered: Option<(usize, ReadOut)>,
    /// The curve of what is hovered or pinned.
    pub active: Option<u8>,
    /// For each stream, because a mesh is in use until the picture is done.
    brushes: [Brushes; 2],
    icon: Pen,
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
            brushes: Default::default(),
            icon: Pen::default(),
            scrolled: 0.0,
        }
    }
}

/// What the scope shows instead of, or beside, the wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Silent,
    Bypassed,
    Delta,
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

    // The picture borrows its history from the view or from the freezer.
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

/// The streams that are shown; one if there is only one.
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
        let latest = (known.end as f64 - (1.0 - MARK) * span).max(0.0);
        let crest = view.scope.trigger.find(history, stream, &known, latest as u64);
        view.scope.from = crest as f64 - MARK * span;
    }
    let lane = |stream, rect| Some(Lane { rect, stream, from: view.scope.from, span, range: 1.0 });
    let (upper, lower) = plot.split_top_bottom_at_fraction(0.5);
    match shown {
        Lanes::First => [lane(0, plot), None],
        Lanes::Second => [lane(1, plot), None],
        Lanes::Both => [lane(0, upper), lane(1, lower)],
    }
}

/// Eases the vertical range, and how much the loss is enlarged.
fn fit(view: &mut View, history: &History, lanes: &[Option<Lane>; 2]) {
    let (mut peak, mut loss) = (LOWEST, 0.0_f32);
    if history.streams() > 0 {
        for lane in lanes.iter().flatten() {
            let visible = lane.visible(history);
            // Enough places to see any peak one could see.
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
        // Nothing to fit: show full scale.
        peak = 1.0;
    }
    let scope = &mut view.scope;
    let wanted = if scope.zoom == 0 { 1.08 * peak } else { 1.0 / ZOOMS[scope.zoom] };
    let step = if view.settled { 1.0 - (-3.0 * view.elapsed / EASE).exp() } else { 1.0 };
    scope.range += (wanted - scope.range) * step;
    if scope.zoom == 0 {
        // A wave that grows is never cut off.
        scope.range = scope.range.max(peak);
    }
    scope.loss += (loss - scope.loss) * step;
    if (wanted / scope.range - 1.0).abs() > 0.005 {
        view.moving = true;
    }
}

/// Twice as large as often as it fits.
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

    /// A longer span, or a shorter one.
    pub fn widen(&mut self, steps: isize) {
        self.span = self.span.saturating_add_signed(steps).min(SPANS.len() - 1);
    }

    /// A larger magnification, or a smaller one.
    pub fn magnify(&mut self, steps: isize) {
        self.zoom = self.zoom.saturating_add_signed(steps).min(ZOOMS.len() - 1);
    }
}

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
        let line = if state == State::Silent { "No signal" } else { "Waiting for audio" };
        let lanes: Vec<f32> = lanes.iter().map(|lane| lane.y(0.0)).collect();
        for y in &lanes {
            painter.hline(plot.x_range(), *y, Stroke::new(3.0, theme::HOLD.gamma_multiply(0.55)));
        }
        let y = lanes.first().copied().unwrap_or(plot.center().y) - 22.0;
        let font = theme::medium(13.0);
        text(painter, pos2(plot.center().x, y), Align2::CENTER_CENTER, line, font, theme::TEXT_MID);
        return;
    }
    let stacked = lanes.len() > 1;
    let delta = state == State::Delta;
    let loss = delta.then(|| loss_gain(view.scope.loss, view.scope.range));
    let look = Look {
        curves: state != State::Bypassed,
        strength: if delta { 0.35 } else { 1.0 },
        loss,
        width: match (delta, stacked, layout.metrics.small) {
            (true, ..) => 1.0,
            (_, true, _) => 1.5,
            (_, _, true) => 1.75,
            _ => 2.25,
        },
        highlight: view.codebook.chosen(),
    };
    for lane in lanes {
        let held = view.scope.hovered.or(view.scope.pinned);
        wave::draw(painter, &mut view.scope.brushes[lane.stream], history, lane, &look);
        if let Some((stream, found)) = held
            && stream == lane.stream
            && look.curves
        {
            wave::band(painter, history, lane, &found.segment);
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

/// What the streams are called.
fn lane_names(stereo: StereoMode) -> [&'static str; 2] {
    match stereo {
        StereoMode::MidSide => ["M", "S"],
        StereoMode::LeftRight | StereoMode::Linked => ["L", "R"],
    }
}
