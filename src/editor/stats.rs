//! Statistics of what is played: bit rate, ratio, segments and signal-to-noise ratio.

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::View;
use super::layout::Layout;
use super::theme;
use super::widgets::{id, panel, text};

/// Seconds between updates: figures that change with every frame cannot be read.
const EVERY: f64 = 0.2;

/// Draws the statistics.
pub fn show(ui: &Ui, view: &mut View, layout: &Layout) {
    let now = ui.input(|input| input.time);
    if view.figures.is_none_or(|(taken, _)| !(0.0..EVERY).contains(&(now - taken))) {
        view.figures = Some((now, view.history.stats()));
    }
    let figures = view.figures.and_then(|(_, figures)| figures).filter(|_| !view.is_stalled());
    let texts = [
        (
            "Bit rate",
            figures.map(|f| whole(f.kilobits)),
            " kbit/s",
            "Bit rate of the records, as stored in a file.",
        ),
        (
            "Ratio",
            figures.map(|f| ratio(f.ratio)),
            "",
            "Size of 16-bit samples compared with the records.",
        ),
        (
            "Segments",
            figures.map(|f| whole(f.segments)),
            " /s",
            "Records per second, all channels together.",
        ),
        ("SNR", figures.map(|f| snr(f.snr)), " dB", "Signal-to-noise ratio of the last 400 ms."),
    ];
    panel(ui.painter(), layout.stats);
    let (metrics, area) = (layout.metrics, layout.stats);
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
        response.on_hover_text(hint);
        let painter = ui.painter();
        let left = cell.left() + 16.0;
        let y = cell.center().y;
        let at = if metrics.small {
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
        let ink = if silent { theme::TEXT_LOW } else { theme::TEXT_HIGH };
        let font = theme::medium(metrics.figure);
        let figure = text(painter, at, Align2::LEFT_CENTER, figure, font, ink);
        if !silent {
            let font = theme::regular(metrics.label);
            let at = pos2(figure.right() + 1.0, y + if metrics.small { 8.0 } else { 1.0 });
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
