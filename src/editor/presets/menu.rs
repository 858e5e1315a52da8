//! The menu of presets: groups on the left, the presets of one on the right, and below them what the one
//! under the pointer is good for, and what can be done with files.

use egui::{
    Align, Align2, Key, Layout, Popup, PopupCloseBehavior, Rect, Response, ScrollArea, Sense,
    TextEdit, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::dialog::{Choice, Dialog};
use super::{Entry, MESSAGE_SECONDS, Presets, Purpose, groups};
use crate::editor::ids::id;
use crate::editor::parameters::Parameters;
use crate::editor::widgets::{menu_frame, menu_line, menu_row, text};
use crate::editor::{View, theme};
use crate::presets::{MAX_NAME_CHARACTERS, Preset};
use crate::show_folder::show_folder;

/// Widths of the two lists in points.
const GROUPS: f32 = 118.0;
const LIST: f32 = 232.0;

/// Height of the lists in points, as far as the window has room.
const HEIGHT: f32 = 252.0;

/// Shows the menu below the bar while it is open, and does what is chosen in it.
pub(super) fn menu(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, bar: &Response) {
    let now = ui.input(|input| input.time);
    finish_dialog(ui, &mut view.presets, parameters, now);
    if bar.clicked() {
        let presets = &mut view.presets;
        // Files may have changed since.
        presets.library = None;
        presets.confirm_delete = false;
        presets.group = match &presets.current {
            Some(current) => current.name.group.clone(),
            None => String::new(),
        };
    }
    let popup = Popup::menu(bar).frame(menu_frame());
    let shown = popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(GROUPS + LIST);
        let room = ui.ctx().content_rect().bottom() - bar.rect.bottom();
        let height = HEIGHT.min(room - 242.0).max(112.0);
        lists(ui, &mut view.presets, parameters, height);
        menu_line(ui);
        files(ui, &mut view.presets, parameters, now);
        message(ui, &mut view.presets, now);
    });
    if shown.is_none() {
        view.presets.entry = None;
    }
}

/// The groups, and the presets of the chosen one.
fn lists(ui: &mut Ui, presets: &mut Presets, parameters: &mut dyn Parameters, height: f32) {
    let groups = groups(presets.library());
    if !groups.contains(&presets.group) {
        presets.group = groups.first().cloned().unwrap_or_default();
    }
    let mut chosen: Option<Option<Preset>> = None;
    let (area, _) = ui.allocate_exact_size(vec2(GROUPS + LIST, height), Sense::hover());
    let left = area.with_max_x(area.left() + GROUPS - 4.0);
    let right = area.with_min_x(area.left() + GROUPS + 4.0);
    column(ui, left, "groups", |ui| {
        if menu_row(ui, super::DEFAULT_NAME, None).clicked() {
            chosen = Some(None);
        }
        for group in &groups {
            let row = menu_row(ui, group, None);
            if *group == presets.group {
                let bar = row.rect.with_max_x(row.rect.left() + 2.0).shrink2(vec2(0.0, 5.0));
                ui.painter().rect_filled(bar, 1.0, theme::ACCENT);
            }
            if row.clicked() || row.hovered() && ui.input(|input| input.pointer.is_moving()) {
                presets.group.clone_from(group);
            }
        }
    });
    let x = ui.painter().round_to_pixel_center(left.right() + 4.0);
    ui.painter().vline(x, area.y_range(), egui::Stroke::new(1.0, theme::PRESSED));
    let group = presets.group.clone();
    let current = presets.current.as_ref().map(|current| current.name.clone());
    let mut description = String::new();
    column(ui, right, &group, |ui| {
        let all = presets.library().all().map(|found| found.preset());
        for preset in all.filter(|preset| preset.group() == group) {
            let is_current = current.as_ref().is_some_and(|current| {
                current.name == preset.name() && current.group == preset.group()
            });
            let row = menu_row(ui, preset.name(), Some(is_current));
            if row.hovered() || is_current && description.is_empty() {
                preset.description().clone_into(&mut description);
            }
            if row.clicked() {
                chosen = Some(Some(preset.clone()));
            }
        }
    });
    menu_line(ui);
    let (area, _) = ui.allocate_exact_size(vec2(GROUPS + LIST, 34.0), Sense::hover());
    let (font, width) = (theme::regular(12.0), area.width() - 20.0);
    let galley = ui.painter().layout(description, font, theme::TEXT_MID, width);
    let at = pos2(area.left() + 10.0, area.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, theme::TEXT_MID);
    if let Some(chosen) = chosen {
        presets.load(chosen.as_ref(), parameters);
        presets.confirm_delete = false;
    }
}

/// A list in an area of the menu that scrolls if it is longer.
fn column(ui: &mut Ui, area: Rect, name: &str, rows: impl FnOnce(&mut Ui)) {
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(area).layout(Layout::top_down(Align::Min)));
    ScrollArea::vertical().id_salt(name).max_height(area.height()).show(&mut child, |ui| {
        ui.set_width(area.width());
        rows(ui);
    });
}

/// Saving, renaming, deleting, and moving files in and out.
fn files(ui: &mut Ui, presets: &mut Presets, parameters: &mut dyn Parameters, now: f64) {
    if presets.entry.is_some() {
        entry(ui, presets, parameters, now);
        return;
    }
    let user = presets.current_user();
    let is_user = user.is_some();
    if presets.confirm_delete
        && let Some(user) = &user
    {
        let label = format!("Delete “{}” for good", user.preset.name());
        if menu_row(ui, &label, None).clicked() {
            presets.delete(now);
            presets.confirm_delete = false;
        }
        if menu_row(ui, "Keep it", None).clicked() {
            presets.confirm_delete = false;
        }
        return;
    }
    // Two columns, each as wide as half of the menu.
    let row = |ui: &mut Ui, actions: [(&str, bool); 2]| -> [bool; 2] {
        let (area, _) = ui.allocate_exact_size(vec2(GROUPS + LIST, 28.0), Sense::hover());
        let halves: [Rect; 2] = area.split_left_right_at_fraction(0.5).into();
        let mut clicked = [false; 2];
        for (((label, enabled), half), clicked) in actions.into_iter().zip(halves).zip(&mut clicked)
        {
            let mut child = ui.new_child(UiBuilder::new().max_rect(half));
            let response = child.add_enabled_ui(enabled, |ui| menu_row(ui, label, None));
            *clicked = response.inner.clicked();
        }
        clicked
    };
    let [save, save_as] = row(ui, [("Save", is_user), ("Save as…", true)]);
    let [rename, delete] = row(ui, [("Rename…", is_user), ("Delete…", is_user)]);
    let [import, export] = row(ui, [("Import…", true), ("Export…", true)]);
    let show = menu_row(ui, "Show folder", None).clicked();
    if save {
        presets.save(parameters, now);
    }
    let name = presets.name().to_owned();
    if save_as {
        let text = if presets.current.is_some() { name.clone() } else { String::new() };
        presets.entry = Some(Entry { purpose: Purpose::SaveAs, text, fresh: true });
    }
    if rename {
        presets.entry = Some(Entry { purpose: Purpose::Rename, text: name.clone(), fresh: true });
    }
    presets.confirm_delete = delete;
    if import {
        presets.dialog = Some(Dialog::import());
    }
    if export {
        presets.dialog = Some(Dialog::export(&name));
    }
    if show {
        let shown = match presets.user_presets() {
            Ok(user) => show_folder(user.folder()),
            Err(error) => Err(error.to_string()),
        };
        presets.message = shown.err().map(|reason| (reason, now));
    }
}

/// The field for a name. Enter accepts it, Escape closes it.
fn entry(ui: &mut Ui, presets: &mut Presets, parameters: &dyn Parameters, now: f64) {
    let Some(entry) = &mut presets.entry else { return };
    let (title, note) = match entry.purpose {
        Purpose::SaveAs => ("Save as", "Write Folder/Name to put it in a folder"),
        Purpose::Rename => ("New name", "Enter to rename, Escape to leave it"),
    };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    let painter = ui.painter();
    let label = pos2(rect.left() + 10.0, rect.center().y);
    text(painter, label, Align2::LEFT_CENTER, title, theme::medium(12.0), theme::TEXT_MID);
    let field = rect.with_min_x(rect.left() + 76.0).shrink2(vec2(0.0, 2.0));
    painter.rect(
        field,
        4.0,
        theme::SCOPE,
        egui::Stroke::new(1.25, theme::ACCENT),
        egui::StrokeKind::Inside,
    );
    let response = ui.put(
        field.shrink2(vec2(8.0, 3.0)),
        TextEdit::singleline(&mut entry.text)
            .id(id("preset name"))
            .font(theme::medium(13.0))
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .char_limit(2 * MAX_NAME_CHARACTERS),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, title));
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let at = pos2(rect.left() + 76.0, rect.center().y);
    text(ui.painter(), at, Align2::LEFT_CENTER, note, theme::regular(11.0), theme::TEXT_LOW);
    if entry.fresh {
        entry.fresh = false;
        response.request_focus();
        return;
    }
    if !response.lost_focus() {
        return;
    }
    let (purpose, name) = (entry.purpose, entry.text.clone());
    presets.entry = None;
    if ui.input(|input| input.key_pressed(Key::Enter)) && !name.trim().is_empty() {
        match purpose {
            Purpose::SaveAs => presets.save_as(&name, parameters, now),
            Purpose::Rename => presets.rename(&name, now),
        }
    }
}

/// What went wrong or was done last, and which files could not be read.
fn message(ui: &mut Ui, presets: &mut Presets, now: f64) {
    presets.message.take_if(|(_, since)| now - *since > MESSAGE_SECONDS);
    let problem = presets.library().user.problems.first().map(ToString::to_string);
    let problems = presets.library().user.problems.len();
    let said = presets.message.as_ref().map(|(message, _)| message.clone());
    let unread = problem.map(|problem| match problems {
        1 => problem,
        count => format!("{problem}; and {} more", count - 1),
    });
    for line in [said, unread].into_iter().flatten() {
        menu_line(ui);
        let width = ui.available_width() - 20.0;
        let painter = ui.painter().clone();
        let galley = painter.layout(line.clone(), theme::regular(11.0), theme::TEXT_MID, width);
        let size = vec2(ui.available_width(), galley.size().y + 6.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, line.as_str()));
        painter.galley(rect.min + vec2(10.0, 2.0), galley, theme::TEXT_MID);
    }
}

fn finish_dialog(ui: &Ui, presets: &mut Presets, parameters: &dyn Parameters, now: f64) {
    let Some(dialog) = &mut presets.dialog else { return };
    let Some(choice) = dialog.poll() else {
        // Nothing else may be moving, and the dialog wakes nobody.
        ui.ctx().request_repaint_after_secs(0.2);
        return;
    };
    presets.dialog = None;
    match choice {
        Choice::Import(paths) => presets.import(&paths, now),
        Choice::Export(path) => presets.export(&path, parameters, now),
        Choice::Nothing => {}
    }
}
