//! The scope: what was played, curve by curve, over what it replaced.

use egui::{
    Align2, CornerRadius, Key, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};

use super::View;
use super::codebook;
use super::history::{History, ReadOut};
use super::layout::Layout;
use super::parameters::{Control, Parameters};
use super::stroke::Pen;
use super::theme::{self, Ramp};
use super::trigger::Trigger;
use super::wave::{self, Brushes, Lane, Look};
use super::widgets::{Choices, centred, choices, clickable, colours, focus_ring, id, pause, text};
use crate::codec::StereoMode;

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
    brushes: Brushes,
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
            brushes: Brushes::default(),
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
        shortcuts(ui, view, parameters);
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

fn grid(painter: &egui::Painter, view: &View, plot: Rect, lanes: &[Lane], layout: &Layout) {
    let grid = Stroke::new(1.0, theme::GRID);
    let axis = Stroke::new(1.0, theme::HAIRLINE);
    let span = SPANS[view.scope.span];
    let step =
        nice(span / f64::from(plot.width() / 78.0).max(2.0), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]);
    let font = theme::regular(10.0);
    let y = plot.bottom() + 12.0;
    painter.hline(plot.x_range(), painter.round_to_pixel_center(plot.bottom()), axis);
    let mut at = 0.0;
    while at < span * 0.93 {
        let x = plot.left() + (at / span) as f32 * plot.width();
        if at > 0.0 {
            painter.vline(painter.round_to_pixel_center(x), plot.y_range(), grid);
        }
        let (x, anchor) =
            if at > 0.0 { (x, Align2::CENTER_CENTER) } else { (x + 9.0, Align2::LEFT_CENTER) };
        text(painter, pos2(x, y), anchor, plain(at), font.clone(), theme::TEXT_LOW);
        at += step;
    }
    let end = format!("{} ms", plain(span));
    let at = pos2(plot.right() - 9.0, y);
    text(painter, at, Align2::RIGHT_CENTER, end, font.clone(), theme::TEXT_LOW);

    for lane in &lanes[1..] {
        painter.hline(plot.x_range(), painter.round_to_pixel_center(lane.rect.top()), axis);
    }
    levels(painter, plot, lanes, layout, false);
}

/// The lines of the levels, or their labels, which stand before the wave.
fn levels(painter: &egui::Painter, plot: Rect, lanes: &[Lane], layout: &Layout, labels: bool) {
    let several = lanes.len() > 1;
    let covered = if several { 32.0 } else { 4.0 };
    let lines = if several || layout.metrics.small { 2.0 } else { 3.0 };
    for lane in lanes {
        let step = nice(f64::from(lane.range) / lines, &[1.0, 2.0, 5.0]) as f32;
        let count = (0.93 * lane.range / step) as i32;
        for k in -count..=count {
            let level = k as f32 * step;
            let y = painter.round_to_pixel_center(lane.y(level));
            let at = pos2(plot.left() + 9.0, y - 7.0);
            if !labels {
                let colour = if k == 0 { theme::HAIRLINE } else { theme::GRID };
                painter.hline(plot.x_range(), y, Stroke::new(1.0, colour));
            } else if at.y > lane.rect.top() + covered {
                let label = if k == 0 { "0".to_owned() } else { signed(f64::from(level), step) };
                let font = theme::regular(10.0);
                text(painter, at, Align2::LEFT_CENTER, label, font, theme::TEXT_LOW);
            }
        }
    }
}

/// The smallest nice number that is not below `least`.
fn nice(least: f64, mantissas: &[f64]) -> f64 {
    let decade = 10.0_f64.powf(least.log10().floor());
    let mantissa = mantissas.iter().copied().find(|m| m * decade >= least * 0.999);
    mantissa.unwrap_or(10.0) * decade
}

/// A number without needless zeros.
fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn signed(level: f64, step: f32) -> String {
    let digits = (-step.log10().floor()).max(0.0) as usize;
    format!("{level:+.digits$}").replace('-', "\u{2212}")
}

/// Wheel and drag: span, magnification, and where a frozen picture begins.
fn navigate(ui: &Ui, view: &mut View, history: &History, response: &Response, frozen: bool) {
    let span = |scope: &Scope| SPANS[scope.span] / 1000.0 * history.sample_rate();
    if response.hovered() {
        let (wheel, command) = ui.input(|input| {
            let wheel: f32 = input
                .events
                .iter()
                .map(|event| match event {
                    egui::Event::MouseWheel {
                        unit: egui::MouseWheelUnit::Point, delta, ..
                    } => delta.y / 40.0,
                    egui::Event::MouseWheel { delta, .. } => delta.y,
                    _ => 0.0,
                })
                .sum();
            (wheel, input.modifiers.command)
        });
        view.scope.scrolled += wheel;
        let steps = view.scope.scrolled.trunc();
        view.scope.scrolled -= steps;
        if steps != 0.0 && command {
            view.scope.magnify(steps as isize);
        } else if steps != 0.0 {
            let before = span(&view.scope);
            view.scope.widen(-steps as isize);
            // What is under the pointer stays there.
            let place = response
                .hover_pos()
                .map_or(0.5, |at| f64::from((at.x - response.rect.left()) / response.rect.width()));
            view.scope.from += place * (before - span(&view.scope));
        }
    }
    if frozen && response.dragged() {
        let way = f64::from(response.drag_delta().x / response.rect.width());
        view.scope.from -= way * span(&view.scope);
    }
    if frozen {
        let known = history.known();
        let last = (known.end as f64 - span(&view.scope)).max(known.start as f64);
        view.scope.from = view.scope.from.clamp(known.start as f64, last);
    }
}

impl Scope {
    /// The position at the left edge, with its fraction.
    pub fn left_edge(&self) -> f64 {
        self.from
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

/// Finds the segment under the pointer; a click keeps it.
fn pick(
    ui: &Ui,
    view: &mut View,
    history: &History,
    lanes: &[Lane],
    response: &Response,
    state: State,
) {
    let scope = &mut view.scope;
    scope.hovered = None;
    if matches!(state, State::Playing | State::Delta)
        && let Some(at) = response.hover_pos().filter(|_| !response.dragged())
        && let Some(lane) = lanes.iter().find(|lane| lane.rect.contains(at))
        && let Some(position) = lane.position(at.x)
    {
        scope.hovered = history.read_out(lane.stream, position).map(|found| (lane.stream, found));
    }
    if response.clicked() {
        scope.pinned = match (scope.pinned, scope.hovered) {
            (Some((_, old)), Some((_, new))) if old.segment == new.segment => None,
            (_, hovered) => hovered,
        };
    }
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        scope.pinned = None;
        view.codebook.pinned = None;
    }
    scope.active = scope.hovered.or(scope.pinned).map(|(_, found)| found.segment.record.ordinal());
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
        wave::draw(painter, &mut view.scope.brushes, history, lane, &look);
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

/// The two lines of a read-out.
pub fn describe(found: &ReadOut) -> [String; 2] {
    let length = found.segment.record.length();
    let samples = if length == 1 { "sample" } else { "samples" };
    let milliseconds = if found.milliseconds < 1.0 {
        format!("{:.2}", found.milliseconds)
    } else {
        format!("{:.1}", found.milliseconds)
    };
    let error = match found.error {
        None => "error –".to_owned(),
        Some(error) if error < -150.0 => "no error".to_owned(),
        Some(error) => format!("error {error:.0} dB"),
    };
    let level =
        |level: f64| if level.abs() < 0.005 { "0.00".to_owned() } else { format!("{level:+.2}") };
    [
        format!("{length} {samples} ({milliseconds} ms)"),
        format!("{} → {}  ·  {error}", level(found.from), level(found.to)).replace('-', "\u{2212}"),
    ]
}

/// The read-out, beside the segment it speaks of.
fn read_out(painter: &egui::Painter, view: &mut View, lanes: &[Lane], plot: Rect) {
    let Some((stream, found)) = view.scope.hovered.or(view.scope.pinned) else { return };
    let ordinal = found.segment.record.ordinal();
    let colour = Ramp::shared().colour(ordinal);
    let name = if ordinal == 0 { "Hold".to_owned() } else { format!("Curve {ordinal}") };
    let [length, levels] = describe(&found);
    let name = painter.layout_no_wrap(name, theme::semibold(12.0), colour);
    let length =
        painter.layout_no_wrap(format!("  ·  {length}"), theme::regular(12.0), theme::TEXT_HIGH);
    let levels = painter.layout_no_wrap(levels, theme::regular(12.0), theme::TEXT_HIGH);
    let width = 46.0 + (name.size().x + length.size().x).max(levels.size().x) + 12.0;
    let size = vec2(width, 48.0);
    let lane = lanes.iter().find(|lane| lane.stream == stream).or(lanes.first());
    let Some(lane) = lane else { return };
    let left = lane.x(found.segment.position as f64 - 1.0);
    let right = lane.x(found.segment.end() as f64 - 1.0);
    let beside =
        if right + 12.0 + width < plot.right() { right + 12.0 } else { left - 12.0 - width };
    let x = beside.clamp(plot.left() + 8.0, (plot.right() - 8.0 - width).max(plot.left() + 8.0));
    let rect = Rect::from_min_size(pos2(x, lane.rect.top() + 12.0), size);
    painter.rect(
        rect,
        theme::CONTROL_RADIUS,
        theme::POPUP.gamma_multiply(0.96),
        Stroke::new(1.0, theme::PRESSED),
        StrokeKind::Inside,
    );
    let icon = Rect::from_center_size(pos2(rect.left() + 25.0, rect.center().y), vec2(25.0, 24.0));
    if ordinal == 0 {
        painter.hline(icon.x_range(), icon.center().y, Stroke::new(3.0, colour));
    } else {
        view.scope.icon.begin(painter);
        codebook::curve(&mut view.scope.icon, ordinal, icon, colour, 1.75);
        view.scope.icon.finish(painter);
    }
    let at = pos2(rect.left() + 46.0, rect.top() + 8.0);
    let after = at + vec2(name.size().x, 0.0);
    painter.galley(at, name, colour);
    painter.galley(after, length, theme::TEXT_HIGH);
    painter.galley(at + vec2(0.0, 17.0), levels, theme::TEXT_HIGH);
}

/// Keys of the scope while it has the keyboard.
fn shortcuts(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters) {
    let pressed = |key| ui.input(|input| input.key_pressed(key) && input.modifiers.is_none());
    if pressed(Key::F) {
        freeze(view);
    }
    for (key, control) in [(Key::B, Control::Bypass), (Key::D, Control::Delta)] {
        if pressed(key) {
            let on = parameters.is_on(control);
            parameters.change(control, f32::from(!on));
        }
    }
}

/// Freezes the picture, or lets it go.
pub fn freeze(view: &mut View) {
    view.scope.pinned = None;
    view.scope.frozen = match view.scope.frozen {
        Some(_) => None,
        None => Some(Box::new(view.history.clone())),
    };
}

fn toolbar(ui: &Ui, view: &mut View, rect: Rect, state: State, layout: &Layout) {
    let small = layout.metrics.small;
    let painter = ui.painter();
    let y = rect.top() + 18.0;
    let place = |left: f32, width: f32| {
        Rect::from_min_max(pos2(left, y - 12.0), pos2(left + width, y + 12.0))
    };
    let mut left = rect.left() + 8.0;
    if view.history.streams() == 2 {
        let names = lane_names(view.history.stereo());
        let both = format!("{}+{}", names[0], names[1]);
        let labels = [names[0], names[1], &both];
        let chosen = view.scope.lanes as usize;
        let width = if small { 88.0 } else { 94.0 };
        let hint = "Which channel is shown.";
        let of = Choices { name: "Show", hint, labels: &labels, chosen, vertical: false };
        let draw = centred(&labels, if small { 11.0 } else { 12.0 });
        let (clicked, _) = choices(ui, place(left, width), of, draw);
        if let Some(clicked) = clicked {
            view.scope.lanes = [Lanes::First, Lanes::Second, Lanes::Both][clicked];
            view.settled = false;
        }
        left += width + 10.0;
    }

    // From the right: freeze, span, magnification.
    let frozen = view.scope.frozen.is_some();
    let width = if small { 30.0 } else { 74.0 };
    let mut right = rect.right() - 8.0 - width;
    let hint = "Keeps the picture, to look at it and move along it.";
    let response = clickable(ui, place(right, width), "Freeze", hint, Some(frozen));
    let (mut body, mut ink) = colours(&response);
    if frozen {
        (body, ink) = (theme::ACCENT, theme::ON_ACCENT);
    }
    painter.rect_filled(response.rect, theme::CONTROL_RADIUS, body);
    if small {
        pause(painter, response.rect.center(), ink);
    } else {
        pause(painter, pos2(right + 16.0, y), ink);
        let label = if frozen { "Frozen" } else { "Freeze" };
        text(painter, pos2(right + 26.0, y), Align2::LEFT_CENTER, label, theme::medium(12.0), ink);
    }
    if response.has_focus() {
        focus_ring(painter, response.rect, theme::CONTROL_RADIUS);
    }
    if response.clicked() {
        freeze(view);
    }
    let width = if small { 84.0 } else { 90.0 };
    right -= 6.0 + width;
    let label = format!("{} ms", plain(SPANS[view.scope.span]));
    let hint = "How much time is shown; the wheel over the wave changes it too.";
    let limits = (view.scope.span > 0, view.scope.span + 1 < SPANS.len());
    let steps = stepper(ui, place(right, width), "Span", &label, hint, limits);
    view.scope.widen(steps);
    let width = if small { 76.0 } else { 80.0 };
    right -= 6.0 + width;
    let label = match view.scope.zoom {
        0 => "Auto".to_owned(),
        zoom => format!("×{}", ZOOMS[zoom]),
    };
    let hint =
        "How tall the wave is drawn; Auto fits it. Ctrl and wheel over the wave do the same.";
    let limits = (view.scope.zoom > 0, view.scope.zoom + 1 < ZOOMS.len());
    let steps = stepper(ui, place(right, width), "Height", &label, hint, limits);
    view.scope.magnify(steps);

    // Between them: a badge, or the legend where there is room.
    let badge = match state {
        State::Delta => {
            let gain = loss_gain(view.scope.loss, view.scope.range);
            Some((format!("Lost signal ×{gain}"), theme::ACCENT, theme::ACCENT_TINT))
        }
        State::Bypassed => Some(("Bypassed".to_owned(), theme::TEXT_MID, theme::CONTROL)),
        _ => None,
    };
    if let Some((label, ink, body)) = badge {
        let galley = painter.layout_no_wrap(label, theme::medium(12.0), ink);
        let badge = place(left, galley.size().x + 20.0);
        if badge.right() < right - 4.0 {
            painter.rect_filled(badge, theme::CONTROL_RADIUS, body);
            let at = badge.center() - galley.size() / 2.0;
            painter.galley(at, galley, ink);
        }
    } else if !small {
        legend(painter, left + 2.0, right - 6.0, y);
    }
}

/// A value between a minus and a plus; returns the step that was clicked.
fn stepper(
    ui: &Ui,
    rect: Rect,
    name: &str,
    label: &str,
    hint: &str,
    (less, more): (bool, bool),
) -> isize {
    let painter = ui.painter();
    painter.rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    let mut steps = 0;
    for (way, enabled, verb) in [(-1_isize, less, "Less"), (1, more, "More")] {
        let x = if way < 0 { rect.left() } else { rect.right() - 24.0 };
        let cell = Rect::from_min_size(pos2(x, rect.top()), vec2(24.0, rect.height()));
        let response = clickable(ui, cell, &format!("{verb} {}", name.to_lowercase()), hint, None);
        if response.hovered() && enabled {
            painter.rect_filled(cell, theme::CONTROL_RADIUS, theme::HOVER);
        }
        let ink = match (enabled, response.hovered()) {
            (false, _) => theme::DISABLED,
            (true, true) => theme::TEXT_HIGH,
            (true, false) => theme::TEXT_MID,
        };
        let stroke = Stroke::new(1.5, ink);
        let at = cell.center();
        painter.line_segment([at - vec2(4.5, 0.0), at + vec2(4.5, 0.0)], stroke);
        if way > 0 {
            painter.line_segment([at - vec2(0.0, 4.5), at + vec2(0.0, 4.5)], stroke);
        }
        if response.has_focus() {
            focus_ring(painter, cell.shrink(1.0), theme::CONTROL_RADIUS);
        }
        if response.clicked() && enabled {
            steps += way;
        }
    }
    text(
        painter,
        rect.center(),
        Align2::CENTER_CENTER,
        label,
        theme::medium(12.0),
        theme::TEXT_HIGH,
    );
    steps
}

/// What the lines mean.
fn legend(painter: &egui::Painter, left: f32, right: f32, y: f32) {
    let font = || theme::regular(11.0);
    let ink = theme::TEXT_LOW;
    let word = |x: f32, word: &str| {
        text(painter, pos2(x, y), Align2::LEFT_CENTER, word, font(), ink).right()
    };
    if right - left < 165.0 {
        return;
    }
    painter.hline(left..=left + 12.0, y, Stroke::new(1.0, theme::HOLD));
    let mut x = word(left + 17.0, "Original") + 12.0;
    x = word(x, "Late") + 5.0;
    for i in 0..32 {
        let colour = theme::ramp(i as f32 / 31.0);
        let bar = Rect::from_min_size(pos2(x + i as f32, y - 1.5), vec2(1.5, 3.0));
        painter.rect_filled(bar, 0.0, colour);
    }
    x = word(x + 37.5, "Early") + 12.0;
    if right - x > 41.0 {
        painter.hline(x..=x + 12.0, y, Stroke::new(3.0, theme::HOLD));
        word(x + 17.0, "Hold");
    }
}
