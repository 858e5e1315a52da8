//! The codebook panel: a grid of all curves, brightened by how often they are used, and below it the
//! most used ones.

mod foot;
mod own;

use std::ops::Range;

use egui::{
    Color32, Popup, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::View;
use super::ids::id;
use super::layout::{CODEBOOK, Layout};
use super::line_mesh::LineMesh;
use super::parameters::{Control, Parameters};
use super::theme::{self, mix};
use super::widgets::{focus_ring, menu_button, menu_frame, menu_row, panel};
use crate::codec::{CURVE_COUNT, Codebook};
pub use foot::MOST_USED;
use foot::MostUsed;
use own::OwnCodebook;

/// Time constant with which a cell's brightness follows its curve's use, in seconds: slow enough to
/// read, fast enough to see a note begin.
const DECAY: f32 = 0.3;

/// A cell is fully bright from this share of the most frequent curve's uses on, and brightness grows
/// with this power of the uses. Uses are very uneven (a few curves take most segments), and in
/// proportion all other cells would look dark: a curve that is used a tenth as often as the most
/// frequent one gets (0.1 / 0.55)^0.62 = 0.35 instead of 0.1.
const FULL_SHARE: f32 = 0.55;
const EXPONENT: f32 = 0.62;

/// Brightness of unused cells while something plays, so that the whole grid shows its colours.
const LEAST: f32 = 0.12;

/// The order of the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// From late curves on the left to early ones on the right.
    #[default]
    Shape,
    /// By ordinal.
    Number,
}

/// State of the panel between frames.
#[derive(Debug)]
pub struct CodebookPanel {
    /// The order of the cells.
    pub order: Order,
    /// Brightness by ordinal, 0 to 1.
    bright: [f32; CURVE_COUNT as usize + 1],
    /// The curve under the pointer.
    pub hovered: Option<u8>,
    /// The curve selected by a click.
    pub pinned: Option<u8>,
    grid_mesh: GridMesh,
    most_used: MostUsed,
    detail: LineMesh,
    own: OwnCodebook,
}

/// The mesh of all cells. Its shape is kept from frame to frame and only its colours change, since
/// drawing 255 curves anew would cost more than all the rest of the panel.
#[derive(Debug, Default)]
struct GridMesh {
    mesh: LineMesh,
    /// Position, pixels per point and order that the mesh was built for.
    built_for: Option<(Rect, f32, Order)>,
    cells: Vec<CellVertices>,
}

/// The vertices of one cell.
#[derive(Debug)]
struct CellVertices {
    background: Range<usize>,
    curve: Range<usize>,
}

impl Default for CodebookPanel {
    fn default() -> Self {
        Self {
            order: Order::default(),
            bright: [0.0; CURVE_COUNT as usize + 1],
            hovered: None,
            pinned: None,
            grid_mesh: GridMesh::default(),
            most_used: MostUsed::default(),
            detail: LineMesh::default(),
            own: OwnCodebook::default(),
        }
    }
}

impl CodebookPanel {
    /// The curve whose segments the scope highlights.
    pub fn chosen(&self) -> Option<u8> {
        self.hovered.or(self.pinned)
    }

    /// How bright a curve's cell is, 0 to 1.
    pub fn brightness(&self, ordinal: u8) -> f32 {
        self.bright[usize::from(ordinal)]
    }

    /// The curves that were used most in the last second, most used first; 0 where there are fewer.
    pub fn most_used(&self) -> [u8; MOST_USED] {
        self.most_used.ordinals()
    }

    /// Drops everything that refers to curves of one codebook.
    pub(super) fn forget_curves(&mut self) {
        *self = Self { order: self.order, own: std::mem::take(&mut self.own), ..Self::default() };
    }
}

/// Draws the panel.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters, layout: &Layout) {
    let (rect, metrics, cell) = (layout.codebook, layout.metrics, layout.cell);
    panel(ui.painter(), rect);
    let title = pos2(rect.left() + if metrics.small { 9.0 } else { 16.0 }, rect.top() + 18.0);
    let title = if metrics.small { title - vec2(0.0, 2.0) } else { title };
    let is_stopped = view.is_stalled() && !view.waiting;
    let is_dim = is_stopped || parameters.is_on(Control::Bypass);
    let sort = Rect::from_center_size(pos2(rect.right() - 54.0, title.y), vec2(96.0, 24.0));
    let right = if metrics.small { rect.right() - 4.0 } else { sort.left() - 4.0 };
    own::title(ui, view, parameters, title, right, is_dim);
    if !metrics.small {
        sort_menu(ui, view, sort);
    }

    let curves = parameters.curves();
    brighten(view, curves);
    let (rows, columns) = CODEBOOK;
    let size = vec2(cell.x * columns as f32, cell.y * rows as f32);
    let top = rect.top() + if metrics.small { 32.0 } else { 37.0 };
    let grid = Rect::from_min_size(pos2(rect.center().x - size.x / 2.0, top), size);

    let below = pos2(grid.left(), grid.bottom() + 6.0);
    let foot = Rect::from_min_max(below, pos2(grid.right(), rect.bottom()));
    let used = foot::most_used(ui, view, foot, layout);
    let response = ui.interact(grid, id("codebook"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Codebook"));
    let (palette, order) = (&view.palette, view.codebook_panel.order);
    let ordinal_at = |index: usize| match order {
        Order::Shape => palette.by_shape()[index],
        Order::Number => index as u8 + 1,
    };
    let hovered = response.hover_pos().map(|at| {
        // The right and the bottom edge still count as inside.
        let at = (at - grid.min) / cell;
        let column = (at.x as usize).min(columns - 1);
        let row = (at.y as usize).min(rows - 1);
        ordinal_at(row * columns + column)
    });
    let hovered = hovered.or(used.hovered);
    if response.clicked() || used.is_clicked {
        let again = view.codebook_panel.pinned == hovered;
        view.codebook_panel.pinned = if again { None } else { hovered };
    }
    view.codebook_panel.hovered = hovered;
    if response.has_focus() {
        focus_ring(ui.painter(), grid.expand(3.0), 4.0);
    }

    let active = view.codebook_panel.chosen().or(view.scope.active).filter(|&curve| curve != 0);
    let cell_rect = |index: usize| {
        let corner = grid.min + vec2((index % columns) as f32, (index / columns) as f32) * cell;
        Rect::from_min_size(corner, cell).shrink(if metrics.small { 0.6 } else { 0.75 })
    };
    let GridMesh { mesh, built_for, cells } = &mut view.codebook_panel.grid_mesh;
    let wanted = Some((grid, ui.painter().pixels_per_point(), order));
    let width = if cell.x > 16.0 { 1.4 } else { 1.1 };
    if *built_for != wanted {
        *built_for = wanted;
        cells.clear();
        mesh.begin(ui.painter());
        for index in 0..rows * columns {
            let (rect, start) = (cell_rect(index), mesh.vertex_count());
            mesh.rounded_rect(rect, if metrics.small { 2.0 } else { 2.5 }, theme::CELL);
            let middle = mesh.vertex_count();
            let rect = rect.shrink((rect.width() * 0.22).max(2.0));
            curve(mesh, palette.codebook(), ordinal_at(index), rect, theme::TEXT_LOW, width);
            let curve = middle..mesh.vertex_count();
            cells.push(CellVertices { background: start..middle, curve });
        }
    }
    let opacity = mesh.opacity(width);
    for (index, cell) in cells.iter().enumerate() {
        let ordinal = ordinal_at(index);
        let colour = palette.colour(ordinal);
        let bright = view.codebook_panel.bright[usize::from(ordinal)];
        let (fill, line) = if ordinal > curves {
            (theme::PANEL, theme::TEXT_LOW.gamma_multiply(0.38))
        } else if is_dim {
            (theme::CELL, theme::GREYED)
        } else {
            cell_colours(colour, bright)
        };
        mesh.recolour(cell.background.clone(), fill);
        mesh.recolour(cell.curve.clone(), line.gamma_multiply(opacity));
    }
    mesh.finish(ui.painter());
    let (stroke, is_framed) = match hovered {
        Some(_) => (Stroke::new(1.0, theme::TEXT_MID), true),
        None => (Stroke::new(1.75, theme::TEXT_HIGH), active.is_some_and(|curve| curve <= curves)),
    };
    let index = (0..rows * columns).find(|&index| is_framed && Some(ordinal_at(index)) == active);
    if let Some(index) = index {
        // Around a small cell a larger radius would look like a circle.
        let radius = if cell.x > 16.0 { 3.5 } else { 2.5 };
        ui.painter().rect_stroke(cell_rect(index), radius, stroke, StrokeKind::Outside);
    }

    match active {
        Some(curve) => foot::detail(ui, view, curve, foot, layout),
        None => foot::draw(ui, view, foot, layout, is_dim),
    }
}

/// The colours of a cell and of the line in it, for a curve's colour and how bright it is, 0 to 1. Used
/// cells glow: the background takes about half of the colour, and the line is drawn towards white, so that
/// it stays three times as light as what it lies on.
pub fn cell_colours(colour: Color32, bright: f32) -> (Color32, Color32) {
    let line = mix(colour, Color32::WHITE, 0.15 + 0.3 * bright);
    (mix(theme::CELL, colour, 0.48 * bright), line.gamma_multiply(0.75 + 0.25 * bright))
}

/// Lets the cells' brightness follow the use of their curves.
fn brighten(view: &mut View, curves: u8) {
    let most = (1..=CURVE_COUNT).map(|ordinal| view.history.uses(ordinal)).max().unwrap_or(0);
    let silent = view.history.is_silent() || view.is_stalled();
    let step = 1.0 - (-view.elapsed / DECAY).exp();
    for ordinal in 1..=CURVE_COUNT {
        let uses = view.history.uses(ordinal) as f32;
        let wanted = if silent || most == 0 || ordinal > curves {
            0.0
        } else {
            (uses / (FULL_SHARE * most as f32)).min(1.0).powf(EXPONENT)
        };
        let wanted = if silent { 0.0 } else { wanted.max(LEAST) };
        let bright = &mut view.codebook_panel.bright[usize::from(ordinal)];
        *bright += (wanted - *bright) * step;
        // Less is not visible: a fiftieth of the range is about five of 255 steps.
        if (wanted - *bright).abs() > 0.02 {
            view.moving = true;
        }
    }
}

/// Draws a curve into a rectangle, from its lower left to its upper right corner.
pub fn curve(
    mesh: &mut LineMesh,
    codebook: &Codebook,
    ordinal: u8,
    rect: Rect,
    colour: Color32,
    width: f32,
) {
    // A line segment every two points or so looks smooth.
    const FINE: usize = 40;
    let steps = if rect.width() > 24.0 { FINE } else { 10 };
    let mut points = [(rect.left_bottom(), colour); FINE + 1];
    for (i, (point, _)) in points[..=steps].iter_mut().enumerate() {
        let value = codebook.curves().value(ordinal, i as u32, steps as u32) as f32;
        point.x = egui::lerp(rect.x_range(), i as f32 / steps as f32);
        point.y = egui::lerp(rect.bottom()..=rect.top(), value);
    }
    mesh.line(&points[..=steps], width);
}

fn sort_menu(ui: &Ui, view: &mut View, rect: Rect) {
    let label = |order| match order {
        Order::Shape => "By shape",
        Order::Number => "By number",
    };
    let order = view.codebook_panel.order;
    let response = menu_button(ui, rect, "Sort", label(order), "Order of the curves.");
    Popup::menu(&response).frame(menu_frame()).show(|ui| {
        ui.set_width(120.0);
        for choice in [Order::Shape, Order::Number] {
            if menu_row(ui, label(choice), Some(choice == order)).clicked() {
                view.codebook_panel.order = choice;
                ui.close();
            }
        }
    });
}
