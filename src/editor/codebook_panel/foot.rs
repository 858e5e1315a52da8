//! Below the grid: the curves of the last second that are used most, or one curve large.

use egui::{Align2, Color32, Rect, Sense, Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2};

use super::curve;
use crate::codec::CURVE_COUNT;
use crate::editor::View;
use crate::editor::history::History;
use crate::editor::ids::id;
use crate::editor::layout::Layout;
use crate::editor::theme;
use crate::editor::widgets::text;

/// How many of the most used curves are on show.
pub const MOST_USED: usize = 5;

/// Seconds between updates: figures that change with every frame cannot be read.
const EVERY: f64 = 0.25;

/// By how many times its square root a curve's count has to exceed that of another to be shown in its
/// stead, or before it. Counts differ from second to second by about one root even if nothing changes.
const LEAD: f32 = 2.75;
const LEAD_IN_ORDER: f32 = 2.0;

/// The curves that were used most in the last second, most used first.
#[derive(Debug, Default)]
pub(super) struct MostUsed {
    /// Their ordinals; 0 where there are fewer.
    ordinals: [u8; MOST_USED],
    /// Their shares of all segments, 0 to 1.
    shares: [f64; MOST_USED],
    /// When they were last updated, in seconds.
    updated: Option<f64>,
}

impl MostUsed {
    /// Their ordinals; 0 where there are fewer.
    pub(super) fn ordinals(&self) -> [u8; MOST_USED] {
        self.ordinals
    }

    fn update(&mut self, history: &History) {
        let uses = |ordinal: u8| match ordinal {
            0 => 0.0,
            ordinal => history.uses(ordinal) as f32,
        };
        let places = &mut self.ordinals;
        for place in places.iter_mut().filter(|place| uses(**place) == 0.0) {
            *place = 0;
        }
        loop {
            let others = (1..=CURVE_COUNT).filter(|ordinal| !places.contains(ordinal));
            let next = others.max_by(|&a, &b| uses(a).total_cmp(&uses(b)).then(b.cmp(&a)));
            let last = (0..MOST_USED).min_by(|&a, &b| uses(places[a]).total_cmp(&uses(places[b])));
            match next.zip(last) {
                Some((next, last)) if leads(uses(next), uses(places[last]), LEAD) => {
                    places[last] = next
                }
                _ => break,
            }
        }
        // An insertion sort in which only a clear lead counts.
        for i in 1..MOST_USED {
            for k in (1..=i).rev() {
                if leads(uses(places[k]), uses(places[k - 1]), LEAD_IN_ORDER) {
                    places.swap(k, k - 1);
                }
            }
        }
        let all = history.all_uses().max(1);
        self.shares = places.map(|place| f64::from(uses(place)) / f64::from(all));
    }
}

/// Whether one count is higher than another by so many of its roots.
fn leads(count: f32, other: f32, roots: f32) -> bool {
    count > other + roots * other.sqrt()
}

/// Updates the most used curves and finds the one under the pointer. Without a signal there are none;
/// when the host stops, the last ones stay.
pub(super) fn most_used(ui: &Ui, view: &mut View, foot: Rect, layout: &Layout) -> Pointed {
    let mut pointed = Pointed::default();
    for i in 0..MOST_USED {
        let panel = &view.codebook_panel;
        let ordinal = panel.most_used.ordinals[i];
        // The cells of the grid can be reached by keys; these show the same.
        let sense = Sense::click() - Sense::focusable_noninteractive();
        let response =
            ui.interact(place(foot, i, layout).expand2(vec2(0.0, 3.0)), id(("used", i)), sense);
        let share = percent(panel.most_used.shares[i]);
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::Button,
                true,
                format!("Most used {}: {ordinal}, {share}", i + 1),
            )
        });
        if ordinal != 0 && response.hovered() {
            pointed.hovered = Some(ordinal);
            pointed.is_clicked |= response.clicked();
        }
    }
    let now = ui.input(|input| input.time);
    let is_silent = view.history.is_silent() || view.history.streams() == 0;
    let most_used = &mut view.codebook_panel.most_used;
    let is_due = most_used.updated.is_none_or(|at| !(0.0..EVERY).contains(&(now - at)));
    if is_silent && !view.waiting {
        *most_used = MostUsed::default();
    } else if is_due && pointed.hovered.is_none() {
        most_used.update(&view.history);
        most_used.updated = Some(now);
    }
    pointed
}

/// What the pointer does to the most used curves.
#[derive(Debug, Default)]
pub(super) struct Pointed {
    pub(super) hovered: Option<u8>,
    pub(super) is_clicked: bool,
}

/// The frame of one of the most used curves: larger where there is room, with its share below.
fn place(foot: Rect, i: usize, layout: &Layout) -> Rect {
    let label = if layout.metrics.small { 22.0 } else { 27.0 };
    let height = (foot.height() - label).clamp(16.0, 40.0);
    let pitch = foot.width() / MOST_USED as f32;
    let size = vec2((1.25 * height).min(pitch - 6.0), height);
    let spare = pitch - size.x;
    // The outer ones are flush with the grid.
    let pitch = pitch + spare / (MOST_USED - 1) as f32;
    Rect::from_min_size(pos2(foot.left() + pitch * i as f32, foot.top() + 4.0), size)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Draws the most used curves with their shares.
pub(super) fn draw(ui: &Ui, view: &mut View, foot: Rect, layout: &Layout, is_dim: bool) {
    let painter = ui.painter();
    let most_used = &view.codebook_panel.most_used;
    let (ordinals, shares) = (most_used.ordinals, most_used.shares);
    let mesh = &mut view.codebook_panel.detail;
    for i in 0..MOST_USED {
        painter.rect_filled(place(foot, i, layout), 4.0, theme::SCOPE);
    }
    mesh.begin(painter);
    for (i, (ordinal, share)) in ordinals.into_iter().zip(shares).enumerate() {
        let frame = place(foot, i, layout);
        let (label, ink) = match ordinal {
            0 => ("–".to_owned(), theme::TEXT_LOW),
            _ => (percent(share), if is_dim { theme::TEXT_LOW } else { theme::TEXT_MID }),
        };
        let size = if layout.metrics.small { 10.0 } else { 11.0 };
        let at = pos2(frame.center().x, frame.bottom() + size * 0.5 + 4.0);
        text(painter, at, Align2::CENTER_CENTER, label, theme::regular(size), ink);
        if ordinal != 0 {
            let colour = if is_dim { theme::GREYED } else { view.palette.colour(ordinal) };
            let shape = Rect::from_center_size(frame.center(), Vec2::splat(frame.height() - 8.0));
            curve(mesh, view.palette.codebook(), ordinal, shape, colour, 1.75);
        }
    }
    mesh.finish(painter);
}

/// Draws one curve large, with its share of all segments.
pub(super) fn detail(ui: &Ui, view: &mut View, ordinal: u8, foot: Rect, layout: &Layout) {
    let painter = ui.painter();
    let (colour, ink) = (view.palette.colour(ordinal), view.palette.ink(ordinal));
    let all = view.history.all_uses().max(1);
    let share = percent(f64::from(view.history.uses(ordinal)) / f64::from(all));
    let (mesh, codebook) = (&mut view.codebook_panel.detail, view.palette.codebook());
    let response = ui.interact(foot, id("curve"), Sense::hover());
    let name = format!("Curve {ordinal}");
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{name}: {share} of the last second"))
    });
    mesh.begin(painter);
    let side = if layout.metrics.small { 32.0 } else { (foot.height() - 8.0).clamp(40.0, 46.0) };
    let y = foot.top() + 2.0 + side / 2.0;
    let frame = Rect::from_min_size(pos2(foot.left(), y - side / 2.0), Vec2::splat(side));
    painter.rect_filled(frame, 4.0, theme::SCOPE);
    curve(mesh, codebook, ordinal, frame.shrink(side * 0.15), colour, 2.0);
    mesh.finish(painter);
    let line = |y: f32, label: String, font, colour: Color32| {
        text(painter, pos2(frame.right() + 11.0, y), Align2::LEFT_CENTER, label, font, colour);
    };
    let apart = if layout.metrics.small { 8.0 } else { 9.5 };
    line(y - apart, name, theme::semibold(13.0), ink);
    // The rest of the sentence has no room in a small window.
    let share = if layout.metrics.small { share } else { format!("{share} of the last second") };
    line(y + apart, share, theme::regular(11.0), theme::TEXT_MID);
}
