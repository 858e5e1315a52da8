//! Draws egui's meshes in software, so that pictures need no graphics driver and are the same on
//! every machine.

use egui::epaint::{ImageData, Primitive};
use egui::{Color32, Pos2, TextureId, TexturesDelta};
use std::collections::HashMap;

/// An opaque picture, row by row.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<Color32>,
}

/// The textures a context has asked for.
#[derive(Default)]
pub struct Painter {
    textures: HashMap<TextureId, (usize, usize, Vec<Color32>)>,
}

impl Painter {
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

    pub fn paint(
        &self,
        size: egui::Vec2,
        scale: f32,
        meshes: &[egui::ClippedPrimitive],
    ) -> Picture {
        let (width, height) = ((size.x * scale) as usize, (size.y * scale) as usize);
        let mut picture = Picture { width, height, pixels: vec![Color32::BLACK; width * height] };
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
                triangle(&mut picture, texture, bounds, scale, corners);
            }
        }
        picture
    }
}

fn triangle(
    picture: &mut Picture,
    (wide, high, texels): &(usize, usize, Vec<Color32>),
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
    let low = |x: f32, y: f32, z: f32| x.min(y).min(z).floor().max(0.0) as usize;
    let high_of = |x: f32, y: f32, z: f32| x.max(y).max(z).ceil().max(0.0) as usize;
    for y in low(a.y, b.y, c.y).max(top)..high_of(a.y, b.y, c.y).min(bottom) {
        for x in low(a.x, b.x, c.x).max(left)..high_of(a.x, b.x, c.x).min(right) {
            let p = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
            let weights = [edge(b, c, p) / area, edge(c, a, p) / area, edge(a, b, p) / area];
            // Left and upper edges belong to a triangle, so that neighbours do not overlap.
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
            let (u, v) =
                (sum(&|k| k.uv.x) * *wide as f32 - 0.5, sum(&|k| k.uv.y) * *high as f32 - 0.5);
            let texel = |x: f32, y: f32, k: usize| {
                let x = (x.max(0.0) as usize).min(wide - 1);
                let y = (y.max(0.0) as usize).min(high - 1);
                f32::from(texels[y * wide + x].to_array()[k]) / 255.0
            };
            let (u0, v0) = (u.floor(), v.floor());
            let (fu, fv) = (u - u0, v - v0);
            let at = y * picture.width + x;
            let under = picture.pixels[at].to_array();
            let parts: [f32; 4] = std::array::from_fn(|k| {
                let upper = texel(u0, v0, k) * (1.0 - fu) + texel(u0 + 1.0, v0, k) * fu;
                let lower = texel(u0, v0 + 1.0, k) * (1.0 - fu) + texel(u0 + 1.0, v0 + 1.0, k) * fu;
                let texel = upper * (1.0 - fv) + lower * fv;
                texel * sum(&|corner| f32::from(corner.color.to_array()[k]))
            });
            let mixed: [u8; 4] = std::array::from_fn(|k| {
                (parts[k] + f32::from(under[k]) * (1.0 - parts[3] / 255.0)).round() as u8
            });
            picture.pixels[at] =
                Color32::from_rgba_premultiplied(mixed[0], mixed[1], mixed[2], 255);
        }
    }
}

impl Picture {
    /// Writes a portable pixmap.
    pub fn save(&self, path: &std::path::Path) {
        let mut bytes = format!("P6 {} {} 255\n", self.width, self.height).into_bytes();
        bytes.extend(self.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]));
        std::fs::write(path, bytes).expect("a folder to write to");
    }
}
