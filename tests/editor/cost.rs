//! What a picture costs; `cargo test --release --test editor -- --ignored --nocapture cost`.

use std::time::Instant;

use egui::{Pos2, Rect, ViewportId, vec2};
use extrema::codec::Threshold;
use extrema::editor::{show, theme};
use extrema::effect::EffectSettings;

use super::stage::{Stage, chord};

/// White noise, the same for the same time.
fn hiss(t: f64) -> [f32; 2] {
    let scramble = |x: u64| {
        let x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((x ^ (x >> 29)) >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    [scramble(t.to_bits()), scramble(!t.to_bits())]
}

/// Draws pictures as a window would, tessellation included, and returns the milliseconds of each.
fn pictures(stage: &mut Stage, settings: EffectSettings, noise: bool) -> Vec<f64> {
    let context = egui::Context::default();
    theme::install(&context);
    let mut milliseconds = Vec::new();
    for _ in 0..120 {
        stage.play(1.0 / 30.0, settings, if noise { hiss } else { chord });
        let mut input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(960.0, 600.0))),
            time: Some(stage.now),
            ..Default::default()
        };
        input.viewports.entry(ViewportId::ROOT).or_default().native_pixels_per_point = Some(2.0);
        let began = Instant::now();
        let mut output = context.run_ui(input, |ui| show(ui, &mut stage.view, &mut stage.fake));
        let meshes = context.tessellate(std::mem::take(&mut output.shapes), 2.0);
        milliseconds.push(began.elapsed().as_secs_f64() * 1000.0);
        drop(meshes);
        output.drop_without_applying_deltas();
    }
    milliseconds.sort_by(f64::total_cmp);
    milliseconds
}

#[test]
#[ignore = "a measurement, for release builds"]
fn cost_of_a_picture() {
    let off = EffectSettings { threshold: Threshold::OFF, ..EffectSettings::default() };
    for (name, span, both, noise) in [
        ("chord, 24 ms", 6, false, false),
        ("chord, 50 ms, both channels", 8, true, false),
        ("noise, 50 ms, both channels", 8, true, true),
        ("noise, 1 s, both channels", 16, true, true),
    ] {
        let mut stage = Stage::new();
        stage.view.scope.span = span;
        if both {
            stage.view.scope.lanes = extrema::editor::scope::Lanes::Both;
        }
        stage.play(1.2, off, if noise { hiss } else { chord });
        let times = pictures(&mut stage, off, noise);
        let at = |part: f64| times[(part * (times.len() - 1) as f64) as usize];
        println!("{name}: median {:.2} ms, 95 % {:.2} ms", at(0.5), at(0.95));
    }
}
