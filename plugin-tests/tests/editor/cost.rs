//! What a picture costs; `cargo test --release --test editor -- --ignored --nocapture cost`.

use std::sync::LazyLock;
use std::time::Instant;

use egui::{Pos2, Rect, ViewportId, vec2};
use extrema::codec::Threshold;
use extrema::editor::scope::Lanes;
use extrema::editor::{show, theme};
use extrema::effect::EffectSettings;

use super::stage::{Stage, chord};

/// The time this thread has been running, in milliseconds, so that a busy machine does not count.
fn processor_time() -> f64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let wall = BEGAN.elapsed().as_secs_f64() * 1e3;
    let Ok(statistics) = std::fs::read_to_string("/proc/thread-self/schedstat") else {
        return wall;
    };
    let running = statistics.split(' ').next().and_then(|time| time.parse::<f64>().ok());
    running.map_or(wall, |nanoseconds| nanoseconds / 1e6)
}

/// White noise, the same for the same time.
fn hiss(t: f64) -> [f32; 2] {
    let scramble = |x: u64| {
        let x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((x ^ (x >> 29)) >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    [scramble(t.to_bits()), scramble(!t.to_bits())]
}

/// Draws what a stage has played as a window would, over and over, and returns the milliseconds a
/// picture takes, with tessellation or without.
fn picture(stage: &mut Stage, tessellate: bool) -> f64 {
    const COUNT: usize = 300;
    let context = egui::Context::default();
    theme::install(&context);
    let began = processor_time();
    for _ in 0..COUNT {
        stage.tick();
        let mut input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(960.0, 600.0))),
            time: Some(stage.now),
            ..Default::default()
        };
        input.viewports.entry(ViewportId::ROOT).or_default().native_pixels_per_point = Some(2.0);
        let mut output = context.run_ui(input, |ui| show(ui, &mut stage.view, &mut stage.fake));
        let shapes = std::mem::take(&mut output.shapes);
        if tessellate {
            drop(context.tessellate(shapes, 2.0));
        }
        output.drop_without_applying_deltas();
    }
    (processor_time() - began) / COUNT as f64
}

#[test]
#[ignore = "a measurement, for release builds"]
fn cost_of_a_picture() {
    let off = EffectSettings { threshold: Threshold::OFF, ..EffectSettings::default() };
    for (name, span, both, noise) in [
        ("chord, 24 ms", 6, false, false),
        ("chord, 50 ms", 8, false, false),
        ("chord, 50 ms, both channels", 8, true, false),
        ("noise, 50 ms, both channels", 8, true, true),
        ("noise, 1 s, both channels", 16, true, true),
    ] {
        let mut stage = Stage::new();
        stage.view.scope.span = span;
        if both {
            stage.view.scope.lanes = Lanes::Both;
        }
        stage.play(1.2, off, if noise { hiss } else { chord });
        let layout = picture(&mut stage, false);
        let all = picture(&mut stage, true);
        println!("{name}: {all:.2} ms, {layout:.2} ms of them layout");
    }
}
