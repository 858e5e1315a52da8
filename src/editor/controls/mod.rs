//! The controls: everything that shapes the sound. Two pages share one place: *Wave* (`wave.rs`) says
//! how the wave is cut and drawn, *Break* (`break_page.rs`) what is made of the pieces. What both need
//! stays in sight: stereo mode, mix, output, and what is listened to (`listen.rs`).

mod break_page;
mod choice;
mod listen;
mod wave;

use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};

use super::View;
use super::icons::lock;
use super::knob::{Knob, knob, menu};
use super::layout::Layout;
use super::parameters::{Control, Parameters};
use super::theme::{self, Metrics};
use super::widgets::{self, Kind, clickable, focus_ring, panel, text};

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

/// Between a group's buttons and the knob beside them, in points.
const NEAR: f32 = 4.0;

/// Between a knob's label and the switch beside it, and that switch's height, in points.
const PILL_GAP: f32 = 5.0;
const PILL_HEIGHT: f32 = 15.0;

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
    let strip = &mut Strip { view, parameters, layout };
    strip.tabs(ui, inner.with_max_x(inner.left() + widths.tabs));
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
    strip.listen(ui, cells[3]);
    // What is left of the panel has no effect on what is heard.
    if strip.parameters.is_on(Control::Bypass) {
        ui.multiply_opacity(0.6);
    }
    match strip.view.page {
        Page::Wave => strip.wave(ui, page, &widths),
        Page::Break => strip.break_page(ui, page, &widths),
    }
    // One channel has no stereo mode.
    let is_stereo = strip.view.history.streams() != 1;
    strip.choice_group(ui, Control::Stereo, cells[0], is_stereo);
    let delta = strip.parameters.is_on(Control::Delta);
    strip.dial(ui, Control::Mix, "Mix", cells[1], !delta);
    strip.lock_label(ui, Control::Mix, cells[1]);
    strip.output(ui, cells[2]);
}

/// What drawing the controls takes.
struct Strip<'a> {
    view: &'a mut View,
    parameters: &'a mut dyn Parameters,
    layout: &'a Layout,
}

/// A small switch beside a knob's label.
struct Pill {
    control: Control,
    /// Its name for screen readers, and what it shows.
    name: &'static str,
    text: &'static str,
    width: f32,
}

impl Strip<'_> {
    /// The switch between the pages; a dot marks one with anything away from its default.
    fn tabs(&mut self, ui: &Ui, area: Rect) {
        let metrics = self.layout.metrics;
        let rect = area.shrink2(vec2(0.0, button_inset(&metrics)));
        let height = rect.height() / 2.0;
        for (i, page) in Page::ALL.into_iter().enumerate() {
            let top = rect.top() + height * i as f32;
            let cell =
                Rect::from_x_y_ranges(rect.x_range(), top..=top + height).shrink2(vec2(0.0, 1.0));
            let chosen = self.view.page == page;
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
            let parameters = &*self.parameters;
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
                self.view.interaction.cancel(self.parameters);
                self.view.page = page;
            }
        }
    }

    /// A knob in its cell.
    fn dial(&mut self, ui: &mut Ui, control: Control, label: &str, cell: Rect, enabled: bool) {
        // The most important one is the largest.
        let extra = if control == Control::Threshold { 0.15 } else { 0.0 };
        let radius = self.layout.metrics.knob * (1.0 + extra);
        let dial = Knob { control, label, cell, enabled, radius };
        knob(ui, &mut self.view.interaction, self.parameters, dial, &self.layout.metrics);
    }

    /// A knob with a small switch beside its label. Returns the area of the label.
    fn dial_with_pill(
        &mut self,
        ui: &mut Ui,
        control: Control,
        label: &str,
        pill: Pill,
        cell: Rect,
    ) -> Rect {
        let metrics = self.layout.metrics;
        // The label is drawn here.
        self.dial(ui, control, "", cell, true);
        let y = label_y(cell, &metrics);
        let font = theme::medium(metrics.label);
        let galley = ui.painter().layout_no_wrap(label.to_owned(), font, theme::TEXT_MID);
        let left = cell.center().x - (galley.size().x + PILL_GAP + pill.width) / 2.0;
        let at = pos2(left, y - galley.size().y / 2.0);
        let words = Rect::from_min_size(at, galley.size());
        ui.painter().galley(at, galley, theme::TEXT_MID);
        let corner = pos2(words.right() + PILL_GAP, y - PILL_HEIGHT / 2.0);
        let rect = Rect::from_min_size(corner, vec2(pill.width, PILL_HEIGHT));
        let on = self.parameters.is_on(pill.control);
        let response = widgets::pill(ui, rect, pill.name, pill.text, pill.control.hint(), on);
        if response.clicked() {
            self.parameters.change(pill.control, f32::from(!on));
        }
        menu(&mut self.view.interaction, self.parameters, pill.control, &response);
        words
    }

    /// Lets a click on a knob's label lock the control against presets, and shows that it is.
    fn lock_label(&mut self, ui: &Ui, control: Control, cell: Rect) {
        let centre = pos2(cell.center().x, label_y(cell, &self.layout.metrics));
        let label = Rect::from_center_size(centre, vec2(cell.width() - 24.0, 16.0));
        self.lock_area(ui, control, label);
    }

    fn lock_area(&mut self, ui: &Ui, control: Control, label: Rect) {
        let locked = self.view.presets.is_locked(control);
        let name = format!("Lock {}", control.spec().name);
        let hint = if locked {
            "Locked: presets leave it alone. Click to free it."
        } else {
            "Click to lock it, so that presets leave it alone."
        };
        if clickable(ui, label, &name, hint, Kind::Switch(locked)).clicked() {
            self.view.presets.toggle_lock(control);
        }
        if locked {
            lock(ui.painter(), label.left_center() - vec2(6.0, 0.0), theme::ACCENT);
        }
    }

    /// The output knob, with the switch of auto gain, and its gain while that is on.
    fn output(&mut self, ui: &mut Ui, cell: Rect) {
        let metrics = self.layout.metrics;
        let (label, width) = if metrics.narrow { ("Out", 28.0) } else { ("Output", 30.0) };
        let pill = Pill { control: Control::AutoGain, name: "Auto gain", text: "Auto", width };
        let words = self.dial_with_pill(ui, Control::Output, label, pill, cell);
        self.lock_area(ui, Control::Output, words.expand2(vec2(2.0, 1.0)));
        if self.parameters.is_on(Control::AutoGain)
            && let Some(decibels) = self.view.matched_gain()
        {
            // Below the knob's own value, which is added to it.
            let sign = if decibels < 0.0 { "\u{2212}" } else { "+" };
            let value = format!("{sign}{:.1} dB", decibels.abs());
            let y = cell.bottom() - if metrics.small { 8.0 } else { 11.0 };
            let (at, font) = (pos2(cell.center().x, y), theme::regular(10.0));
            text(ui.painter(), at, Align2::CENTER_CENTER, value, font, theme::ACCENT);
        }
    }
}

/// The height of a cell's label.
fn label_y(cell: Rect, metrics: &Metrics) -> f32 {
    cell.top() + if metrics.small { 14.0 } else { 18.0 }
}

/// Between the panel's edge and buttons that fill its height.
fn button_inset(metrics: &Metrics) -> f32 {
    if metrics.small { 10.0 } else { 14.0 }
}

/// The area of choices below the label of their cell.
fn choices_area(cell: Rect, metrics: &Metrics) -> Rect {
    let top = cell.top() + if metrics.small { 26.0 } else { 32.0 };
    cell.with_min_y(top).with_max_y(cell.bottom() - button_inset(metrics))
}
