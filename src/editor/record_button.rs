//! The button that records what is heard of the codec, with its timer and what became of the recording.

use std::time::Duration;

use egui::{
    Align2, Color32, CursorIcon, Popup, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::ids::id;
use super::widgets::{focus_ring, menu_frame, menu_row, text};
use super::{hints, theme};
use crate::recorder::{Recorder, RecorderStatus, size, time};

/// How long the size of a recording is shown, in seconds.
const SAVED: f64 = 3.0;

/// Time between two frames while the timer runs, which shows tenths of a second.
const TICK: Duration = Duration::from_millis(100);

/// Width of the text that says why a recording failed, in points.
const REASON_WIDTH: f32 = 320.0;

/// What the button shows.
struct Face {
    label: String,
    /// What stands at its right.
    figure: String,
    mark: Mark,
    ink: Color32,
    figure_ink: Color32,
}

/// What stands at its left.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Dot,
    Square,
    Tick,
    Warning,
    None,
}

/// Draws the button in `rect`, 28 points high and 196 wide, or 128 if `small`. A recording is named
/// after a preset.
pub fn show(ui: &Ui, rect: Rect, recorder: &Recorder, preset_name: &str, small: bool) {
    let status = recorder.status();
    let response = ui.interact(rect, id("record"), Sense::click());
    let is_fresh = is_fresh(ui, &status);
    let face = face(&status, is_fresh, small);
    draw(ui, &response, &status, &face, small);
    let name = format!("{} {}", face.label, face.figure);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name.trim()));
    match &status {
        RecorderStatus::Recording { .. } | RecorderStatus::Saving { .. } => {
            ui.ctx().request_repaint_after(TICK);
        }
        RecorderStatus::Saved { .. } if is_fresh => ui.ctx().request_repaint_after(TICK),
        _ => (),
    }
    let (title, hint) = match &status {
        RecorderStatus::Failed { reason } => ("Not recorded", reason.clone()),
        RecorderStatus::Saved { path, .. } => ("Saved", path.display().to_string()),
        RecorderStatus::Recording { .. } => ("Stop", "Ends the recording and saves it.".to_owned()),
        RecorderStatus::Idle | RecorderStatus::Saving { .. } => (
            "Record .extrema",
            "Saves what the codec plays, before mix and output, in five bytes a piece.".to_owned(),
        ),
    };
    hints::offer(ui, &response, title, &hint);
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    match &status {
        RecorderStatus::Failed { reason } => failed(&response, recorder, preset_name, reason),
        RecorderStatus::Recording { .. } if response.clicked() => recorder.stop(),
        RecorderStatus::Idle | RecorderStatus::Saved { .. } if response.clicked() => {
            recorder.start(preset_name);
        }
        _ => (),
    }
    let menu = Popup::context_menu(&response).id(response.id.with("context"));
    menu.frame(menu_frame()).show(|ui| {
        ui.set_width(150.0);
        show_folder(ui, recorder);
    });
}

/// Whether a recording was saved less than three seconds ago.
fn is_fresh(ui: &Ui, status: &RecorderStatus) -> bool {
    let (seen, now) = (id("recording saved at"), ui.input(|input| input.time));
    ui.data_mut(|data| match status {
        RecorderStatus::Saved { .. } => now - *data.get_temp_mut_or(seen, now) < SAVED,
        _ => {
            data.remove_temp::<f64>(seen);
            false
        }
    })
}

fn face(status: &RecorderStatus, is_fresh: bool, small: bool) -> Face {
    let (record, red) = (if small { "Record" } else { "Record .extrema" }, theme::CLIP);
    let (high, low) = (theme::TEXT_HIGH, theme::TEXT_LOW);
    let face = |label: &str, figure, mark, ink, figure_ink| Face {
        label: label.to_owned(),
        figure,
        mark,
        ink,
        figure_ink,
    };
    match status {
        RecorderStatus::Recording { seconds, .. } => {
            face("Stop", time(*seconds), Mark::Square, high, high)
        }
        RecorderStatus::Saving { seconds } => {
            face("Saving", time(*seconds), Mark::None, theme::TEXT_MID, low)
        }
        RecorderStatus::Saved { bytes, seconds, .. } if is_fresh => {
            let seconds = if small { String::new() } else { time(*seconds) };
            face(&format!("Saved {}", size(*bytes)), seconds, Mark::Tick, high, low)
        }
        RecorderStatus::Failed { .. } => {
            face("Failed: why?", String::new(), Mark::Warning, red, red)
        }
        RecorderStatus::Idle | RecorderStatus::Saved { .. } => {
            face(record, time(0.0), Mark::Dot, high, low)
        }
    }
}

fn draw(ui: &Ui, response: &Response, status: &RecorderStatus, face: &Face, small: bool) {
    let (painter, rect) = (ui.painter(), response.rect);
    let is_recording = matches!(status, RecorderStatus::Recording { .. });
    let fill = match (is_recording, response.is_pointer_button_down_on(), response.hovered()) {
        (true, ..) => theme::RECORD_TINT,
        (_, true, _) => theme::PRESSED,
        (_, _, true) => theme::HOVER,
        _ => theme::CONTROL,
    };
    painter.rect_filled(rect, theme::CONTROL_RADIUS, fill);
    if is_recording {
        let width = if response.hovered() { 2.0 } else { 1.25 };
        let stroke = Stroke::new(width, theme::CLIP);
        painter.rect_stroke(rect, theme::CONTROL_RADIUS, stroke, StrokeKind::Inside);
    }
    // A small button has less to spare around its mark.
    let (left, gap) = if small { (rect.left() + 14.0, 12.0) } else { (rect.left() + 17.0, 15.0) };
    let (edge, y) = (if small { 10.0 } else { 13.0 }, rect.center().y);
    match face.mark {
        Mark::Dot => {
            painter.circle_filled(pos2(left, y), 5.0, theme::CLIP);
        }
        Mark::Square => {
            let square = Rect::from_center_size(pos2(left, y), Vec2::splat(9.0));
            painter.rect_filled(square, 1.5, theme::CLIP);
        }
        Mark::Tick => {
            let points = [vec2(-4.5, 0.0), vec2(-1.5, 3.25), vec2(4.5, -3.5)];
            let points = points.map(|offset| pos2(left, y) + offset).to_vec();
            painter.line(points, Stroke::new(1.75, face.ink));
        }
        Mark::Warning => {
            let stroke = Stroke::new(1.5, face.ink);
            painter.circle_stroke(pos2(left, y), 6.0, stroke);
            painter.vline(left, y - 3.0..=y + 0.75, stroke);
            painter.circle_filled(pos2(left, y + 2.75), 0.9, face.ink);
        }
        Mark::None => (),
    }
    let at = if face.mark == Mark::None { rect.left() + edge } else { left + gap };
    let font = theme::medium(12.0);
    text(painter, pos2(at, y), Align2::LEFT_CENTER, &face.label, font.clone(), face.ink);
    let right = pos2(rect.right() - edge, y);
    text(painter, right, Align2::RIGHT_CENTER, &face.figure, font, face.figure_ink);
    if response.has_focus() {
        focus_ring(painter, rect, theme::CONTROL_RADIUS);
    }
}

/// A click on a recording that failed says why, and offers to record again.
fn failed(response: &Response, recorder: &Recorder, preset_name: &str, reason: &str) {
    Popup::menu(response).frame(menu_frame()).show(|ui| {
        ui.set_width(REASON_WIDTH);
        let words = egui::RichText::new(reason).font(theme::regular(12.0)).color(theme::TEXT_HIGH);
        egui::Frame::new().inner_margin(8.0).show(ui, |ui| ui.label(words));
        if menu_row(ui, "Record again", None).clicked() {
            recorder.start(preset_name);
            ui.close();
        }
        show_folder(ui, recorder);
    });
}

fn show_folder(ui: &mut Ui, recorder: &Recorder) {
    if menu_row(ui, "Show folder", None).clicked() {
        recorder.show_folder();
        ui.close();
    }
}
