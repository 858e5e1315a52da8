//! Sessions with another codebook than the standard one. The plugin is called directly, because
//! codebooks are not given to it through a host.

use std::cell::Cell;
use std::sync::Arc;

use extrema::codec::Codebook;
use extrema::codec::curves::{CURVE_COUNT, Rows, SINES};
use extrema::editor::host_edits::HostEdit;
use extrema::effect::{Effect, Latency};
use extrema::plugin::Extrema;
use nice_plug::context::PluginApi;
use nice_plug::context::process::SendEventError;
use nice_plug::prelude::*;

use crate::sound::{bits, wave};

const RATE: f32 = 44_100.0;

/// Bulges of all sizes and both signs.
fn second() -> Arc<Codebook> {
    let mut rows: Rows = [[0; SINES]; CURVE_COUNT as usize];
    for (row, i) in rows.iter_mut().zip(0_u8..) {
        row[0] = (i / 2) as i8 - 60;
        row[usize::from(i % 2) + 1] = (i % 50) as i8 - 20;
    }
    Codebook::new("test-2", &rows)
}

/// A host that counts how often it is asked for a restart.
#[derive(Default)]
pub struct Host {
    restarts: Cell<u32>,
}

impl ActivateContext<Extrema> for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    fn execute(&self, _: HostEdit) {}

    fn set_latency_samples(&self, _samples: u32) {}

    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

impl ProcessContext<Extrema> for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    fn execute_background(&self, _: HostEdit) {}

    fn execute_gui(&self, _: HostEdit) {}

    fn transport(&self) -> &Transport {
        unimplemented!("the plugin does not ask for the transport")
    }

    fn next_event(&mut self) -> Option<PluginNoteEvent<Extrema>> {
        None
    }

    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<Extrema>,
    ) -> Result<(), (PluginNoteEvent<Extrema>, SendEventError)> {
        Err((event, SendEventError::NoOutputBuffer))
    }

    fn set_latency_samples(&self, _samples: u32) {}

    fn request_restart(&self) {
        self.restarts.set(self.restarts.get() + 1);
    }

    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

pub fn activate(plugin: &mut Extrema, host: &mut Host) {
    let config = BufferConfig {
        sample_rate: RATE,
        min_buffer_size: None,
        max_buffer_size: 512,
        process_mode: ProcessMode::Realtime,
    };
    assert!(plugin.activate(&Extrema::AUDIO_IO_LAYOUTS[0], &config, host));
}

/// Plays a tone from where the plugin stands.
pub fn play(plugin: &mut Extrema, host: &mut Host) -> Vec<Vec<f32>> {
    let mut channels = vec![wave(12_000, 98.0), wave(12_000, 131.0)];
    let (left, right) = channels.split_at_mut(1);
    for (left, right) in left[0].chunks_mut(512).zip(right[0].chunks_mut(512)) {
        let mut buffer = Buffer::default();
        // SAFETY: both slices live longer than the buffer and are equally long.
        unsafe { buffer.set_slices(left.len(), |slices| *slices = vec![left, right]) };
        let mut others = AuxiliaryBuffers { inputs: &mut [], outputs: &mut [] };
        plugin.process(&mut buffer, &mut others, host);
    }
    channels
}

/// What the effect alone makes of the same tone.
fn expected(codebook: &Arc<Codebook>) -> Vec<Vec<f32>> {
    let mut effect = Effect::new(codebook, RATE.into(), 2, Latency::Full);
    let (mut left, mut right) = (wave(12_000, 98.0), wave(12_000, 131.0));
    effect.process(&mut [&mut left, &mut right], &mut ());
    vec![left, right]
}

/// Loads a session as the framework does.
fn load(plugin: &Extrema, codebook: &str) {
    let fields = [("codebook".to_owned(), format!("{codebook:?}"))].into();
    let mut state = PluginState { version: String::new(), params: [].into(), fields };
    Extrema::filter_state(&mut state);
    plugin.params().deserialize_fields(&state.fields);
}

fn saved_name(plugin: &Extrema) -> String {
    plugin.params().serialize_fields()["codebook"].clone()
}

#[test]
fn state_and_effect_follow_the_codebook_of_a_session() {
    let (standard, second) = (Codebook::standard(), second());
    assert_ne!(bits(&expected(&standard)), bits(&expected(&second)));
    let mut plugin = Extrema::with_codebooks(vec![second.clone()]);
    let mut host = Host::default();
    for (name, codebook) in [
        ("extrema-1", &standard),
        ("test-2", &second),
        ("extrema-9", &standard),
        ("test-2", &second),
    ] {
        load(&plugin, name);
        assert_eq!(saved_name(&plugin), format!("{name:?}"));
        activate(&mut plugin, &mut host);
        assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(codebook)), "{name}");
    }
    assert_eq!(host.restarts.get(), 0);
}

#[test]
fn a_session_loaded_while_playing_asks_once_for_a_restart() {
    let (standard, second) = (Codebook::standard(), second());
    let mut plugin = Extrema::with_codebooks(vec![second.clone()]);
    let mut host = Host::default();
    activate(&mut plugin, &mut host);
    load(&plugin, "extrema-1");
    play(&mut plugin, &mut host);
    assert_eq!(host.restarts.get(), 0, "the codebook is the same");
    plugin.reset();
    load(&plugin, "test-2");
    // Until the host restarts it, the plugin plays on as it was.
    assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(&standard)));
    assert_eq!(host.restarts.get(), 1);
    activate(&mut plugin, &mut host);
    assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(&second)));
    assert_eq!(host.restarts.get(), 1);
}
