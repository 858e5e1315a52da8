//! The codebook: all curves, as bright as they are used.

use std::sync::LazyLock;

use egui::{
    Align2, Color32, Popup, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    accesskit::Role, pos2, vec2,
};

use super::View;
use super::layout::{CODEBOOK, Layout};
use super::parameters::Parameters;
use super::stroke::Pen;
use super::theme::{self, Ramp, mix};
use super::widgets::{focus_ring, id, menu_button, menu_frame, menu_row, panel, text};
use crate::codec::{self, CURVE_COUNT};

/// How fast a cell follows its curve's use, in seconds.
const DECAY: f32 = 0.3;

/// Points of a curve's little drawing.
const STEPS: u32 = 10;

/// The ordinals by shape, row by row.
static SHAPES: LazyLock<Vec<u8>> = LazyLock::new(|| Ramp::by_shape(CODEBOOK.0, CODEBOOK.1));

/// The curves' little drawings by ordinal.
static SMALL: LazyLock<Vec<[f32; STEPS as usize + 1]>> = LazyLock::new(|| {
    let codebook = codec::Codebook::standard();
    let drawing = |ordinal: u8| {
        let value = |i| codebook.curves().value(ordinal.max(1), i as u32, STEPS) as f32;
        std::array::from_fn(value)
    };
    (0..=CURVE_COUNT).map(drawing).collect()
});

/// The order of the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// From the latest to the earliest curve.
    #[default]
    Shape,
    /// By ordinal.
    Number,
}

/// What the codebook remembers between pictures.
#[derive(Debug)]
pub struct Codebook {
    order: Order,
    /// How bright each ordinal is, 0 to 1.
    bright: [f32; CURVE_COUNT as usize + 1],
    /// The curve under the pointer.
    pub hovered: Option<u8>,
    /// The curve that a click keeps.
    pub pinned: Option<u8>,
    sheet: Sheet,
    portrait: Pen,
}

/// The drawings of all cells, kept from picture to picture; only their colours change.
#[derive(Debug, Default)]
struct Sheet {
    pen: Pen,
    /// Where, at which resolution and in which order the cells were drawn.
    drawn: Option<(Rect, f32, Order)>,
    /// Each cell's first corner, its curve's first one, and the one after its last.
    cells: Vec<[usize; 3]>,
}

impl Default for Codebook {
    fn default() -> Self {
        Self {
            order: Order::default(),
            bright: [0.0; CURVE_COUNT as usize + 1],
            hovered: None,
            pinned: None,
            sheet: Sheet::default(),
            portrait: Pen::default(),
        }
    }
}

impl Codebook {
    /// The curve whose segments the scope highlights.
    pub fn chosen(&self) -> Option<u8> {
        self.hovered.or(self.pinned)
    }

    /// How bright a curve's cell is, 0 to 1.
    pub fn brightness(&self, ordinal: u8) -> f32 {
        self.bright[usize::from(ordinal)]
    }
}

/// Draws the codebook.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &dyn Parameters, layout: &Layout) {
    let (rect, metrics, cell) = (layout.codebook, layout.metrics, layout.cell);
    panel(ui.painter(), rect);
    let title = pos2(rect.left() + if metrics.small { 9.0 } else { 16.0 }, rect.top() + 18.0);
    let title = if metrics.small { title - vec2(0.0, 2.0) } else { title };
    heading(ui, title, parameters);
    if !metrics.small {
        sort_menu(
            ui,
            view,
            Rect::from_center_size(pos2(rect.right() - 54.0, title.y), vec2(96.0, 24.0)),
        );
    }

    let curves = parameters.curves();
    brighten(view, curves);
    let (rows, columns) = CODEBOOK;
    let size = vec2(cell.x * columns as f32, cell.y * rows as f32);
    let top = rect.top() + if metrics.small { 32.0 } else { 37.0 };
    let grid = Rect::from_min_size(pos2(rect.center().x - size.x / 2.0, top), size);

    let response = ui.interact(grid, id("codebook"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Codebook"));
    let ramp = Ramp::shared();
    let ordinal_at = |index: usize| match view.codebook.order {
        Order::Shape => SHAPES[index],
        Order::Number => index as u8 + 1,
    };
    let hovered = response.hover_pos().map(|at| {
        let place = (at - grid.min) / cell;
        let column = (place.x as usize).min(columns - 1);
        let row = (place.y as usize).min(rows - 1);
        ordinal_at(row * columns + column)
    });
    if response.clicked() {
        let again = view.codebook.pinned == hovered;
        view.codebook.pinned = if again { None } else { hovered };
    }
    view.codebook.hovered = hovered;
    if response.has_focus() {
        focus_ring(ui.painter(), grid.expand(3.0), 4.0);
    }

    let active = view.codebook.chosen().or(view.scope.active).unwrap_or(view.history.newest());
    let place_of = |index: usize| {
        let corner = grid.min + vec2((index % columns) as f32, (index / columns) as f32) * cell;
        Rect::from_min_size(corner, cell).shrink(if metrics.small { 0.6 } else { 0.75 })
    };
    let sheet = &mut view.codebook.sheet;
    let scale = ui.painter().pixels_per_point();
    let width = if cell.x > 16.0 { 1.4 } else { 1.1 };
    if sheet.drawn != Some((grid, scale, view.codebook.order)) {
        sheet.drawn = Some((grid, scale, view.codebook.order));
        sheet.cells.clear();
        sheet.pen.begin(ui.painter());
        for index in 0..rows * columns {
            let (place, first) = (place_of(index), sheet.pen.corners());
            sheet.pen.rounded(place, if metrics.small { 2.0 } else { 2.5 }, theme::CELL);
            let middle = sheet.pen.corners();
            let inset = (place.width() * 0.22).max(2.0);
            curve(&mut sheet.pen, ordinal_at(index), place.shrink(inset), theme::TEXT_LOW, width);
            sheet.cells.push([first, middle, sheet.pen.corners()]);
        }
    }
    let fade = sheet.pen.fade(width);
    for (index, &[first, middle, end]) in sheet.cells.iter().enumerate() {
        let ordinal = ordinal_at(index);
        let colour = ramp.colour(ordinal);
        let bright = view.codebook.bright[usize::from(ordinal)];
        let (fill, line, strength) = if ordinal <= curves {
            let line = mix(colour, Color32::WHITE, 0.35 * bright * bright);
            (mix(theme::CELL, colour, 0.52 * bright), line, 0.38 + 0.62 * bright)
        } else {
            (theme::PANEL, theme::TEXT_LOW, 0.38)
        };
        sheet.pen.tint(first..middle, fill);
        sheet.pen.tint(middle..end, line.gamma_multiply(strength * fade));
    }
    sheet.pen.finish(ui.painter());
    let (stroke, is_framed) = match hovered {
        Some(_) => (Stroke::new(1.0, theme::TEXT_MID), true),
        None => (Stroke::new(1.75, theme::TEXT_HIGH), active <= curves),
    };
    let index = (0..rows * columns).find(|&index| is_framed && ordinal_at(index) == active);
    if let Some(index) = index {
        // Around a little cell more would be a circle.
        let radius = if cell.x > 16.0 { 3.5 } else { 2.5 };
        ui.painter().rect_stroke(place_of(index), radius, stroke, StrokeKind::Outside);
    }

    let foot = Rect::from_min_max(pos2(grid.left(), grid.bottom() + 6.0), rect.max);
    if active != 0 {
        portrait(ui, view, active, foot, layout);
    }
}

/// Lets the cells follow their curves' use.
fn brighten(view: &mut View, curves: u8) {
    let most = (1..=CURVE_COUNT).map(|ordinal| view.history.uses(ordinal)).max().unwrap_or(0);
    let silent = view.history.is_silent() || view.is_stalled();
    let step = 1.0 - (-view.elapsed / DECAY).exp();
    for ordinal in 1..=CURVE_COUNT {
        let uses = view.history.uses(ordinal) as f32;
        let wanted = if silent || most == 0 || ordinal > curves {
            0.0
        } else {
            (uses / (0.55 * most as f32)).min(1.0).powf(0.62)
        };
        let wanted = if silent { 0.0 } else { wanted.max(0.12) };
        let bright = &mut view.codebook.bright[usize::from(ordinal)];
        *bright += (wanted - *bright) * step;
        if (wanted - *bright).abs() > 0.02 {
            view.moving = true;
        }
    }
}

/// Draws a curve into a rectangle.
pub fn curve(pen: &mut Pen, ordinal: u8, rect: Rect, colour: Color32, width: f32) {
    const FINE: u32 = 4 * STEPS;
    let mut points = [(rect.left_bottom(), colour); FINE as usize + 1];
    let place = |x: f32, y: f32| {
        pos2(egui::lerp(rect.x_range(), x), egui::lerp(rect.bottom()..=rect.top(), y))
    };
    let steps = if rect.width() > 24.0 {
        for i in 0..=FINE {
            let value = codec::Codebook::standard().curves().value(ordinal, i, FINE) as f32;
            points[i as usize].0 = place(i as f32 / FINE as f32, value);
        }
        FINE
    } else {
        for (i, &value) in SMALL[usize::from(ordinal)].iter().enumerate() {
            points[i].0 = place(i as f32 / STEPS as f32, value);
        }
        STEPS
    };
    pen.line(&points[..=steps as usize], width);
}

/// The panel's name, or a warning that the session was made with curves which this version lacks.
fn heading(ui: &Ui, at: Pos2, parameters: &dyn Parameters) {
    let foreign = parameters.definitions().codebook.foreign();
    let (label, colour) = match foreign {
        None => ("Codebook", theme::TEXT_HIGH),
        Some(_) => ("Other codebook", theme::CLIP),
    };
    let font = theme::semibold(13.0);
    let rect = text(ui.painter(), at, Align2::LEFT_CENTER, label, font, colour);
    if let Some(name) = foreign {
        let name: String = name.chars().take(40).collect();
        let hint = format!(
            "Made with the codebook \u{201C}{name}\u{201D}, which this version does not have: it sounds \
             different here. Update Extrema."
        );
        let response = ui.interact(rect, id("foreign codebook"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, hint.as_str()));
        response.on_hover_text(hint);
    }
}

fn sort_menu(ui: &Ui, view: &mut View, rect: Rect) {
    let label = |order| match order {
        Order::Shape => "By shape",
        Order::Number => "By number",
    };
    let order = view.codebook.order;
    let response = menu_button(ui, rect, "Sort", label(order), "The order of the curves.");
    Popup::menu(&response).frame(menu_frame()).show(|ui| {
        ui.set_width(120.0);
        for choice in [Order::Shape, Order::Number] {
            if menu_row(ui, label(choice), Some(choice == order)).clicked() {
                view.codebook.order = choice;
                ui.close();
            }
        }
    });
}

/// The curve that is looked at, large, with its share.
fn portrait(ui: &Ui, view: &mut View, ordinal: u8, foot: Rect, layout: &Layout) {
    let painter = ui.painter();
    let colour = Ramp::shared().colour(ordinal);
    let all = view.history.all_uses();
    let share =
        if all == 0 { 0.0 } else { 100.0 * f64::from(view.history.uses(ordinal)) / f64::from(all) };
    let mut pen = std::mem::take(&mut view.codebook.portrait);
    pen.begin(painter);
    let name = format!("Curve {ordinal}");
    if layout.metrics.small {
        let y = foot.center().y - 1.0;
        let frame = Rect::from_center_size(pos2(foot.left() + 9.0, y), Vec2::splat(17.0));
        curve(&mut pen, ordinal, frame, colour, 1.75);
        let font = theme::semibold(12.0);
        let at = pos2(frame.right() + 8.0, y);
        text(painter, at, Align2::LEFT_CENTER, name, font, colour);
        let at = pos2(foot.right() - 9.0, y);
        let font = theme::regular(11.0);
        text(painter, at, Align2::RIGHT_CENTER, format!("{share:.1} %"), font, theme::TEXT_LOW);
    } else {
        let side = (foot.height() - 8.0).clamp(40.0, 46.0);
        let y = foot.center().y - 2.0;
        let frame = Rect::from_min_size(pos2(foot.left(), y - side / 2.0), Vec2::splat(side));
        painter.rect_filled(frame, 4.0, theme::SCOPE);
        curve(&mut pen, ordinal, frame.shrink(7.0), colour, 2.0);
        let at = pos2(frame.right() + 11.0, y - 9.0);
        text(painter, at, Align2::LEFT_CENTER, name, theme::semibold(13.0), colour);
        let at = pos2(frame.right() + 11.0, y + 10.0);
        let share = format!("{share:.1} % of the last second");
        text(painter, at, Align2::LEFT_CENTER, share, theme::regular(11.0), theme::TEXT_MID);
    }
    pen.finish(painter);
    view.codebook.portrait = pen;
}
