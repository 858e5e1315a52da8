//! A host that breaks CLAP's rules: events beyond their block or out of order, ports that lack
//! channels or have too many, blocks before the activation. The plugin plays what it can, and the
//! host's process lives on.

use std::ptr;

use clack_host::events::EventFlags;
use clack_host::events::event_types::{
    MidiEvent, NoteOnEvent, ParamModEvent, ParamValueEvent, TransportFlags,
};
use clack_host::prelude::*;
use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};

use crate::host::{Change, Instance};
use crate::sound::{bits, wave};
use crate::transport;

const RATE: f64 = 44_100.0;

const FRAMES: usize = 256;

const LAST: u32 = FRAMES as u32 - 1;

/// Blocks to play, so that what happens in the first is heard in the last.
const BLOCKS: usize = 20;

/// The three kinds of event that act on a parameter, and three that the plugin has no use for.
#[derive(Clone, Copy)]
enum Event {
    Value(Change),
    Offset(Change),
    Note,
    Midi,
    Transport,
}

fn buffer(events: &[(u32, Event)]) -> EventBuffer {
    let mut buffer = EventBuffer::new();
    for &(time, event) in events {
        let all = Pckn::match_all();
        match event {
            Event::Value(Change { id, value, .. }) => {
                buffer.push(&ParamValueEvent::new(time, id, all, value));
            }
            Event::Offset(Change { id, value, .. }) => {
                buffer.push(&ParamModEvent::new(time, id, all, value));
            }
            Event::Note => buffer.push(&NoteOnEvent::new(time, all, 1.0)),
            Event::Midi => buffer.push(&MidiEvent::new(time, 0, [0x90, 60, 100])),
            Event::Transport => {
                let mut event = transport::at(1.0, TransportFlags::IS_PLAYING);
                event.header = EventHeader::new_core(time, EventFlags::empty());
                buffer.push(&event);
            }
        }
    }
    buffer
}

/// Plays a tone in blocks, the first of them with these events.
fn played(instance: &mut Instance, events: &[(u32, Event)]) -> Vec<Vec<u32>> {
    let (left, right) = (wave(BLOCKS * FRAMES, 98.0), wave(BLOCKS * FRAMES, 131.0));
    let mut player = instance.activate(RATE, FRAMES as u32);
    let mut out = vec![Vec::new(); 2];
    let mut events = buffer(events);
    for (left, right) in left.chunks(FRAMES).zip(right.chunks(FRAMES)) {
        let played = player.block_with(&[left, right], &events);
        out.iter_mut().zip(played).for_each(|(out, played)| out.extend(played));
        events.clear();
    }
    instance.deactivate(player);
    bits(&out)
}

/// Every kind of event, in a new instance.
fn kinds(instance: &mut Instance) -> [Event; 7] {
    let threshold = instance.parameter("Threshold").default;
    let louder = instance.change("Threshold", "-20 dB");
    [
        Event::Value(instance.change("Mix", "50 %")),
        Event::Value(instance.change("Points", "3")),
        Event::Value(instance.change("Detector", "Peak")),
        Event::Offset(Change { value: louder.value - threshold, ..louder }),
        Event::Note,
        Event::Midi,
        Event::Transport,
    ]
}

#[test]
fn an_event_beyond_its_block_counts_for_the_last_frame() {
    for kind in 0..7 {
        let mut instance = Instance::new();
        let event = kinds(&mut instance)[kind];
        let in_time = Event::Value(instance.change("Longest curve", "5 ms"));
        let want = played(&mut instance, &[(100, in_time), (LAST, event)]);
        for time in [LAST + 1, LAST + 2, 10_000, i32::MAX as u32, u32::MAX] {
            let mut instance = Instance::new();
            let out = played(&mut instance, &[(100, in_time), (time, event)]);
            assert_eq!(out, want, "kind {kind} at {time}");
        }
    }
}

#[test]
fn events_out_of_order_count_for_the_latest_time_before_them() {
    let mut instance = Instance::new();
    for (kind, event) in kinds(&mut instance).into_iter().enumerate() {
        let in_time = Event::Value(instance.change("Longest curve", "5 ms"));
        let after = Event::Value(instance.change("Threshold", "-10 dB"));
        let sorted = [(100, in_time), (100, event), (200, after), (LAST, in_time), (LAST, event)];
        let want = played(&mut Instance::new(), &sorted);
        for late in [LAST, u32::MAX] {
            let given = [(100, in_time), (7, event), (200, after), (late, in_time), (99, event)];
            assert_eq!(played(&mut Instance::new(), &given), want, "kind {kind}, {late}");
        }
    }
}

#[test]
fn blocks_without_frames_take_their_events() {
    for time in [0, 1, u32::MAX] {
        let mut instance = Instance::new();
        let mut player = instance.activate(RATE, FRAMES as u32);
        let mix = instance.change("Mix", "50 %");
        player.block_with(&[&[], &[]], &buffer(&[(time, Event::Value(mix))]));
        assert_eq!(instance.value(mix.id), mix.value, "at {time}");
        instance.deactivate(player);
    }
}

/// What a block is played with: the channels of both ports, where none is a null pointer.
struct Ports {
    input: Option<Vec<Option<Vec<f32>>>>,
    output: Option<Vec<Option<Vec<f32>>>>,
    frames: u32,
}

/// The pointers that CLAP wants of a port's channels.
fn pointers(port: &mut Option<Vec<Option<Vec<f32>>>>) -> Vec<*mut f32> {
    let channels = port.iter_mut().flatten();
    channels.map(|x| x.as_mut().map_or(ptr::null_mut(), Vec::as_mut_ptr)).collect()
}

impl Ports {
    /// Processes the block and returns the status.
    fn process(&mut self, plugin: *const clap_plugin) -> i32 {
        let has_ports = [self.input.is_some(), self.output.is_some()];
        let [mut input, mut output] = [pointers(&mut self.input), pointers(&mut self.output)];
        let port = |channels: &mut Vec<*mut f32>| clap_audio_buffer {
            data32: channels.as_mut_ptr(),
            data64: ptr::null_mut(),
            channel_count: channels.len() as u32,
            latency: 0,
            constant_mask: 0,
        };
        let (input, mut output) = (port(&mut input), port(&mut output));
        let process = clap_process {
            steady_time: -1,
            frames_count: self.frames,
            transport: ptr::null(),
            audio_inputs: if has_ports[0] { &raw const input } else { ptr::null() },
            audio_outputs: if has_ports[1] { &raw mut output } else { ptr::null_mut() },
            audio_inputs_count: has_ports[0].into(),
            audio_outputs_count: has_ports[1].into(),
            in_events: ptr::null(),
            out_events: ptr::null(),
        };
        // SAFETY: every channel that is there has as many samples as the block has frames.
        unsafe { (*plugin).process.expect("a process function")(plugin, &raw const process) }
    }
}

fn raw(instance: &mut Instance) -> *const clap_plugin {
    instance.plugin.plugin_handle().as_raw()
}

#[test]
fn missing_and_surplus_channels_neither_crash_nor_sound() {
    let tone = || Some(wave(4 * FRAMES, 98.0));
    let room = || Some(vec![7.0; 4 * FRAMES]);
    let cases = [
        ("no ports", None, None),
        ("no input", None, Some(vec![room(), room()])),
        ("no output", Some(vec![tone(), tone()]), None),
        ("no channels", Some(vec![]), Some(vec![])),
        ("one channel", Some(vec![tone()]), Some(vec![room()])),
        ("one channel in", Some(vec![tone()]), Some(vec![room(), room()])),
        ("one channel out", Some(vec![tone(), tone()]), Some(vec![room()])),
        ("three channels", Some(vec![tone(), tone(), tone()]), Some(vec![room(), room(), room()])),
        ("null in", Some(vec![tone(), None]), Some(vec![room(), room()])),
        ("nulls in", Some(vec![None, None]), Some(vec![room(), room()])),
        ("null out", Some(vec![tone(), tone()]), Some(vec![room(), None])),
        ("nulls", Some(vec![None, None]), Some(vec![None, None])),
    ];
    for (name, input, output) in cases {
        let heard: Vec<bool> = (0..2)
            .map(|i| input.as_ref().is_some_and(|port| port.get(i).is_some_and(Option::is_some)))
            .collect();
        let complete =
            output.as_ref().is_some_and(|port| port.len() >= 2 && port.iter().all(Option::is_some));
        let mut instance = Instance::new();
        let bypass = instance.change("Bypass", "bypassed");
        instance.flush(&[bypass]);
        let player = instance.activate(RATE, FRAMES as u32);
        let mut ports = Ports { input, output, frames: 4 * FRAMES as u32 };
        let mut channels = vec![Vec::new(); 2];
        for _ in 0..4 {
            assert_ne!(ports.process(raw(&mut instance)), CLAP_PROCESS_ERROR, "{name}");
            if complete {
                for (all, now) in channels.iter_mut().zip(ports.output.iter().flatten()) {
                    all.extend(now.iter().flatten());
                }
            }
        }
        for ((channel, samples), heard) in channels.iter().enumerate().zip(heard) {
            if complete {
                let sounds = samples.iter().any(|&x: &f32| x != 0.0);
                assert_eq!(sounds, heard, "{name}: channel {channel}");
                assert!(samples.iter().all(|x| x.abs() <= 1.0), "{name}: channel {channel}");
            }
        }
        instance.deactivate(player);
    }
}

#[test]
fn a_block_outside_of_an_activation_is_refused() {
    let mut instance = Instance::new();
    let channels = || Some(vec![Some(vec![0.5; FRAMES]); 2]);
    let mut ports = Ports { input: channels(), output: channels(), frames: FRAMES as u32 };
    assert_eq!(ports.process(raw(&mut instance)), CLAP_PROCESS_ERROR);
    let player = instance.activate(RATE, FRAMES as u32);
    assert_ne!(ports.process(raw(&mut instance)), CLAP_PROCESS_ERROR);
    instance.deactivate(player);
    assert_eq!(ports.process(raw(&mut instance)), CLAP_PROCESS_ERROR);
}

#[test]
fn blocks_may_be_longer_than_announced() {
    let (left, right) = (wave(20_000, 98.0), wave(20_000, 131.0));
    let mut instance = Instance::new();
    let mut player = instance.activate(RATE, 64);
    let out = player.block(&[&left, &right], &[]);
    instance.deactivate(player);
    assert_eq!(bits(&out), bits(&crate::sound::untouched(RATE, [&left, &right])));
}

#[test]
fn an_impossible_sample_rate_is_refused() {
    for rate in [f64::NAN, f64::INFINITY, 0.0, -44_100.0, 1e-9, 1e30] {
        let mut instance = Instance::new();
        let plugin = raw(&mut instance);
        // SAFETY: the plugin lives as long as the instance, and this is its main thread.
        let activate = unsafe { (*plugin).activate.expect("a way to activate") };
        assert!(!unsafe { activate(plugin, rate, 1, 512) }, "{rate}");
        // The same instance can be used after that.
        let player = instance.activate(RATE, 512);
        instance.deactivate(player);
    }
}
