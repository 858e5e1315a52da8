//! The editor's looks, against pictures that were looked at and kept in `snapshots/`. After a change
//! that is meant, `UPDATE_SNAPSHOTS=1 cargo test --test editor pictures` keeps the new ones.

use std::path::Path;

use egui::{Vec2, vec2};
use extrema::codec::{Detector, Threshold};
use extrema::editor::layout::SMALLEST;
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::scope::Lanes;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::png_file::Picture;
use extrema_plugin_tests::raster::Painter;
use extrema_plugin_tests::stage::{Stage, chord};

/// A colour that is further off than this is another colour; machines round differently.
const NEAR: u8 = 12;

/// So many pixels of a thousand may have another colour.
const PER_MILLE: usize = 1;

fn playing() -> Stage {
    let mut stage = Stage::new();
    let settings = EffectSettings {
        detector: Detector::Peak,
        threshold: Threshold::from_dbfs(-30.0),
        ..EffectSettings::default()
    };
    stage.play(1.5, settings, chord);
    stage.fake.values[Control::Detector as usize] = 1.0;
    stage.fake.values[Control::Threshold as usize] = 60.0 / 90.0;
    stage
}

#[test]
fn the_smallest_window_looks_as_it_did() {
    compare("smallest", &shoot(playing(), SMALLEST));
}

#[test]
fn the_default_window_looks_as_it_did() {
    compare("default", &shoot(playing(), vec2(960.0, 600.0)));
}

#[test]
fn a_large_window_with_both_channels_and_modulation_looks_as_it_did() {
    let mut stage = playing();
    stage.view.scope.lanes = Lanes::Both;
    stage.fake.modulation[Control::Threshold as usize] = 0.14;
    stage.fake.modulation[Control::Input as usize] = -0.1;
    stage.fake.values[Control::Curves as usize] =
        stage.fake.parse(Control::Curves, "160").expect("a number of curves");
    compare("large", &shoot(stage, vec2(1440.0, 900.0)));
}

/// The picture of a stage after a second, when everything that eases has come to rest.
fn shoot(mut stage: Stage, size: Vec2) -> Picture {
    let context = egui::Context::default();
    extrema::editor::theme::install(&context);
    let mut painter = Painter::default();
    for _ in 0..30 {
        let mut output = stage.frame(&context, size, 1.0);
        painter.update(&output.textures_delta);
        output.shapes.clear();
        output.drop_without_applying_deltas();
    }
    let mut output = stage.frame(&context, size, 1.0);
    painter.update(&output.textures_delta);
    let meshes = context.tessellate(std::mem::take(&mut output.shapes), 1.0);
    output.drop_without_applying_deltas();
    painter.paint(size, 1.0, &meshes)
}

/// Fails if a picture is not the kept one, and puts it where it can be looked at.
fn compare(name: &str, picture: &Picture) {
    let file = format!("{name}.png");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor/snapshots").join(&file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        picture.save(&kept).expect("a folder for pictures");
        return;
    }
    let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file);
    let known = Picture::load(&kept).unwrap_or_else(|error| panic!("{}: {error}", kept.display()));
    let other = difference(&known, picture);
    if other > PER_MILLE * picture.pixels.len() / 1000 {
        picture.save(&new).expect("a folder for pictures");
        panic!(
            "{other} pixels are not those of {}; the new picture is {}. If it is meant, run again \
             with UPDATE_SNAPSHOTS=1.",
            kept.display(),
            new.display()
        );
    }
}

/// How many pixels have another colour.
fn difference(a: &Picture, b: &Picture) -> usize {
    if (a.width, a.height) != (b.width, b.height) {
        return usize::MAX;
    }
    let is_other =
        |(a, b): &(&[u8; 3], &[u8; 3])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > NEAR);
    a.pixels.iter().zip(&b.pixels).filter(is_other).count()
}
