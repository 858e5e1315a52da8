//! What runs in the window's thread: frames, and the keyboard.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use egui::{Modifiers, Ui, Vec2};
use nice_plug::context::gui::GuiContext;
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{Frame, KeyCapture, NiceEguiApp};

use super::corner::corner;
use super::frame_rate::{FRAME, FROZEN_FRAME};
use super::keyboard::Keyboard;
use super::keys;
use super::repaint::RepaintSignal;
use super::resize::{self, Wish};
use super::thread::ThreadAlive;
use super::{Shared, lock};
use crate::editor::input::set_wanted;
use crate::editor::keystroke::Wanted;
use crate::editor::parameters::HostParameters;
use crate::editor::{context, show, theme};
use crate::params::ExtremaParams;
use crate::params::state::WindowState;

/// The application in a window.
pub(super) struct App {
    pub(super) parameters: HostParameters,
    pub(super) params: Arc<ExtremaParams>,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) scale: Arc<AtomicU64>,
    /// While the corner is dragged: the distance from the pointer to the window's end.
    pub(super) grip: Option<Vec2>,
    /// The size that the user wants, where the host may have to grant it.
    pub(super) wish: Option<Wish>,
    /// Taken once the window's thread runs.
    pub(super) thread: Option<ThreadAlive>,
    pub(super) repaint: Arc<RepaintSignal>,
    pub(super) keyboard: Keyboard,
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        context: egui::Context,
        _gui_context: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        if let Some(thread) = self.thread.take() {
            thread.mark_current();
        }
        context::install(&context);
        frame.set_clear_color(theme::WINDOW.into());
        let host = self.keyboard.connect(frame.baseview_window());
        self.repaint.connect(frame.baseview_window().waker(), host);
        set_wanted(&context, Wanted::Nothing);
        let scale = frame.baseview_window().size().scale_factor;
        self.scale.store(scale.to_bits(), Ordering::Relaxed);
        let mut shared = lock(&self.shared);
        // A gesture that closing an earlier window could not end.
        shared.view.interaction.cancel(&mut self.parameters);
        shared.view.open();
        shared.capture.open();
        shared.clock = None;
        // The host may have hidden the window already, or may be about to show it.
        loop {
            let is_seen = self.repaint.is_seen();
            shared.capture.meters.set_open(is_seen);
            if is_seen == self.repaint.is_seen() {
                break;
            }
        }
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        // Held for the whole frame; the host's thread never waits for it.
        let mut shared = lock(&self.shared);
        let Shared { capture, view, clock } = &mut *shared;
        let now = ui.input(|input| input.time);
        *clock = Some((Instant::now(), now));
        view.feed(capture, &self.params.codebook, self.params.sample_rate(), now);
        self.keyboard.forward(ui);
        show(ui, view, &mut self.parameters);
        let wanted_size = corner(ui, &mut self.grip);
        let size = frame.baseview_window().size();
        if let Some(wish) = &mut self.wish {
            if let Some(points) = wanted_size {
                wish.want(points, size.scale_factor * f64::from(ui.ctx().zoom_factor()));
            }
            if wish.settle(size.physical, size.scale_factor) {
                ui.ctx().request_repaint_after(resize::GRANT);
            }
        }
        let wanted = keys::wanted(ui.ctx(), view);
        self.keyboard.update_focus(ui, &wanted);
        let modifiers = ui.input(|input| input.modifiers);
        frame.set_key_capture(key_capture(&wanted, modifiers));
        set_wanted(ui.ctx(), wanted);
        let interval = if view.scope.frozen.is_some() { FROZEN_FRAME } else { FRAME };
        self.repaint.drawn(view.is_moving().then_some(interval));
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
        let window = self.params.editor.load();
        self.params.editor.store(WindowState { zoom_percent, ..window });
        if let Some(wish) = &mut self.wish {
            let points = Vec2::new(window.width as f32, window.height as f32);
            let scale = f64::from_bits(self.scale.load(Ordering::Relaxed));
            wish.want(points, scale * f64::from(zoom_factor));
        }
    }
}

/// The keys to ask the window system for. Where it asks about each key, as on macOS, the host gets all
/// others.
fn key_capture(wanted: &Wanted, modifiers: Modifiers) -> KeyCapture {
    match wanted {
        Wanted::Nothing => KeyCapture::IgnoreAll,
        Wanted::Everything => KeyCapture::CaptureAll,
        Wanted::These(keys) => {
            let keys = keys.iter().filter(|key| key.matches(key.name, modifiers));
            KeyCapture::CaptureKeys(keys.filter_map(|key| key.name.parse().ok()).collect())
        }
    }
}
