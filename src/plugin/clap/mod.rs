//! The CLAP entry: nice-plug's plugin, with a check of what the host hands it in front.
//!
//! nice-plug 0.4.2 slices the host's buffers at the times of events without a look at the block's
//! length, and takes any number of channels: an event beyond its block reads and writes outside of
//! the buffers. A state that a host has padded does not parse. None of this can be caught from
//! inside [`Plugin`](nice_plug::prelude::Plugin), so the functions concerned are replaced here in the
//! table of functions that the host gets; all others are nice-plug's own. Presets for the host's
//! browser, which nice-plug does not have, are added, and the editor's scale is kept until there is
//! an editor.

mod events;
mod gui;
mod params;
mod preset_discovery;
mod preset_load;
mod process;
mod state;

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use clap_sys::entry::clap_plugin_entry;
use clap_sys::ext::audio_ports::{
    CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports,
};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_plugin_gui};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_plugin_params};
use clap_sys::ext::preset_load::{
    CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT, clap_plugin_preset_load,
};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
};
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::version::CLAP_VERSION;
use nice_plug::wrapper::clap::{PluginDescriptor, Wrapper};
use nice_plug::wrapper::setup_logger;

use super::Extrema;

/// What a CLAP host looks for in the library.
#[unsafe(no_mangle)]
#[used]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(get_plugin_count),
    get_plugin_descriptor: Some(get_plugin_descriptor),
    create_plugin: Some(create_plugin),
};

unsafe extern "C" fn init(_path: *const c_char) -> bool {
    setup_logger::<Extrema>();
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    if id.is_null() {
        return ptr::null();
    }
    // SAFETY: a host passes a C string.
    let id = unsafe { CStr::from_ptr(id) };
    if id == CLAP_PLUGIN_FACTORY_ID {
        (&raw const FACTORY).cast()
    } else if [CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT]
        .contains(&id)
    {
        (&raw const preset_discovery::FACTORY).cast()
    } else {
        ptr::null()
    }
}

fn descriptor() -> &'static PluginDescriptor {
    static DESCRIPTOR: OnceLock<PluginDescriptor> = OnceLock::new();
    DESCRIPTOR.get_or_init(PluginDescriptor::for_plugin::<Extrema>)
}

unsafe extern "C" fn get_plugin_count(_factory: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn get_plugin_descriptor(
    _factory: *const clap_plugin_factory,
    index: u32,
) -> *const clap_plugin_descriptor {
    if index == 0 { descriptor().clap_plugin_descriptor() } else { ptr::null() }
}

unsafe extern "C" fn create_plugin(
    _factory: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: a host passes a C string or null.
    if host.is_null() || id.is_null() || unsafe { CStr::from_ptr(id) } != descriptor().clap_id() {
        return ptr::null();
    }
    // SAFETY: the host lives longer than its plugins.
    unsafe { Instance::create(host) }
}

/// What the host has instead of nice-plug's plugin.
#[repr(C)]
struct Instance {
    /// What the host sees. It comes first, so that a pointer to it is one to the instance. Its
    /// `plugin_data` is nice-plug's, whose functions look at nothing else.
    plugin: clap_plugin,
    params: clap_plugin_params,
    state: clap_plugin_state,
    preset_load: clap_plugin_preset_load,
    gui: gui::Gui,
    host: *const clap_host,
    /// nice-plug's own functions.
    framework: Framework,
    /// The channels of either port; 0 unless the plugin is active.
    channels: AtomicU32,
}

#[derive(Clone, Copy)]
struct Framework {
    plugin: clap_plugin,
    params: clap_plugin_params,
    state: clap_plugin_state,
}

impl Instance {
    /// # Safety
    ///
    /// The host must live longer than the plugin.
    unsafe fn create(host: *const clap_host) -> *const clap_plugin {
        // SAFETY: as above. The reference is released in nice-plug's `destroy`.
        let wrapper = Arc::into_raw(unsafe { Wrapper::<Extrema>::new(host) });
        // SAFETY: the wrapper has just been made, and nobody else knows of it. The extensions exist,
        // and their types are CLAP's.
        let framework = unsafe {
            let plugin = *(*wrapper).clap_plugin.as_ptr();
            let params = extension(&plugin, &raw const plugin, CLAP_EXT_PARAMS);
            let state = extension(&plugin, &raw const plugin, CLAP_EXT_STATE);
            let (params, state): (*const clap_plugin_params, *const clap_plugin_state) =
                (params.cast(), state.cast());
            Framework { plugin, params: *params, state: *state }
        };
        let instance = Self {
            plugin: clap_plugin {
                destroy: Some(destroy),
                activate: Some(activate),
                deactivate: Some(deactivate),
                process: Some(process::process),
                get_extension: Some(get_extension),
                ..framework.plugin
            },
            params: clap_plugin_params {
                value_to_text: Some(params::value_to_text),
                flush: Some(params::flush),
                ..framework.params
            },
            state: clap_plugin_state { load: Some(state::load), ..framework.state },
            preset_load: clap_plugin_preset_load {
                from_location: Some(preset_load::from_location),
            },
            gui: gui::Gui::default(),
            host,
            framework,
            channels: AtomicU32::new(0),
        };
        Box::into_raw(Box::new(instance)).cast()
    }

    /// The instance that a host means.
    ///
    /// # Safety
    ///
    /// `plugin` must be null or come from [`Self::create`], and not be destroyed yet.
    unsafe fn of<'a>(plugin: *const clap_plugin) -> Option<&'a Self> {
        // SAFETY: as above; the plugin is the instance's first field.
        unsafe { plugin.cast::<Self>().as_ref() }
    }
}

/// Asks nice-plug for an extension; null if there is none.
///
/// # Safety
///
/// `plugin` must have nice-plug's data.
unsafe fn extension(
    framework: &clap_plugin,
    plugin: *const clap_plugin,
    id: &CStr,
) -> *const c_void {
    match framework.get_extension {
        // SAFETY: as above.
        Some(get_extension) => unsafe { get_extension(plugin, id.as_ptr()) },
        None => ptr::null(),
    }
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    // SAFETY: a host passes what it was given, and has no use for it after this call.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        if let Some(destroy) = instance.framework.plugin.destroy {
            destroy(plugin);
        }
        drop(Box::from_raw(plugin.cast::<Instance>().cast_mut()));
    }
}

unsafe extern "C" fn activate(
    plugin: *const clap_plugin,
    sample_rate: f64,
    min_frames: u32,
    max_frames: u32,
) -> bool {
    // SAFETY: a host passes what it was given.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return false };
        let Some(activate) = instance.framework.plugin.activate else { return false };
        let is_active = activate(plugin, sample_rate, min_frames, max_frames);
        let channels = if is_active { channel_count(instance, plugin) } else { 0 };
        instance.channels.store(channels, Ordering::Release);
        is_active
    }
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    // SAFETY: a host passes what it was given.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        instance.channels.store(0, Ordering::Release);
        if let Some(deactivate) = instance.framework.plugin.deactivate {
            deactivate(plugin);
        }
    }
}

/// The channels of the layout that the host has selected, by nice-plug's own account.
///
/// # Safety
///
/// `plugin` must be that of the instance.
unsafe fn channel_count(instance: &Instance, plugin: *const clap_plugin) -> u32 {
    // SAFETY: the extension's type is CLAP's, and all of `info` may be zero.
    unsafe {
        let ports = extension(&instance.framework.plugin, plugin, CLAP_EXT_AUDIO_PORTS);
        let mut info: clap_audio_port_info = std::mem::zeroed();
        match ports.cast::<clap_plugin_audio_ports>().as_ref().and_then(|ports| ports.get) {
            Some(get) if get(plugin, 0, false, &raw mut info) => info.channel_count,
            _ => 0,
        }
    }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    // SAFETY: a host passes what it was given, and a C string or null.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return ptr::null() };
        if id.is_null() {
            return ptr::null();
        }
        match CStr::from_ptr(id) {
            id if id == CLAP_EXT_PARAMS => (&raw const instance.params).cast(),
            id if id == CLAP_EXT_STATE => (&raw const instance.state).cast(),
            id if id == CLAP_EXT_PRESET_LOAD || id == CLAP_EXT_PRESET_LOAD_COMPAT => {
                (&raw const instance.preset_load).cast()
            }
            id if id == CLAP_EXT_GUI => {
                let gui = extension(&instance.framework.plugin, plugin, id);
                match gui.cast::<clap_plugin_gui>().as_ref() {
                    Some(framework) => instance.gui.in_front_of(framework).cast(),
                    None => ptr::null(),
                }
            }
            id => extension(&instance.framework.plugin, plugin, id),
        }
    }
}
