//! Neither the host's position in its song nor its render mode changes a sample.

use clack_extensions::render::{PluginRender, RenderMode};
use clack_host::events::EventFlags;
use clack_host::events::event_types::{TransportEvent, TransportFlags};
use clack_host::prelude::*;
use clack_host::utils::{BeatTime, SecondsTime};

use crate::host::Instance;
use crate::sound::{bits, untouched, wave};

const RATE: f64 = 48_000.0;

const BLOCK: usize = 512;

/// A host at a position of its song in seconds, at 120 beats a minute, with a loop from 1 s to 2 s.
pub fn at(seconds: f64, flags: TransportFlags) -> TransportEvent {
    TransportEvent {
        header: EventHeader::new_core(0, EventFlags::empty()),
        flags: flags
            | TransportFlags::HAS_TEMPO
            | TransportFlags::HAS_BEATS_TIMELINE
            | TransportFlags::HAS_SECONDS_TIMELINE,
        song_pos_beats: BeatTime::from_float(2.0 * seconds),
        song_pos_seconds: SecondsTime::from_float(seconds),
        tempo: 120.0,
        tempo_inc: 0.0,
        loop_start_beats: BeatTime::from_int(2),
        loop_end_beats: BeatTime::from_int(4),
        loop_start_seconds: SecondsTime::from_int(1),
        loop_end_seconds: SecondsTime::from_int(2),
        bar_start: BeatTime::from_int(0),
        bar_number: 0,
        time_signature_numerator: 4,
        time_signature_denominator: 4,
    }
}

#[test]
fn loops_and_seeks_without_a_reset_continue_the_stream() {
    // What a looping host plays: the same piece again and again.
    let piece = |pitch| wave(10_000, pitch).repeat(4);
    let (left, right) = (piece(110.0), piece(163.0));
    let want = untouched(RATE, [&left, &right]);

    let playing = TransportFlags::IS_PLAYING;
    let looping = playing | TransportFlags::IS_LOOP_ACTIVE;
    let stopped = TransportFlags::empty();
    let mut instance = Instance::new();
    let mut player = instance.activate(RATE, BLOCK as u32);
    let mut out = vec![Vec::new(); 2];
    for (index, from) in (0..left.len()).step_by(BLOCK).enumerate() {
        let to = (from + BLOCK).min(left.len());
        let time = from as f64 / RATE;
        player.transport = match index {
            0..10 => Some(at(time, playing)),
            // Around a loop of 10 000 frames, which ends inside a block.
            10..30 => Some(at(1.0 + (from % 10_000) as f64 / RATE, looping)),
            // Far ahead, before the start, no position, and stopped.
            30..40 => Some(at(3600.0 + time, playing)),
            40..50 => Some(at(time - 2.0, playing | TransportFlags::IS_WITHIN_PRE_ROLL)),
            50..60 => None,
            60..65 => Some(at(5.0, stopped)),
            _ => Some(at(time, playing | TransportFlags::IS_RECORDING)),
        };
        let played = player.block(&[&left[from..to], &right[from..to]], &[]);
        out.iter_mut().zip(played).for_each(|(out, played)| out.extend(played));
    }
    instance.deactivate(player);
    assert_eq!(bits(&out), bits(&want));
}

#[test]
fn a_bounce_equals_playback() {
    let (left, right) = (wave(20_000, 98.0), wave(20_000, 131.0));
    let want = untouched(RATE, [&left, &right]);
    let mut instance = Instance::new();
    for mode in [RenderMode::Realtime, RenderMode::Offline] {
        let handle = instance.plugin.plugin_handle();
        let render: PluginRender = handle.get_extension().expect("render");
        render.set(&handle, mode).expect("either mode");
        let mut player = instance.activate(RATE, 4096);
        let out = player.track(&[&left, &right], 4096, &[]);
        instance.deactivate(player);
        assert_eq!(bits(&out), bits(&want), "{mode:?}");
    }
}

#[test]
fn the_render_mode_may_change_while_playing() {
    let (left, right) = (wave(20_000, 98.0), wave(20_000, 131.0));
    let want = untouched(RATE, [&left, &right]);
    let mut instance = Instance::new();
    let mut player = instance.activate(RATE, BLOCK as u32);
    let mut out = player.track(&[&left[..8192], &right[..8192]], BLOCK, &[]);
    let restarts = instance.restarts();
    let handle = instance.plugin.plugin_handle();
    let render: PluginRender = handle.get_extension().expect("render");
    render.set(&handle, RenderMode::Offline).expect("either mode");
    render.set(&handle, RenderMode::Offline).expect("either mode");
    // The framework asks for a restart, which Extrema would not need.
    assert_eq!(instance.restarts(), restarts + 1);
    let rest = player.track(&[&left[8192..], &right[8192..]], BLOCK, &[]);
    instance.deactivate(player);
    out.iter_mut().zip(rest).for_each(|(out, rest)| out.extend(rest));
    assert_eq!(bits(&out), bits(&want));
}
