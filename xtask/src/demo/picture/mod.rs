//! Pictures: waves, and in front of them the curves that replace them.

mod thresholds;
mod tour;

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use color::{Oklch, OpaqueColor};
use extrema::codec::RecordEvent;
use plotters::coord::Shift;
use plotters::element::BitMapElement;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::passage::{Passage, Shape};

pub use thresholds::draw as draw_thresholds;
pub use tour::draw as draw_tour;

/// Width and height in pixels.
const SIZE: (u32, u32) = (1600, 1080);

/// Heights of the heading, of a panel's caption, of the time axis's numbers and of its name, in pixels.
const HEAD: u32 = 96;
const CAPTION: u32 = 44;
const AXIS_NUMBERS: u32 = 34;
const AXIS_NAME: u32 = 28;

/// Space left of the panels, in which the amplitude's axis stands, and right of them.
const LEFT: u32 = 116;
const RIGHT: u32 = 40;

/// Width of the amplitude's axis.
const AMPLITUDES: u32 = 92;

/// The picture is drawn this many times larger and averaged, for smooth edges.
const SCALE: u32 = 3;

const FONT: &str = "Extrema UI";

const BACKGROUND: RGBColor = RGBColor(13, 16, 22);
const PANEL: RGBColor = RGBColor(19, 23, 31);
const GRID: RGBColor = RGBColor(38, 44, 56);
const AXIS: RGBColor = RGBColor(72, 81, 99);
const TEXT: RGBColor = RGBColor(232, 236, 244);
const QUIET_TEXT: RGBColor = RGBColor(150, 160, 178);
const WAVE: RGBColor = RGBColor(92, 102, 124);
const HOLD: RGBColor = RGBColor(150, 160, 178);

type Canvas<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// A wave and what replaces it.
struct Panel {
    milliseconds: f64,
    wave: Vec<(f64, f64)>,
    shapes: Vec<Shape>,
}

/// What the panels of a picture have in common. Lengths are in pixels.
struct Style {
    milliseconds: f64,
    /// The largest amplitude of the axis.
    peak: f64,
    original_width: u32,
    dot_radius: u32,
}

/// Where a panel lies in its area, and whether it names its axes. Lengths are in pixels.
struct Place {
    left: u32,
    right: u32,
    bottom: u32,
    has_times: bool,
    has_time_name: bool,
    has_amplitudes: bool,
}

impl Panel {
    fn new(passage: &Passage, records: &[RecordEvent]) -> Self {
        Self {
            milliseconds: passage.milliseconds(),
            wave: passage.wave(),
            shapes: passage.shapes(records),
        }
    }
}

impl Style {
    /// Equal scales for all panels.
    fn of(panels: &[Panel], original_width: u32, dot_radius: u32) -> Self {
        let peak = panels.iter().fold(0.01_f64, |peak, panel| {
            let played = panel.shapes.iter().flat_map(|shape| &shape.points);
            panel.wave.iter().chain(played).fold(peak, |peak, (_, x)| peak.max(x.abs()))
        });
        let longest = panels.iter().fold(1.0_f64, |longest, panel| longest.max(panel.milliseconds));
        Self { milliseconds: longest.ceil(), peak: 1.12 * peak, original_width, dot_radius }
    }
}

/// Writes a PNG file.
fn write(path: &Path, figure: impl FnOnce(&Canvas) -> Result<()>) -> Result<()> {
    let medium = include_bytes!("../../../../assets/fonts/ExtremaUI-Medium.otf");
    let bold = include_bytes!("../../../../assets/fonts/ExtremaUI-SemiBold.otf");
    for (style, bytes) in [(FontStyle::Normal, &medium[..]), (FontStyle::Bold, &bold[..])] {
        register_font(FONT, style, bytes).map_err(|_| anyhow!("the font cannot be used"))?;
    }
    let (width, height) = (SIZE.0 * SCALE, SIZE.1 * SCALE);
    let mut large = vec![0; (width * height * 3) as usize];
    {
        let root = BitMapBackend::with_buffer(&mut large, (width, height)).into_drawing_area();
        root.fill(&BACKGROUND)?;
        figure(&root).context("cannot draw the picture")?;
    }
    let small = average(&large);
    let root = BitMapBackend::new(path, SIZE).into_drawing_area();
    let image = BitMapElement::with_owned_buffer((0, 0), SIZE, small)
        .context("the picture has a wrong size")?;
    root.draw(&image).context("cannot draw the picture")?;
    root.present().with_context(|| format!("cannot write {}", path.display()))
}

/// Pixels of the finished picture as pixels of the large one.
const fn px(pixels: u32) -> u32 {
    pixels * SCALE
}

fn at(x: u32, y: u32) -> (i32, i32) {
    (px(x) as i32, px(y) as i32)
}

fn font(pixels: u32, style: FontStyle, colour: &RGBColor) -> TextStyle<'_> {
    TextStyle::from((FONT, px(pixels), style).into_font()).color(colour)
}

/// What the picture shows, and the meaning of its lines.
fn heading(area: &Canvas, what: &str, style: &Style) -> Result<()> {
    area.draw_text("Extrema", &font(44, FontStyle::Bold, &TEXT), at(LEFT, 34))?;
    let quiet = font(22, FontStyle::Normal, &QUIET_TEXT);
    area.draw_text(what, &quiet, at(300, 47))?;
    let line = |x, colour: RGBColor, width| {
        PathElement::new([at(x, 55), at(x + 44, 55)], colour.stroke_width(px(width)))
    };
    area.draw(&line(1016, WAVE, style.original_width))?;
    area.draw_text("original", &quiet, at(1072, 48))?;
    area.draw(&line(1174, curve_colour(1), 3))?;
    area.draw_text("curve", &quiet, at(1230, 48))?;
    area.draw(&line(1312, HOLD, 3))?;
    area.draw_text("hold", &quiet, at(1368, 48))?;
    area.draw(&Circle::new(at(1444, 55), px(style.dot_radius), curve_colour(2).filled()))?;
    area.draw_text("curve's end", &quiet, at(1460, 48))?;
    Ok(())
}

fn draw_panel(area: &Canvas, panel: &Panel, style: &Style, place: &Place) -> Result<()> {
    let Style { milliseconds, peak, .. } = *style;
    let digits = if peak < 0.2 { 2 } else { 1 };
    let times = if place.has_times { AXIS_NUMBERS } else { 0 };
    let time_name = if place.has_time_name { AXIS_NAME } else { 0 };
    let amplitudes = if place.has_amplitudes { AMPLITUDES } else { 0 };
    let mut chart = ChartBuilder::on(area)
        .margin_left(px(place.left - amplitudes))
        .margin_right(px(place.right))
        .margin_top(px(CAPTION))
        .margin_bottom(px(place.bottom))
        .x_label_area_size(px(times + time_name))
        .y_label_area_size(px(amplitudes))
        .build_cartesian_2d(0.0..milliseconds, -peak..peak)?;
    chart.plotting_area().fill(&PANEL)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID.stroke_width(px(1)))
        .light_line_style(TRANSPARENT)
        .axis_style(AXIS.stroke_width(px(1)))
        .label_style(font(20, FontStyle::Normal, &QUIET_TEXT))
        .axis_desc_style(font(22, FontStyle::Normal, &QUIET_TEXT))
        .x_desc(if place.has_time_name { "Time in ms" } else { "" })
        .y_desc(if place.has_amplitudes { "Amplitude" } else { "" })
        .x_labels(6)
        .y_labels(5)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| signed(*y, digits))
        .draw()?;

    let line = |colour: RGBColor, width| colour.stroke_width(px(width));
    // Also where there is no room for numbers.
    let axes = vec![(0.0, peak), (0.0, -peak), (milliseconds, -peak)];
    chart.draw_series([PathElement::new(axes, line(AXIS, 1))])?;
    // Line by line, with a dot on each point: a path would have spikes at its corners.
    let width = style.original_width;
    let original = panel.wave.windows(2);
    chart.draw_series(original.map(|ends| PathElement::new(ends, line(WAVE, width))))?;
    let dots = panel.wave.iter();
    chart.draw_series(dots.map(|&point| Circle::new(point, px(width) / 2, WAVE.filled())))?;
    for shape in &panel.shapes {
        let points = shape.points.iter().copied();
        chart.draw_series(LineSeries::new(points, line(shape.colour(), 3)))?;
    }
    let curves = panel.shapes.iter().filter(|shape| shape.ordinal > 0);
    for (shape, end) in curves.filter_map(|shape| Some((shape, shape.end?))) {
        // A rim separates dots from the lines they lie on.
        let rim = Circle::new(end, px(style.dot_radius + 2), PANEL.filled());
        let dot = Circle::new(end, px(style.dot_radius), shape.colour().filled());
        chart.draw_series([rim, dot])?;
    }
    Ok(())
}

/// Formats a number with a true minus sign and no negative zero.
fn signed(value: f64, digits: usize) -> String {
    let size = format!("{:.digits$}", value.abs());
    let zero = size.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    if value < 0.0 && !zero { format!("\u{2212}{size}") } else { size }
}

impl Shape {
    fn colour(&self) -> RGBColor {
        if self.ordinal == 0 { HOLD } else { curve_colour(self.ordinal) }
    }
}

/// The colour of a curve in OKLCH: all curves look equally light, and a golden angle between hues makes
/// neighbours in the codebook differ.
fn curve_colour(ordinal: u8) -> RGBColor {
    let hue = f32::from(ordinal) * 137.507_76 + 110.0;
    let colour = OpaqueColor::<Oklch>::new([0.79, 0.135, hue % 360.0]).to_rgba8();
    RGBColor(colour.r, colour.g, colour.b)
}

/// Scales the large picture down: each pixel is the mean of a square.
fn average(large: &[u8]) -> Vec<u8> {
    let (width, height) = SIZE;
    let mut small = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let square = (0..SCALE * SCALE).map(|i| {
                    let (column, row) = (x * SCALE + i % SCALE, y * SCALE + i / SCALE);
                    let pixel = row * width * SCALE + column;
                    u32::from(large[(pixel * 3 + channel) as usize])
                });
                small.push((square.sum::<u32>() / (SCALE * SCALE)) as u8);
            }
        }
    }
    small
}
