//! The plot: nanoseconds per sample by segment length.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::timing::highest;

const SIZE: (u32, u32) = (1600, 900);

const FONT: &str = "Extrema UI";

const BACKGROUND: RGBColor = RGBColor(13, 16, 22);
const GRID: RGBColor = RGBColor(38, 44, 56);
const TEXT: RGBColor = RGBColor(232, 236, 244);
const QUIET: RGBColor = RGBColor(150, 160, 178);

/// The name and colour of each series.
const SERIES: [(&str, RGBColor); 3] = [
    ("encode, slope detector", RGBColor(255, 159, 90)),
    ("encode, peak detector", RGBColor(110, 200, 255)),
    ("decode", RGBColor(150, 225, 130)),
];

/// Draws the series, which begin at length 1, into a PNG file.
pub fn draw(series: &[Vec<f64>; 3], path: &Path) -> Result<()> {
    let medium = include_bytes!("../../../assets/fonts/ExtremaUI-Medium.otf");
    register_font(FONT, FontStyle::Normal, medium)
        .map_err(|_| anyhow!("the plot's font cannot be used"))?;
    let root = BitMapBackend::new(path, SIZE).into_drawing_area();
    root.fill(&BACKGROUND)?;
    let text = |pixels: u32, colour: RGBColor| (FONT, pixels).into_font().color(&colour);
    let top = 1.08 * highest(&series.concat());
    let longest = series[0].len() as f64;
    let mut chart = ChartBuilder::on(&root)
        .margin(28)
        .caption("Time per sample by segment length", text(34, TEXT))
        .x_label_area_size(72)
        .y_label_area_size(84)
        .build_cartesian_2d((1.0..longest).log_scale(), 0.0..top)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(QUIET)
        .label_style(text(22, QUIET))
        .axis_desc_style(text(24, QUIET))
        .x_desc("Samples in a segment")
        .y_desc("ns")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .draw()?;
    for ((name, colour), values) in SERIES.into_iter().zip(series) {
        let points = (1..).zip(values).map(|(length, &ns)| (f64::from(length), ns));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(3)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 36, y)], colour.stroke_width(4)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .margin(24)
        .legend_area_size(52)
        .label_font(text(24, TEXT))
        .background_style(BACKGROUND)
        .draw()?;
    root.present().with_context(|| format!("cannot write {}", path.display()))
}
