//! An open window, as the host's wrapper holds it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::EguiEditorHandle;
use nice_plug_egui::baseview::Window;

use super::pacer::Pacer;
use super::repaint::RepaintSignal;
use super::resize::Grant;
use super::thread::ThreadJoin;
use super::{Shared, bounds, zoom};
use crate::capture::Meters;
use crate::editor::host_edits::HostEdits;
use crate::editor::parameters::HostParameters;
use crate::params::ExtremaParams;

/// An open window. Dropping it closes the window, waits for its threads, and then cleans up: fields are
/// dropped in the order of their declaration.
pub struct OpenWindow {
    pub(super) inner: Window,
    pub(super) _thread: ThreadJoin,
    pub(super) _pacer: Pacer,
    pub(super) _guard: CloseGuard,
    pub(super) grant: Option<Grant>,
}

/// When dropped, stops capturing, and ends the gesture that closing the window has interrupted.
pub(super) struct CloseGuard {
    pub(super) params: Arc<ExtremaParams>,
    pub(super) edits: Arc<HostEdits>,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) meters: Arc<Meters>,
    pub(super) context: GuiContext,
}

impl Drop for CloseGuard {
    fn drop(&mut self) {
        self.meters.set_open(false);
        let mut shared = match self.shared.try_lock() {
            Ok(shared) => shared,
            Err(TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            // The window's thread hangs in a frame, and the host must not hang with it.
            Err(TryLockError::WouldBlock) => return,
        };
        let mut parameters =
            HostParameters::new(self.params.clone(), self.edits.clone(), self.context.clone())
                .in_main_thread();
        shared.view.interaction.cancel(&mut parameters);
    }
}

/// The host's access to an open window. Nothing here waits for the window's thread.
pub struct ExtremaHandle {
    pub(super) inner: EguiEditorHandle,
    pub(super) params: Arc<ExtremaParams>,
    pub(super) meters: Arc<Meters>,
    pub(super) repaint: Arc<RepaintSignal>,
    /// Physical pixels per logical pixel at 100 % zoom, as `f64` bits.
    pub(super) scale: Arc<AtomicU64>,
}

impl EditorHandle for ExtremaHandle {
    type Window = OpenWindow;
    type Error = <EguiEditorHandle as EditorHandle>::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        EguiEditorHandle::run_until_closed(window.inner)
    }

    fn set_parent(
        &self,
        parent: ParentWindowHandle,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_parent(parent, &window.inner)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.repaint.set_hidden(false);
        self.meters.set_open(true);
        self.inner.show(&window.inner)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.repaint.set_hidden(true);
        self.meters.set_open(false);
        self.inner.hide(&window.inner)
    }

    fn set_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_size(new_size, &window.inner)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.inner.host_main_thread_callback(&window.inner);
        if let Some(grant) = &window.grant {
            grant.ask();
        }
    }

    fn adjust_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Option<NativeSize<u32>> {
        // The framework's own idea of the scale is that of its start.
        let scale = f64::from_bits(self.scale.load(Ordering::Relaxed));
        let physical = Window::size(&window.inner).physical;
        let current = NativeSize::from_logical_or_physical(physical.to_logical(scale), physical);
        let zoom = zoom(&self.params);
        Some(bounds(zoom, zoom).adjust_size(new_size, current, scale))
    }

    fn set_fallback_scale_factor(
        &self,
        scale_factor: f64,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_fallback_scale_factor(scale_factor, &window.inner)
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
        self.repaint.request();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.inner.param_value_changed(id, normalized_value);
        self.repaint.request();
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.inner.param_modulation_changed(id, modulation_offset);
        self.repaint.request();
    }
}
