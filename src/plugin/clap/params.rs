//! Texts of values, and parameter changes outside of blocks.

use std::ffi::{CStr, c_char};

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;

use super::Instance;
use super::events::OrderedEvents;
use crate::effect::Control;

/// The text of a value with its unit. nice-plug appends the unit as VST3 hosts get it, without a
/// space in front.
pub unsafe extern "C" fn value_to_text(
    plugin: *const clap_plugin,
    id: clap_id,
    value: f64,
    display: *mut c_char,
    size: u32,
) -> bool {
    let mut whole = [0; 256];
    // SAFETY: a host passes what it was given, and room for as many bytes as it says.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return false };
        let Some(to_text) = instance.framework.params.value_to_text else { return false };
        if display.is_null()
            || size == 0
            || !to_text(plugin, id, value, whole.as_mut_ptr(), whole.len() as u32)
        {
            return false;
        }
        let text = CStr::from_ptr(whole.as_ptr()).to_string_lossy();
        let text = with_space(&text);
        let length = text.floor_char_boundary(size as usize - 1);
        display.cast::<u8>().copy_from_nonoverlapping(text.as_ptr(), length);
        *display.add(length) = 0;
    }
    true
}

/// Puts a space between a number and its unit.
fn with_space(text: &str) -> String {
    for control in Control::ALL {
        let unit = control.constant_unit();
        if let Some(number) = text.strip_suffix(unit)
            && !unit.is_empty()
            && number.ends_with(|last: char| last.is_ascii_digit())
        {
            return format!("{number} {unit}");
        }
    }
    text.to_owned()
}

/// Changes parameters between blocks, where no event has a time.
pub unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    input: *const clap_input_events,
    output: *const clap_output_events,
) {
    // SAFETY: a host passes what it was given, and lists that live as long as this call.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        let Some(flush) = instance.framework.params.flush else { return };
        let events = OrderedEvents::new(input, 0);
        let list = events.as_ref().map(OrderedEvents::as_list);
        flush(plugin, list.as_ref().map_or(std::ptr::null(), std::ptr::from_ref), output);
    }
}
