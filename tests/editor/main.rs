//! The editor without a window: gestures, read-outs, layout, pictures.

mod cost;
mod gestures;
mod picture;
mod places;
mod read_out;
mod stage;

use egui::vec2;
use extrema::effect::EffectSettings;
use stage::{Stage, chord};

#[test]
#[ignore = "slow"]
fn look() {
    let mut stage = Stage::new();
    let settings = EffectSettings {
        detector: extrema::codec::Detector::Peak,
        threshold: extrema::codec::Threshold::from_dbfs(-30.0),
        ..Default::default()
    };
    stage.play(1.5, settings, chord);
    let size = vec2(960.0, 600.0);
    let scale = 2.0;
    shoot(stage, size, scale, "main");
}

fn shoot(stage: Stage, size: egui::Vec2, scale: f32, name: &str) {
    let context = egui::Context::default();
    extrema::editor::theme::install(&context);
    let mut painter = picture::Painter::default();
    let mut stage = stage;
    for step in 0..20 {
        stage.tick();
        let mut input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size)),
            time: Some(stage.now),
            ..Default::default()
        };
        let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(scale);
        let mut output = context.run_ui(input, |ui| {
            extrema::editor::show(ui, &mut stage.view, &mut stage.fake);
        });
        painter.update(&output.textures_delta);
        let meshes = context.tessellate(std::mem::take(&mut output.shapes), scale);
        if step == 19 {
            let picture = painter.paint(size, scale, &meshes);
            picture.save(std::path::Path::new(&format!("/tmp/shots/{name}.ppm")));
        }
        output.drop_without_applying_deltas();
    }
}
