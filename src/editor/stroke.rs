//! Many coloured lines in one mesh, so that a picture of thousands of curves costs one shape.

use std::sync::Arc;

use egui::emath::GuiRounding;
use egui::epaint::Mesh;
use egui::{Color32, Painter, Pos2, Rect, Shape, Vec2};

/// Beyond this a corner is not mitred; it would become a spike.
const SHARPEST: f32 = 0.2;

/// Draws lines and areas into a mesh whose memory is used again in the next picture.
#[derive(Debug, Default)]
pub struct Pen {
    mesh: Arc<Mesh>,
    feather: f32,
}

impl Pen {
    /// Starts a new mesh for a painter's resolution.
    pub fn begin(&mut self, painter: &Painter) {
        self.feather = 1.0 / painter.pixels_per_point();
        // The renderer has let go of the mesh by the next frame; if not, this takes a new one.
        match Arc::get_mut(&mut self.mesh) {
            Some(mesh) => mesh.clear(),
            None => self.mesh = Arc::default(),
        }
    }

    /// Hands the mesh to the painter.
    pub fn finish(&mut self, painter: &Painter) {
        if !self.mesh.is_empty() {
            painter.add(Shape::Mesh(self.mesh.clone()));
        }
    }

    fn mesh(&mut self) -> &mut Mesh {
        Arc::make_mut(&mut self.mesh)
    }

    /// An open line through points, each with the colour of what leads to it.
    pub fn line(&mut self, points: &[(Pos2, Color32)], width: f32) {
        let feather = self.feather;
        // Thinner than a pixel is paler instead.
        let fade = self.fade(width);
        let mesh = self.mesh();
        mesh.reserve_vertices(4 * points.len());
        mesh.reserve_triangles(6 * points.len());
        let inner = (width - feather).max(0.0) / 2.0;
        let rib = Rib { inner, outer: inner + feather };
        let mut before: Option<(Vec2, u32, Color32)> = None;
        for (i, pair) in points.windows(2).enumerate() {
            let [(a, _), (b, colour)] = [pair[0], pair[1]];
            let Some(normal) = normal(a, b) else { continue };
            let colour = if fade < 1.0 { colour.gamma_multiply(fade) } else { colour };
            let along = Vec2::new(normal.y, -normal.x) * inner;
            let start = match before {
                // A bend within a colour needs one cross-section, not two.
                Some((last, end, ink)) if is_blunt(last, normal) && ink == colour => end,
                Some((last, ..)) if is_blunt(last, normal) => {
                    rib.add(mesh, a, mitre(last, normal), colour)
                }
                // A sharp turn overlaps itself by half a width.
                Some(_) => rib.add(mesh, a - along, normal, colour),
                None => rib.add(mesh, a, normal, colour),
            };
            let next = points[i + 2..].iter().find_map(|&(c, _)| self::normal(b, c));
            let end = match next {
                Some(next) if is_blunt(normal, next) => {
                    rib.add(mesh, b, mitre(normal, next), colour)
                }
                Some(_) => rib.add(mesh, b + along, normal, colour),
                None => rib.add(mesh, b, normal, colour),
            };
            for k in 0..3 {
                mesh.add_triangle(start + k, start + k + 1, end + k);
                mesh.add_triangle(start + k + 1, end + k, end + k + 1);
            }
            before = Some((normal, end, colour));
        }
    }

    /// The area between a line and a level, which the line may cross.
    pub fn area(&mut self, points: &[Pos2], level: f32, colour: Color32) {
        let mesh = self.mesh();
        for pair in points.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let first = mesh.vertices.len() as u32;
            let (above_a, above_b) = (a.y - level, b.y - level);
            mesh.colored_vertex(a, colour);
            mesh.colored_vertex(Pos2::new(a.x, level), colour);
            if above_a * above_b < 0.0 {
                let x = a.x + (b.x - a.x) * above_a / (above_a - above_b);
                mesh.colored_vertex(Pos2::new(x, level), colour);
                mesh.colored_vertex(b, colour);
                mesh.colored_vertex(Pos2::new(b.x, level), colour);
                mesh.add_triangle(first, first + 1, first + 2);
                mesh.add_triangle(first + 2, first + 3, first + 4);
            } else {
                mesh.colored_vertex(b, colour);
                mesh.colored_vertex(Pos2::new(b.x, level), colour);
                mesh.add_triangle(first, first + 1, first + 2);
                mesh.add_triangle(first + 1, first + 2, first + 3);
            }
        }
    }

    /// A rectangle with round corners, snapped to pixels as egui does.
    pub fn rounded(&mut self, rect: Rect, radius: f32, colour: Color32) {
        /// Points of a quarter circle.
        const ARC: u32 = 4;
        let half = self.feather / 2.0;
        let rect = rect.round_to_pixels(1.0 / self.feather);
        let mesh = self.mesh();
        let first = mesh.vertices.len() as u32;
        let inside = rect.shrink(radius);
        let corners =
            [inside.right_bottom(), inside.left_bottom(), inside.left_top(), inside.right_top()];
        for (quarter, corner) in corners.into_iter().enumerate() {
            for step in 0..ARC {
                let turns = quarter as f32 + step as f32 / (ARC - 1) as f32;
                let way = Vec2::angled(turns * std::f32::consts::FRAC_PI_2);
                mesh.colored_vertex(corner + way * (radius - half), colour);
                mesh.colored_vertex(corner + way * (radius + half), Color32::TRANSPARENT);
            }
        }
        let count = 4 * ARC;
        for i in 0..count {
            let (a, b) = (first + 2 * i, first + 2 * ((i + 1) % count));
            mesh.add_triangle(a, a + 1, b);
            mesh.add_triangle(a + 1, b, b + 1);
            if i >= 2 {
                mesh.add_triangle(first, a - 2, a);
            }
        }
    }

    /// How many corners there are so far.
    pub fn corners(&self) -> usize {
        self.mesh.vertices.len()
    }

    /// How much paler a line is drawn that is thinner than a pixel.
    pub fn fade(&self, width: f32) -> f32 {
        (width / self.feather).min(1.0)
    }

    /// Gives corners another colour, except those where a shape fades out.
    pub fn tint(&mut self, corners: std::ops::Range<usize>, colour: Color32) {
        for vertex in &mut self.mesh().vertices[corners] {
            if vertex.color != Color32::TRANSPARENT {
                vertex.color = colour;
            }
        }
    }

    /// A plain rectangle.
    pub fn rect(&mut self, rect: Rect, colour: Color32) {
        self.mesh().add_colored_rect(rect, colour);
    }
}

/// The cross-section of a line: solid inside, fading out towards its edges.
struct Rib {
    inner: f32,
    outer: f32,
}

impl Rib {
    /// Adds the corners of a cross-section and returns the first one's index.
    fn add(&self, mesh: &mut Mesh, at: Pos2, normal: Vec2, colour: Color32) -> u32 {
        let first = mesh.vertices.len() as u32;
        mesh.colored_vertex(at + normal * self.outer, Color32::TRANSPARENT);
        mesh.colored_vertex(at + normal * self.inner, colour);
        mesh.colored_vertex(at - normal * self.inner, colour);
        mesh.colored_vertex(at - normal * self.outer, Color32::TRANSPARENT);
        first
    }
}

fn is_blunt(before: Vec2, after: Vec2) -> bool {
    before.dot(after) > SHARPEST - 1.0
}

/// The way from a corner to where both edges meet, not too far.
fn mitre(before: Vec2, after: Vec2) -> Vec2 {
    let sum = before + after;
    sum * (2.0 / sum.length_sq()).min(1.6)
}

/// A unit vector across the way from `a` to `b`, if they differ.
fn normal(a: Pos2, b: Pos2) -> Option<Vec2> {
    let way = b - a;
    // Points are neither huge nor tiny, so the careful way to a length is not needed.
    let length = way.length_sq().sqrt();
    (length > 1e-4).then(|| Vec2::new(-way.y, way.x) / length)
}
