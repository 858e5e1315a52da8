//! A plugin that plays, in its own audio thread.

use std::error::Error;
use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiSize, PluginGui};
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_extensions::state::PluginState;
use clack_host::events::event_types::{ParamModEvent, ParamValueEvent};
use clack_host::prelude::*;
use clack_host::utils::ClapId;
use extrema_plugin_tests::stage::chord;

use crate::Wishes;
use crate::handlers::{Host, Main, Shared};

const RATE: f64 = 44_100.0;
const BLOCK: usize = 512;

/// A plugin and its audio thread.
pub struct Player {
    pub plugin: PluginInstance<Host>,
    audio: JoinHandle<StoppedPluginAudioProcessor<Host>>,
    stop: Arc<AtomicBool>,
    /// The longest time a block has taken, in nanoseconds.
    slowest: Arc<AtomicU64>,
}

impl Player {
    /// Loads the plugin and lets it play.
    pub fn new(wishes: &Wishes) -> Result<Self, Box<dyn Error>> {
        let mut plugin = load()?;
        restore(&mut plugin, wishes.size, wishes.zoom);

        let mut events = EventBuffer::new();
        for (name, text) in &wishes.set {
            let (id, value) = parameter(&mut plugin, name, text).ok_or("no such value")?;
            events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), value));
        }
        for (name, amount) in &wishes.modulate {
            let (id, _) = parameter(&mut plugin, name, "0").ok_or("no such parameter")?;
            events.push(&ParamModEvent::new(0, id, Pckn::match_all(), *amount));
        }
        let configuration = PluginAudioConfiguration {
            sample_rate: RATE,
            min_frames_count: 1,
            max_frames_count: BLOCK as u32,
        };
        let stopped = plugin.activate(|_, _| (), configuration)?;
        let (stop, slowest) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let (stopping, time) = (stop.clone(), slowest.clone());
        let (silent, idle) = (wishes.silent, wishes.idle);
        let audio = std::thread::spawn(move || {
            let mut processor = stopped.start_processing().expect("processing starts");
            let began = Instant::now();
            let mut played = 0_u64;
            while !stopping.load(Ordering::SeqCst) {
                let wave = |i: usize| {
                    if silent { [0.0; 2] } else { chord((played + i as u64) as f64 / RATE) }
                };
                if !idle || played == 0 {
                    let begun = Instant::now();
                    block(&mut processor, &events, wave);
                    time.fetch_max(begun.elapsed().as_nanos() as u64, Ordering::Relaxed);
                    events.clear();
                }
                played += BLOCK as u64;
                let due = Duration::from_secs_f64(played as f64 / RATE);
                std::thread::sleep(due.saturating_sub(began.elapsed()));
            }
            processor.stop_processing()
        });
        Ok(Self { plugin, audio, stop, slowest })
    }

    /// The longest time a block has taken.
    pub fn slowest(&self) -> Duration {
        Duration::from_nanos(self.slowest.load(Ordering::Relaxed))
    }

    /// Fails if a session that is saved now opens with a window of another size.
    pub fn keep_window(&mut self) -> Result<(), Box<dyn Error>> {
        let handle = self.plugin.plugin_handle();
        let state: PluginState = handle.get_extension().ok_or("no state")?;
        let mut saved = Vec::new();
        state.save(&handle, &mut saved)?;
        let mut other = load()?;
        let handle = other.plugin_handle();
        let state: PluginState = handle.get_extension().ok_or("no state")?;
        state.load(&handle, &mut std::io::Cursor::new(saved))?;
        let (left, found) = (window_size(&mut self.plugin)?, window_size(&mut other)?);
        if left != found {
            return Err(format!("a window of {left:?} is restored with {found:?}").into());
        }
        println!("window restored: {}x{}", found.width, found.height);
        Ok(())
    }

    /// Stops playing and unloads the plugin.
    pub fn stop(mut self) -> Result<(), Box<dyn Error>> {
        self.stop.store(true, Ordering::SeqCst);
        let stopped = self.audio.join().map_err(|_| "the audio thread failed")?;
        self.plugin.deactivate(stopped);
        Ok(())
    }
}

/// A new instance of the plugin.
fn load() -> Result<PluginInstance<Host>, Box<dyn Error>> {
    // SAFETY: the entry is the one this crate exports and lives as long as the process.
    let entry = unsafe { PluginEntry::load_from_raw(&extrema::clap_entry, c"") }?;
    let info = HostInfo::new("Extrema window", "Extrema", "", "1.0")?;
    let id = c"audio.extrema.extrema";
    Ok(PluginInstance::<Host>::new(|_| Shared::default(), |_| Main, &entry, id, &info)?)
}

/// The size its window has, or will have.
fn window_size(plugin: &mut PluginInstance<Host>) -> Result<GuiSize, Box<dyn Error>> {
    let handle = plugin.plugin_handle();
    let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
    Ok(gui.get_size(&handle).ok_or("no size")?)
}

/// Gives the plugin a session in which its window has a certain size and zoom.
fn restore(plugin: &mut PluginInstance<Host>, (width, height): (u32, u32), zoom: u32) {
    let handle = plugin.plugin_handle();
    let Some(state) = handle.get_extension::<PluginState>() else { return };
    let mut saved = Vec::new();
    if state.save(&handle, &mut saved).is_err() {
        return;
    }
    // The state is a length and then JSON.
    let Some(text) = saved.get(8..).and_then(|json| std::str::from_utf8(json).ok()) else {
        return;
    };
    let editor = |width, height, zoom| {
        format!(r#"{{\"width\":{width},\"height\":{height},\"zoom_percent\":{zoom}}}"#)
    };
    let text = text.replace(&editor(960, 600, 100), &editor(width, height, zoom));
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text.as_bytes());
    let _ = state.load(&handle, &mut std::io::Cursor::new(bytes));
}

fn parameter(plugin: &mut PluginInstance<Host>, name: &str, text: &str) -> Option<(ClapId, f64)> {
    let handle = plugin.plugin_handle();
    let params: PluginParams = handle.get_extension()?;
    let mut buffer = ParamInfoBuffer::new();
    for index in 0..params.count(&handle) {
        let info = params.get_info(&handle, index, &mut buffer)?;
        if String::from_utf8_lossy(info.name).eq_ignore_ascii_case(name) {
            let id = info.id;
            let value = params.text_to_value(&handle, id, &CString::new(text).ok()?)?;
            return Some((id, value));
        }
    }
    None
}

fn block(
    processor: &mut StartedPluginAudioProcessor<Host>,
    events: &EventBuffer,
    wave: impl Fn(usize) -> [f32; 2],
) {
    let mut input: [[f32; BLOCK]; 2] =
        [0, 1].map(|channel| std::array::from_fn(|i| wave(i)[channel]));
    let mut output = [[0.0_f32; BLOCK]; 2];
    let mut input_ports = AudioPorts::with_capacity(2, 1);
    let mut output_ports = AudioPorts::with_capacity(2, 1);
    let input = input_ports.with_input_buffers([AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_input_only(input.iter_mut().map(InputChannel::variable)),
    }]);
    let mut output = output_ports.with_output_buffers([AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_output_only(
            output.iter_mut().map(|channel| channel.as_mut_slice()),
        ),
    }]);
    // The plugin's own check would take the host's memory for the plugin's.
    let mut out_events = EventBuffer::with_capacity(256);
    let played = processor.process(
        &input,
        &mut output,
        &InputEvents::from_buffer(events),
        &mut OutputEvents::from_buffer(&mut out_events),
        None,
        None,
    );
    played.expect("a processed block");
}
