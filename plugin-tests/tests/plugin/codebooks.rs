//! Sessions with another codebook than the standard one. The plugin is called directly, because
//! codebooks are not given to it through a host.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use extrema::codec::Codebook;
use extrema::codec::curves::{CURVE_COUNT, Rows, SINES};
use extrema::editor::host_edits::HostEdit;
use extrema::effect::{Effect, Latency};
use extrema::params::codebook::ChosenCodebook;
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
    for from in (0..12_000).step_by(500) {
        process(plugin, host, &mut channels, from..from + 500);
    }
    channels
}

/// Processes some frames in place, without an allocation.
fn process(plugin: &mut Extrema, host: &mut Host, channels: &mut [Vec<f32>], frames: Range<usize>) {
    let (left, right) = channels.split_at_mut(1);
    let (left, right) = (&mut left[0][frames.clone()], &mut right[0][frames]);
    let mut buffer = Buffer::default();
    // SAFETY: both slices live longer than the buffer and are equally long.
    unsafe { buffer.set_slices(left.len(), |slices| *slices = vec![left, right]) };
    let mut others = AuxiliaryBuffers { inputs: &mut [], outputs: &mut [] };
    nice_assert_no_alloc::assert_no_alloc(|| {
        plugin.process(&mut buffer, &mut others, host);
    });
}

/// What the effect alone makes of the same tone.
fn expected(codebook: &Arc<Codebook>) -> Vec<Vec<f32>> {
    let mut effect = Effect::new(codebook, RATE.into(), 2, Latency::Full);
    let (mut left, mut right) = (wave(12_000, 98.0), wave(12_000, 131.0));
    effect.process(&mut [&mut left, &mut right], &mut ());
    vec![left, right]
}

/// Loads a session that names a codebook.
fn load(plugin: &Extrema, codebook: &str) {
    let fields = [("codebook".to_owned(), format!("{codebook:?}"))].into();
    restore(plugin, PluginState { version: String::new(), params: [].into(), fields });
}

/// Loads a session as the framework does.
fn restore(plugin: &Extrema, mut state: PluginState) {
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

/// What the effect alone makes of the tone when it changes to a codebook before a frame.
fn expected_change(codebooks: [&Arc<Codebook>; 2], change: usize) -> Vec<Vec<f32>> {
    let mut effect = Effect::new(codebooks[0], RATE.into(), 2, Latency::Full);
    let (mut left, mut right) = (wave(12_000, 98.0), wave(12_000, 131.0));
    effect.process(&mut [&mut left[..change], &mut right[..change]], &mut ());
    assert!(effect.set_codebook(codebooks[1], 1));
    effect.process(&mut [&mut left[change..], &mut right[change..]], &mut ());
    vec![left, right]
}

#[test]
fn a_session_loaded_while_playing_changes_the_codebook_without_a_restart_or_a_gap() {
    let (standard, second) = (Codebook::standard(), second());
    let mut plugin = Extrema::with_codebooks(vec![second.clone()]);
    let mut host = Host::default();
    activate(&mut plugin, &mut host);
    load(&plugin, "extrema-1");
    assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(&standard)));
    plugin.reset();
    load(&plugin, "test-2");
    assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(&second)));
    plugin.reset();
    // In the middle of a stream, with no allocation in `process`.
    let mut channels = vec![wave(12_000, 98.0), wave(12_000, 131.0)];
    for from in (0..12_000).step_by(500) {
        if from == 6_000 {
            load(&plugin, "extrema-1");
        }
        process(&mut plugin, &mut host, &mut channels, from..from + 500);
    }
    assert_eq!(bits(&channels), bits(&expected_change([&second, &standard], 6_000)));
    assert_eq!(host.restarts.get(), 0);
}

#[test]
fn the_last_of_many_codebooks_is_played() {
    let (standard, second) = (Codebook::standard(), second());
    let mut plugin = Extrema::with_codebooks(vec![second.clone()]);
    let mut host = Host::default();
    // More than can wait, before there is an effect.
    for number in 0..31 {
        load(&plugin, ["extrema-1", "test-2"][number % 2]);
    }
    activate(&mut plugin, &mut host);
    assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(&standard)));
    // As many at once while it plays: an own one each, of which only the last is heard.
    plugin.reset();
    for number in 0..7_u8 {
        let mut rows = *second.curves().rows();
        rows[5][0] = number as i8;
        let own = ChosenCodebook::own(Codebook::own(&rows), "many");
        plugin.codebook().choose(own);
    }
    load(&plugin, "test-2");
    assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(&second)));
    assert_eq!(host.restarts.get(), 0);
    // Too many for the ring: the host is asked for a restart, once.
    for number in 0..32_u8 {
        let mut rows = *second.curves().rows();
        rows[5][0] = number as i8;
        plugin.codebook().choose(ChosenCodebook::own(Codebook::own(&rows), "many"));
    }
    play(&mut plugin, &mut host);
    play(&mut plugin, &mut host);
    assert_eq!(host.restarts.get(), 1);
    load(&plugin, "test-2");
    activate(&mut plugin, &mut host);
    assert_eq!(bits(&play(&mut plugin, &mut host)), bits(&expected(&second)));
    assert_eq!(host.restarts.get(), 1);
}

#[test]
fn a_codebook_of_ones_own_is_saved_with_its_curves() {
    let rows = *second().curves().rows();
    let own = Codebook::own(&rows);
    let mut plugin = Extrema::default();
    let mut host = Host::default();
    plugin.codebook().choose(ChosenCodebook::own(own.clone(), "Bulges"));
    let fields = plugin.params().serialize_fields();
    let state = PluginState { version: String::new(), params: [].into(), fields };
    assert!(state.fields["codebook"].contains("\"title\":\"Bulges\""));

    let mut later = Extrema::default();
    restore(&later, state.clone());
    assert_eq!(later.codebook().chosen(), plugin.codebook().chosen());
    assert_eq!(later.codebook().chosen().title(), Some("Bulges"));
    assert_eq!(later.codebook().missing(), None);
    for plugin in [&mut plugin, &mut later] {
        activate(plugin, &mut host);
        assert_eq!(bits(&play(plugin, &mut host)), bits(&expected(&own)));
    }
    // What was the standard one all along is saved as that.
    let same = Codebook::own(Codebook::standard().curves().rows());
    plugin.codebook().choose(ChosenCodebook::own(same, "mine"));
    assert_eq!(saved_name(&plugin), "\"extrema-1\"");
}

#[test]
fn a_table_that_no_codebook_can_have_plays_the_standard_one() {
    for damaged in [
        r#"{"title":"short","rows":[[1,2,3,4,5,6]]}"#,
        r#"{"title":"none","rows":[]}"#,
        r#"{"title":"loud","rows":[[300,0,0,0,0,0]]}"#,
        r#"{"title":"narrow","rows":[[0,0,0]]}"#,
        r#"{"rows":7}"#,
        "17",
    ] {
        let plugin = Extrema::default();
        let own = Codebook::own(second().curves().rows());
        plugin.codebook().choose(ChosenCodebook::own(own, "before"));
        let fields = [("codebook".to_owned(), damaged.to_owned())].into();
        restore(&plugin, PluginState { version: String::new(), params: [].into(), fields });
        let (_, codebook) = plugin.codebook().current();
        assert_eq!(codebook, Codebook::standard(), "{damaged}");
        assert_eq!(saved_name(&plugin), "\"extrema-1\"", "{damaged}");
    }
}
