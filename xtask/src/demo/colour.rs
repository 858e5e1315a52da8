//! The picture's colours.

use plotters::style::RGBColor;

pub const BACKGROUND: RGBColor = RGBColor(13, 16, 22);
pub const PANEL: RGBColor = RGBColor(19, 23, 31);
pub const GRID: RGBColor = RGBColor(38, 44, 56);
pub const AXIS: RGBColor = RGBColor(72, 81, 99);
pub const TEXT: RGBColor = RGBColor(232, 236, 244);
pub const QUIET_TEXT: RGBColor = RGBColor(150, 160, 178);
pub const WAVE: RGBColor = RGBColor(92, 102, 124);
pub const HOLD: RGBColor = RGBColor(150, 160, 178);

/// The colour of a curve: all equally light, neighbours in the codebook far apart in hue.
pub fn of_curve(ordinal: u8) -> RGBColor {
    // A golden angle from each to the next.
    let hue = (f64::from(ordinal) * 137.507_764 + 110.0).to_radians();
    oklch(0.79, 0.135, hue)
}

/// From lightness, chroma and hue of the OKLab space, which are those that the eye sees.
fn oklch(lightness: f64, chroma: f64, hue: f64) -> RGBColor {
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    RGBColor(
        to_srgb(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
        to_srgb(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
        to_srgb(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s),
    )
}

fn to_srgb(linear: f64) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let encoded =
        if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (encoded * 255.0).round() as u8
}
