//! Rendered frames against reference images in `snapshots/`, which someone has looked at. After an
//! intended change, `UPDATE_SNAPSHOTS=1 cargo test -p extrema-plugin-tests --test editor appearance`
//! stores the new ones.
//!
//! The comparison is our own because that of `egui_kittest` (by the crate `dify`) always ignores
//! pixels that it takes for anti-aliasing, and here almost everything is anti-aliased. Of the 4,199
//! pixels that change when curves become 1.75 instead of 2.25 points wide, it counts 690 at its
//! default threshold; where 5 × 5 pixels were erased all over the snapshot of the default window, it
//! missed 30 of the 2,286 changes that this comparison finds.

use std::path::Path;

use egui::{Rect, Vec2};
use extrema_plugin_tests::raster::Rasterizer;
use extrema_plugin_tests::stage::Stage;
use image::{RgbImage, imageops};

/// Colours differ if a channel differs by more than this: platforms round differently.
const TOLERANCE: u8 = 12;

/// Side of the squares in which images are compared, in pixels. Squares overlap by half, so a mark of
/// up to half that size lies within one of them entirely.
const SQUARE: u32 = 16;
const STRIDE: usize = SQUARE as usize / 2;

/// The number of pixels in a square that may differ: fewer than the smallest mark has.
const MOST_DIFFERENT: usize = 4;

/// Frames before the one that counts, until animations have finished and hints have appeared.
const WARM_UP: usize = 20;

/// Renders the frames of a stage.
pub struct Renderer {
    context: egui::Context,
    rasterizer: Rasterizer,
    size: Vec2,
    /// Pixels in a point.
    scale: f32,
}

impl Renderer {
    /// A renderer for a window of `size` points.
    pub fn new(size: Vec2) -> Self {
        Self::scaled(size, 1.0)
    }

    /// A renderer for a window of `size` points, with `scale` pixels each.
    pub fn scaled(size: Vec2, scale: f32) -> Self {
        let context = egui::Context::default();
        extrema::editor::context::install(&context);
        Self { context, rasterizer: Rasterizer::default(), size, scale }
    }

    /// Delivers the stage's events, one per frame, and lets the warm-up pass.
    pub fn settle(&mut self, stage: &mut Stage) {
        let events = std::mem::take(&mut stage.events);
        // Two frames first, so that the layout is final when the first event arrives.
        for event in [None, None].into_iter().chain(events.into_iter().map(Some)) {
            stage.events.extend(event);
            self.skip_frame(stage);
        }
        for _ in 0..WARM_UP {
            self.skip_frame(stage);
        }
    }

    /// Runs a frame without rasterising it.
    fn skip_frame(&mut self, stage: &mut Stage) {
        let mut output = stage.frame(&self.context, self.size, self.scale);
        self.rasterizer.update(&output.textures_delta);
        output.shapes.clear();
        output.drop_without_applying_deltas();
    }

    /// Renders the next frame.
    pub fn render(&mut self, stage: &mut Stage) -> RgbImage {
        let mut output = stage.frame(&self.context, self.size, self.scale);
        self.rasterizer.update(&output.textures_delta);
        let meshes = self.context.tessellate(std::mem::take(&mut output.shapes), self.scale);
        output.drop_without_applying_deltas();
        self.rasterizer.paint(self.size, self.scale, &meshes)
    }
}

/// Renders a stage in a window of `size` points after its events and the warm-up.
pub fn render(stage: &mut Stage, size: Vec2) -> RgbImage {
    let mut renderer = Renderer::new(size);
    renderer.settle(stage);
    renderer.render(stage)
}

/// Part of an image.
pub fn crop(image: &RgbImage, part: Rect) -> RgbImage {
    let [left, top] = [part.left() as u32, part.top() as u32];
    let [width, height] = [part.width() as u32, part.height() as u32];
    imageops::crop_imm(image, left, top, width, height).to_image()
}

/// Fails if an image differs from the reference, and saves it where both can be compared.
pub fn compare(name: &str, image: &RgbImage) {
    let file = format!("{name}.png");
    let reference =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor/snapshots").join(&file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        image.save(&reference).expect("a writable folder of snapshots");
        return;
    }
    let known = image::open(&reference)
        .unwrap_or_else(|error| panic!("{}: {error}", reference.display()))
        .into_rgb8();
    if let Some([left, top]) = difference(&known, image) {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file);
        image.save(&new).expect("a writable folder for test output");
        panic!(
            "{name} differs from its snapshot around x = {left}, y = {top}. Compare {} with {}; if \
             the change is intended, run this test again with UPDATE_SNAPSHOTS=1.",
            reference.display(),
            new.display()
        );
    }
}

/// The corner of a square in which two images differ.
fn difference(a: &RgbImage, b: &RgbImage) -> Option<[u32; 2]> {
    if a.dimensions() != b.dimensions() {
        return Some([0, 0]);
    }
    let (width, height) = a.dimensions();
    let differs = |x: u32, y: u32| {
        let (a, b) = (a.get_pixel(x, y).0, b.get_pixel(x, y).0);
        a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > TOLERANCE)
    };
    let count = |left: u32, top: u32| {
        let columns = left..(left + SQUARE).min(width);
        let rows = top..(top + SQUARE).min(height);
        rows.flat_map(|y| columns.clone().map(move |x| (x, y)))
            .filter(|&(x, y)| differs(x, y))
            .count()
    };
    let corners = (0..height).step_by(STRIDE);
    let corners = corners.flat_map(|top| (0..width).step_by(STRIDE).map(move |left| [left, top]));
    corners.into_iter().find(|&[left, top]| count(left, top) > MOST_DIFFERENT)
}
