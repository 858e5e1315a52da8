//! Pictures that were looked at and kept in `snapshots/`, against those of today. After a change that
//! is meant, `UPDATE_SNAPSHOTS=1 cargo test --test editor looks` keeps the new ones.

use std::path::Path;

use egui::{Rect, Vec2};
use extrema_plugin_tests::png_file::Picture;
use extrema_plugin_tests::raster::Painter;
use extrema_plugin_tests::stage::Stage;

/// A colour that is further off than this is another colour; machines round differently.
const NEAR: u8 = 12;

/// Side of the squares in which pictures are compared, in pixels, and the way from one to the next:
/// what is half as large lies within one of them as a whole.
const SQUARE: usize = 16;
const STRIDE: usize = SQUARE / 2;

/// So many pixels of a square may have another colour: less than the smallest mark has.
const FEW: usize = 4;

/// Pictures that a stage draws before the one that counts, until everything that eases has come to
/// rest and hints have come up.
const WARM: usize = 20;

/// Draws a stage.
pub struct Camera {
    context: egui::Context,
    painter: Painter,
    size: Vec2,
}

impl Camera {
    /// For a window of `size` points.
    pub fn new(size: Vec2) -> Self {
        let context = egui::Context::default();
        extrema::editor::theme::install(&context);
        Self { context, painter: Painter::default(), size }
    }

    /// Lets hands do what they do, one event a picture, and waits.
    pub fn watch(&mut self, stage: &mut Stage) {
        let events = std::mem::take(&mut stage.events);
        // Hands come when everything lies where it belongs.
        for event in [None, None].into_iter().chain(events.into_iter().map(Some)) {
            stage.events.extend(event);
            self.pass(stage);
        }
        for _ in 0..WARM {
            self.pass(stage);
        }
    }

    /// A picture that nobody looks at.
    fn pass(&mut self, stage: &mut Stage) {
        let mut output = stage.frame(&self.context, self.size, 1.0);
        self.painter.update(&output.textures_delta);
        output.shapes.clear();
        output.drop_without_applying_deltas();
    }

    /// The next picture.
    pub fn shoot(&mut self, stage: &mut Stage) -> Picture {
        let mut output = stage.frame(&self.context, self.size, 1.0);
        self.painter.update(&output.textures_delta);
        let meshes = self.context.tessellate(std::mem::take(&mut output.shapes), 1.0);
        output.drop_without_applying_deltas();
        self.painter.paint(self.size, 1.0, &meshes)
    }
}

/// The picture of a stage in a window of `size` points, at rest.
pub fn shoot(stage: &mut Stage, size: Vec2) -> Picture {
    let mut camera = Camera::new(size);
    camera.watch(stage);
    camera.shoot(stage)
}

/// A part of a picture.
pub fn crop(picture: &Picture, part: Rect) -> Picture {
    let [left, top] = [part.left() as usize, part.top() as usize];
    let [width, height] = [part.width() as usize, part.height() as usize];
    let rows = picture.pixels.chunks(picture.width).skip(top).take(height);
    let pixels = rows.flat_map(|row| &row[left..left + width]).copied().collect();
    Picture { width, height, pixels }
}

/// Fails if a picture is not the kept one, and puts it where it can be looked at.
pub fn compare(name: &str, picture: &Picture) {
    let file = format!("{name}.png");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor/snapshots").join(&file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        picture.save(&kept).expect("a folder for pictures");
        return;
    }
    let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file);
    let known = Picture::load(&kept).unwrap_or_else(|error| panic!("{}: {error}", kept.display()));
    if let Some([left, top]) = difference(&known, picture) {
        picture.save(&new).expect("a folder for pictures");
        panic!(
            "around {left}, {top} the picture is not that of {}; the new one is {}. If it is \
             meant, run again with UPDATE_SNAPSHOTS=1.",
            kept.display(),
            new.display()
        );
    }
}

/// The corner of a square in which two pictures differ.
fn difference(a: &Picture, b: &Picture) -> Option<[usize; 2]> {
    if (a.width, a.height) != (b.width, b.height) {
        return Some([0, 0]);
    }
    let is_other =
        |at: usize| a.pixels[at].iter().zip(b.pixels[at]).any(|(a, b)| a.abs_diff(b) > NEAR);
    let others = |left: usize, top: usize| {
        let rows = top..(top + SQUARE).min(a.height);
        let columns = left..(left + SQUARE).min(a.width);
        rows.flat_map(|y| columns.clone().map(move |x| y * a.width + x))
            .filter(|&at| is_other(at))
            .count()
    };
    let corners = (0..a.height).step_by(STRIDE);
    let corners = corners.flat_map(|top| (0..a.width).step_by(STRIDE).map(move |left| [left, top]));
    corners.into_iter().find(|&[left, top]| others(left, top) > FEW)
}
