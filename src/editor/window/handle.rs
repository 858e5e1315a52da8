//! An open window, as the host's wrapper holds it.

use std::sync::{Arc, Mutex};

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::EguiEditorHandle;
use nice_plug_egui::baseview::Window;

use super::bell::Bell;
use super::thread::Watch;
use super::{Shared, bounds, lock, zoom};
use crate::editor::parameters::HostParameters;
use crate::params::ExtremaParams;

/// A window, and what is to be done when it has gone. The order matters: fields go one after the
/// other.
pub struct OpenWindow {
    pub(super) inner: Window,
    pub(super) _thread: Watch,
    pub(super) _farewell: Farewell,
}

/// When it goes, nothing is captured any more, and the host is told the end of a gesture that the
/// window's end has cut short.
pub(super) struct Farewell {
    pub(super) params: Arc<ExtremaParams>,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) context: GuiContext,
}

impl Drop for Farewell {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.capture.close();
        let mut parameters = HostParameters::new(self.params.clone(), self.context.clone());
        shared.view.interaction.cancel(&mut parameters);
    }
}

/// Passes on what the host wants of a window.
pub struct ExtremaHandle {
    pub(super) inner: EguiEditorHandle,
    pub(super) params: Arc<ExtremaParams>,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) bell: Arc<Bell>,
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
        // A host may show what it never hid.
        if self.bell.is_covered() {
            lock(&self.shared).capture.open();
        }
        self.bell.uncover();
        self.inner.show(&window.inner)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.bell.cover();
        lock(&self.shared).capture.close();
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
    }

    fn adjust_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Option<NativeSize<u32>> {
        let size = Window::size(&window.inner);
        let current = NativeSize::from_logical_or_physical(size.logical, size.physical);
        let zoom = zoom(&self.params);
        Some(bounds(zoom, zoom).adjust_size(new_size, current, size.scale_factor))
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
        self.bell.ring();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.inner.param_value_changed(id, normalized_value);
        self.bell.ring();
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.inner.param_modulation_changed(id, modulation_offset);
        self.bell.ring();
    }
}
