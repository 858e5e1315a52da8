//! The editor in a host's window.

mod app;

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::Vec2;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor,
    VirtualKeyCode,
};
use nice_plug_egui::baseview::Window;
use nice_plug_egui::{
    EguiEditor, EguiEditorHandle, EguiEditorState, EguiNiceSettings, RepaintNotifier,
    create_egui_editor,
};

use super::View;
use super::layout::{LARGEST, SMALLEST};
use super::parameters::HostParameters;
use crate::plugin::capture::CaptureOutput;
use crate::plugin::params::ExtremaParams;
use crate::plugin::state::WindowState;
use app::{App, FRAME, Pace};

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
    fn editor(&self, context: &GuiContext) -> Option<EguiEditor<App>> {
        let WindowState { width, height, zoom_percent } = self.params.editor.load();
        let zoom = zoom_percent as f32 / 100.0;
        let state = EguiEditorState::from_size(LogicalSize::new(width, height), zoom);
        let settings = EguiNiceSettings::new()
            .with_tile("Extrema")
            .with_resize_hint(bounds(0.75, 2.0))
            .with_repaint_poll_interval(FRAME);
        let app = App {
            parameters: HostParameters::new(self.params.clone(), context.clone()),
            params: self.params.clone(),
            shared: self.shared.clone(),
            scale: self.scale.clone(),
            pace: Pace::default(),
            grip: None,
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
        let editor = self.editor(&gui_context).ok_or("no editor")?;
        let SpawnedEditor { handle, window } = editor.spawn(
            parent,
            wait_for_parent,
            fallback_scale_factor,
            gui_context.clone(),
            host,
        )?;
        let mut shared = lock(&self.shared);
        let Shared { capture, view } = &mut *shared;
        view.open(capture);
        capture.meters.set_open(true);
        drop(shared);
        let handle = ExtremaHandle {
            inner: handle,
            params: self.params.clone(),
            shared: self.shared.clone(),
            context: gui_context,
        };
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

/// An open window. When it goes, nothing is captured any more.
pub struct ExtremaHandle {
    inner: EguiEditorHandle,
    params: Arc<ExtremaParams>,
    shared: Arc<Mutex<Shared>>,
    context: GuiContext,
}

impl Drop for ExtremaHandle {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.capture.meters.set_open(false);
        let mut parameters = HostParameters::new(self.params.clone(), self.context.clone());
        shared.view.hands.let_go(&mut parameters);
    }
}

impl EditorHandle for ExtremaHandle {
    type Window = <EguiEditorHandle as EditorHandle>::Window;
    type Error = <EguiEditorHandle as EditorHandle>::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        EguiEditorHandle::run_until_closed(window)
    }

    fn set_parent(
        &self,
        parent: ParentWindowHandle,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_parent(parent, window)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.show(window)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.hide(window)
    }

    fn set_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_size(new_size, window)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.inner.host_main_thread_callback(window);
    }

    fn adjust_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Option<NativeSize<u32>> {
        let size = Window::size(window);
        let current = NativeSize::from_logical_or_physical(size.logical, size.physical);
        let zoom = zoom(&self.params);
        Some(bounds(zoom, zoom).adjust_size(new_size, current, size.scale_factor))
    }

    fn set_fallback_scale_factor(
        &self,
        scale_factor: f64,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_fallback_scale_factor(scale_factor, window)
    }

    fn on_virtual_key_from_host(
        &self,
        key_code: VirtualKeyCode,
        is_down: bool,
        modifiers: Modifiers,
    ) -> bool {
        self.inner.on_virtual_key_from_host(key_code, is_down, modifiers)
    }

    fn state_changed(&self) {
        self.inner.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.inner.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.inner.param_modulation_changed(id, modulation_offset);
    }
}
