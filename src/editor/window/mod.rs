//! The editor in a host's window.

mod app;
mod bell;
pub mod corner;
mod handle;
mod keyboard;
pub mod keys;
pub mod pace;
mod thread;

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::Vec2;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{Editor, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor};
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, RepaintNotifier, create_egui_editor,
};

use super::View;
use super::layout::{LARGEST, SMALLEST};
use super::parameters::HostParameters;
use crate::capture::CaptureOutput;
use crate::params::ExtremaParams;
use crate::params::state::WindowState;
use app::App;
use bell::{Bell, POLL};
use handle::Farewell;
pub use handle::{ExtremaHandle, OpenWindow};
use keyboard::Keyboard;
use pace::Pace;
use thread::Life;

/// What outlives windows.
struct Shared {
    capture: CaptureOutput,
    view: View,
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens windows of the editor, one after the other.
pub struct ExtremaEditor {
    params: Arc<ExtremaParams>,
    shared: Arc<Mutex<Shared>>,
    /// Physical pixels for a logical one at 100 %, as `f64` bits.
    scale: Arc<AtomicU64>,
}

impl ExtremaEditor {
    /// An editor for what `capture` receives.
    pub fn new(params: Arc<ExtremaParams>, capture: CaptureOutput) -> Self {
        let shared = Shared { capture, view: View::default() };
        Self {
            params,
            shared: Arc::new(Mutex::new(shared)),
            scale: Arc::new(AtomicU64::new(1.0_f64.to_bits())),
        }
    }

    /// The window for a state and its zoom; egui's own editor keeps neither.
    fn editor(&self, context: &GuiContext, life: Life, bell: Arc<Bell>) -> Option<EguiEditor<App>> {
        let WindowState { width, height, zoom_percent } = self.params.editor.load();
        let zoom = zoom_percent as f32 / 100.0;
        let state = EguiEditorState::from_size(LogicalSize::new(width, height), zoom);
        let settings = EguiNiceSettings::new()
            .with_tile("Extrema")
            .with_resize_hint(bounds(0.75, 2.0))
            .with_repaint_poll_interval(POLL);
        let app = App {
            parameters: HostParameters::new(self.params.clone(), context.clone()),
            params: self.params.clone(),
            shared: self.shared.clone(),
            scale: self.scale.clone(),
            pace: Pace::default(),
            grip: None,
            life: Some(life),
            bell,
            keyboard: Keyboard::default(),
        };
        create_egui_editor(state, RepaintNotifier::new(), settings, app)
    }
}

/// The bounds of the window's size in logical pixels, from the smallest at one zoom to the largest at
/// another.
fn bounds(least: f32, most: f32) -> ResizeHint {
    let size = |size: Vec2, zoom: f32| Some(LogicalSize::new(size.x * zoom, size.y * zoom));
    ResizeHint::resizable().with_min_max_logical_size(size(SMALLEST, least), size(LARGEST, most))
}

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
        let (life, thread) = thread::watch();
        let bell = Arc::<Bell>::default();
        let editor = self.editor(&gui_context, life, bell.clone()).ok_or("no editor")?;
        let SpawnedEditor { handle, window } = editor.spawn(
            parent,
            wait_for_parent,
            fallback_scale_factor,
            gui_context.clone(),
            host,
        )?;
        let mut shared = lock(&self.shared);
        let Shared { capture, view } = &mut *shared;
        view.open();
        capture.open();
        drop(shared);
        let handle = ExtremaHandle {
            inner: handle,
            params: self.params.clone(),
            shared: self.shared.clone(),
            bell,
        };
        let farewell = Farewell {
            params: self.params.clone(),
            shared: self.shared.clone(),
            context: gui_context,
        };
        let window = OpenWindow { inner: window, _thread: thread, _farewell: farewell };
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
