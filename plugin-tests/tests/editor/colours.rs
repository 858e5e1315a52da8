//! Colours: contrast of text and marks, computed by WCAG 2.2, and the ramps of curves under simulated
//! colour blindness.

use std::collections::HashMap;

use egui::epaint::ClippedShape;
use egui::{Color32, Event, Pos2, Rect, Shape, Vec2, pos2, vec2};
use extrema::editor::codebook_panel::cell_colours;
use extrema::editor::context;
use extrema::editor::layout::Layout;
use extrema::editor::palette::Ramp;
use extrema::editor::parameters::Control;
use extrema::editor::scope::Lanes;
use extrema::editor::theme;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::raster::Rasterizer;
use extrema_plugin_tests::stage::{Stage, chord};
use image::{Rgb, RgbImage};

/// Least contrast of text (WCAG 2.2, 1.4.3) and of marks that mean something (1.4.11).
const TEXT: f64 = 4.5;
const MARK: f64 = 3.0;

/// Linear light of an sRGB colour, 0 to 1.
fn linear(colour: Color32) -> [f64; 3] {
    assert_eq!(colour.a(), 255, "translucent colours have to be blended first");
    [colour.r(), colour.g(), colour.b()].map(|part| {
        let part = f64::from(part) / 255.0;
        // The limit is that of IEC 61966-2-1; WCAG's own, 0.03928, is the same for 8 bits.
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

/// Relative luminance as WCAG 2.2 defines it.
fn luminance(colour: Color32) -> f64 {
    let [red, green, blue] = linear(colour);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast ratio of WCAG 2.2, of a colour that may be translucent on an opaque one.
fn contrast(colour: Color32, on: Color32) -> f64 {
    let [a, b] = [luminance(on.blend(colour)), luminance(on)];
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_that_of_the_standard() {
    assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 1e-9);
    // A known pair: #767676 is the lightest grey for text on white.
    assert!((contrast(Color32::from_gray(0x76), Color32::WHITE) - 4.54).abs() < 0.005);
}

#[test]
fn text_can_be_read_on_whatever_it_rests_on() {
    use theme::{
        ACCENT, ACCENT_TINT, CLIP, CONTROL, HOVER, ON_ACCENT, PANEL, POPUP, PRESSED, SCOPE,
        TEXT_HIGH, TEXT_LOW, TEXT_MID, WINDOW,
    };
    for (name, ink, grounds) in [
        ("high", TEXT_HIGH, &[WINDOW, PANEL, SCOPE, CONTROL, HOVER, PRESSED, POPUP][..]),
        ("mid", TEXT_MID, &[WINDOW, PANEL, SCOPE, CONTROL, POPUP]),
        ("low", TEXT_LOW, &[WINDOW, PANEL, SCOPE, POPUP, CONTROL]),
        ("accent", ACCENT, &[PANEL, SCOPE, ACCENT_TINT, POPUP]),
        ("on accent", ON_ACCENT, &[ACCENT]),
        ("clipped", CLIP, &[PANEL]),
    ] {
        for &ground in grounds {
            let found = contrast(ink, ground);
            assert!(found >= TEXT, "{name} on {ground:?}: {found:.2}");
        }
    }
}

/// Shapes of a ramp from the latest to the earliest.
fn shapes() -> impl Iterator<Item = f32> + Clone {
    (0..=64).map(|i| i as f32 / 64.0)
}

const RAMPS: [Ramp; 2] = [Ramp::Standard, Ramp::ColourBlind];

#[test]
fn marks_stand_out_from_the_scope_and_the_panels() {
    use theme::{
        ACCENT, CELL, CLIP, ENVELOPE, GREYED, HOLD, METER, ORIGINAL, PANEL, SCOPE, TEXT_HIGH,
        TEXT_MID, THRESHOLD,
    };
    for (name, mark, ground) in [
        ("the original", ORIGINAL, SCOPE),
        ("the original behind curves of a stopped host", ORIGINAL.gamma_multiply(0.5), SCOPE),
        ("a hold", HOLD, SCOPE),
        ("the threshold's lines", THRESHOLD, SCOPE),
        ("the threshold's bracket", ACCENT, SCOPE),
        ("a dimmed bracket", ACCENT.gamma_multiply(0.7), SCOPE),
        ("the envelope of the original", ENVELOPE, SCOPE),
        ("what is lost before the envelope", TEXT_HIGH, ENVELOPE),
        ("curves of a stopped host", GREYED, SCOPE),
        ("the end of a segment", TEXT_HIGH, SCOPE),
        ("what is lost by itself", ACCENT, SCOPE),
        ("the level of a meter", METER, SCOPE),
        ("a held peak", ACCENT, SCOPE),
        ("a clip light", CLIP, PANEL),
        ("a knob's arc", ACCENT, PANEL),
        ("the ring around the hovered cell", TEXT_MID, CELL),
        ("the ring around the active cell", TEXT_HIGH, PANEL),
        ("a cell when nothing plays", GREYED, CELL),
    ] {
        let found = contrast(mark, ground);
        assert!(found >= MARK, "{name}: {found:.2}");
    }
    for (ramp, shape) in RAMPS.into_iter().flat_map(|ramp| shapes().map(move |x| (ramp, x))) {
        let colour = ramp.colour(shape);
        let found = contrast(colour, SCOPE);
        assert!(found >= MARK, "{ramp:?}, a curve of shape {shape}: {found:.2}");
        let found = contrast(colour, SCOPE.blend(colour.gamma_multiply(0.16)));
        assert!(found >= MARK, "{ramp:?}, the edge of a band of shape {shape}: {found:.2}");
        for bright in shapes() {
            let (fill, line) = cell_colours(colour, bright);
            let found = contrast(line, fill);
            assert!(found >= MARK, "{ramp:?}, the cell of shape {shape} at {bright}: {found:.2}");
        }
    }
}

#[test]
fn names_of_curves_can_be_read() {
    for is_colour_blind in [false, true] {
        let mut stage = Stage::new();
        stage.view.set_colour_blind(is_colour_blind);
        for ordinal in 0..=extrema::codec::CURVE_COUNT {
            for ground in [theme::SCOPE, theme::PANEL] {
                let found = contrast(stage.view.palette().ink(ordinal), ground);
                assert!(found >= TEXT, "curve {ordinal}: {found:.2}");
            }
        }
    }
}

/// What a dichromat sees, as linear light: Machado, Oliveira and Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), severity 1.0.
const DEUTERANOPIA: [[f64; 3]; 3] = [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_820, 0.042_940, 0.968_881],
];
const PROTANOPIA: [[f64; 3]; 3] = [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
];
const TRITANOPIA: [[f64; 3]; 3] = [
    [1.255_528, -0.076_749, -0.178_779],
    [-0.078_411, 0.930_809, 0.147_602],
    [0.004_733, 0.691_367, 0.303_900],
];

/// CIE 1976 L*, a* and b* (D65) of a colour as someone sees it.
fn seen_by(vision: &[[f64; 3]; 3], colour: Color32) -> [f64; 3] {
    let light = linear(colour);
    let times = |row: &[f64; 3], of: &[f64; 3]| row.iter().zip(of).map(|(a, b)| a * b).sum::<f64>();
    let seen: Vec<f64> = vision.iter().map(|row| times(row, &light).clamp(0.0, 1.0)).collect();
    let seen = [seen[0], seen[1], seen[2]];
    const XYZ: [[f64; 3]; 3] = [
        [0.412_456_4, 0.357_576_1, 0.180_437_5],
        [0.212_672_9, 0.715_152_2, 0.072_175_0],
        [0.019_333_9, 0.119_192_0, 0.950_304_1],
    ];
    let root = |x: f64| {
        if x > 216.0 / 24_389.0 { x.cbrt() } else { (24_389.0 / 27.0 * x + 16.0) / 116.0 }
    };
    let [x, y, z] = [0, 1, 2].map(|i| root(times(&XYZ[i], &seen) / [0.950_47, 1.0, 1.088_83][i]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The distance of two colours as someone sees them, CIE 1976: 2.3 is just noticeable.
fn apart(vision: &[[f64; 3]; 3], a: Color32, b: Color32) -> f64 {
    let [a, b] = [a, b].map(|colour| seen_by(vision, colour));
    a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// Fails unless lightness falls by at least `fall` over the ramp, its ends are at least `ends` apart, and
/// any two shapes half the ramp apart at least `half`.
fn tells_shapes_apart(ramp: Ramp, vision: &[[f64; 3]; 3], [fall, ends, half]: [f64; 3]) {
    let lightness = |shape| seen_by(vision, ramp.colour(shape))[0];
    for (a, b) in shapes().zip(shapes().skip(1)) {
        assert!(lightness(b) < lightness(a), "{ramp:?}: lightness falls from {a} to {b}");
    }
    let fallen = lightness(0.0) - lightness(1.0);
    assert!(fallen >= fall, "{ramp:?}: lightness falls by {fallen:.1}");
    let found = apart(vision, ramp.colour(0.0), ramp.colour(1.0));
    assert!(found >= ends, "{ramp:?}: the ends are {found:.1} apart");
    for shape in shapes().take_while(|&shape| shape <= 0.5) {
        let found = apart(vision, ramp.colour(shape), ramp.colour(shape + 0.5));
        assert!(found >= half, "{ramp:?}: {shape} and half a ramp on are {found:.1} apart");
    }
}

#[test]
fn a_deuteranope_tells_late_from_early() {
    tells_shapes_apart(Ramp::Standard, &DEUTERANOPIA, [28.0, 30.0, 13.0]);
}

#[test]
fn the_ramp_for_colour_blindness_serves_every_vision() {
    for vision in [DEUTERANOPIA, PROTANOPIA, TRITANOPIA] {
        tells_shapes_apart(Ramp::ColourBlind, &vision, [36.0, 40.0, 20.0]);
    }
}

#[test]
fn the_ramps_leave_yellow_to_the_accent() {
    let normal = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    for (ramp, shape) in RAMPS.into_iter().flat_map(|ramp| shapes().map(move |x| (ramp, x))) {
        let found = apart(&normal, ramp.colour(shape), theme::ACCENT);
        assert!(found > 50.0, "{ramp:?} {shape}: {found:.0} from the accent");
    }
}

#[test]
fn the_choice_of_colours_holds_for_every_codebook_and_window() {
    let mut stage = Stage::new();
    let before = stage.view.palette().colour(1);
    stage.view.set_colour_blind(true);
    let chosen = stage.view.palette().colour(1);
    assert!(before != chosen && stage.view.is_colour_blind());
    let rows = *extrema::codec::Codebook::standard().curves().rows();
    stage.view.set_codebook(&extrema::codec::Codebook::new("again", &rows));
    stage.view.open();
    assert_eq!(stage.view.palette().colour(1), chosen);
    stage.view.set_colour_blind(false);
    assert_eq!(stage.view.palette().colour(1), before);
}

/// A line of text in a frame.
struct Line {
    text: String,
    rect: Rect,
    colour: Color32,
}

/// Takes the text out of shapes.
fn take_text(shapes: Vec<ClippedShape>) -> (Vec<ClippedShape>, Vec<Line>) {
    let mut lines = Vec::new();
    let rest = shapes
        .into_iter()
        .map(|clipped| {
            let shape = strip(clipped.shape, clipped.clip_rect, &mut lines);
            ClippedShape { shape, ..clipped }
        })
        .collect();
    (rest, lines)
}

fn strip(shape: Shape, clip: Rect, lines: &mut Vec<Line>) -> Shape {
    match shape {
        Shape::Text(text) => {
            let section = text.galley.job.sections.first();
            let own = section.map_or(text.fallback_color, |section| section.format.color);
            let own = if own == Color32::PLACEHOLDER { text.fallback_color } else { own };
            let colour = text.override_text_color.unwrap_or(own);
            let rect = text.galley.rect.translate(text.pos.to_vec2()).intersect(clip);
            lines.push(Line {
                text: text.galley.text().to_owned(),
                rect,
                colour: colour.gamma_multiply(text.opacity_factor),
            });
            Shape::Noop
        }
        Shape::Vec(shapes) => {
            Shape::Vec(shapes.into_iter().map(|shape| strip(shape, clip, lines)).collect())
        }
        other => other,
    }
}

/// The colour that most of an area has.
fn ground(image: &RgbImage, area: Rect) -> Color32 {
    let mut counts = HashMap::<[u8; 3], usize>::new();
    for y in area.top() as u32..(area.bottom() as u32).min(image.height()) {
        for x in area.left() as u32..(area.right() as u32).min(image.width()) {
            let Rgb(pixel) = image.get_pixel(x, y);
            *counts.entry(*pixel).or_default() += 1;
        }
    }
    let ([red, green, blue], _) = counts.into_iter().max_by_key(|(_, count)| *count).expect("area");
    Color32::from_rgb(red, green, blue)
}

/// Draws a stage and fails if any text in `parts` is fainter than the standard allows, except disabled
/// text.
fn check_text(name: &str, stage: &mut Stage, size: Vec2, parts: fn(&Layout) -> Vec<Rect>) {
    let context = egui::Context::default();
    context::install(&context);
    let mut rasterizer = Rasterizer::default();
    let events = std::mem::take(&mut stage.events);
    let events = [None, None].into_iter().chain(events.into_iter().map(Some));
    let frames = events.chain(std::iter::repeat_with(|| None).take(20)).collect::<Vec<_>>();
    let mut last = None;
    for event in frames {
        stage.events.extend(event);
        let mut output = stage.frame(&context, size, 1.0);
        rasterizer.update(&output.textures_delta);
        last = Some(std::mem::take(&mut output.shapes));
        output.drop_without_applying_deltas();
    }
    let (shapes, lines) = take_text(last.expect("a frame"));
    let image = rasterizer.paint(size, 1.0, &context.tessellate(shapes, 1.0));
    let parts = parts(&Layout::of(Rect::from_min_size(Pos2::ZERO, size)));
    let mut checked = 0;
    for Line { text, rect, colour } in lines {
        let is_inside = parts.iter().any(|part| part.contains(rect.center()));
        if colour == theme::DISABLED || !is_inside || !rect.is_positive() {
            continue;
        }
        checked += 1;
        let ground = ground(&image, rect);
        let found = contrast(colour, ground);
        assert!(found >= TEXT, "{name}: {text:?} in {colour:?} on {ground:?}: {found:.2}");
    }
    assert!(checked > 20, "{name}: {checked} texts");
}

fn playing() -> Stage {
    let mut stage = Stage::new();
    let settings = EffectSettings::default();
    stage.program = Some((settings, chord));
    stage.play(0.6, settings, chord);
    stage
}

#[test]
fn all_text_of_a_frame_can_be_read() {
    let everything = |layout: &Layout| {
        let Layout { header, scope, codebook, meters, stats, controls, .. } = *layout;
        vec![header, scope, codebook, meters, stats, controls]
    };
    // The controls are dimmed as a whole.
    let display = |layout: &Layout| vec![layout.scope, layout.codebook, layout.meters];
    let window = vec2(960.0, 600.0);
    check_text("default", &mut playing(), window, everything);
    check_text("small", &mut playing(), vec2(720.0, 480.0), everything);
    check_text("waiting", &mut Stage::new(), window, everything);
    let mut stage = playing();
    stage.view.scope.lanes = Lanes::Both;
    stage.view.set_colour_blind(true);
    stage.events.push(Event::PointerMoved(pos2(320.0, 280.0)));
    check_text("hovered", &mut stage, window, everything);
    let mut stage = playing();
    stage.fake.values[Control::Delta as usize] = 1.0;
    check_text("delta", &mut stage, window, display);
    let mut stage = playing();
    stage.fake.values[Control::Bypass as usize] = 1.0;
    check_text("bypassed", &mut stage, window, display);
    let mut stage = playing();
    stage.program = None;
    check_text("stopped", &mut stage, window, everything);
    let mut stage = playing();
    (stage.view.scope.span, stage.view.scope.span_chosen) = (16, true);
    check_text("long", &mut stage, window, everything);
}
