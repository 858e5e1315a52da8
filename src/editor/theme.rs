//! Colours, fonts and measures.
//!
//! The greys share one hue (a cool blue) so that the curves' colours and the amber accent stand out.
//! Text meets the contrast of [WCAG 2.2](https://www.w3.org/TR/WCAG22/#contrast-minimum) AA on the
//! surface it rests on: at least 4.5 : 1, except for what is disabled. Lines and marks that mean
//! something have [3 : 1](https://www.w3.org/TR/WCAG22/#non-text-contrast).

use std::sync::Arc;

use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, Stroke, Vec2, Visuals};

/// The window's background.
pub const WINDOW: Color32 = Color32::from_rgb(0x0E, 0x11, 0x15);
/// Background of a panel.
pub const PANEL: Color32 = Color32::from_rgb(0x16, 0x1A, 0x20);
/// Background of the scope, of meter bars and of text fields.
pub const SCOPE: Color32 = Color32::from_rgb(0x0A, 0x0D, 0x11);
/// A control at rest.
pub const CONTROL: Color32 = Color32::from_rgb(0x20, 0x26, 0x2E);
/// A control under the pointer, and the unused part of a knob's arc.
pub const HOVER: Color32 = Color32::from_rgb(0x2A, 0x32, 0x3C);
/// A pressed or selected control.
pub const PRESSED: Color32 = Color32::from_rgb(0x3A, 0x44, 0x50);
/// Borders and separators.
pub const HAIRLINE: Color32 = Color32::from_rgb(0x26, 0x2D, 0x36);
/// Grid lines of the scope.
pub const GRID: Color32 = Color32::from_rgb(0x17, 0x1C, 0x23);
/// Background of menus, tooltips and the segment read-out.
pub const POPUP: Color32 = Color32::from_rgb(0x1B, 0x21, 0x29);
/// Values, titles and the text under the pointer.
pub const TEXT_HIGH: Color32 = Color32::from_rgb(0xED, 0xF0, 0xF4);
/// Labels of controls.
pub const TEXT_MID: Color32 = Color32::from_rgb(0xAE, 0xB7, 0xC3);
/// Captions, units and axis labels.
pub const TEXT_LOW: Color32 = Color32::from_rgb(0x88, 0x93, 0xA1);
/// Controls that have no effect at the moment.
pub const DISABLED: Color32 = Color32::from_rgb(0x4C, 0x56, 0x63);
/// Amber: values that the user has set, and held peaks. Reserved for these, so no curve has its hue.
pub const ACCENT: Color32 = Color32::from_rgb(0xF2, 0xB1, 0x34);
/// Text on [`ACCENT`].
pub const ON_ACCENT: Color32 = Color32::from_rgb(0x1A, 0x14, 0x07);
/// Background of text in [`ACCENT`], and of selected text.
pub const ACCENT_TINT: Color32 = Color32::from_rgb(0x3A, 0x2E, 0x14);
/// Hold segments in the scope.
pub const HOLD: Color32 = Color32::from_rgb(0x9A, 0xA5, 0xB3);
/// Clipping, and recording.
pub const CLIP: Color32 = Color32::from_rgb(0xF2, 0x56, 0x4B);
/// Background of a button that records.
pub const RECORD_TINT: Color32 = Color32::from_rgb(0x3A, 0x18, 0x1A);
/// The bar of a level meter.
pub const METER: Color32 = Color32::from_rgb(0x7D, 0x89, 0x97);
/// The original signal in the scope: [`TEXT_HIGH`] at 80 %.
pub const ORIGINAL: Color32 = Color32::from_rgba_premultiplied(0xBE, 0xC0, 0xC3, 0xCC);
/// What is lost, between the original and the curves: [`TEXT_HIGH`] at 20 %.
pub const LOST: Color32 = Color32::from_rgba_premultiplied(0x2F, 0x30, 0x31, 0x33);
/// The envelope of the original, where single segments are too narrow to be seen.
pub const ENVELOPE: Color32 = Color32::from_rgb(0x5F, 0x6B, 0x79);
/// The wave while the host has stopped or the plugin is bypassed.
pub const GREYED: Color32 = Color32::from_rgb(0x6B, 0x76, 0x83);
/// The threshold's lines across the scope: [`ACCENT`] at 50 %.
pub const THRESHOLD: Color32 = Color32::from_rgba_premultiplied(0x79, 0x59, 0x1A, 0x80);
/// Background of a codebook cell whose curve has not been used lately.
pub const CELL: Color32 = Color32::from_rgb(0x19, 0x1E, 0x25);

/// The corner radius of a panel in points.
pub const PANEL_RADIUS: f32 = 8.0;
/// The corner radius of a control in points.
pub const CONTROL_RADIUS: f32 = 6.0;

/// Mixes two colours in gamma space; `amount` is the share of `b`, 0 to 1.
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

/// Sets our fonts and colours in a new context.
pub(super) fn apply(context: &egui::Context) {
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

/// Measures in points, in one of two sizes depending on the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Whether everything is lower to save height, and details are left out.
    pub small: bool,
    /// Whether everything is narrower as well.
    pub narrow: bool,
    /// Between the window's edge and the panels.
    pub margin: f32,
    /// Height of the header.
    pub header: f32,
    /// Height of the statistics.
    pub stats: f32,
    /// Height of the panel of controls.
    pub controls: f32,
    /// Width of the meters.
    pub meters: f32,
    /// Outer radius of a knob's arc.
    pub knob: f32,
    /// Width of a knob's arc.
    pub arc: f32,
    /// Font size of the statistics.
    pub figure: f32,
    /// Font size of the product's name.
    pub name: f32,
    /// Font size of labels, values and buttons.
    pub label: f32,
    /// Font size of captions.
    pub caption: f32,
}

impl Metrics {
    /// Between panels, in points.
    pub const GAP: f32 = 8.0;

    /// Outer radius of a knob's arc in a window of the default size, in points.
    pub const KNOB: f32 = 26.0;

    /// The measures for a window of `size` points.
    pub fn of(size: Vec2) -> Self {
        // Below this the full-size controls with all their labels no longer fit side by side.
        if size.x < 840.0 || size.y < 540.0 {
            Self {
                small: true,
                narrow: size.x < 840.0,
                margin: 8.0,
                header: 40.0,
                stats: 38.0,
                controls: 106.0,
                meters: 56.0,
                knob: 20.0,
                arc: 3.0,
                figure: 13.0,
                name: 15.0,
                label: 12.0,
                caption: 11.0,
            }
        } else {
            // Larger windows have larger controls, up to those for a screen of 1920 × 1200.
            let growth =
                |length: f32, from: f32, to: f32| egui::remap_clamp(length, from..=to, 0.0..=1.0);
            let large = growth(size.x, 960.0, 1440.0).min(growth(size.y, 600.0, 860.0));
            let between = |least, most| egui::lerp(least..=most, large);
            let knob = between(Self::KNOB, 34.0);
            Self {
                small: false,
                narrow: false,
                margin: 12.0,
                header: 48.0,
                stats: between(44.0, 48.0),
                controls: 76.0 + 2.0 * knob,
                meters: between(64.0, 76.0),
                knob,
                arc: between(4.0, 5.0),
                figure: between(16.0, 18.0),
                name: 17.0,
                label: between(12.0, 13.0),
                caption: between(11.0, 12.0),
            }
        }
    }
}
