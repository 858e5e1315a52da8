//! A small CLAP host: loads the plugin, sets its parameters and plays audio through it.
//!
//! It is for tests, so it panics wherever the plugin breaks its promises.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};
use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamInfoFlags, ParamRescanFlags, PluginParams,
};
use clack_extensions::preset_discovery::preset_data::Location;
use clack_extensions::preset_discovery::{HostPresetLoad, HostPresetLoadImpl, PluginPresetLoad};
use clack_extensions::state::PluginState;
use clack_extensions::tail::{PluginTail, TailLength};
use clack_extensions::track_info::{HostTrackInfo, HostTrackInfoImpl, TrackInfo, TrackInfoWriter};
use clack_host::entry::PluginEntryError;
use clack_host::events::event_types::{ParamModEvent, ParamValueEvent, TransportEvent};
use clack_host::prelude::*;
use clack_host::utils::ClapId;

/// Events the plugin may send in one block. They are reserved in advance: the plugin's allocation
/// check covers everything that happens inside `process`, the host's buffers included.
const EVENTS_PER_BLOCK: usize = 256;

/// The plugin's requests, which may come from any thread.
#[derive(Default)]
pub struct Shared {
    pub restarts: AtomicU32,
    /// Requests for `Instance::idle` that have not been served.
    pub callbacks: AtomicU32,
    /// The window size asked for, as `GuiSize::pack_to_u64` has it; 0 is none.
    pub window_size: AtomicU64,
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {
        self.restarts.fetch_add(1, Ordering::SeqCst);
    }

    fn request_process(&self) {}

    fn request_callback(&self) {
        self.callbacks.fetch_add(1, Ordering::SeqCst);
    }
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {}
}

impl HostGuiImpl for Shared {
    fn resize_hints_changed(&self) {}

    fn request_resize(&self, size: GuiSize) -> Result<(), HostError> {
        self.window_size.store(size.pack_to_u64(), Ordering::SeqCst);
        Ok(())
    }

    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }

    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }

    fn closed(&self, _was_destroyed: bool) {}
}

/// What the host does on its main thread.
#[derive(Default)]
pub struct Main {
    /// How often the plugin has asked which track it is on.
    pub track_asked: Cell<u32>,
    /// What the plugin has reported of presets: their keys, or what was wrong.
    pub presets: RefCell<Vec<Result<String, String>>>,
}

impl MainThreadHandler<'_> for Main {}

impl HostParamsImplMainThread for Main {
    fn rescan(&self, _flags: ParamRescanFlags) {}

    fn clear(&self, _param_id: ClapId, _flags: ParamClearFlags) {}
}

impl HostLatencyImpl for Main {
    fn changed(&self) {}
}

impl HostPresetLoadImpl for Main {
    fn on_error(&self, _: Location<'_>, _: Option<&CStr>, _: i32, message: Option<&CStr>) {
        self.presets.borrow_mut().push(Err(text(message)));
    }

    fn loaded(&self, _: Location<'_>, key: Option<&CStr>) {
        self.presets.borrow_mut().push(Ok(text(key)));
    }
}

fn text(text: Option<&CStr>) -> String {
    text.unwrap_or_default().to_string_lossy().into_owned()
}

impl HostTrackInfoImpl for Main {
    fn get<'a>(&'a self, writer: &mut TrackInfoWriter<'_, 'a>) {
        self.track_asked.set(self.track_asked.get() + 1);
        writer.set(&TrackInfo::new().with_name(Some(b"Violins")));
    }
}

/// The host's type, for `clack_host`.
pub struct TestHost;

impl HostHandlers for TestHost {
    type Shared<'a> = Shared;
    type MainThread<'a> = Main;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Self::Shared<'_>) {
        builder.register::<HostParams>().register::<HostLatency>();
        builder.register::<HostGui>().register::<HostTrackInfo>().register::<HostPresetLoad>();
    }
}

/// A parameter as the plugin describes it.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub id: ClapId,
    pub name: String,
    pub min: f64,
    pub max: f64,
    pub default: f64,
    pub automatable: bool,
    pub bypass: bool,
}

/// A parameter's new value, or its modulation, from a sample of a block on.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub sample: u32,
    pub id: ClapId,
    pub value: f64,
}

/// The entry of the plugin that is linked into this program: no file is loaded.
#[cfg(feature = "linked")]
pub fn entry() -> PluginEntry {
    // SAFETY: `extrema` exports a valid entry, which lives as long as the process.
    unsafe { PluginEntry::load_from_raw(&extrema::clap_entry, c"") }.expect("the entry loads")
}

/// A loaded plugin.
pub struct Instance {
    pub plugin: PluginInstance<TestHost>,
}

impl Instance {
    /// The plugin that is linked into this program.
    #[cfg(feature = "linked")]
    #[expect(clippy::new_without_default, reason = "an instance is no plain value")]
    pub fn new() -> Self {
        Self::of(&entry())
    }

    /// The plugin in a `.clap` file.
    ///
    /// # Errors
    ///
    /// If the file cannot be loaded.
    pub fn from_file(path: &Path) -> Result<Self, PluginEntryError> {
        // SAFETY: only files that this project has built are loaded, and they follow CLAP.
        let entry = unsafe { PluginEntry::load(path) }?;
        Ok(Self::of(&entry))
    }

    fn of(entry: &PluginEntry) -> Self {
        let info = HostInfo::new("Extrema tests", "Extrema", "", "1.0").expect("a host");
        let id = c"audio.extrema.extrema";
        let plugin =
            PluginInstance::new(|_| Shared::default(), |_| Main::default(), entry, id, &info);
        Self { plugin: plugin.expect("an instance") }
    }

    /// Selects the layout with this many channels; stereo is the default.
    pub fn select_channels(&mut self, channels: usize) {
        let handle = self.plugin.plugin_handle();
        let configs: PluginAudioPortsConfig = handle.get_extension().expect("layouts");
        let mut buffer = AudioPortsConfigBuffer::new();
        let id = (0..configs.count(&handle)).find_map(|index| {
            let layout = configs.get(&handle, index, &mut buffer)?;
            (layout.main_input?.channel_count as usize == channels).then_some(layout.id)
        });
        let id = id.unwrap_or_else(|| panic!("no layout with {channels} channels"));
        configs.select(&handle, id).expect("the layout is selected");
    }

    pub fn parameters(&mut self) -> Vec<Parameter> {
        let handle = self.plugin.plugin_handle();
        let params: PluginParams = handle.get_extension().expect("params");
        let mut buffer = ParamInfoBuffer::new();
        (0..params.count(&handle))
            .map(|index| {
                let info = params.get_info(&handle, index, &mut buffer).expect("a parameter");
                Parameter {
                    id: info.id,
                    name: String::from_utf8_lossy(info.name).into_owned(),
                    min: info.min_value,
                    max: info.max_value,
                    default: info.default_value,
                    automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
                    bypass: info.flags.contains(ParamInfoFlags::IS_BYPASS),
                }
            })
            .collect()
    }

    pub fn parameter(&mut self, name: &str) -> Parameter {
        let found = self.parameters().into_iter().find(|parameter| parameter.name == name);
        found.unwrap_or_else(|| panic!("no parameter {name}"))
    }

    pub fn value(&mut self, id: ClapId) -> f64 {
        let handle = self.plugin.plugin_handle();
        let params: PluginParams = handle.get_extension().expect("params");
        params.get_value(&handle, id).expect("a value")
    }

    pub fn text(&mut self, id: ClapId, value: f64) -> String {
        let handle = self.plugin.plugin_handle();
        let params: PluginParams = handle.get_extension().expect("params");
        let mut buffer = [0; 256];
        let text = params.value_to_text(&handle, id, value, &mut buffer).expect("a text");
        String::from_utf8_lossy(text).trim_end_matches('\0').to_owned()
    }

    pub fn parse(&mut self, id: ClapId, text: &str) -> Option<f64> {
        let handle = self.plugin.plugin_handle();
        let params: PluginParams = handle.get_extension().expect("params");
        params.text_to_value(&handle, id, &CString::new(text).expect("a text"))
    }

    /// A change at the start of a block that sets a parameter to a value given as text.
    pub fn change(&mut self, name: &str, text: &str) -> Change {
        let id = self.parameter(name).id;
        let value = self.parse(id, text).unwrap_or_else(|| panic!("{name} does not take {text}"));
        Change { sample: 0, id, value }
    }

    /// Sets parameters while the plugin is inactive.
    pub fn flush(&mut self, changes: &[Change]) {
        let events = events(changes);
        let mut out = EventBuffer::new();
        let mut handle = self.plugin.inactive_plugin_handle().expect("an inactive plugin");
        let params: PluginParams = handle.get_extension().expect("params");
        params.flush(
            &mut handle,
            &InputEvents::from_buffer(&events),
            &mut OutputEvents::from_buffer(&mut out),
        );
    }

    pub fn save(&mut self) -> Vec<u8> {
        let handle = self.plugin.plugin_handle();
        let state: PluginState = handle.get_extension().expect("state");
        let mut bytes = Vec::new();
        state.save(&handle, &mut bytes).expect("a saved state");
        bytes
    }

    /// Restores a saved state, and tells whether the plugin has taken it.
    pub fn load(&mut self, bytes: &[u8]) -> bool {
        let handle = self.plugin.plugin_handle();
        let state: PluginState = handle.get_extension().expect("state");
        state.load(&handle, &mut Cursor::new(bytes)).is_ok()
    }

    /// Loads a preset as the host's browser does, and tells what the plugin has reported of it.
    pub fn load_preset(&mut self, at: Location<'_>, key: Option<&CStr>) -> Result<String, String> {
        let handle = self.plugin.plugin_handle();
        let presets: PluginPresetLoad = handle.get_extension().expect("presets");
        let is_loaded = presets.load_from_location(&handle, at, key).is_ok();
        let reports = self.plugin.access_handler(|main| main.presets.take());
        let [report] = <[_; 1]>::try_from(reports).expect("one report");
        assert_eq!(report.is_ok(), is_loaded);
        report
    }

    /// In samples.
    pub fn latency(&mut self) -> u32 {
        let handle = self.plugin.plugin_handle();
        let latency: PluginLatency = handle.get_extension().expect("latency");
        latency.get(&handle)
    }

    pub fn restarts(&self) -> u32 {
        self.plugin.access_shared_handler(|shared| shared.restarts.load(Ordering::SeqCst))
    }

    /// Lets the plugin do what it has asked to do on the main thread.
    pub fn idle(&mut self) {
        self.plugin.call_on_main_thread_callback();
    }

    pub fn activate(&mut self, sample_rate: f64, max_frames: u32) -> Player {
        let configuration = PluginAudioConfiguration {
            sample_rate,
            min_frames_count: 1,
            max_frames_count: max_frames,
        };
        let stopped = self.plugin.activate(|_, _| (), configuration).expect("activation");
        Player {
            processor: stopped.start_processing().unwrap_or_else(|_| panic!("processing starts")),
            max_frames: max_frames as usize,
            in_place: false,
            transport: None,
            time: Duration::ZERO,
            slowest: Duration::ZERO,
        }
    }

    pub fn deactivate(&mut self, player: Player) {
        self.plugin.deactivate(player.processor.stop_processing());
    }
}

/// A plugin that is processing. It may move to an audio thread.
pub struct Player {
    pub processor: StartedPluginAudioProcessor<TestHost>,
    max_frames: usize,
    /// Whether input and output share their buffers.
    pub in_place: bool,
    /// The host's position in its song, if it tells one.
    pub transport: Option<TransportEvent>,
    /// Time spent inside the plugin, in all blocks.
    pub time: Duration,
    /// The longest time spent on one block.
    pub slowest: Duration,
}

impl Player {
    /// Plays one block with changes in it, sorted by sample.
    pub fn block(&mut self, input: &[&[f32]], changes: &[Change]) -> Vec<Vec<f32>> {
        self.block_with(input, &events(changes))
    }

    /// Plays one block; the changes are offsets by which parameters are modulated from there on.
    pub fn modulated(&mut self, input: &[&[f32]], changes: &[Change]) -> Vec<Vec<f32>> {
        let mut events = EventBuffer::new();
        for change in changes {
            let all = Pckn::match_all();
            events.push(&ParamModEvent::new(change.sample, change.id, all, change.value));
        }
        self.block_with(input, &events)
    }

    /// Plays one block with events of any kind, at any time and in any order.
    pub fn block_with(&mut self, input: &[&[f32]], events: &EventBuffer) -> Vec<Vec<f32>> {
        let mut inputs: Vec<Vec<f32>> = input.iter().map(|channel| channel.to_vec()).collect();
        let mut outputs = vec![vec![0.0; inputs[0].len()]; inputs.len()];
        let mut input_ports = AudioPorts::with_capacity(inputs.len(), 1);
        let mut output_ports = AudioPorts::with_capacity(outputs.len(), 1);
        let input_audio = input_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                inputs.iter_mut().map(InputChannel::variable),
            ),
        }]);
        let mut output_audio = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                outputs.iter_mut().map(Vec::as_mut_slice),
            ),
        }]);
        if self.in_place {
            let [port] = output_audio.as_raw_buffers() else { panic!("one port") };
            port.data32 = input_audio.as_raw_buffers()[0].data32;
        }
        let mut out_events = EventBuffer::with_capacity(EVENTS_PER_BLOCK);
        let start = Instant::now();
        self.processor
            .process(
                &input_audio,
                &mut output_audio,
                &InputEvents::from_buffer(events),
                &mut OutputEvents::from_buffer(&mut out_events),
                None,
                self.transport.as_ref(),
            )
            .expect("a processed block");
        let took = start.elapsed();
        self.time += took;
        self.slowest = self.slowest.max(took);
        if self.in_place { inputs } else { outputs }
    }

    /// How many samples may sound after the input has ended.
    pub fn tail(&mut self) -> u32 {
        let handle = self.processor.plugin_handle();
        let tail: PluginTail = handle.get_extension().expect("tail");
        match tail.get(&handle) {
            TailLength::Finite(samples) => samples,
            TailLength::Infinite => panic!("a tail without an end"),
        }
    }

    /// Sets parameters between blocks.
    pub fn flush(&mut self, changes: &[Change]) {
        let events = events(changes);
        let mut out = EventBuffer::new();
        let mut handle = self.processor.plugin_handle();
        let params: PluginParams = handle.get_extension().expect("params");
        params.flush_active(
            &mut handle,
            &InputEvents::from_buffer(&events),
            &mut OutputEvents::from_buffer(&mut out),
        );
    }

    /// Plays a whole track in blocks of this many frames. Changes are sorted by sample, counted
    /// from the start of the track.
    pub fn track(&mut self, input: &[&[f32]], block: usize, changes: &[Change]) -> Vec<Vec<f32>> {
        assert!(block <= self.max_frames);
        assert!(changes.is_sorted_by_key(|change| change.sample));
        let frames = input[0].len();
        let mut out = vec![Vec::with_capacity(frames); input.len()];
        let mut later = changes;
        for from in (0..frames).step_by(block) {
            let to = (from + block).min(frames);
            let due = later.partition_point(|change| (change.sample as usize) < to);
            let (now, rest) = later.split_at(due);
            later = rest;
            let now: Vec<Change> = now
                .iter()
                .map(|change| Change { sample: change.sample - from as u32, ..*change })
                .collect();
            let slices: Vec<&[f32]> = input.iter().map(|channel| &channel[from..to]).collect();
            for (out, played) in out.iter_mut().zip(self.block(&slices, &now)) {
                out.extend(played);
            }
        }
        out
    }
}

fn events(changes: &[Change]) -> EventBuffer {
    let mut events = EventBuffer::new();
    for change in changes {
        let all = Pckn::match_all();
        events.push(&ParamValueEvent::new(change.sample, change.id, all, change.value));
    }
    events
}
