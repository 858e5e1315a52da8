//! Loading of presets that a host has found by `preset_discovery.rs`.

use std::error::Error;
use std::ffi::{CStr, CString, c_char};
use std::path::{Path, PathBuf};

use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, clap_host_preset_load};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_location_kind,
};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use nice_plug::nice_warn;
use nice_plug::wrapper::clap::Wrapper;

use super::{Extrema, Instance};
use crate::params::load;
use crate::presets::{Preset, PresetError, UserPreset, factory};

/// Loads a preset from the plugin itself, where its name is the key, or from a file. Latency, bypass,
/// the codebook and the window stay as they are. What cannot be read changes nothing.
pub unsafe extern "C" fn from_location(
    plugin: *const clap_plugin,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    key: *const c_char,
) -> bool {
    // SAFETY: a host passes what it was given, and C strings or null.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return false };
        let preset = read(kind, text(location), text(key));
        let host = HostPresetLoad::of(instance.host);
        match preset {
            Ok(preset) => {
                // nice-plug's data is its wrapper, which lives as long as the plugin.
                let wrapper = &*instance.plugin.plugin_data.cast::<Wrapper<Extrema>>();
                let mut state = wrapper.get_state_object();
                load::set_preset(&mut state, &preset);
                // As if a session was loaded, which the host may do at any time as well.
                let is_loaded = wrapper.set_state_inner(&mut state);
                if is_loaded
                    && let Some(HostPresetLoad { host, extension }) = host
                    && let Some(loaded) = extension.loaded
                {
                    loaded(host, kind, location, key);
                }
                is_loaded
            }
            Err(reason) => {
                nice_warn!("The preset was not loaded: {reason}. Nothing was changed.");
                if let Some(HostPresetLoad { host, extension }) = host
                    && let Some(on_error) = extension.on_error
                {
                    let reason = CString::new(reason).unwrap_or_default();
                    on_error(host, kind, location, key, 0, reason.as_ptr());
                }
                false
            }
        }
    }
}

/// The preset at a location, or why there is none.
fn read(
    kind: clap_preset_discovery_location_kind,
    location: Option<&CStr>,
    key: Option<&CStr>,
) -> Result<Preset, String> {
    match (kind, location, key) {
        (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, _, Some(name)) => {
            let is_named = |preset: &&Preset| preset.name().as_bytes() == name.to_bytes();
            let preset = factory().iter().find(is_named).cloned();
            preset.ok_or_else(|| format!("Extrema has no preset {name:?}"))
        }
        (CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(location), _) => {
            let user = UserPreset::load(&path(location)).map_err(|error| in_words(&error))?;
            for notice in &user.notices {
                nice_warn!("{}: {notice}", user.path.display());
            }
            Ok(user.preset)
        }
        _ => Err("the host names no preset".to_owned()),
    }
}

/// A path as CLAP passes it: as the system has it on Unix, UTF-8 on Windows.
pub(super) fn path(text: &CStr) -> PathBuf {
    #[cfg(unix)]
    let path =
        Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(text.to_bytes()));
    #[cfg(not(unix))]
    let text = text.to_string_lossy();
    #[cfg(not(unix))]
    let path = Path::new(text.as_ref());
    path.to_owned()
}

/// What is wrong with a preset, and why.
pub(super) fn in_words(error: &PresetError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// # Safety
///
/// `text` must be a C string that lives long enough, or null.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: as above.
    if text.is_null() { None } else { Some(unsafe { CStr::from_ptr(text) }) }
}

/// What a host wants to be told.
struct HostPresetLoad<'a> {
    host: *const clap_host,
    extension: &'a clap_host_preset_load,
}

impl HostPresetLoad<'_> {
    /// `None` if the host does not want to know.
    ///
    /// # Safety
    ///
    /// `host` must be the plugin's host, and the plugin must be initialised.
    unsafe fn of(host: *const clap_host) -> Option<Self> {
        // SAFETY: as above; the extension's type is CLAP's.
        unsafe {
            let get_extension = (*host).get_extension?;
            let extension = get_extension(host, CLAP_EXT_PRESET_LOAD.as_ptr());
            let extension = extension.cast::<clap_host_preset_load>().as_ref();
            extension.map(|extension| Self { host, extension })
        }
    }
}
