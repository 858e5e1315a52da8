//! Colours, type and measures.

use std::sync::{Arc, LazyLock};

use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, Stroke, Vec2, Visuals};

use crate::codec::{CURVE_COUNT, Codebook};

/// Behind everything.
pub const WINDOW: Color32 = Color32::from_rgb(0x0E, 0x11, 0x15);
/// Behind a group of controls.
pub const PANEL: Color32 = Color32::from_rgb(0x16, 0x1A, 0x20);
/// Behind the wave.
pub const SCOPE: Color32 = Color32::from_rgb(0x0A, 0x0D, 0x11);
/// A control at rest.
pub const CONTROL: Color32 = Color32::from_rgb(0x20, 0x26, 0x2E);
/// A control under the pointer, and the part of an arc that is not set.
pub const HOVER: Color32 = Color32::from_rgb(0x2A, 0x32, 0x3C);
/// A pressed or selected control.
pub const PRESSED: Color32 = Color32::from_rgb(0x3A, 0x44, 0x50);
/// Borders and separators.
pub const HAIRLINE: Color32 = Color32::from_rgb(0x26, 0x2D, 0x36);
/// Lines behind the wave.
pub const GRID: Color32 = Color32::from_rgb(0x17, 0x1C, 0x23);
/// Behind menus, tooltips and the read-out.
pub const POPUP: Color32 = Color32::from_rgb(0x1B, 0x21, 0x29);
/// The text that matters most.
pub const TEXT_HIGH: Color32 = Color32::from_rgb(0xED, 0xF0, 0xF4);
/// Ordinary text.
pub const TEXT_MID: Color32 = Color32::from_rgb(0xAE, 0xB7, 0xC3);
/// Captions.
pub const TEXT_LOW: Color32 = Color32::from_rgb(0x88, 0x93, 0xA1);
/// What cannot be used now.
pub const DISABLED: Color32 = Color32::from_rgb(0x4C, 0x56, 0x63);
/// Set by the musician, and nothing else.
pub const ACCENT: Color32 = Color32::from_rgb(0xF2, 0xB1, 0x34);
/// Text on [`ACCENT`].
pub const ON_ACCENT: Color32 = Color32::from_rgb(0x1A, 0x14, 0x07);
/// Behind accented text.
pub const ACCENT_TINT: Color32 = Color32::from_rgb(0x3A, 0x2E, 0x14);
/// Holds in the wave.
pub const HOLD: Color32 = Color32::from_rgb(0x9A, 0xA5, 0xB3);
/// Clipping.
pub const CLIP: Color32 = Color32::from_rgb(0xF2, 0x56, 0x4B);
/// The bar of a meter.
pub const METER: Color32 = Color32::from_rgb(0x7D, 0x89, 0x97);
/// The original wave.
pub const ORIGINAL: Color32 = Color32::from_rgba_premultiplied(0x84, 0x86, 0x89, 0x8C);
/// A codebook cell that is not in use.
pub const CELL: Color32 = Color32::from_rgb(0x19, 0x1E, 0x25);

/// The corner radius of a panel in points.
pub const PANEL_RADIUS: f32 = 8.0;
/// The corner radius of a control in points.
pub const CONTROL_RADIUS: f32 = 6.0;

/// Stops of the curve ramp: lightness, chroma and hue in degrees, in OKLCH.
const RAMP: [[f32; 3]; 5] = [
    [0.84, 0.125, 172.0],
    [0.79, 0.115, 225.0],
    [0.71, 0.135, 275.0],
    [0.72, 0.155, 325.0],
    [0.75, 0.150, 372.0],
];

/// The curves by shape: their ranks and colours.
#[derive(Debug)]
pub struct Ramp {
    /// The ordinals from the latest to the earliest curve.
    order: [u8; CURVE_COUNT as usize],
    colours: [Color32; CURVE_COUNT as usize + 1],
}

impl Ramp {
    /// The ramp of the codebook, made once.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Ramp> = LazyLock::new(Ramp::new);
        &SHARED
    }

    fn new() -> Self {
        const STEPS: u32 = 64;
        let codebook = Codebook::standard();
        let bend = |ordinal: u8| -> f64 {
            (1..STEPS)
                .map(|i| {
                    codebook.curves().value(ordinal, i, STEPS) - f64::from(i) / f64::from(STEPS)
                })
                .sum()
        };
        let mut order: [u8; CURVE_COUNT as usize] = std::array::from_fn(|i| i as u8 + 1);
        let bends = order.map(bend);
        order.sort_by(|&a, &b| {
            bends[usize::from(a) - 1].total_cmp(&bends[usize::from(b) - 1]).then(a.cmp(&b))
        });
        let mut colours = [HOLD; CURVE_COUNT as usize + 1];
        for (rank, &ordinal) in order.iter().enumerate() {
            colours[usize::from(ordinal)] = ramp(rank as f32 / f32::from(CURVE_COUNT - 1));
        }
        Self { order, colours }
    }

    /// The ordinals in a table, row by row. Its columns go from the latest to the earliest curves,
    /// and each starts with its lowest ordinals, so that those that do not compete are at the foot.
    pub fn by_shape(rows: usize, columns: usize) -> Vec<u8> {
        let order = &Self::shared().order;
        let mut table = vec![0; rows * columns];
        for (column, ranks) in order.chunks(rows).enumerate().take(columns) {
            let mut ranks = ranks.to_vec();
            ranks.sort_unstable();
            for (row, ordinal) in ranks.into_iter().enumerate() {
                table[row * columns + column] = ordinal;
            }
        }
        table
    }

    /// The colour of a curve, or of a hold for 0.
    pub fn colour(&self, ordinal: u8) -> Color32 {
        self.colours[usize::from(ordinal)]
    }
}

/// The colour at a place of the ramp, 0 for the latest curve and 1 for the earliest.
pub fn ramp(place: f32) -> Color32 {
    let x = place.clamp(0.0, 1.0) * (RAMP.len() - 1) as f32;
    let i = (x as usize).min(RAMP.len() - 2);
    let [l, c, h] = std::array::from_fn(|k| egui::lerp(RAMP[i][k]..=RAMP[i + 1][k], x - i as f32));
    oklch(l, c, h)
}

fn oklch(lightness: f32, chroma: f32, degrees: f32) -> Color32 {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (a, b) = (chroma * cosine, chroma * sine);
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    let byte = |linear: f32| egui::ecolor::gamma_u8_from_linear_f32(linear.clamp(0.0, 1.0));
    Color32::from_rgb(
        byte(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
        byte(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s),
        byte(-0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s),
    )
}

/// A mixture of two colours in gamma space, `amount` of the second.
pub fn mix(a: Color32, b: Color32, amount: f32) -> Color32 {
    a.lerp_to_gamma(b, amount)
}

/// Inter, regular weight.
pub fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Inter, medium weight.
pub fn medium(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("medium".into()))
}

/// Inter, semi-bold.
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("semibold".into()))
}

/// Gives a fresh context our fonts and colours.
pub fn install(context: &egui::Context) {
    let mut fonts = FontDefinitions::empty();
    let mut add = |name: &str, bytes: &'static [u8], families: &[FontFamily]| {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
        for family in families {
            fonts.families.insert(family.clone(), vec![name.into()]);
        }
    };
    add(
        "regular",
        include_bytes!("../../assets/fonts/ExtremaUI-Regular.otf"),
        &[FontFamily::Proportional, FontFamily::Monospace],
    );
    add(
        "medium",
        include_bytes!("../../assets/fonts/ExtremaUI-Medium.otf"),
        &[FontFamily::Name("medium".into())],
    );
    add(
        "semibold",
        include_bytes!("../../assets/fonts/ExtremaUI-SemiBold.otf"),
        &[FontFamily::Name("semibold".into())],
    );
    context.set_fonts(fonts);
    context.set_theme(egui::Theme::Dark);
    context.all_styles_mut(style);
}

fn style(style: &mut egui::Style) {
    let mut visuals = Visuals::dark();
    visuals.window_fill = POPUP;
    visuals.window_stroke = Stroke::new(1.0, PRESSED);
    visuals.panel_fill = WINDOW;
    visuals.override_text_color = Some(TEXT_HIGH);
    visuals.selection.bg_fill = ACCENT_TINT;
    visuals.selection.stroke = Stroke::new(1.0, TEXT_HIGH);
    visuals.text_cursor.stroke = Stroke::new(1.5, ACCENT);
    style.visuals = visuals;
    style.spacing.item_spacing = Vec2::ZERO;
    style.spacing.menu_margin = egui::Margin::same(6);
    style.interaction.tooltip_delay = 0.6;
    style.interaction.selectable_labels = false;
    style.override_font_id = Some(regular(12.0));
}

/// Measures in points, which depend on how much room the window has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Whether details are left out to save room.
    pub small: bool,
    /// Around everything.
    pub margin: f32,
    /// Height of the header.
    pub header: f32,
    /// Height of the rail of figures.
    pub rail: f32,
    /// Height of the strip of controls.
    pub strip: f32,
    /// Width of the meters.
    pub meters: f32,
    /// Radius of a knob's arc.
    pub knob: f32,
    /// Width of a knob's arc.
    pub arc: f32,
    /// Size of the figures.
    pub figure: f32,
    /// Size of the product's name.
    pub name: f32,
    /// Size of labels, values and buttons.
    pub label: f32,
    /// Size of captions.
    pub caption: f32,
}

impl Metrics {
    /// Between panels, in points.
    pub const GAP: f32 = 8.0;

    /// The measures for a window of `size` points.
    pub fn of(size: Vec2) -> Self {
        if size.x < 840.0 || size.y < 540.0 {
            Self {
                small: true,
                margin: 8.0,
                header: 40.0,
                rail: 38.0,
                strip: 106.0,
                meters: 56.0,
                knob: 20.0,
                arc: 3.0,
                figure: 13.0,
                name: 15.0,
                label: 12.0,
                caption: 11.0,
            }
        } else {
            Self {
                small: false,
                margin: 12.0,
                header: 48.0,
                rail: 44.0,
                strip: 128.0,
                meters: 64.0,
                knob: 26.0,
                arc: 4.0,
                figure: 16.0,
                name: 17.0,
                label: 12.0,
                caption: 11.0,
            }
        }
    }
}
