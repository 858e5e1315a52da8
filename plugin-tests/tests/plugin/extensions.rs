//! The complete list of CLAP extensions, and tests of those that no other file covers.

use std::ffi::CStr;

use clack_extensions::gui::{
    AspectRatioStrategy, GuiApiType, GuiConfiguration, GuiSize, PluginGui,
};
use clack_extensions::track_info::PluginTrackInfo;

use crate::host::Instance;

/// The extensions that the plugin has.
const DECLARED: [&CStr; 11] = [
    c"clap.audio-ports",
    c"clap.audio-ports-config",
    c"clap.gui",
    c"clap.latency",
    c"clap.params",
    c"clap.preset-load/2",
    c"clap.remote-controls/2",
    c"clap.render",
    c"clap.state",
    c"clap.tail",
    c"clap.track-info/1",
];

/// Extensions that it does not have: notes, other layouts, the host's threads, and drafts.
const OTHERS: [&CStr; 20] = [
    c"clap.ambisonic/3",
    c"clap.audio-ports-activation/2",
    c"clap.audio-ports-config-info/1",
    c"clap.configurable-audio-ports/1",
    c"clap.context-menu/1",
    c"clap.extensible-audio-ports/1",
    c"clap.note-name",
    c"clap.note-ports",
    c"clap.param-indication/4",
    c"clap.posix-fd-support",
    c"clap.resource-directory/1",
    c"clap.state-context/2",
    c"clap.surround/4",
    c"clap.thread-pool",
    c"clap.timer-support",
    c"clap.triggers/1",
    c"clap.tuning/2",
    c"clap.undo/4",
    c"clap.voice-info",
    c"extrema.none",
];

/// The system's window API.
const API: GuiApiType<'static> = if cfg!(windows) {
    GuiApiType::WIN32
} else if cfg!(target_os = "macos") {
    GuiApiType::COCOA
} else {
    GuiApiType::X11
};

#[test]
fn it_has_the_tested_extensions_and_no_others() {
    let mut instance = Instance::new();
    let plugin = instance.plugin.plugin_handle().as_raw();
    let get = plugin.get_extension.expect("a way to ask for extensions");
    // SAFETY: the plugin lives as long as the instance, and the names are C strings.
    let answers = |name: &&CStr| !unsafe { get(plugin, name.as_ptr()) }.is_null();
    let declared: Vec<_> = DECLARED.into_iter().chain(OTHERS).filter(answers).collect();
    assert_eq!(declared, DECLARED);
}

#[test]
fn the_editor_is_embedded_and_can_be_resized() {
    let mut instance = Instance::new();
    let handle = instance.plugin.plugin_handle();
    let gui: PluginGui = handle.get_extension().expect("a window");
    let embedded = GuiConfiguration { api_type: API, is_floating: false };
    assert_eq!(gui.get_preferred_api(&handle), Some(embedded));
    for api_type in [GuiApiType::X11, GuiApiType::COCOA, GuiApiType::WIN32, GuiApiType::WAYLAND] {
        for is_floating in [false, true] {
            let configuration = GuiConfiguration { api_type, is_floating };
            let supported = gui.is_api_supported(&handle, configuration);
            assert_eq!(supported, configuration == embedded, "{configuration:?}");
            if !supported {
                assert!(gui.create(&handle, configuration).is_err(), "{configuration:?}");
            }
        }
    }
    assert_eq!(gui.get_size(&handle), Some(GuiSize { width: 960, height: 600 }));
    assert!(gui.can_resize(&handle));
    let hints = gui.get_resize_hints(&handle).expect("hints");
    assert!(hints.can_resize_horizontally && hints.can_resize_vertically);
    assert_eq!(hints.strategy, AspectRatioStrategy::Disregard);

    // There is no window yet; the example `window` opens one.
    assert_eq!(gui.adjust_size(&handle, GuiSize { width: 1, height: 1 }), None);
    gui.destroy(&handle);
}

#[test]
fn a_changed_track_is_asked_about() {
    let mut instance = Instance::new();
    let asked =
        |instance: &mut Instance| instance.plugin.access_handler(|main| main.track_asked.get());
    let before = asked(&mut instance);
    let handle = instance.plugin.plugin_handle();
    let track: PluginTrackInfo = handle.get_extension().expect("track information");
    track.changed(&handle);
    assert_eq!(asked(&mut instance), before + 1);
}
