//! The editor in a host's window.
//!
//! Three threads meet here. The host's main thread creates, shows, hides and closes windows; the window's
//! own thread (the same one on some systems) draws the frames and holds the lock on what outlives windows
//! meanwhile; the pacer (`pacer.rs`) asks for the frames and looks at what is played while none is needed.
//! Neither the host's thread nor the pacer waits for that lock: what they need of an open window are
//! atomics, [`Meters`] and a signal to repaint.

mod app;
pub mod corner;
pub mod frame_rate;
mod handle;
mod keyboard;
pub mod keys;
mod pacer;
mod repaint;
mod resize;
mod thread;

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use egui::Vec2;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor,
};
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, RepaintNotifier, create_egui_editor,
};

use super::View;
use super::host_edits::HostEdits;
use super::layout::{LARGEST, SMALLEST};
use super::parameters::HostParameters;
use super::preferences::Preferences;
use crate::capture::{CaptureOutput, Meters};
use crate::params::ExtremaParams;
use crate::params::state::WindowState;
use crate::recorder::Recorder;
use app::App;
use handle::CloseGuard;
pub use handle::{ExtremaHandle, OpenWindow};
use keyboard::Keyboard;
use pacer::{Pacer, Watched};
use repaint::{POLL, RepaintSignal};
use resize::Wish;
use thread::{ThreadAlive, thread_join};

/// What outlives windows. Locked by the window's thread for a frame; see the [module](self).
struct Shared {
    capture: CaptureOutput,
    view: View,
    /// When the last frame was drawn, and the time in seconds that it was given; none before the first.
    clock: Option<(Instant, f64)>,
}

/// For the window's thread, which may have to wait for that of an earlier window. A frame that panicked
/// leaves nothing behind that the next one could not show.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens windows of the editor, one at a time.
pub struct ExtremaEditor {
    params: Arc<ExtremaParams>,
    edits: Arc<HostEdits>,
    shared: Arc<Mutex<Shared>>,
    meters: Arc<Meters>,
    /// Physical pixels per logical pixel at 100 % zoom, as `f64` bits.
    scale: Arc<AtomicU64>,
}

impl ExtremaEditor {
    /// An editor that shows what `capture` receives, and starts and stops recordings.
    pub fn new(
        params: Arc<ExtremaParams>,
        edits: Arc<HostEdits>,
        capture: CaptureOutput,
        recorder: Arc<Recorder>,
    ) -> Self {
        let meters = capture.meters.clone();
        let file = Preferences::path();
        let preferences = file.as_deref().map(Preferences::load).unwrap_or_default();
        // A session that is loaded later brings its own.
        params.editor.store(preferences.window());
        let mut view = View { recorder: Some(recorder), ..View::default() };
        view.set_preferences(preferences, file);
        let shared = Shared { capture, view, clock: None };
        Self {
            params,
            edits,
            shared: Arc::new(Mutex::new(shared)),
            meters,
            scale: Arc::new(AtomicU64::new(1.0_f64.to_bits())),
        }
    }

    /// The framework's editor for one window, of the size and zoom that the session keeps.
    fn editor(
        &self,
        context: &GuiContext,
        thread: ThreadAlive,
        repaint: Arc<RepaintSignal>,
        wish: Option<Wish>,
    ) -> Option<EguiEditor<App>> {
        let WindowState { width, height, zoom_percent } = self.params.editor.load();
        let zoom = zoom_percent as f32 / 100.0;
        let state = EguiEditorState::from_size(LogicalSize::new(width, height), zoom);
        let settings = EguiNiceSettings::new()
            .with_tile("Extrema")
            .with_resize_hint(bounds(0.75, 2.0))
            .with_repaint_poll_interval(POLL);
        let app = App {
            parameters: HostParameters::new(
                self.params.clone(),
                self.edits.clone(),
                context.clone(),
            ),
            params: self.params.clone(),
            shared: self.shared.clone(),
            scale: self.scale.clone(),
            grip: None,
            wish,
            thread: Some(thread),
            repaint,
            keyboard: Keyboard::default(),
        };
        create_egui_editor(state, RepaintNotifier::new(), settings, app)
    }
}

/// The range of window sizes in logical pixels: from the smallest layout at one zoom to the largest at
/// another. A zoom of 1 is 100 %.
fn bounds(min_zoom: f32, max_zoom: f32) -> ResizeHint {
    let size = |size: Vec2, zoom: f32| Some(LogicalSize::new(size.x * zoom, size.y * zoom));
    let (smallest, largest) = (size(SMALLEST, min_zoom), size(LARGEST, max_zoom));
    ResizeHint::resizable().with_min_max_logical_size(smallest, largest)
}

/// The zoom of the session's window; 1 is 100 %.
fn zoom(params: &ExtremaParams) -> f32 {
    params.editor.load().zoom_percent as f32 / 100.0
}

impl Editor for ExtremaEditor {
    type Handle = ExtremaHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        self.edits.set_context(&gui_context);
        let (alive, thread) = thread_join();
        let repaint = Arc::<RepaintSignal>::default();
        // Elsewhere a window is resized at once.
        let (host, wish, grant) = match host {
            Some(host) if cfg!(target_os = "linux") => {
                let (host, wish, grant) = resize::share(host);
                (Some(host), Some(wish), Some(grant))
            }
            host => (host, None, None),
        };
        let editor = self
            .editor(&gui_context, alive, repaint.clone(), wish)
            .ok_or("the framework could not create an editor window")?;
        // On X11 the framework makes a window of so many pixels as it has points, whatever its scale; a
        // scale that is set later is right.
        let (at_once, later) = match fallback_scale_factor {
            Some(scale) if cfg!(target_os = "linux") => (None, Some(scale)),
            scale => (scale, None),
        };
        let SpawnedEditor { handle, window } =
            editor.spawn(parent, wait_for_parent, at_once, gui_context.clone(), host)?;
        if let Some(scale) = later {
            handle.set_fallback_scale_factor(scale, &window)?;
        }
        let pacer = Pacer::start(Watched {
            params: self.params.clone(),
            shared: self.shared.clone(),
            meters: self.meters.clone(),
            repaint: repaint.clone(),
        })?;
        let handle = ExtremaHandle {
            inner: handle,
            params: self.params.clone(),
            meters: self.meters.clone(),
            repaint,
            scale: self.scale.clone(),
        };
        let guard = CloseGuard {
            params: self.params.clone(),
            edits: self.edits.clone(),
            shared: self.shared.clone(),
            meters: self.meters.clone(),
            context: gui_context,
        };
        let window =
            OpenWindow { inner: window, _thread: thread, _pacer: pacer, _guard: guard, grant };
        Ok(SpawnedEditor { handle, window })
    }

    fn size(&self) -> NativeSize<u32> {
        let WindowState { width, height, .. } = self.params.editor.load();
        let zoom = zoom(&self.params);
        let size = LogicalSize::new(width as f32 * zoom, height as f32 * zoom);
        NativeSize::from_size(size.into(), f64::from_bits(self.scale.load(Ordering::Relaxed)))
    }

    fn resize_hint(&self) -> ResizeHint {
        let zoom = zoom(&self.params);
        bounds(zoom, zoom)
    }
}
