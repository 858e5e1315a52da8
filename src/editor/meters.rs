//! The meters: input and output levels with held peaks and clip lights.

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::View;
use super::ids::id;
use super::layout::Layout;
use super::widgets::{focus_ring, panel, text};
use super::{hints, theme};

/// The bottom of the scale in dBFS.
const BOTTOM: f32 = -60.0;

/// The highest level that is kept, in dBFS: without a limit a bar would never fall from infinity.
const TOP: f32 = 60.0;

/// How fast a bar falls, in dB per second: twice as fast as a peak programme meter of IEC 60268-10
/// type I (20 dB in 1.7 s), so that gaps between notes show.
const FALL: f32 = 24.0;

/// How long a peak is held, in seconds: long enough to read after the sound that caused it.
const HOLD: f64 = 2.0;

/// The level of one channel.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    /// What the bar shows, in dBFS.
    level: f32,
    /// The held peak in dBFS, and when it occurred, in seconds.
    held: (f32, f64),
    /// The highest peak since it was last cleared, in dBFS.
    highest: f32,
    clipped: bool,
}

impl Default for Bar {
    fn default() -> Self {
        Self {
            level: f32::NEG_INFINITY,
            held: (f32::NEG_INFINITY, 0.0),
            highest: f32::NEG_INFINITY,
            clipped: false,
        }
    }
}

impl Bar {
    /// Whether the clip light is on: something exceeded full scale since it was last cleared.
    pub fn is_clipped(&self) -> bool {
        self.clipped
    }

    /// Takes in the peak (linear, 1 being full scale) since the last call, `elapsed` seconds before
    /// the time `now`.
    pub fn update(&mut self, peak: f32, clipped: bool, now: f64, elapsed: f32) {
        let level = (20.0 * peak.log10()).min(TOP);
        self.level = level.max(self.level - FALL * elapsed);
        if level >= self.held.0 || now - self.held.1 > HOLD {
            self.held = (self.level, now);
        }
        self.highest = self.highest.max(level);
        self.clipped |= clipped;
    }

    /// Whether the bar or the held peak is still in view, so that it will move.
    pub fn moves(&self) -> bool {
        self.level > BOTTOM || self.held.0 > BOTTOM
    }
}

/// Input and output levels, left and right.
#[derive(Debug, Default)]
pub struct MeterState {
    /// Levels at the plugin's input.
    pub input: [Bar; 2],
    /// Levels at the plugin's output.
    pub output: [Bar; 2],
}

impl MeterState {
    /// The peaks as a screen reader says them.
    fn describe(&self) -> String {
        let side = |name: &str, bars: &[Bar]| {
            let clipped = if bars.iter().any(Bar::is_clipped) { ", clipped" } else { "" };
            format!("{name} {} dBFS{clipped}", number(highest(bars), false))
        };
        format!("{}; {}", side("In", &self.input), side("out", &self.output))
    }
}

/// The highest of several bars since they were last cleared, in dBFS.
fn highest(bars: &[Bar]) -> f32 {
    bars.iter().fold(f32::NEG_INFINITY, |highest, bar| highest.max(bar.highest))
}

/// The position of a level on the scale, from 0 at 0 dBFS to 1 at the bottom. The exponent gives the
/// upper 20 dB, where music is, about half of the height (48 %) instead of a third.
fn scale_position(dbfs: f32) -> f32 {
    let depth = (dbfs / BOTTOM).clamp(0.0, 1.0);
    1.0 - (1.0 - depth).powf(1.618)
}

/// Draws the meters.
pub fn show(ui: &Ui, view: &mut View, layout: &Layout) {
    let (rect, metrics) = (layout.meters, layout.metrics);
    panel(ui.painter(), rect);
    let response = ui.interact(rect, id("meters"), Sense::click());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(view.meters.describe()),
        ..WidgetInfo::labeled(Role::Button, true, "Clear peaks")
    });
    if response.clicked() {
        for bar in view.meters.input.iter_mut().chain(&mut view.meters.output) {
            *bar = Bar::default();
        }
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect, theme::PANEL_RADIUS);
    }
    hints::offer(ui, &response, "Levels", "Input and output peaks in dBFS; click to clear them.");

    let painter = ui.painter();
    let bottom = rect.bottom() - if metrics.small { 24.0 } else { 27.0 };
    let top = rect.top() + if metrics.small { 32.0 } else { 38.0 };
    // Before any audio there are no streams; one empty bar stands for them.
    let channels = view.history.streams().max(1);
    debug_assert!(channels <= 2, "{channels} channels for two meters");
    let centre = rect.center().x;
    let far = rect.width() / 2.0 - if metrics.small { 6.0 } else { 8.0 };
    for (name, bars, side) in [("In", &view.meters.input, -1.0), ("Out", &view.meters.output, 1.0)]
    {
        let bars = &bars[..channels.min(2)];
        let width = match (bars.len(), metrics.small) {
            (2, true) => 4.5,
            (2, false) => 5.5,
            _ => 8.0,
        };
        let span = width * bars.len() as f32 + 2.0 * (bars.len() - 1) as f32;
        let left = if side < 0.0 { centre - far } else { centre + far - span };
        for (i, bar) in bars.iter().enumerate() {
            let x = left + (width + 2.0) * i as f32;
            let track = Rect::from_min_max(pos2(x, top), pos2(x + width, bottom));
            painter.rect_filled(track, 1.5, theme::SCOPE);
            let y = |dbfs| egui::lerp(top..=bottom, scale_position(dbfs));
            if bar.level > BOTTOM {
                let fill = Rect::from_min_max(pos2(x, y(bar.level)), track.max);
                painter.rect_filled(fill, 1.5, theme::METER);
            }
            if bar.held.0 > BOTTOM {
                let at = y(bar.held.0).min(bottom - 2.0);
                let line = Rect::from_min_size(pos2(x, at), vec2(width, 2.0));
                painter.rect_filled(line, 0.0, theme::ACCENT);
            }
            if bar.clipped {
                let light = Rect::from_min_size(pos2(x, top - 5.0), vec2(width, 3.5));
                painter.rect_filled(light, 1.0, theme::CLIP);
            }
        }
        let middle = left + span / 2.0;
        let clipped = bars.iter().any(Bar::is_clipped);
        let ink = if clipped { theme::CLIP } else { theme::TEXT_HIGH };
        // The number is wider than the bars, so it is centred on its half of the panel.
        let at = pos2(centre + side * rect.width() / 4.0, rect.top() + 18.0);
        let at = if metrics.small { at - vec2(0.0, 2.0) } else { at };
        let font = theme::medium(11.0);
        text(painter, at, Align2::CENTER_CENTER, number(highest(bars), metrics.small), font, ink);
        let at = pos2(middle, rect.bottom() - 13.0);
        text(painter, at, Align2::CENTER_CENTER, name, theme::medium(11.0), theme::TEXT_MID);
    }
    for mark in [0, 6, 12, 24, 48] {
        let y = egui::lerp(top..=bottom, scale_position(-(mark as f32)));
        let at = pos2(centre, y.max(top + 4.0));
        text(painter, at, Align2::CENTER_CENTER, mark, theme::regular(10.0), theme::TEXT_LOW);
    }
}

/// A level in dBFS with at most four characters; a dash below −99.
fn number(dbfs: f32, small: bool) -> String {
    if dbfs < -99.0 {
        return "–".to_owned();
    }
    let text = if small || dbfs <= -9.95 { format!("{dbfs:.0}") } else { format!("{dbfs:.1}") };
    // "-0" and "-0.0" lose their sign.
    let text = if text.trim_start_matches('-').bytes().all(|b| matches!(b, b'0' | b'.')) {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    };
    text.replace('-', "\u{2212}")
}
