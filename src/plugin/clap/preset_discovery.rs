//! What a host's browser shows of presets, which nice-plug has no support for: those of the factory,
//! inside the plugin, and the files of the user's folder.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_factory, clap_preset_discovery_filetype, clap_preset_discovery_indexer,
    clap_preset_discovery_location, clap_preset_discovery_location_kind,
    clap_preset_discovery_metadata_receiver, clap_preset_discovery_provider,
    clap_preset_discovery_provider_descriptor,
};
use clap_sys::universal_plugin_id::clap_universal_plugin_id;
use clap_sys::version::CLAP_VERSION;

use super::{descriptor, preset_load};
use crate::presets::{Preset, UserPreset, UserPresets, factory};

/// The factory of the only provider.
pub static FACTORY: clap_preset_discovery_factory = clap_preset_discovery_factory {
    count: Some(count),
    get_descriptor: Some(get_descriptor),
    create: Some(create),
};

const PROVIDER_ID: &CStr = c"audio.extrema.extrema.presets";

static DESCRIPTOR: clap_preset_discovery_provider_descriptor =
    clap_preset_discovery_provider_descriptor {
        clap_version: CLAP_VERSION,
        id: PROVIDER_ID.as_ptr(),
        name: c"Extrema presets".as_ptr(),
        vendor: c"Extrema".as_ptr(),
    };

/// A provider as the host has it.
#[repr(C)]
struct Provider {
    /// What the host sees. It comes first, so that a pointer to it is one to the provider.
    provider: clap_preset_discovery_provider,
    indexer: *const clap_preset_discovery_indexer,
}

unsafe extern "C" fn count(_factory: *const clap_preset_discovery_factory) -> u32 {
    1
}

unsafe extern "C" fn get_descriptor(
    _factory: *const clap_preset_discovery_factory,
    index: u32,
) -> *const clap_preset_discovery_provider_descriptor {
    if index == 0 { &raw const DESCRIPTOR } else { ptr::null() }
}

unsafe extern "C" fn create(
    _factory: *const clap_preset_discovery_factory,
    indexer: *const clap_preset_discovery_indexer,
    id: *const c_char,
) -> *const clap_preset_discovery_provider {
    // SAFETY: a host passes a C string or null.
    if indexer.is_null() || id.is_null() || unsafe { CStr::from_ptr(id) } != PROVIDER_ID {
        return ptr::null();
    }
    let provider = clap_preset_discovery_provider {
        desc: &raw const DESCRIPTOR,
        provider_data: ptr::null_mut(),
        init: Some(init),
        destroy: Some(destroy),
        get_metadata: Some(get_metadata),
        get_extension: Some(get_extension),
    };
    Box::into_raw(Box::new(Provider { provider, indexer })).cast()
}

unsafe extern "C" fn destroy(provider: *const clap_preset_discovery_provider) {
    if !provider.is_null() {
        // SAFETY: a host passes what it was given, and has no use for it after this call.
        drop(unsafe { Box::from_raw(provider.cast::<Provider>().cast_mut()) });
    }
}

unsafe extern "C" fn get_extension(
    _provider: *const clap_preset_discovery_provider,
    _id: *const c_char,
) -> *const c_void {
    ptr::null()
}

/// Tells the host where to look.
unsafe extern "C" fn init(provider: *const clap_preset_discovery_provider) -> bool {
    // SAFETY: a host passes what it was given, and the indexer lives longer than the provider.
    unsafe {
        let Some(provider) = provider.cast::<Provider>().as_ref() else { return false };
        let indexer = provider.indexer;
        let (Some(declare_filetype), Some(declare_location)) =
            ((*indexer).declare_filetype, (*indexer).declare_location)
        else {
            return false;
        };
        let filetype = clap_preset_discovery_filetype {
            name: c"Extrema preset".as_ptr(),
            description: c"Settings of Extrema".as_ptr(),
            file_extension: c"json".as_ptr(),
        };
        let inside = clap_preset_discovery_location {
            flags: CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT,
            name: c"Factory".as_ptr(),
            kind: CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
            location: ptr::null(),
        };
        let is_declared = declare_filetype(indexer, &raw const filetype)
            && declare_location(indexer, &raw const inside);
        // The folder is made when a preset is saved.
        if let Ok(presets) = UserPresets::standard()
            && presets.folder().is_dir()
            && let Ok(folder) = std::path::absolute(presets.folder())
            && let Ok(folder) = CString::new(folder.as_os_str().as_encoded_bytes())
        {
            let folder = clap_preset_discovery_location {
                flags: CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
                name: c"User".as_ptr(),
                kind: CLAP_PRESET_DISCOVERY_LOCATION_FILE,
                location: folder.as_ptr(),
            };
            return is_declared && declare_location(indexer, &raw const folder);
        }
        is_declared
    }
}

/// Tells the host what presets a location has.
unsafe extern "C" fn get_metadata(
    _provider: *const clap_preset_discovery_provider,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    receiver: *const clap_preset_discovery_metadata_receiver,
) -> bool {
    // SAFETY: a host passes a C string or null, and a receiver that lives as long as this call.
    unsafe {
        if receiver.is_null() {
            return false;
        }
        match kind {
            CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN => {
                let flags = CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT;
                // The host may have enough at any time.
                factory()
                    .iter()
                    .all(|preset| describe(receiver, preset, Some(preset.name()), flags))
            }
            CLAP_PRESET_DISCOVERY_LOCATION_FILE if !location.is_null() => {
                let path = preset_load::path(CStr::from_ptr(location));
                match UserPreset::load(&path) {
                    Ok(user) => describe(
                        receiver,
                        &user.preset,
                        None,
                        CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
                    ),
                    Err(error) => {
                        if let Some(on_error) = (*receiver).on_error {
                            on_error(
                                receiver,
                                0,
                                c_string(&preset_load::in_words(&error)).as_ptr(),
                            );
                        }
                        false
                    }
                }
            }
            _ => false,
        }
    }
}

/// Describes a preset, of which a location may have several if they have keys.
///
/// # Safety
///
/// The receiver must follow CLAP.
unsafe fn describe(
    receiver: *const clap_preset_discovery_metadata_receiver,
    preset: &Preset,
    key: Option<&str>,
    flags: u32,
) -> bool {
    let (name, key) = (c_string(preset.name()), key.map(c_string));
    let key = key.as_ref().map_or(ptr::null(), |key| key.as_ptr());
    let plugin =
        clap_universal_plugin_id { abi: c"clap".as_ptr(), id: descriptor().clap_id().as_ptr() };
    // SAFETY: as above, and the texts live as long as the calls.
    unsafe {
        let tell = &*receiver;
        if !tell.begin_preset.is_some_and(|begin| begin(receiver, name.as_ptr(), key)) {
            return false;
        }
        if let Some(add_plugin_id) = tell.add_plugin_id {
            add_plugin_id(receiver, &raw const plugin);
        }
        if let Some(set_flags) = tell.set_flags {
            set_flags(receiver, flags);
        }
        if let Some(set_description) = tell.set_description {
            set_description(receiver, c_string(preset.description()).as_ptr());
        }
        if let Some(add_extra_info) = tell.add_extra_info {
            add_extra_info(receiver, c"group".as_ptr(), c_string(preset.group()).as_ptr());
        }
    }
    true
}

/// Texts of presets have no zeros.
fn c_string(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}
