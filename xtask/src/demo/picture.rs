//! The picture: a wave, and in front of it the curves that replace it.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use color::{Oklch, OpaqueColor};
use extrema::codec::Threshold;
use extrema::effect::Control;
use plotters::coord::Shift;
use plotters::element::BitMapElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};

use super::passage::{Passage, Shape};
use crate::track::Track;

/// Width and height in pixels.
const SIZE: (u32, u32) = (1600, 1080);

/// Heights of the heading and of the time axis's name, in pixels.
const HEAD: u32 = 96;
const AXIS_NAME: u32 = 28;

/// The picture is drawn this many times larger and averaged, for smooth edges.
const SCALE: u32 = 3;

/// The threshold of the lower panel in dBFS; the upper one has the default.
const STRONG: f64 = -15.0;

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

/// Draws a passage of a track into a PNG file.
pub fn draw(track: &Track, path: &Path) -> Result<()> {
    let medium = include_bytes!("../../../assets/fonts/ExtremaUI-Medium.otf");
    let bold = include_bytes!("../../../assets/fonts/ExtremaUI-SemiBold.otf");
    for (style, bytes) in [(FontStyle::Normal, &medium[..]), (FontStyle::Bold, &bold[..])] {
        register_font(FONT, style, bytes).map_err(|_| anyhow!("the font cannot be used"))?;
    }
    let passage = Passage::choose(track);
    let (width, height) = (SIZE.0 * SCALE, SIZE.1 * SCALE);
    let mut large = vec![0; (width * height * 3) as usize];
    {
        let root = BitMapBackend::with_buffer(&mut large, (width, height)).into_drawing_area();
        figure(&root, &passage).context("cannot draw the picture")?;
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

fn figure(root: &Canvas, passage: &Passage) -> Result<()> {
    root.fill(&BACKGROUND)?;
    let (head, rest) = root.split_vertically(px(HEAD));
    heading(&head, passage)?;
    // Only the lower panel names the axis that they share.
    let (upper, lower) = rest.split_vertically(px((SIZE.1 - HEAD - AXIS_NAME) / 2));
    let wave = passage.wave();
    let gentle = Control::Threshold.spec().default;
    for (panel, decibels, axis_name) in [(upper, gentle, ""), (lower, STRONG, "Time in ms")] {
        let shapes = passage.shapes(Threshold::from_dbfs(decibels));
        draw_panel(&panel, passage.milliseconds(), &wave, &shapes, axis_name)?;
        caption(&panel, decibels, &shapes)?;
    }
    Ok(())
}

fn font(pixels: u32, style: FontStyle, colour: &RGBColor) -> TextStyle<'_> {
    TextStyle::from((FONT, px(pixels), style).into_font()).color(colour)
}

fn heading(area: &Canvas, passage: &Passage) -> Result<()> {
    area.draw_text("Extrema", &font(44, FontStyle::Bold, &TEXT), at(116, 34))?;
    let what = format!(
        "{:.0} ms of a wave at {:.2} s, and the curves that replace it",
        passage.milliseconds(),
        passage.starts()
    );
    let quiet = font(22, FontStyle::Normal, &QUIET_TEXT);
    area.draw_text(&what, &quiet, at(300, 47))?;
    let line = |x, colour: RGBColor, width| {
        PathElement::new([at(x, 55), at(x + 44, 55)], colour.stroke_width(px(width)))
    };
    area.draw(&line(1032, WAVE, 8))?;
    area.draw_text("original", &quiet, at(1088, 48))?;
    area.draw(&line(1190, curve_colour(1), 3))?;
    area.draw_text("curve", &quiet, at(1246, 48))?;
    area.draw(&line(1328, HOLD, 3))?;
    area.draw_text("hold", &quiet, at(1384, 48))?;
    area.draw(&Circle::new(at(1460, 55), px(5), curve_colour(2).filled()))?;
    area.draw_text("extremum", &quiet, at(1476, 48))?;
    Ok(())
}

fn at(x: u32, y: u32) -> (i32, i32) {
    (px(x) as i32, px(y) as i32)
}

fn draw_panel(
    area: &Canvas,
    milliseconds: f64,
    wave: &[(f64, f64)],
    shapes: &[Shape],
    axis_name: &str,
) -> Result<()> {
    let peak = wave.iter().fold(0.01_f64, |peak, (_, x)| peak.max(x.abs())) * 1.12;
    let digits = if peak < 0.2 { 2 } else { 1 };
    let mut chart = ChartBuilder::on(area)
        .margin_left(px(24))
        .margin_right(px(40))
        .margin_top(px(44))
        .margin_bottom(px(10))
        .x_label_area_size(px(if axis_name.is_empty() { 34 } else { 34 + AXIS_NAME }))
        .y_label_area_size(px(92))
        .build_cartesian_2d(0.0..milliseconds.ceil(), -peak..peak)?;
    chart.plotting_area().fill(&PANEL)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID.stroke_width(px(1)))
        .light_line_style(TRANSPARENT)
        .axis_style(AXIS.stroke_width(px(1)))
        .label_style(font(20, FontStyle::Normal, &QUIET_TEXT))
        .axis_desc_style(font(22, FontStyle::Normal, &QUIET_TEXT))
        .x_desc(axis_name)
        .y_desc("Amplitude")
        .x_labels(6)
        .y_labels(5)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| signed(*y, digits))
        .draw()?;

    let line = |colour: RGBColor, width| colour.stroke_width(px(width));
    // Points as wide as the line make its corners round.
    let original = LineSeries::new(wave.iter().copied(), line(WAVE, 8).filled());
    chart.draw_series(original.point_size(px(4)))?;
    for shape in shapes {
        let points = shape.points.iter().copied();
        chart.draw_series(LineSeries::new(points, line(shape.colour(), 3)))?;
    }
    let curves = shapes.iter().filter(|shape| shape.ordinal > 0);
    for (shape, end) in curves.filter_map(|shape| Some((shape, shape.end?))) {
        // A rim separates dots from the lines they lie on.
        let rim = Circle::new(end, px(7), PANEL.filled());
        let dot = Circle::new(end, px(5), shape.colour().filled());
        chart.draw_series([rim, dot])?;
    }
    Ok(())
}

fn caption(area: &Canvas, decibels: f64, shapes: &[Shape]) -> Result<()> {
    let curves = shapes.iter().filter(|shape| shape.ordinal > 0).count();
    let threshold = format!("Threshold {} dB", signed(decibels, 1));
    area.draw_text(&threshold, &font(24, FontStyle::Bold, &TEXT), at(116, 8))?;
    let right = Pos::new(HPos::Right, VPos::Top);
    let quiet = font(22, FontStyle::Normal, &QUIET_TEXT).pos(right);
    let count = format!("{curves} curves, {} holds", shapes.len() - curves);
    area.draw_text(&count, &quiet, at(1560, 9))?;
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
