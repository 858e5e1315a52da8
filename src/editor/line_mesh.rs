//! Many coloured lines in one mesh: a frame with thousands of curves costs egui a single shape.

use std::sync::Arc;

use egui::emath::GuiRounding;
use egui::epaint::Mesh;
use egui::{Color32, Painter, Pos2, Rect, Shape, Vec2};

/// Corners that turn by more than about 143° (the cosine of the turn is 0.2 above −1) are not
/// mitred: the mitre would become a spike.
const SHARPEST: f32 = 0.2;

/// A mesh of anti-aliased lines and areas, whose memory is reused in the next frame.
#[derive(Debug, Default)]
pub struct LineMesh {
    mesh: Arc<Mesh>,
    /// Width of the transparent edge in points: one pixel.
    feather: f32,
}

impl LineMesh {
    /// Empties the mesh and takes over the painter's resolution.
    pub fn begin(&mut self, painter: &Painter) {
        self.feather = 1.0 / painter.pixels_per_point();
        // Normally the renderer has dropped its reference by now; if not, start a new mesh.
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

    /// Adds an open line. Each point carries the colour of the line that leads to it.
    pub fn line(&mut self, points: &[(Pos2, Color32)], width: f32) {
        let feather = self.feather;
        let opacity = self.opacity(width);
        let mesh = self.mesh();
        mesh.reserve_vertices(4 * points.len());
        mesh.reserve_triangles(6 * points.len());
        let inner = (width - feather).max(0.0) / 2.0;
        let section = CrossSection { inner, outer: inner + feather };
        let mut before: Option<(Vec2, u32, Color32)> = None;
        for (i, pair) in points.windows(2).enumerate() {
            let [(a, _), (b, colour)] = [pair[0], pair[1]];
            let Some(normal) = normal(a, b) else { continue };
            let colour = if opacity < 1.0 { colour.gamma_multiply(opacity) } else { colour };
            let along = Vec2::new(normal.y, -normal.x) * inner;
            let start = match before {
                // Both sides of a corner share a cross-section if they share a colour.
                Some((last, end, ink)) if is_blunt(last, normal) && ink == colour => end,
                Some((last, ..)) if is_blunt(last, normal) => {
                    section.add(mesh, a, mitre(last, normal), colour)
                }
                // At a sharp corner both sides overshoot by half a width, which fills the corner.
                Some(_) => section.add(mesh, a - along, normal, colour),
                None => section.add(mesh, a, normal, colour),
            };
            let next = points[i + 2..].iter().find_map(|&(c, _)| self::normal(b, c));
            let end = match next {
                Some(next) if is_blunt(normal, next) => {
                    section.add(mesh, b, mitre(normal, next), colour)
                }
                Some(_) => section.add(mesh, b + along, normal, colour),
                None => section.add(mesh, b, normal, colour),
            };
            for k in 0..3 {
                mesh.add_triangle(start + k, start + k + 1, end + k);
                mesh.add_triangle(start + k + 1, end + k, end + k + 1);
            }
            before = Some((normal, end, colour));
        }
    }

    /// Adds the area between a line and the horizontal at `level`, which the line may cross.
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

    /// Adds the area between two lines over the same abscissas, each given as [x, y of the one, y of the
    /// other]. The lines may cross.
    pub fn between(&mut self, points: &[[f32; 3]], colour: Color32) {
        let mesh = self.mesh();
        mesh.reserve_vertices(2 * points.len());
        mesh.reserve_triangles(2 * points.len());
        let mut before: Option<[f32; 3]> = None;
        for &[x, a, b] in points {
            let here = mesh.vertices.len() as u32;
            if let Some([x0, a0, b0]) = before {
                let (apart0, apart) = (a0 - b0, a - b);
                // The two vertices before, of the last point.
                let (first, second) = (here - 2, here - 1);
                if apart0 * apart < 0.0 {
                    let share = apart0 / (apart0 - apart);
                    let at = Pos2::new(x0 + (x - x0) * share, a0 + (a - a0) * share);
                    mesh.colored_vertex(at, colour);
                    mesh.add_triangle(first, second, here);
                    mesh.add_triangle(here, here + 1, here + 2);
                } else {
                    mesh.add_triangle(first, second, here);
                    mesh.add_triangle(second, here, here + 1);
                }
            }
            mesh.colored_vertex(Pos2::new(x, a), colour);
            mesh.colored_vertex(Pos2::new(x, b), colour);
            before = Some([x, a, b]);
        }
    }

    /// Adds a rectangle with round corners, snapped to pixels as egui does it.
    pub fn rounded_rect(&mut self, rect: Rect, radius: f32, colour: Color32) {
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
                let direction = Vec2::angled(turns * std::f32::consts::FRAC_PI_2);
                mesh.colored_vertex(corner + direction * (radius - half), colour);
                mesh.colored_vertex(corner + direction * (radius + half), Color32::TRANSPARENT);
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

    /// The number of vertices so far.
    pub fn vertex_count(&self) -> usize {
        self.mesh.vertices.len()
    }

    /// The opacity of a line: one thinner than a pixel is drawn a pixel wide but fainter.
    pub fn opacity(&self, width: f32) -> f32 {
        (width / self.feather).min(1.0)
    }

    /// Gives vertices another colour, except the transparent ones at the edges.
    pub fn recolour(&mut self, vertices: std::ops::Range<usize>, colour: Color32) {
        for vertex in &mut self.mesh().vertices[vertices] {
            if vertex.color != Color32::TRANSPARENT {
                vertex.color = colour;
            }
        }
    }

    /// Adds a rectangle without anti-aliasing.
    pub fn rect(&mut self, rect: Rect, colour: Color32) {
        self.mesh().add_colored_rect(rect, colour);
    }
}

/// The cross-section of a line, as distances from its centre: solid up to `inner`, transparent from
/// `outer` on.
struct CrossSection {
    inner: f32,
    outer: f32,
}

impl CrossSection {
    /// Adds four vertices across the line and returns the index of the first.
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

/// The offset from a corner to where its outer edges meet, in half widths of the line; limited so
/// that sharp corners do not stick out.
fn mitre(before: Vec2, after: Vec2) -> Vec2 {
    let sum = before + after;
    sum * (2.0 / sum.length_sq()).min(1.6)
}

/// The unit normal of the line from `a` to `b`, or `None` where they coincide.
fn normal(a: Pos2, b: Pos2) -> Option<Vec2> {
    let direction = b - a;
    // `Vec2::length` calls `hypot`, whose guard against overflow costs time that screen coordinates
    // do not need.
    let length = direction.length_sq().sqrt();
    (length > 1e-4).then(|| Vec2::new(-direction.y, direction.x) / length)
}
