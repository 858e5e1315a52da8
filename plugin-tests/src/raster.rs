//! Rasterises egui's meshes in software, so that snapshots need no graphics driver and come out the
//! same on every machine.

use std::collections::HashMap;

use egui::epaint::{ImageData, Primitive};
use egui::{Color32, Pos2, TextureId, TexturesDelta};
use image::RgbImage;

/// Width, height and pixels.
type Texture = (usize, usize, Vec<Color32>);

/// A rasteriser with the textures of one egui context.
#[derive(Default)]
pub struct Rasterizer {
    textures: HashMap<TextureId, Texture>,
}

impl Rasterizer {
    /// Applies a frame's changes to the textures.
    pub fn update(&mut self, delta: &TexturesDelta) {
        for (id, delta) in
            delta.set.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)))
        {
            let ImageData::Color(image) = &delta.image;
            let [width, height] = image.size;
            match delta.pos {
                None => {
                    self.textures.insert(*id, (width, height, image.pixels.clone()));
                }
                Some([x, y]) => {
                    let (wide, _, pixels) = self.textures.get_mut(id).expect("a known texture");
                    for row in 0..height {
                        let at = (y + row) * *wide + x;
                        pixels[at..at + width]
                            .copy_from_slice(&image.pixels[row * width..][..width]);
                    }
                }
            }
        }
    }

    /// Draws a frame's meshes in a window of `size` points, with `scale` pixels each.
    pub fn paint(
        &self,
        size: egui::Vec2,
        scale: f32,
        meshes: &[egui::ClippedPrimitive],
    ) -> RgbImage {
        let (width, height) = ((size.x * scale) as usize, (size.y * scale) as usize);
        let mut image = RgbImage::new(width as u32, height as u32);
        for clipped in meshes {
            let Primitive::Mesh(mesh) = &clipped.primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let clip = clipped.clip_rect;
            let bounds = [
                (clip.left() * scale).round().max(0.0) as usize,
                (clip.top() * scale).round().max(0.0) as usize,
                ((clip.right() * scale).round() as usize).min(width),
                ((clip.bottom() * scale).round() as usize).min(height),
            ];
            for corners in mesh.indices.chunks_exact(3) {
                let corners = [0, 1, 2].map(|k| mesh.vertices[corners[k] as usize]);
                triangle(&mut image, texture, bounds, scale, corners);
            }
        }
        image
    }
}

/// Blends a triangle into the image, within bounds in pixels.
fn triangle(
    image: &mut RgbImage,
    texture: &Texture,
    [left, top, right, bottom]: [usize; 4],
    scale: f32,
    corners: [egui::epaint::Vertex; 3],
) {
    let [a, b, c] = corners.map(|v| Pos2::new(v.pos.x * scale, v.pos.y * scale));
    let edge = |a: Pos2, b: Pos2, p: Pos2| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    let area = edge(a, b, c);
    if area == 0.0 {
        return;
    }
    // Only text needs the texture; everything else points at its white texel.
    let is_plain = corners.iter().all(|corner| corner.uv == egui::epaint::WHITE_UV);
    let low = |x: f32, y: f32, z: f32| x.min(y).min(z).floor().max(0.0) as usize;
    let high_of = |x: f32, y: f32, z: f32| x.max(y).max(z).ceil().max(0.0) as usize;
    for y in low(a.y, b.y, c.y).max(top)..high_of(a.y, b.y, c.y).min(bottom) {
        for x in low(a.x, b.x, c.x).max(left)..high_of(a.x, b.x, c.x).min(right) {
            let p = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
            let weights = [edge(b, c, p) / area, edge(c, a, p) / area, edge(a, b, p) / area];
            // The top-left rule: pixels on a shared edge belong to one triangle only.
            let inside = |weight: f32, from: Pos2, to: Pos2| {
                let (dx, dy) = if area > 0.0 {
                    (to.x - from.x, to.y - from.y)
                } else {
                    (from.x - to.x, from.y - to.y)
                };
                weight > 0.0 || weight == 0.0 && (dy < 0.0 || dy == 0.0 && dx > 0.0)
            };
            if !(inside(weights[0], b, c) && inside(weights[1], c, a) && inside(weights[2], a, b)) {
                continue;
            }
            let sum = |part: &dyn Fn(&egui::epaint::Vertex) -> f32| -> f32 {
                corners.iter().zip(weights).map(|(corner, weight)| part(corner) * weight).sum()
            };
            let texel = if is_plain {
                [1.0; 4]
            } else {
                sample(texture, sum(&|corner| corner.uv.x), sum(&|corner| corner.uv.y))
            };
            let [red, green, blue, alpha]: [f32; 4] = std::array::from_fn(|k| {
                texel[k] * sum(&|corner| f32::from(corner.color.to_array()[k]))
            });
            let under = image.get_pixel_mut(x as u32, y as u32);
            for (under, over) in under.0.iter_mut().zip([red, green, blue]) {
                *under = (over + f32::from(*under) * (1.0 - alpha / 255.0)).round() as u8;
            }
        }
    }
}

/// The colour of a texture at coordinates from 0 to 1, interpolated between its texels.
fn sample((wide, high, texels): &Texture, u: f32, v: f32) -> [f32; 4] {
    let (u, v) = (u * *wide as f32 - 0.5, v * *high as f32 - 0.5);
    let texel = |x: f32, y: f32, k: usize| {
        let x = (x.max(0.0) as usize).min(wide - 1);
        let y = (y.max(0.0) as usize).min(high - 1);
        f32::from(texels[y * wide + x].to_array()[k]) / 255.0
    };
    let (u0, v0) = (u.floor(), v.floor());
    let (fu, fv) = (u - u0, v - v0);
    std::array::from_fn(|k| {
        let upper = texel(u0, v0, k) * (1.0 - fu) + texel(u0 + 1.0, v0, k) * fu;
        let lower = texel(u0, v0 + 1.0, k) * (1.0 - fu) + texel(u0 + 1.0, v0 + 1.0, k) * fu;
        upper * (1.0 - fv) + lower * fv
    })
}
