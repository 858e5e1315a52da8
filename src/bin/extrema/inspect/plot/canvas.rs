//! What all parts of a plot are drawn with: sizes, colours, text, and a panel with its axes.

use std::ops::Range;

use color::{Oklch, OpaqueColor};
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{Cartesian2d, DrawingArea, DrawingAreaErrorKind, DrawingBackend};
use plotters::style::{
    Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TRANSPARENT, TextStyle, register_font,
};

/// Width and height in pixels.
pub const SIZE: (u32, u32) = (1600, 1240);

/// Pictures are drawn this many times larger: lines lie on whole pixels of that.
pub const SCALE: u32 = 3;

/// Space left and right of the panels, in pixels; the vertical axes stand in the left one.
pub const LEFT: u32 = 112;
pub const RIGHT: u32 = 40;

/// Heights of a panel's caption and of its horizontal axis.
const CAPTION: u32 = 46;
const HORIZONTAL_AXIS: u32 = 56;

/// Width of a vertical axis.
const VERTICAL_AXIS: u32 = 88;

/// Programs that show the picture and do not have the font take one that looks like it.
const FONT: &str = "Inter, Helvetica, Arial, sans-serif";

pub const BACKGROUND: RGBColor = RGBColor(13, 16, 22);
pub const PANEL: RGBColor = RGBColor(19, 23, 31);
pub const GRID: RGBColor = RGBColor(38, 44, 56);
pub const AXIS: RGBColor = RGBColor(72, 81, 99);
pub const TEXT: RGBColor = RGBColor(232, 236, 244);
pub const QUIET_TEXT: RGBColor = RGBColor(150, 160, 178);
pub const WAVE: RGBColor = RGBColor(104, 114, 136);
pub const HOLD: RGBColor = RGBColor(150, 160, 178);
pub const RATE: RGBColor = RGBColor(255, 159, 90);
pub const SNR: RGBColor = RGBColor(110, 200, 255);
pub const COUNT: RGBColor = RGBColor(150, 225, 130);

pub type Canvas<DB> = DrawingArea<DB, Shift>;
pub type Chart<'a, DB> = ChartContext<'a, DB, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
pub type Failed<DB> = DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>;

/// The axes of a panel.
pub struct Axes<'a> {
    pub x: Range<f64>,
    pub y: Range<f64>,
    pub x_name: &'a str,
    pub y_name: &'a str,
    pub x_label: &'a dyn Fn(f64) -> String,
    pub y_label: &'a dyn Fn(f64) -> String,
    /// How many labels there are, about.
    pub x_labels: usize,
    pub y_labels: usize,
    /// Whether there is a line at each label of the horizontal axis.
    pub has_verticals: bool,
}

/// Makes the fonts known; false if they cannot be used.
pub fn register_fonts() -> bool {
    let medium = include_bytes!("../../../../../assets/fonts/ExtremaUI-Medium.otf");
    let semi_bold = include_bytes!("../../../../../assets/fonts/ExtremaUI-SemiBold.otf");
    [(FontStyle::Normal, &medium[..]), (FontStyle::Bold, &semi_bold[..])]
        .into_iter()
        .all(|(style, bytes)| register_font(FONT, style, bytes).is_ok())
}

/// Pixels of the finished picture as pixels of the large one.
pub const fn px(pixels: u32) -> u32 {
    pixels * SCALE
}

/// A place in pixels of the finished picture.
pub fn at(x: u32, y: u32) -> (i32, i32) {
    (px(x) as i32, px(y) as i32)
}

pub fn font(pixels: u32, colour: &RGBColor) -> TextStyle<'_> {
    TextStyle::from((FONT, px(pixels)).into_font()).color(colour)
}

pub fn bold(pixels: u32, colour: &RGBColor) -> TextStyle<'_> {
    TextStyle::from((FONT, px(pixels), FontStyle::Bold).into_font()).color(colour)
}

/// A line's width and colour.
pub fn line(pixels: u32, colour: RGBColor) -> ShapeStyle {
    colour.stroke_width(px(pixels))
}

/// A panel with a title and axes, which fills its area but for the margin on the right.
pub fn panel<'a, DB: DrawingBackend>(
    area: &'a Canvas<DB>,
    title: &str,
    axes: &Axes<'_>,
) -> Result<Chart<'a, DB>, Failed<DB>> {
    area.draw_text(title, &bold(23, &TEXT), at(LEFT, 11))?;
    let mut chart = ChartBuilder::on(area)
        .margin_left(px(LEFT - VERTICAL_AXIS))
        .margin_right(px(RIGHT))
        .margin_top(px(CAPTION))
        .margin_bottom(px(6))
        .x_label_area_size(px(HORIZONTAL_AXIS))
        .y_label_area_size(px(VERTICAL_AXIS))
        .build_cartesian_2d(axes.x.clone(), axes.y.clone())?;
    chart.plotting_area().fill(&PANEL)?;
    let mut mesh = chart.configure_mesh();
    if !axes.has_verticals {
        mesh.disable_x_mesh();
    }
    mesh.bold_line_style(line(1, GRID))
        .light_line_style(TRANSPARENT)
        .axis_style(line(1, AXIS))
        .label_style(font(19, &QUIET_TEXT))
        .axis_desc_style(font(20, &QUIET_TEXT))
        .x_desc(axes.x_name)
        .y_desc(axes.y_name)
        .x_labels(axes.x_labels)
        .y_labels(axes.y_labels)
        .x_label_formatter(&|x| (axes.x_label)(*x))
        .y_label_formatter(&|y| (axes.y_label)(*y))
        .draw()?;
    Ok(chart)
}

/// The colour of a curve in OKLCH, or of a hold for ordinal 0: all curves look equally light, and a golden
/// angle between hues makes neighbours in the codebook differ.
pub fn record_colour(ordinal: u8) -> RGBColor {
    if ordinal == 0 {
        return HOLD;
    }
    let hue = f32::from(ordinal) * 137.507_76 + 110.0;
    let colour = OpaqueColor::<Oklch>::new([0.79, 0.135, hue % 360.0]).to_rgba8();
    RGBColor(colour.r, colour.g, colour.b)
}

/// Formats a number with a true minus sign and no negative zero.
pub fn signed(value: f64, digits: usize) -> String {
    let size = format!("{:.digits$}", value.abs());
    let is_zero = size.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    if value < 0.0 && !is_zero { format!("\u{2212}{size}") } else { size }
}
