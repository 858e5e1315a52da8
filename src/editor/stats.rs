//! The row of figures: bit rate, ratio, segments and signal-to-noise ratio of what is played. Hints take
//! their place while the pointer rests on a control.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Rect, Sense, TextFormat, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::View;
use super::ids::id;
use super::layout::Layout;
use super::widgets::{panel, text};
use super::{hints, record_button, theme};

/// Seconds between updates: figures that change with every frame cannot be read.
const EVERY: f64 = 0.2;

/// Draws the statistics, or the hint on the control under the pointer in their place; dim while something else
/// is heard.
pub fn show(ui: &mut Ui, view: &mut View, layout: &Layout, is_bypassed: bool) {
    let now = ui.input(|input| input.time);
    if view.figures.is_none_or(|(taken, _)| !(0.0..EVERY).contains(&(now - taken))) {
        view.figures = Some((now, view.history.stats()));
    }
    panel(ui.painter(), layout.stats);
    let (metrics, area) = (layout.metrics, layout.stats);
    let record = if metrics.narrow { 128.0 } else { 196.0 };
    let room = area.with_max_x(area.right() - record - 16.0);
    let rect = Rect::from_center_size(
        pos2(area.right() - 8.0 - record / 2.0, area.center().y),
        vec2(record, 28.0),
    );
    if let Some(recorder) = &view.recorder {
        record_button::show(ui, rect, recorder, view.presets.name(), metrics.narrow);
    }
    let strength = view.hints.shown().map_or(0.0, |(_, strength)| strength);
    if strength < 1.0 {
        ui.scope(|ui| {
            ui.multiply_opacity(1.0 - strength);
            figures(ui, view, layout, room, is_bypassed);
        });
    }
    if strength > 0.0 {
        ui.scope(|ui| {
            ui.multiply_opacity(strength);
            hint(ui, view, layout, room);
        });
    }
}

/// What the control under the pointer does, on one line or, where that is too short, on two.
fn hint(ui: &Ui, view: &View, layout: &Layout, area: Rect) {
    let Some((hint, _)) = view.hints.shown() else { return };
    let size = layout.metrics.label;
    let mut job = LayoutJob::default();
    let format = |font, colour| TextFormat::simple(font, colour);
    job.append(&hint.title, 0.0, format(theme::semibold(size + 1.0), theme::TEXT_HIGH));
    job.append(&hint.text, 12.0, format(theme::regular(size), theme::TEXT_MID));
    job.wrap =
        TextWrapping { max_width: area.width() - 28.0, max_rows: 2, ..TextWrapping::default() };
    let galley = ui.painter().layout_job(job);
    let at = pos2(area.left() + 16.0, area.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, theme::TEXT_MID);
}

fn figures(ui: &Ui, view: &View, layout: &Layout, area: Rect, is_dim: bool) {
    let metrics = layout.metrics;
    let figures = view.figures.and_then(|(_, figures)| figures).filter(|_| !view.is_stalled());
    let texts = [
        (
            "Bit rate",
            figures.map(|f| whole(f.kilobits)),
            " kbit/s",
            "How much a file of what is heard takes. A CD has 1411 kbit/s.",
        ),
        (
            "Ratio",
            figures.map(|f| ratio(f.ratio)),
            "",
            "How many times smaller than 16-bit samples that is.",
        ),
        (
            "Segments",
            figures.map(|f| whole(f.segments)),
            " /s",
            "Pieces that the wave is cut into, all channels together. Fewer sound coarser.",
        ),
        (
            "SNR",
            figures.map(|f| snr(f.snr)),
            " dB",
            "How far what is lost lies below the sound, over the last 400 ms. 0 dB: as loud.",
        ),
    ];
    let width = area.width() / texts.len() as f32;
    for (i, (label, figure, unit, hint)) in texts.into_iter().enumerate() {
        let cell = Rect::from_min_size(
            pos2(area.left() + width * i as f32, area.top()),
            vec2(width, area.height()),
        );
        let figure = figure.unwrap_or_else(|| "–".to_owned());
        let response = ui.interact(cell.shrink(4.0), id(("figure", i)), Sense::hover());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Label, true, format!("{label} {figure}{unit}"))
        });
        hints::offer(ui, &response, label, hint);
        let painter = ui.painter();
        let left = cell.left() + 16.0;
        let y = cell.center().y;
        let at = if metrics.narrow {
            let caption = theme::regular(metrics.caption);
            text(
                painter,
                pos2(left, y - 8.0),
                Align2::LEFT_CENTER,
                label,
                caption,
                theme::TEXT_LOW,
            );
            pos2(left, y + 8.0)
        } else {
            let font = theme::regular(metrics.label + 1.0);
            let label =
                text(painter, pos2(left, y), Align2::LEFT_CENTER, label, font, theme::TEXT_LOW);
            pos2(label.right() + 10.0, y)
        };
        let silent = figure == "–";
        let ink = if silent || is_dim { theme::TEXT_LOW } else { theme::TEXT_HIGH };
        let font = theme::medium(metrics.figure);
        let figure = text(painter, at, Align2::LEFT_CENTER, figure, font, ink);
        if !silent {
            let font = theme::regular(metrics.label);
            let at = pos2(figure.right() + 1.0, y + if metrics.narrow { 8.0 } else { 1.0 });
            text(painter, at, Align2::LEFT_CENTER, unit, font, theme::TEXT_LOW);
        }
    }
}

/// A whole number below a million, with a thin space between its thousands.
fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let split = digits.len().saturating_sub(3);
    if split == 0 || !value.is_finite() {
        return digits;
    }
    format!("{}\u{2009}{}", &digits[..split], &digits[split..])
}

fn ratio(value: f64) -> String {
    if value >= 1000.0 || !value.is_finite() {
        "> 1000 : 1".to_owned()
    } else {
        format!("{value:.1} : 1")
    }
}

fn snr(value: f64) -> String {
    if value > 199.0 {
        return "∞".to_owned();
    }
    if !value.is_finite() {
        return "–".to_owned();
    }
    // Adding 0 turns a negative zero into a positive one.
    format!("{:.1}", (value * 10.0).round() / 10.0 + 0.0).replace('-', "\u{2212}")
}
