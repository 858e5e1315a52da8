//! A host: loads the finished plugin file and plays a track through it, as a DAW does for a bounce.

use std::ffi::CStr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;

use super::automation::Change;
use super::track::Track;

/// Frames in a block.
const BLOCK: usize = 512;

const PLUGIN_ID: &CStr = c"audio.extrema.extrema";

/// What came of playing a track.
pub struct Bounce {
    /// The plugin's output, moved back by its latency.
    pub track: Track,
    /// In samples.
    pub latency: u32,
    /// Time spent inside the plugin.
    pub time: Duration,
}

/// A plugin file that was found good and loaded.
pub struct Host {
    entry: PluginEntry,
    info: HostInfo,
}

/// This host has nothing to tell a plugin, and no use for its requests.
struct Silent;

impl SharedHandler<'_> for Silent {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

impl MainThreadHandler<'_> for Silent {}

impl HostLatencyImpl for Silent {
    // It is read after activation, and only a setting this host does not touch changes it.
    fn changed(&self) {}
}

impl HostHandlers for Silent {
    type Shared<'a> = Silent;
    type MainThread<'a> = Silent;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Self::Shared<'_>) {
        builder.register::<HostLatency>();
    }
}

impl Host {
    /// Loads a `.clap` file.
    pub fn load(path: &Path) -> Result<Self> {
        // SAFETY: the file is our own plugin, built a moment ago, and follows the CLAP standard.
        let entry = unsafe { PluginEntry::load(path) }
            .map_err(|error| anyhow!("cannot load {}: {error}", path.display()))?;
        let version = env!("CARGO_PKG_VERSION");
        Ok(Self { entry, info: HostInfo::new("cargo xtask demo", "Extrema", "", version)? })
    }

    /// Plays a track through a new instance, with the threshold automated to the sample and *Delta*
    /// on or off throughout.
    pub fn bounce(&self, track: &Track, automation: &[Change], delta: bool) -> Result<Bounce> {
        let mut plugin = PluginInstance::<Silent>::new(
            |_| Silent,
            |_| Silent,
            &self.entry,
            PLUGIN_ID,
            &self.info,
        )
        .context("cannot create the plugin")?;
        select_layout(&mut plugin, track.channels.len())?;
        let threshold = parameter(&mut plugin, "Threshold")?;
        let delta = (parameter(&mut plugin, "Delta")?, f64::from(u8::from(delta)));

        let processor = plugin
            .activate(
                |_, _| (),
                PluginAudioConfiguration {
                    sample_rate: f64::from(track.sample_rate),
                    min_frames_count: 1,
                    max_frames_count: BLOCK as u32,
                },
            )
            .context("cannot activate the plugin")?;
        let latency = {
            let handle = plugin.plugin_handle();
            let extension: PluginLatency =
                handle.get_extension().context("the plugin reports no latency")?;
            extension.get(&handle)
        };

        let mut processor = processor
            .start_processing()
            .map_err(|error| anyhow!("the plugin does not start: {error}"))?;
        let mut player = Player::new(track, latency as usize);
        let mut rest = automation;
        while player.more() {
            let mut events = EventBuffer::new();
            if player.position == 0 {
                events.push(&ParamValueEvent::new(0, delta.0, Pckn::match_all(), delta.1));
            }
            let due = rest.partition_point(|change| change.position < player.position + BLOCK);
            let (now, later) = rest.split_at(due);
            rest = later;
            for change in now {
                let time = (change.position - player.position) as u32;
                let (id, value) = (threshold, change.value);
                events.push(&ParamValueEvent::new(time, id, Pckn::match_all(), value));
            }
            player.block(&mut processor, &events)?;
        }
        plugin.deactivate(processor.stop_processing());
        let time = player.time;
        Ok(Bounce { track: track.with(player.finish()), latency, time })
    }
}

/// Chooses the plugin's wiring for so many channels.
fn select_layout(plugin: &mut PluginInstance<Silent>, channels: usize) -> Result<()> {
    let handle = plugin.plugin_handle();
    let extension: PluginAudioPortsConfig =
        handle.get_extension().context("the plugin offers no layouts")?;
    let mut buffer = AudioPortsConfigBuffer::new();
    for index in 0..extension.count(&handle) {
        if let Some(layout) = extension.get(&handle, index, &mut buffer)
            && layout.main_input.is_some_and(|input| input.channel_count as usize == channels)
        {
            let id = layout.id;
            return extension.select(&handle, id).context("the plugin refuses its own layout");
        }
    }
    bail!("the plugin has no layout for {channels} channels")
}

/// The id of a parameter that has a name.
fn parameter(plugin: &mut PluginInstance<Silent>, name: &str) -> Result<ClapId> {
    let handle = plugin.plugin_handle();
    let extension: PluginParams = handle.get_extension().context("the plugin has no parameters")?;
    let mut buffer = ParamInfoBuffer::new();
    for index in 0..extension.count(&handle) {
        if let Some(info) = extension.get_info(&handle, index, &mut buffer)
            && info.name == name.as_bytes()
        {
            ensure!(
                (info.min_value, info.max_value) == (0.0, 1.0),
                "the plugin's parameter {name} has an unexpected range"
            );
            return Ok(info.id);
        }
    }
    bail!("the plugin has no parameter {name}")
}

/// The state of a bounce: what goes in block by block, and what has come out.
struct Player<'a> {
    track: &'a Track,
    latency: usize,
    position: usize,
    input: Vec<[f32; BLOCK]>,
    output: Vec<[f32; BLOCK]>,
    out: Vec<Vec<f32>>,
    input_ports: AudioPorts,
    output_ports: AudioPorts,
    time: Duration,
}

impl<'a> Player<'a> {
    fn new(track: &'a Track, latency: usize) -> Self {
        let channels = track.channels.len();
        let room = track.frames() + latency + BLOCK;
        Self {
            track,
            latency,
            position: 0,
            input: vec![[0.0; BLOCK]; channels],
            output: vec![[0.0; BLOCK]; channels],
            out: vec![Vec::with_capacity(room); channels],
            input_ports: AudioPorts::with_capacity(channels, 1),
            output_ports: AudioPorts::with_capacity(channels, 1),
            time: Duration::ZERO,
        }
    }

    /// Whether some of the track has not come out yet.
    fn more(&self) -> bool {
        self.position < self.track.frames() + self.latency
    }

    /// Plays the next block, which is silence after the end of the track.
    fn block(
        &mut self,
        processor: &mut StartedPluginAudioProcessor<Silent>,
        events: &EventBuffer,
    ) -> Result<()> {
        for (block, channel) in self.input.iter_mut().zip(&self.track.channels) {
            let rest = channel.get(self.position..).unwrap_or_default();
            let count = rest.len().min(BLOCK);
            block.fill(0.0);
            block[..count].copy_from_slice(&rest[..count]);
        }
        let input = self.input_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                self.input.iter_mut().map(InputChannel::variable),
            ),
        }]);
        let mut output = self.output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                self.output.iter_mut().map(|channel| channel.as_mut_slice()),
            ),
        }]);
        let start = Instant::now();
        processor
            .process(
                &input,
                &mut output,
                &events.as_input(),
                &mut OutputEvents::void(),
                Some(self.position as u64),
                None,
            )
            .context("the plugin fails to process")?;
        self.time += start.elapsed();
        for (out, block) in self.out.iter_mut().zip(&self.output) {
            out.extend_from_slice(block);
        }
        self.position += BLOCK;
        Ok(())
    }

    /// All that came out, moved back by the latency and as long as the track.
    fn finish(mut self) -> Vec<Vec<f32>> {
        for channel in &mut self.out {
            channel.drain(..self.latency);
            channel.truncate(self.track.frames());
        }
        self.out
    }
}
