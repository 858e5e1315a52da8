//! The controls: everything that shapes the sound. Two pages share one place: *Wave* (`wave.rs`) says
//! how the wave is cut and drawn, *Break* (`break_page.rs`) what is made of the pieces. What both need
//! stays in sight: stereo mode, mix, output, and what is listened to (`listen.rs`).

mod break_page;
mod choice;
mod listen;
mod wave;

use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};

use super::View;
use super::knob::{Knob, knob};
use super::layout::Layout;
use super::parameters::{Control, Parameters};
use super::theme::{self, Metrics};
use super::widgets::{Kind, clickable, focus_ring, lock, panel, pill, text};
use choice::choice_group;

/// The pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// How the wave is cut and drawn.
    #[default]
    Wave,
    /// What is made of the pieces.
    Break,
}

impl Page {
    /// Both, from top to bottom.
    pub const ALL: [Self; 2] = [Self::Wave, Self::Break];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wave => "Wave",
            Self::Break => "Break",
        }
    }

    /// What it is for.
    fn hint(self) -> &'static str {
        match self {
            Self::Wave => "How the wave is cut into pieces, and how closely they are drawn.",
            Self::Break => "What is made of the pieces: stairs, steps, dropouts, loops.",
        }
    }

    /// Its controls.
    pub fn controls(self) -> &'static [Control] {
        match self {
            Self::Wave => &wave::CONTROLS,
            Self::Break => &break_page::CONTROLS,
        }
    }
}

/// Widths of the cells in points, for the panel's width and the size of the knobs.
#[derive(Debug, Clone, Copy)]
struct Widths {
    padding: f32,
    tabs: f32,
    knob: f32,
    threshold: f32,
    detector: f32,
    flats: f32,
    levels: f32,
    mode: f32,
    looping: f32,
    stereo: f32,
    output: f32,
    listen: f32,
}

impl Widths {
    const SMALL: Self = Self {
        padding: 6.0,
        tabs: 40.0,
        knob: 46.0,
        threshold: 62.0,
        detector: 50.0,
        flats: 42.0,
        levels: 66.0,
        mode: 50.0,
        looping: 50.0,
        stereo: 60.0,
        output: 62.0,
        listen: 56.0,
    };

    /// Widths that grow with the panel: 816 points wide in a window of 840, the narrowest that is not
    /// small, and 936 in the default window of 960. Beyond that they grow with the knobs.
    fn of(width: f32, metrics: &Metrics) -> Self {
        if metrics.narrow {
            return Self::SMALL;
        }
        let room = egui::remap_clamp(width, 816.0..=936.0, 0.0..=1.0);
        let scale = (metrics.knob / Metrics::KNOB).max(1.0);
        let between = |least, most| egui::lerp(least..=most, room) * scale;
        Self {
            padding: between(8.0, 10.0),
            tabs: between(44.0, 48.0),
            knob: between(54.0, 60.0),
            threshold: between(64.0, 72.0),
            // Wider panels have room for an icon beside each choice.
            detector: between(62.0, 66.0) + egui::remap_clamp(width, 980.0..=1040.0, 0.0..=22.0),
            flats: between(46.0, 52.0),
            levels: between(72.0, 80.0),
            mode: between(54.0, 62.0),
            looping: between(58.0, 70.0),
            stereo: between(70.0, 78.0),
            output: between(70.0, 76.0),
            listen: between(72.0, 82.0),
        }
    }
}

/// A group of cells from left to right, of these widths.
type Group<'a> = &'a [f32];

/// Places groups of cells in an area, with the spare width between the groups, and draws a line between
/// them. Returns a rectangle for each cell.
fn place(ui: &Ui, area: Rect, groups: &[Group], small: bool) -> Vec<Rect> {
    let used: f32 = groups.iter().flat_map(|group| group.iter()).sum();
    let gap = ((area.width() - used) / groups.len() as f32).max(0.0);
    let mut left = area.left() + gap / 2.0;
    let mut cells = Vec::new();
    for (i, group) in groups.iter().enumerate() {
        if i > 0 {
            separator(ui, area, left - gap / 2.0, small);
        }
        for &width in *group {
            cells.push(Rect::from_x_y_ranges(left..=left + width, area.y_range()));
            left += width;
        }
        left += gap;
    }
    cells
}

fn separator(ui: &Ui, area: Rect, x: f32, small: bool) {
    let x = ui.painter().round_to_pixel_center(x);
    let y = area.y_range().shrink(if small { 16.0 } else { 20.0 });
    ui.painter().vline(x, y, Stroke::new(1.0, theme::HAIRLINE));
}

/// Draws the controls.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters, layout: &Layout) {
    let (area, metrics) = (layout.controls, layout.metrics);
    panel(ui.painter(), area);
    let widths = Widths::of(area.width(), &metrics);
    let inner = area.shrink2(vec2(widths.padding, 0.0));
    tabs(ui, view, parameters, inner.with_max_x(inner.left() + widths.tabs), layout);
    // What both pages have, from the right.
    let fixed: [Group; 3] = [&[widths.stereo], &[widths.knob, widths.output], &[widths.listen]];
    let used: f32 = fixed.iter().flat_map(|group| group.iter()).sum();
    let spare = (area.width() - 816.0).max(0.0);
    let gaps = if metrics.narrow { 10.0 } else { 18.0 + 0.12 * spare };
    let right = inner.with_min_x(inner.right() - used - gaps);
    let page = Rect::from_x_y_ranges(
        inner.left() + widths.tabs + if metrics.narrow { 0.0 } else { 4.0 }..=right.left(),
        area.y_range(),
    );
    let cells = place(ui, right, &fixed, metrics.small);
    separator(ui, area, right.left(), metrics.small);
    listen::show(ui, view, parameters, cells[3], layout);
    // What is left of the panel has no effect on what is heard.
    if parameters.is_on(Control::Bypass) {
        ui.multiply_opacity(0.6);
    }
    match view.page {
        Page::Wave => wave::show(ui, view, parameters, page, &widths, layout),
        Page::Break => break_page::show(ui, view, parameters, page, &widths, layout),
    }
    // One channel has no stereo mode.
    let is_stereo = view.history.streams() != 1;
    choice_group(ui, view, parameters, Control::Stereo, cells[0], layout, is_stereo);
    let delta = parameters.is_on(Control::Delta);
    dial(ui, view, parameters, Control::Mix, "Mix", cells[1], layout, !delta);
    lock_label(ui, view, Control::Mix, cells[1], layout);
    output(ui, view, parameters, cells[2], layout);
}

/// The switch between the pages; a dot marks one with anything away from its default.
fn tabs(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    area: Rect,
    layout: &Layout,
) {
    let metrics = layout.metrics;
    let rect = area.shrink2(vec2(0.0, if metrics.small { 10.0 } else { 14.0 }));
    let height = rect.height() / 2.0;
    for (i, page) in Page::ALL.into_iter().enumerate() {
        let top = rect.top() + height * i as f32;
        let cell =
            Rect::from_x_y_ranges(rect.x_range(), top..=top + height).shrink2(vec2(0.0, 1.0));
        let chosen = view.page == page;
        let name = format!("Page {}", page.name());
        let response = clickable(ui, cell, &name, page.hint(), Kind::Choice(chosen));
        let painter = ui.painter();
        let body = match (chosen, response.hovered()) {
            (true, _) => theme::PRESSED,
            (false, true) => theme::HOVER,
            (false, false) => theme::CONTROL,
        };
        painter.rect_filled(cell, theme::CONTROL_RADIUS, body);
        let ink = if chosen || response.hovered() { theme::TEXT_HIGH } else { theme::TEXT_MID };
        let font = theme::medium(metrics.label);
        text(painter, cell.center(), Align2::CENTER_CENTER, page.name(), font, ink);
        let is_set = |&control: &Control| {
            (parameters.value(control) - parameters.default_value(control)).abs() > 1e-5
        };
        if page.controls().iter().any(is_set) {
            painter.circle_filled(cell.right_top() + vec2(-7.0, 7.0), 2.5, theme::ACCENT);
        }
        if response.has_focus() {
            focus_ring(painter, cell.shrink(1.0), theme::CONTROL_RADIUS);
        }
        if response.clicked() && !chosen {
            // What is typed or dragged on the other page is not on show any more.
            view.interaction.cancel(parameters);
            view.page = page;
        }
    }
}

/// A knob in its cell.
#[expect(clippy::too_many_arguments, reason = "the frame's four, and what is drawn where")]
fn dial(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    control: Control,
    label: &str,
    cell: Rect,
    layout: &Layout,
    enabled: bool,
) {
    // The most important one is the largest.
    let extra = if control == Control::Threshold { 0.15 } else { 0.0 };
    let radius = layout.metrics.knob * (1.0 + extra);
    let dial = Knob { control, label, cell, enabled, radius };
    knob(ui, &mut view.interaction, parameters, dial, &layout.metrics);
}

/// The height of a cell's label above its centre line.
fn label_y(cell: Rect, metrics: &Metrics) -> f32 {
    cell.top() + if metrics.small { 14.0 } else { 18.0 }
}

/// Lets a click on a knob's label lock the control against presets, and shows that it is.
fn lock_label(ui: &Ui, view: &mut View, control: Control, cell: Rect, layout: &Layout) {
    let y = label_y(cell, &layout.metrics);
    let rect = Rect::from_center_size(pos2(cell.center().x, y), vec2(cell.width() - 4.0, 16.0));
    lock_area(ui, view, control, rect);
    if view.presets.is_locked(control) {
        lock(ui.painter(), pos2(cell.left() + 8.0, y), theme::ACCENT);
    }
}

fn lock_area(ui: &Ui, view: &mut View, control: Control, rect: Rect) {
    let locked = view.presets.is_locked(control);
    let name = format!("Lock {}", control.spec().name);
    let hint = if locked {
        "Locked: presets leave it alone. Click to free it."
    } else {
        "Click to lock it, so that presets leave it alone."
    };
    if clickable(ui, rect, &name, hint, Kind::Switch(locked)).clicked() {
        view.presets.toggle_lock(control);
    }
}

/// The output knob, with the switch of auto gain beside its label. While that is on, its gain is the
/// value on show.
fn output(
    ui: &mut Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    cell: Rect,
    layout: &Layout,
) {
    let metrics = layout.metrics;
    let y = label_y(cell, &metrics);
    let (label, width) = if metrics.narrow { ("Out", 28.0) } else { ("Output", 30.0) };
    let on = parameters.is_on(Control::AutoGain);
    dial(ui, view, parameters, Control::Output, "", cell, layout, true);
    let galley = ui.painter().layout_no_wrap(
        label.to_owned(),
        theme::medium(metrics.label),
        theme::TEXT_MID,
    );
    let locked = view.presets.is_locked(Control::Output);
    let mark = if locked { 10.0 } else { 0.0 };
    let all = mark + galley.size().x + 5.0 + width;
    let left = cell.center().x - all / 2.0;
    if locked {
        lock(ui.painter(), pos2(left + 4.0, y), theme::ACCENT);
    }
    let at = pos2(left + mark, y - galley.size().y / 2.0);
    let words = Rect::from_min_size(at, galley.size());
    ui.painter().galley(at, galley, theme::TEXT_MID);
    lock_area(ui, view, Control::Output, words.expand2(vec2(2.0, 1.0)));
    let rect = Rect::from_min_size(pos2(words.right() + 5.0, y - 7.5), vec2(width, 15.0));
    let hint = Control::AutoGain.hint();
    let response = pill(ui, rect, "Auto gain", "Auto", hint, on);
    if response.clicked() {
        parameters.change(Control::AutoGain, f32::from(!on));
    }
    super::knob::menu(&mut view.interaction, parameters, Control::AutoGain, &response);
    if on && let Some(decibels) = view.matched_gain() {
        // Beside the knob's own value, which is added to it.
        let sign = if decibels < 0.0 { "\u{2212}" } else { "+" };
        let value = format!("{sign}{:.1} dB", decibels.abs());
        let at = pos2(cell.center().x, cell.bottom() - if metrics.small { 8.0 } else { 11.0 });
        text(ui.painter(), at, Align2::CENTER_CENTER, value, theme::regular(10.0), theme::ACCENT);
    }
}
