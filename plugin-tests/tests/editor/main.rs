//! The editor without a window: gestures, read-outs, layout, pictures.

mod cost;
mod gestures;
mod picture;
mod places;
mod read_out;
mod stage;

use egui::{Pos2, Rect, Vec2, ViewportId, vec2};
use extrema::codec::{Detector, Threshold};
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::scope::Lanes;
use extrema::effect::EffectSettings;
use stage::{Stage, chord};

/// Draws pictures of the editor into the target folder, to be looked at:
/// `cargo test --release --test editor -- --ignored pictures`.
#[test]
#[ignore = "draws in software, which takes a while"]
fn pictures() {
    let settings = EffectSettings {
        detector: Detector::Peak,
        threshold: Threshold::from_dbfs(-30.0),
        ..EffectSettings::default()
    };
    let playing = || {
        let mut stage = Stage::new();
        stage.play(1.5, settings, chord);
        stage.fake.values[Control::Detector as usize] = 1.0;
        stage.fake.values[Control::Threshold as usize] = 60.0 / 90.0;
        stage
    };
    shoot(playing(), vec2(960.0, 600.0), 2.0, "default");
    shoot(playing(), vec2(720.0, 480.0), 2.0, "small");
    let mut stage = playing();
    stage.view.scope.lanes = Lanes::Both;
    stage.fake.modulation[Control::Threshold as usize] = 0.14;
    stage.fake.modulation[Control::Input as usize] = -0.1;
    stage.fake.values[Control::Curves as usize] =
        stage.fake.parse(Control::Curves, "160").expect("a number of curves");
    shoot(stage, vec2(1440.0, 900.0), 1.0, "large");
    let mut stage = playing();
    stage.view.scope.span = 16;
    shoot(stage, vec2(840.0, 540.0), 1.0, "second");
}

fn shoot(mut stage: Stage, size: Vec2, scale: f32, name: &str) {
    let context = egui::Context::default();
    extrema::editor::theme::install(&context);
    let mut painter = picture::Painter::default();
    const LAST: usize = 30;
    for step in 0..=LAST {
        stage.tick();
        let mut input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(stage.now),
            ..Default::default()
        };
        let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(scale);
        let mut output = context.run_ui(input, |ui| {
            extrema::editor::show(ui, &mut stage.view, &mut stage.fake);
        });
        painter.update(&output.textures_delta);
        let meshes = context.tessellate(std::mem::take(&mut output.shapes), scale);
        if step == LAST {
            let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
            painter.paint(size, scale, &meshes).save(&path.join(format!("{name}.ppm")));
        }
        output.drop_without_applying_deltas();
    }
}
