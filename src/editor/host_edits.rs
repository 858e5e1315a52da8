//! Edits on their way to the host.
//!
//! VST3 wants them from the host's main thread, but on Linux the editor has a thread of its own. Ardour,
//! for one, crashes when a control whose automation is being written is set from another: its map of
//! tempos belongs to a thread. So there edits are posted to the host's main thread, in order, through the
//! run loop that VST3 has for this. CLAP's edits travel with the audio, from whatever thread.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContext;

use crate::effect::Control;
use crate::params::ExtremaParams;

/// A step of a gesture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostEdit {
    /// What is set.
    pub control: Control,
    /// What happens to it.
    pub step: Step,
}

/// The steps of a gesture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// It begins.
    Begin,
    /// A position, 0 to 1.
    Set(f32),
    /// It ends.
    End,
}

/// Hands edits to the host's main thread.
type Post = Box<dyn Fn(HostEdit) + Send + Sync>;

/// Brings edits to the host.
pub struct HostEdits {
    params: Arc<ExtremaParams>,
    post: OnceLock<Post>,
    /// That of the window that was opened last.
    context: Mutex<Option<GuiContext>>,
}

impl HostEdits {
    /// Sets these parameters.
    pub fn new(params: Arc<ExtremaParams>) -> Self {
        Self { params, post: OnceLock::new(), context: Mutex::new(None) }
    }

    /// Sets how an edit gets to the host's main thread, where [`Self::perform`] is to be called with it.
    pub fn set_post(&self, post: impl Fn(HostEdit) + Send + Sync + 'static) {
        // The framework asks for the editor once.
        let _ = self.post.set(Box::new(post));
    }

    /// Tells the host, in its main thread.
    pub fn perform(&self, edit: HostEdit) {
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(context) = context {
            self.tell(&context, edit);
        }
    }

    /// Brings an edit to the host from the window's thread.
    pub(super) fn send(&self, context: &GuiContext, edit: HostEdit) {
        match self.post.get() {
            Some(post) if cfg!(target_os = "linux") && context.plugin_api() == PluginApi::Vst3 => {
                post(edit);
            }
            _ => self.tell(context, edit),
        }
    }

    /// Sets the context that posted edits are performed with.
    pub fn set_context(&self, context: &GuiContext) {
        let mut current = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(context.clone());
    }

    /// Tells the host, in the thread that it wants this in.
    pub(super) fn tell(&self, context: &GuiContext, HostEdit { control, step }: HostEdit) {
        let (param, setter) = (self.params.param(control), context.param_setter());
        match step {
            Step::Begin => param.begin_gesture(&setter),
            Step::Set(position) => param.set_position(&setter, position),
            Step::End => param.end_gesture(&setter),
        }
    }
}
