//! Blocks: ports and events as nice-plug can take them.

use std::ptr;
use std::sync::atomic::Ordering;

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status};

use super::Instance;
use super::events::OrderedEvents;

/// Processes a block. Without a complete output only parameters change, and what there is of it stays
/// as it is; what the input lacks counts as silence.
pub unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    process: *const clap_process,
) -> clap_process_status {
    // SAFETY: a host passes what it was given, and a block that lives as long as this call, with as
    // many ports, channels and samples as it says.
    unsafe {
        let (Some(instance), Some(host)) = (Instance::of(plugin), process.as_ref()) else {
            return CLAP_PROCESS_ERROR;
        };
        let Some(framework) = instance.framework.plugin.process else { return CLAP_PROCESS_ERROR };
        let wanted = instance.channels.load(Ordering::Acquire);
        if wanted == 0 {
            return CLAP_PROCESS_ERROR;
        }
        let mut block = clap_process { audio_inputs_count: 0, audio_outputs_count: 0, ..*host };
        let mut output = first(host.audio_outputs, host.audio_outputs_count);
        let mut input = first(host.audio_inputs, host.audio_inputs_count);
        if channels(output.as_ref(), wanted) == wanted
            && let Some(output) = &mut output
        {
            output.channel_count = wanted;
            let channels = channels(input.as_ref(), wanted);
            // nice-plug fills missing channels with zeros, but not all of them.
            let mut silent = *output;
            silent.channel_count = 0;
            let input = input.insert(input.filter(|_| channels > 0).unwrap_or(silent));
            input.channel_count = channels;
            (block.audio_inputs, block.audio_inputs_count) = (ptr::from_ref(input), 1);
            (block.audio_outputs, block.audio_outputs_count) = (ptr::from_mut(output), 1);
        }
        let events = OrderedEvents::new(host.in_events, host.frames_count);
        let list = events.as_ref().map(OrderedEvents::as_list);
        block.in_events = list.as_ref().map_or(ptr::null(), ptr::from_ref);
        framework(plugin, &raw const block)
    }
}

/// The first of the host's ports; the plugin has no others.
///
/// # Safety
///
/// There must be as many as `count`, or null.
unsafe fn first(ports: *const clap_audio_buffer, count: u32) -> Option<clap_audio_buffer> {
    // SAFETY: as above.
    if count == 0 { None } else { unsafe { ports.as_ref() }.copied() }
}

/// How many of the first `wanted` channels are there, in one piece.
///
/// # Safety
///
/// The port must have as many pointers as it says.
unsafe fn channels(port: Option<&clap_audio_buffer>, wanted: u32) -> u32 {
    let Some(port) = port.filter(|port| !port.data32.is_null()) else { return 0 };
    let there = 0..port.channel_count.min(wanted);
    // SAFETY: as above.
    there.take_while(|&i| !unsafe { *port.data32.add(i as usize) }.is_null()).count() as u32
}
