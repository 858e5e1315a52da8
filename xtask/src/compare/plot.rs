//! SNR and score over rate.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::Measured;
use super::codecs::{BEST, BEST_PACKED, CODECS, FAST, LAME, OPUS, PEAK, SLOPE, VORBIS};
use crate::bench::timing::{highest, median};

pub const SNR: &str = "docs/images/snr_over_rate.png";
pub const OPINION: &str = "docs/images/score_over_rate.png";

const SIZE: (u32, u32) = (1600, 960);

const FONT: &str = "Extrema UI";

const BACKGROUND: RGBColor = RGBColor(13, 16, 22);
const GRID: RGBColor = RGBColor(38, 44, 56);
const TEXT: RGBColor = RGBColor(232, 236, 244);
const QUIET: RGBColor = RGBColor(150, 160, 178);

const PACKED: RGBColor = RGBColor(255, 120, 150);

/// Rates in kbit/s that the axis begins and ends with.
const RATES: std::ops::Range<f64> = 32.0..512.0;

/// Draws both pictures.
pub fn draw(all: &[Measured]) -> Result<()> {
    let medium = include_bytes!("../../../assets/fonts/ExtremaUI-Medium.otf");
    register_font(FONT, FontStyle::Normal, medium)
        .map_err(|_| anyhow!("the plot's font cannot be used"))?;
    let snr: fn(&Measured) -> &[f64] = |one| &one.snr_db;
    let finite: Vec<f64> =
        all.iter().map(|one| median(&one.snr_db)).filter(|snr| snr.is_finite()).collect();
    let top = 5.0 * (highest(&finite) / 5.0).ceil() + 5.0;
    picture(all, snr, Path::new(SNR), "Signal-to-noise ratio over rate", "SNR in dB", 0.0..top)?;
    let opinion: fn(&Measured) -> &[f64] = |one| &one.opinion;
    let title = "Predicted opinion over rate";
    picture(all, opinion, Path::new(OPINION), title, "Score, 1 to 5", 1.0..5.1)
}

fn picture(
    all: &[Measured],
    figure: fn(&Measured) -> &[f64],
    path: &Path,
    title: &str,
    name: &str,
    range: std::ops::Range<f64>,
) -> Result<()> {
    let digits = if range.end < 10.0 { 1 } else { 0 };
    let root = BitMapBackend::new(path, SIZE).into_drawing_area();
    root.fill(&BACKGROUND)?;
    let text = |pixels: u32, colour: RGBColor| (FONT, pixels).into_font().color(&colour);
    let mut chart = ChartBuilder::on(&root)
        .margin(28)
        .caption(title, text(34, TEXT))
        .x_label_area_size(72)
        .y_label_area_size(84)
        .build_cartesian_2d(RATES.log_scale().base(2.0), range.clone())?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(QUIET)
        .label_style(text(22, QUIET))
        .axis_desc_style(text(24, QUIET))
        .x_desc("kbit/s of a mono file, medians over tracks")
        .y_desc(name)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.digits$}"))
        .draw()?;
    for codec in CODECS {
        let of_codec = all.iter().filter(|one| one.codec == codec);
        let mut points: Vec<(f64, f64)> = of_codec
            .map(|one| (median(&one.kbits_per_second), median(figure(one))))
            .filter(|(rate, value)| RATES.contains(rate) && range.contains(value))
            .collect();
        if points.is_empty() {
            continue;
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let colour = colour(codec);
        let width = if codec.starts_with("Extrema") { 4 } else { 2 };
        chart
            .draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(width)))?
            .label(codec)
            .legend(move |(x, y)| {
                PathElement::new([(x, y), (x + 36, y)], colour.stroke_width(width))
            });
        let dots = points.iter().map(|&point| Circle::new(point, 6, colour.filled()));
        chart.draw_series(dots)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .margin(24)
        .legend_area_size(52)
        .label_font(text(22, TEXT))
        .background_style(BACKGROUND)
        .draw()?;
    root.present().with_context(|| format!("cannot write {}", path.display()))
}

fn colour(codec: &str) -> RGBColor {
    match codec {
        SLOPE => RGBColor(190, 120, 70),
        PEAK => RGBColor(255, 159, 90),
        FAST => RGBColor(255, 205, 110),
        BEST => RGBColor(255, 240, 190),
        BEST_PACKED => PACKED,
        LAME => RGBColor(110, 200, 255),
        OPUS => RGBColor(150, 225, 130),
        VORBIS => RGBColor(200, 150, 255),
        _ => RGBColor(150, 160, 178),
    }
}
