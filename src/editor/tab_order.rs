//! The order in which Tab visits controls: panel after panel, and within a panel as one reads it.
//! It follows from where things were drawn in the last frame, so nothing has to be listed.

use egui::{Context, Id, LayerId, Order, Pos2, Rect};

use super::layout::Layout;

/// How a panel is read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reading {
    /// Row after row, each from left to right.
    Rows,
    /// Column after column, each from top to bottom.
    Columns,
}

/// What Tab stops at, in order: the rows of open menus, or else everything in the window.
pub fn stops(context: &Context) -> Vec<Id> {
    let menus = widgets(context, |layer| layer.order == Order::Foreground);
    if !menus.is_empty() {
        return read(menus, Reading::Rows);
    }
    let window = widgets(context, |layer| layer == LayerId::background());
    let layout = Layout::of(context.content_rect());
    let panels = [
        (layout.header, Reading::Columns),
        (layout.scope, Reading::Rows),
        (layout.codebook, Reading::Rows),
        (layout.meters, Reading::Rows),
        (layout.stats, Reading::Columns),
        (layout.controls, Reading::Columns),
    ];
    let panel = |at: Pos2| panels.iter().position(|(rect, _)| rect.contains(at));
    let mut stops = Vec::new();
    for (i, (_, reading)) in panels.iter().enumerate() {
        let inside = window.iter().filter(|(rect, _)| panel(rect.center()) == Some(i));
        stops.extend(read(inside.copied().collect(), *reading));
    }
    let outside = window.iter().filter(|(rect, _)| panel(rect.center()).is_none());
    stops.extend(outside.map(|&(_, id)| id));
    stops
}

/// The places and ids of what can have the focus in some layers of the last frame.
fn widgets(context: &Context, is_wanted: impl Fn(LayerId) -> bool) -> Vec<(Rect, Id)> {
    context.viewport(|viewport| {
        let layers = viewport.prev_pass.widgets.layers();
        let widgets =
            layers.filter(|(layer, _)| is_wanted(**layer)).flat_map(|(_, widgets)| widgets);
        let stops = widgets.filter(|widget| {
            widget.enabled && widget.sense.is_focusable() && widget.rect.is_finite()
        });
        stops.map(|widget| (widget.rect, widget.id)).collect()
    })
}

/// Sorts what is in a panel. A row reaches as far as the middle of its first item.
fn read(mut items: Vec<(Rect, Id)>, reading: Reading) -> Vec<Id> {
    // Columns are rows with both axes exchanged.
    let turned = |rect: Rect| match reading {
        Reading::Rows => rect,
        Reading::Columns => Rect::from_min_max(
            Pos2::new(rect.top(), rect.left()),
            Pos2::new(rect.bottom(), rect.right()),
        ),
    };
    for (rect, _) in &mut items {
        *rect = turned(*rect);
    }
    items.sort_by(|(a, _), (b, _)| a.top().total_cmp(&b.top()));
    let mut stops = Vec::new();
    let mut rest = &mut items[..];
    while let Some((first, _)) = rest.first() {
        let end = first.center().y;
        let (row, others) = rest.split_at_mut(rest.partition_point(|(rect, _)| rect.top() < end));
        row.sort_by(|(a, _), (b, _)| a.left().total_cmp(&b.left()));
        stops.extend(row.iter().map(|&(_, id)| id));
        rest = others;
    }
    stops
}
