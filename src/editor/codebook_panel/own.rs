//! The panel's title, which is a menu: it loads a codebook of one's own from a CSV file, and goes back to
//! the standard one.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use egui::{
    Align2, Popup, PopupCloseBehavior, Pos2, Rect, Response, Sense, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use rfd::{AsyncFileDialog, FileHandle};

use crate::codebook_file::{self, CodebookFileError};
use crate::editor::icons::chevron;
use crate::editor::ids::id;
use crate::editor::parameters::Parameters;
use crate::editor::widgets::{
    Kind, clickable, elided, focus_ring, menu_frame, menu_line, menu_row,
};
use crate::editor::{View, theme};
use crate::params::codebook::ChosenCodebook;

/// How long a message stays, in seconds: time to read a sentence with a path in it.
const MESSAGE_SECONDS: f64 = 20.0;

/// Width of the menu in points.
const MENU: f32 = 240.0;

const HINT: &str = "The 255 curves that stand for the wave. Click to load curves of your own, from a CSV \
                    file, or to go back to the standard ones.";

/// A dialog that is open.
type Dialog = Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// State of the menu between frames.
#[derive(Default)]
pub(super) struct OwnCodebook {
    dialog: Option<Dialog>,
    /// What went wrong last, and when in seconds.
    problem: Option<(String, f64)>,
}

impl fmt::Debug for OwnCodebook {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter
            .debug_struct("OwnCodebook")
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl View {
    /// Plays with the codebook of a file from now on, or says in the menu why not. `now` is in seconds.
    pub fn load_codebook(&mut self, path: &Path, parameters: &mut dyn Parameters, now: f64) {
        let own = &mut self.codebook_panel.own;
        own.problem = match codebook_file::read(path) {
            Ok(codebook) => {
                let title = path.file_stem().unwrap_or_default().to_string_lossy();
                choose(parameters, ChosenCodebook::own(codebook, &title));
                None
            }
            Err(error) => Some((sentence(&error), now)),
        };
    }
}

/// Plays with a codebook, as a step that can be taken back.
fn choose(parameters: &mut dyn Parameters, chosen: ChosenCodebook) {
    let before = parameters.definitions().codebook.chosen();
    if before == chosen {
        return;
    }
    parameters.definitions().codebook.choose(chosen.clone());
    if let Some(undo) = parameters.undo() {
        undo.add_codebook([before, chosen]);
    }
}

/// An error with its cause.
fn sentence(error: &CodebookFileError) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// Shows the title, from `at` up to `right`, and its menu.
pub(super) fn title(
    ui: &Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    at: Pos2,
    right: f32,
    is_dim: bool,
) {
    let codebook = &parameters.definitions().codebook;
    let (missing, chosen) = (codebook.missing(), codebook.chosen());
    let label = match (&missing, chosen.title()) {
        (Some(_), _) => "Other codebook",
        (None, Some(title)) => title,
        (None, None) => "Codebook",
    };
    let hint = missing.as_ref().map(|name| {
        let name: String = name.chars().take(40).collect();
        format!(
            "This session was made with the codebook \u{201C}{name}\u{201D}, which this version of \
             Extrema does not have, so it sounds different here. Update Extrema to hear it as made."
        )
    });
    let ink = match missing {
        Some(_) => theme::CLIP,
        None if is_dim => theme::TEXT_LOW,
        None => theme::TEXT_HIGH,
    };
    let painter = ui.painter();
    let galley = elided(painter, label, theme::semibold(13.0), ink, right - at.x - 22.0);
    let width = galley.size().x;
    let rect =
        Rect::from_min_max(pos2(at.x - 7.0, at.y - 12.0), pos2(at.x + width + 22.0, at.y + 12.0));
    if let Some(hint) = &hint {
        let response = ui.interact(rect, id("missing codebook"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, hint.as_str()));
    }
    let response =
        clickable(ui, rect, "Codebook file", hint.as_deref().unwrap_or(HINT), Kind::Value(label));
    let is_open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
    if response.hovered() || is_open {
        painter.rect_filled(rect, theme::CONTROL_RADIUS, theme::CONTROL);
    }
    let corner = Align2::LEFT_CENTER.anchor_size(at, galley.size()).min;
    painter.galley(corner, galley, ink);
    let ink = if response.hovered() || is_open { theme::TEXT_HIGH } else { theme::TEXT_LOW };
    chevron(painter, pos2(at.x + width + 11.0, at.y + 0.5), vec2(0.0, 1.0), ink);
    if response.has_focus() {
        focus_ring(painter, rect, theme::CONTROL_RADIUS);
    }
    finish_dialog(ui, view, parameters, &response);
    menu(ui, view, parameters, &response, chosen.title().is_some() || missing.is_some());
}

fn menu(
    ui: &Ui,
    view: &mut View,
    parameters: &mut dyn Parameters,
    title: &Response,
    is_other: bool,
) {
    let own = &mut view.codebook_panel.own;
    let now = ui.input(|input| input.time);
    own.problem.take_if(|(_, since)| now - *since > MESSAGE_SECONDS);
    let popup = Popup::menu(title).frame(menu_frame());
    popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(MENU);
        if menu_row(ui, "Load codebook…", None).clicked() {
            own.problem = None;
            let dialog = AsyncFileDialog::new().set_title("Load codebook");
            own.dialog = Some(Box::pin(dialog.add_filter("Codebook", &["csv"]).pick_file()));
            ui.close();
        }
        let back =
            ui.add_enabled_ui(is_other, |ui| menu_row(ui, "Back to the standard codebook", None));
        if back.inner.clicked() {
            own.problem = None;
            choose(parameters, ChosenCodebook::standard());
            ui.close();
        }
        if let Some((problem, _)) = &own.problem {
            menu_line(ui);
            let width = ui.available_width() - 20.0;
            let painter = ui.painter().clone();
            let font = theme::regular(11.0);
            let galley = painter.layout(problem.clone(), font, theme::TEXT_MID, width);
            let size = vec2(ui.available_width(), galley.size().y + 6.0);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, problem.as_str()));
            painter.galley(rect.min + vec2(10.0, 2.0), galley, theme::TEXT_MID);
        }
    });
}

/// Loads what was chosen in the dialog. The menu opens again to say what is wrong with it.
fn finish_dialog(ui: &Ui, view: &mut View, parameters: &mut dyn Parameters, title: &Response) {
    let own = &mut view.codebook_panel.own;
    let Some(dialog) = &mut own.dialog else { return };
    let Poll::Ready(file) = dialog.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        // Nothing else may be moving, and the dialog wakes nobody.
        ui.ctx().request_repaint_after_secs(0.2);
        return;
    };
    own.dialog = None;
    let Some(file) = file else { return };
    let path: PathBuf = file.path().into();
    view.load_codebook(&path, parameters, ui.input(|input| input.time));
    if view.codebook_panel.own.problem.is_some() {
        Popup::open_id(ui.ctx(), Popup::default_response_id(title));
    }
}
