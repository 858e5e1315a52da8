//! What the scope chooses by itself (span and height), long spans, and what shows that nothing plays.

use std::collections::HashSet;
use std::f64::consts::TAU;

use egui::{Color32, Modifiers, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use extrema::codec::CURVE_COUNT;
use extrema::editor::layout::Layout;
use extrema::editor::parameters::Control;
use extrema::editor::scope::{Lanes, SPANS};
use extrema::editor::theme;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{RATE, Stage, chord};
use image::{Rgb, RgbImage};

use crate::driver::Driver;
use crate::snapshot::{crop, render};

const WINDOW: Vec2 = vec2(960.0, 600.0);

fn scope() -> Rect {
    Layout::of(Rect::from_min_size(Pos2::ZERO, WINDOW)).scope
}

/// The area of the signal.
fn scope_plot() -> Rect {
    Rect::from_min_max(scope().min + vec2(1.0, 36.0), scope().max - vec2(1.0, 23.0))
}

/// The area of the signal, without the strip of the threshold's bracket.
fn signal() -> Rect {
    Rect::from_min_max(scope().min + vec2(1.0, 36.0), scope().max - vec2(90.0, 23.0))
}

/// A sine.
fn sine<const HERTZ: u32>(t: f64) -> [f32; 2] {
    [(0.4 * (TAU * f64::from(HERTZ) * t).sin()) as f32; 2]
}

/// White noise.
fn noise(t: f64) -> [f32; 2] {
    let scramble = |x: u64| {
        let x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((x ^ (x >> 29)) >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    [scramble(t.to_bits()), scramble(!t.to_bits())]
}

fn playing(wave: fn(f64) -> [f32; 2]) -> Stage {
    let mut stage = Stage::new();
    let settings = EffectSettings::default();
    stage.program = Some((settings, wave));
    stage.play(0.6, settings, wave);
    stage
}

#[test]
fn the_first_span_shows_a_dozen_or_two_segments() {
    let waves: [fn(f64) -> [f32; 2]; 4] = [sine::<110>, sine::<440>, sine::<1500>, chord];
    for (number, wave) in waves.into_iter().enumerate() {
        let driver = Driver::with_stage(playing(wave));
        let stage = driver.stage.borrow();
        let span = SPANS[stage.view.scope.span];
        let from = stage.view.scope.left_edge() as u64;
        let to = from + (span / 1000.0 * RATE) as u64;
        let count = stage.view.history.segments(0, from..to).count();
        assert!((12..=24).contains(&count), "wave {number}: {count} in {span} ms");
        assert!(stage.view.scope.span_chosen);
    }
}

#[test]
fn a_span_that_was_chosen_stays() {
    let play = |driver: &mut Driver, wave: fn(f64) -> [f32; 2]| {
        driver.stage.borrow_mut().play(0.6, EffectSettings::default(), wave);
        driver.harness.run_steps(2);
        driver.stage.borrow().view.scope.span
    };
    // By the user, before anything plays.
    let mut driver = Driver::new();
    let at = driver.center_of("More span");
    driver.click(at, Modifiers::NONE);
    let chosen = driver.stage.borrow().view.scope.span;
    assert_eq!(play(&mut driver, sine::<1500>), chosen);
    // By the scope, once: neither another tone nor another window changes it.
    let mut driver = Driver::new();
    let found = play(&mut driver, sine::<1500>);
    assert_ne!(found, chosen);
    assert_eq!(play(&mut driver, sine::<110>), found);
    driver.stage.borrow_mut().view.open();
    assert_eq!(play(&mut driver, sine::<110>), found);
}

/// A tone of 220 Hz.
fn level(level: f64) -> impl Fn(f64) -> [f32; 2] {
    move |t| [(level * (TAU * 220.0 * t).sin()) as f32; 2]
}

/// Plays for some time in frames of 1/30 s, and returns the height of each.
fn heights(driver: &mut Driver, seconds: f64, wave: impl Fn(f64) -> [f32; 2]) -> Vec<f32> {
    (0..(30.0 * seconds) as usize)
        .map(|_| {
            driver.stage.borrow_mut().play(1.0 / 30.0, EffectSettings::default(), &wave);
            driver.harness.step();
            driver.stage.borrow().view.scope.upper_level()
        })
        .collect()
}

#[test]
fn the_height_takes_two_seconds_to_come_down_and_loud_looks_louder_than_quiet() {
    let mut driver = Driver::new();
    let loud = heights(&mut driver, 1.0, level(0.65));
    assert!((loud[29] / 0.65 - 1.08).abs() < 0.05, "{loud:?}");
    let quiet = heights(&mut driver, 4.0, level(0.1));
    assert!(quiet[24] > 0.6, "it waits: {quiet:?}");
    assert!(quiet[36] < 0.6 && quiet[36] > 0.2, "then it goes: {quiet:?}");
    assert!((quiet[75] / 0.1 - 1.08).abs() < 0.1, "after two seconds it is there: {quiet:?}");
    let loud = heights(&mut driver, 0.1, level(0.65));
    // One frame later, since the effect has a latency.
    assert!(loud[1] > 0.64, "up it goes at once: {loud:?}");
}

#[test]
fn the_axis_stands_still_while_a_note_trembles() {
    let mut driver = Driver::new();
    let tremolo = |t: f64| level(0.5 * (0.7 + 0.3 * (TAU * 2.0 * t).sin()))(t);
    heights(&mut driver, 1.5, tremolo);
    let heights = heights(&mut driver, 3.0, tremolo);
    let (low, high) = heights.iter().fold((1.0_f32, 0.0_f32), |(l, h), &x| (l.min(x), h.max(x)));
    assert!(high / low < 1.02, "{low} to {high}");
}

#[test]
fn a_pause_leaves_the_height_as_it_is() {
    let mut driver = Driver::new();
    let before = heights(&mut driver, 1.0, level(0.3))[29];
    let pause = heights(&mut driver, 2.0, |_| [0.0; 2]);
    assert!(pause.iter().all(|height| (height / before - 1.0).abs() < 0.02), "{pause:?}");
}

#[test]
fn full_scale_is_a_choice_beside_auto() {
    let mut driver = Driver::new();
    heights(&mut driver, 1.0, level(0.1));
    let at = driver.center_of("More height");
    driver.click(at, Modifiers::NONE);
    assert!((heights(&mut driver, 1.0, level(0.1))[29] - 1.0).abs() < 0.01);
    let value =
        |driver: &Driver| driver.harness.get_by_label("More height").accesskit_node().value();
    assert_eq!(value(&driver).as_deref(), Some("Full"));
    // And back, at once.
    let at = driver.center_of("Less height");
    driver.click(at, Modifiers::NONE);
    assert!((heights(&mut driver, 0.5, level(0.1))[14] / 0.1 - 1.08).abs() < 0.05);
    assert_eq!(value(&driver).as_deref(), Some("Auto"));
}

/// How many pixels have one of these colours, nearly.
fn count(image: &RgbImage, colours: &HashSet<[u8; 3]>) -> usize {
    image.pixels().filter(|Rgb(pixel)| colours.contains(pixel)).count()
}

fn rgb(colour: Color32) -> [u8; 3] {
    [colour.r(), colour.g(), colour.b()]
}

/// The colours of all curves.
fn curve_colours(stage: &Stage) -> HashSet<[u8; 3]> {
    (1..=CURVE_COUNT).map(|ordinal| rgb(stage.view.palette().colour(ordinal))).collect()
}

/// The colour of an opaque or translucent one over the scope.
fn over_scope(colour: Color32) -> [u8; 3] {
    rgb(theme::SCOPE.blend(colour))
}

/// A tone of 200 Hz with ripples.
fn rippled(t: f64) -> [f32; 2] {
    [(0.4 * (TAU * 200.0 * t).sin() + 0.04 * (TAU * 1900.0 * t).sin()) as f32; 2]
}

#[test]
fn what_is_lost_is_filled_at_the_default_setting() {
    let mut stage = playing(rippled);
    let image = render(&mut stage, WINDOW);
    let (view, plot) = (&stage.view, scope_plot());
    let samples_per_point = SPANS[view.scope.span] / 1000.0 * RATE / f64::from(plot.width());
    let y = |level: f32| plot.center().y - level / view.scope.upper_level() * plot.height() / 2.0;
    let mut found = 0;
    for x in signal().left() as u32 + 60..signal().right() as u32 {
        let at =
            view.scope.left_edge() + f64::from(x as f32 + 0.5 - plot.left()) * samples_per_point;
        let history = &view.history;
        let original = y(history.original(0, at as u64));
        let decoded = y(history.decoded(0, at as u64));
        if (original - decoded).abs() > 8.0 {
            found += 1;
            let Rgb(middle) = image.get_pixel(x, original.midpoint(decoded) as u32);
            // A fifth of the lightest text; the faint fill of a segment alone is darker.
            assert!(middle.iter().all(|&part| part > 44), "{middle:?} at {x}");
        }
    }
    assert!(found > 20, "{found} columns");
}

#[test]
fn long_spans_show_envelopes_and_a_ribbon_of_colour() {
    for lanes in [Lanes::First, Lanes::Both] {
        let mut stage = playing(chord);
        stage.view.scope.span_chosen = true;
        stage.view.scope.lanes = lanes;
        for span in [6, 12, 16] {
            stage.view.scope.span = span;
            stage.play(1.2, EffectSettings::default(), chord);
            let image = render(&mut stage, WINDOW);
            let has = |colour: Color32, part: Rect| {
                count(&crop(&image, part), &HashSet::from([over_scope(colour)])) > 60
            };
            let is_long = SPANS[span] > 100.0;
            assert_eq!(has(theme::ENVELOPE, signal()), is_long, "{lanes:?} {span}: the original");
            // Curves are only in the ribbon, at the lower edge of each lane.
            let part = Rect::from_min_max(signal().min, signal().max - vec2(0.0, 8.0));
            let colours = count(&crop(&image, part), &curve_colours(&stage));
            if lanes == Lanes::First {
                assert_eq!(colours > 40, !is_long, "{span}: {colours} pixels");
            }
            let ribbon = crop(
                &image,
                Rect::from_min_max(
                    pos2(signal().left(), signal().bottom() - 5.0),
                    signal().max - vec2(0.0, 1.0),
                ),
            );
            let is_coloured = |&&Rgb(pixel): &&Rgb<u8>| {
                let [least, most] = [pixel.iter().min(), pixel.iter().max()].map(|x| x.copied());
                most > least.map(|least| least + 30)
            };
            let share = ribbon.pixels().filter(is_coloured).count() as f32
                / (ribbon.width() * ribbon.height()) as f32;
            if is_long {
                assert!(share > 0.9, "{lanes:?} {span}: {share}");
            }
        }
    }
}

#[test]
fn what_is_lost_stands_before_the_envelope_of_long_spans() {
    let mut stage = playing(noise);
    stage.view.scope.span_chosen = true;
    stage.view.scope.span = 14;
    stage.play(1.0, EffectSettings::default(), noise);
    let image = crop(&render(&mut stage, WINDOW), signal());
    let of = |colour| count(&image, &HashSet::from([over_scope(colour)]));
    let (lost, wave) = (of(theme::TEXT_HIGH), of(theme::ENVELOPE));
    assert!(lost > 2000 && wave > 2000, "{lost} and {wave} pixels");
}

#[test]
fn noise_is_not_drawn_as_hair_in_short_spans() {
    let mut stage = playing(noise);
    stage.view.scope.span_chosen = true;
    stage.view.scope.span = 8;
    let image = render(&mut stage, WINDOW);
    let part = Rect::from_min_max(signal().min, signal().max - vec2(0.0, 8.0));
    let colours = count(&crop(&image, part), &curve_colours(&stage));
    assert!(colours < 100, "{colours} pixels");
}

#[test]
fn a_stopped_host_and_bypass_are_grey_and_say_so() {
    let pixels = |stage: &mut Stage| {
        let image = crop(&render(stage, WINDOW), signal());
        count(&image, &curve_colours(stage))
    };
    let mut stage = playing(chord);
    assert!(pixels(&mut stage) > 200);
    // Nothing more arrives.
    stage.program = None;
    for _ in 0..30 {
        stage.tick();
    }
    assert!(stage.view.is_stalled());
    assert_eq!(pixels(&mut stage), 0);
    let driver = Driver::with_stage(stage);
    driver.harness.get_by_label("Stopped");
    assert!(driver.harness.query_by_label("Bypassed").is_none());

    let mut stage = playing(chord);
    stage.fake.values[Control::Bypass as usize] = 1.0;
    assert_eq!(pixels(&mut stage), 0);
    let driver = Driver::with_stage(stage);
    driver.harness.get_by_label("Bypassed");
    let driver = Driver::with_stage(playing(chord));
    for badge in ["Stopped", "Bypassed"] {
        assert!(driver.harness.query_by_label(badge).is_none(), "{badge} while it plays");
    }
}

#[test]
fn the_codebook_is_grey_when_nothing_of_it_is_heard() {
    let panel = Layout::of(Rect::from_min_size(Pos2::ZERO, WINDOW)).codebook;
    let coloured = |stage: &mut Stage| {
        let image = crop(&render(stage, WINDOW), panel);
        let is_coloured = |pixel: &&Rgb<u8>| {
            let Rgb([red, green, blue]) = **pixel;
            red.max(green).max(blue) - red.min(green).min(blue) > 45
        };
        image.pixels().filter(is_coloured).count()
    };
    let mut stage = playing(chord);
    assert!(coloured(&mut stage) > 2000);
    stage.fake.values[Control::Bypass as usize] = 1.0;
    assert_eq!(coloured(&mut stage), 0);
    let mut stage = playing(chord);
    stage.program = None;
    for _ in 0..30 {
        stage.tick();
    }
    assert_eq!(coloured(&mut stage), 0);
}
