//! The thread in which a host hears of what the editor sets.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use extrema::editor::host_edits::{HostEdits, Step};
use extrema::editor::parameters::{Control, HostParameters, Parameters};
use extrema::params::ExtremaParams;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;

/// The calls of a host, each with its thread.
type Calls = Vec<(ThreadId, Step)>;

/// A host that notes its calls.
struct Host {
    api: PluginApi,
    calls: Arc<Mutex<Calls>>,
}

impl Host {
    fn note(&self, step: Step) {
        self.calls.lock().unwrap().push((thread::current().id(), step));
    }
}

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        self.api
    }

    unsafe fn raw_begin_set_parameter(&self, _param: ParamPtr) {
        self.note(Step::Begin);
    }

    unsafe fn raw_set_parameter_normalized(&self, _param: ParamPtr, normalized: f32) {
        self.note(Step::Set(normalized));
    }

    unsafe fn raw_end_set_parameter(&self, _param: ParamPtr) {
        self.note(Step::End);
    }

    fn get_state(&self) -> PluginState {
        unreachable!("the editor does not ask for states")
    }

    fn set_state(&self, _state: PluginState) {
        unreachable!("the editor does not set states")
    }

    fn request_restart(&self) {
        unreachable!("the editor does not ask for restarts")
    }
}

/// Sets two controls in a thread that stands for the window's, then performs what was posted in this one,
/// which stands for the host's. Returns the calls before and after that, and the window's thread.
fn set_two(api: PluginApi) -> ([Calls; 2], ThreadId) {
    let params = Arc::new(ExtremaParams::default());
    let edits = Arc::new(HostEdits::new(params.clone()));
    let (sender, receiver) = channel();
    edits.set_post(move |edit| sender.send(edit).unwrap());
    let calls = Arc::<Mutex<Calls>>::default();
    let context = GuiContext::new(Arc::new(Host { api, calls: calls.clone() }));
    edits.set_context(&context);
    let mut parameters = HostParameters::new(params, edits.clone(), context);
    let window = thread::spawn(move || {
        parameters.change(Control::Mix, 0.25);
        parameters.change(Control::Follow, 0.75);
        thread::current().id()
    });
    let window = window.join().unwrap();
    let at_once = std::mem::take(&mut *calls.lock().unwrap());
    receiver.try_iter().for_each(|edit| edits.perform(edit));
    let later = std::mem::take(&mut *calls.lock().unwrap());
    ([at_once, later], window)
}

/// The calls for both controls.
fn both(thread: ThreadId) -> Calls {
    [Step::Begin, Step::Set(0.25), Step::End, Step::Begin, Step::Set(0.75), Step::End]
        .map(|step| (thread, step))
        .into()
}

#[test]
#[cfg(target_os = "linux")]
fn a_vst3_host_hears_of_edits_in_its_own_thread_and_in_order() {
    let (calls, _) = set_two(PluginApi::Vst3);
    assert_eq!(calls, [Vec::new(), both(thread::current().id())]);
}

#[test]
fn a_clap_host_hears_of_edits_at_once() {
    let (calls, window) = set_two(PluginApi::Clap);
    assert_eq!(calls, [both(window), Vec::new()]);
}
