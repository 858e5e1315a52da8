//! What runs in the window: pictures at their pace, and keys.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use egui::{Ui, Vec2};
use nice_plug::context::gui::GuiContext;
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{Frame, KeyCapture, NiceEguiApp};

use super::bell::Bell;
use super::corner::corner;
use super::keyboard::Keyboard;
use super::keys::{self, Wanted};
use super::pace::{self, Pace};
use super::thread::Life;
use super::{Shared, lock};
use crate::editor::parameters::HostParameters;
use crate::editor::{show, theme};
use crate::params::ExtremaParams;
use crate::params::state::WindowState;

/// What runs in the window.
pub(super) struct App {
    pub(super) parameters: HostParameters,
    pub(super) params: Arc<ExtremaParams>,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) scale: Arc<AtomicU64>,
    pub(super) pace: Pace,
    /// Where the corner was taken while it is dragged: the way from there to the window's end.
    pub(super) grip: Option<Vec2>,
    /// Until the window has its thread.
    pub(super) life: Option<Life>,
    pub(super) bell: Arc<Bell>,
    pub(super) keyboard: Keyboard,
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        context: egui::Context,
        _gui_context: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        if let Some(life) = self.life.take() {
            life.begin();
        }
        theme::install(&context);
        frame.set_clear_color(theme::WINDOW.into());
        self.keyboard.connect(frame.baseview_window());
        self.bell.hang(frame.baseview_window().waker());
        let scale = frame.baseview_window().size().scale_factor;
        self.scale.store(scale.to_bits(), Ordering::Relaxed);
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        let mut shared = lock(&self.shared);
        let Shared { capture, view } = &mut *shared;
        let now = ui.input(|input| input.time);
        view.feed(capture, self.params.sample_rate(), now);
        self.keyboard.hand_on(ui);
        show(ui, view, &mut self.parameters);
        corner(ui, &mut self.grip);
        let wanted = keys::wanted(ui.ctx(), view);
        self.keyboard.settle(ui, frame.baseview_window(), &wanted);
        frame.set_key_capture(key_capture(wanted));
        self.bell.rest(!view.is_moving() || self.bell.is_covered());
        // Asked again, because the window may have been shown in between.
        if !self.bell.is_covered() {
            let rest = pace::idle(self.params.sample_rate());
            let wait = if view.is_moving() { self.pace.wait(now) } else { rest };
            ui.ctx().request_repaint_after(wait);
        }
    }

    fn resized(&mut self, size: WindowSize) {
        let window = self.params.editor.load();
        let zoom = f64::from(window.zoom_percent) / 100.0;
        self.scale.store((size.scale_factor / zoom).to_bits(), Ordering::Relaxed);
        self.params.editor.store(WindowState {
            width: size.logical.width.round() as u32,
            height: size.logical.height.round() as u32,
            ..window
        });
    }

    fn zoom_factor_changed(&mut self, zoom_factor: f32) {
        let zoom_percent = (zoom_factor * 100.0).round() as u32;
        self.params.editor.store(WindowState { zoom_percent, ..self.params.editor.load() });
    }
}

/// The keys that are ours at the moment. Where the system asks for each key, as macOS does, all others
/// go on to the host.
fn key_capture(wanted: Wanted) -> KeyCapture {
    match wanted {
        Wanted::Nothing => KeyCapture::IgnoreAll,
        Wanted::Everything => KeyCapture::CaptureAll,
        Wanted::These(names) => {
            KeyCapture::CaptureKeys(names.iter().filter_map(|name| name.parse().ok()).collect())
        }
    }
}
