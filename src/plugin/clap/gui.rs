//! The scale that a host wants for the editor. nice-plug 0.4.2 refuses it while no editor exists, and takes
//! any number.

use std::ffi::c_char;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use clap_sys::ext::gui::clap_plugin_gui;
use clap_sys::plugin::clap_plugin;

use super::Instance;

/// The scales that make sense: at less an editor is illegible, and no screen needs more.
const SCALES: std::ops::RangeInclusive<f64> = 0.25..=8.0;

/// The functions of an instance's editor.
#[derive(Default)]
pub struct Gui {
    functions: OnceLock<Functions>,
    /// The scale for the next editor, as `f64` bits; 0 if the host has not set one.
    scale: AtomicU64,
}

struct Functions {
    /// What the host gets.
    ours: clap_plugin_gui,
    framework: clap_plugin_gui,
}

impl Gui {
    /// The table for the host, in front of nice-plug's.
    pub fn in_front_of(&self, framework: &clap_plugin_gui) -> *const clap_plugin_gui {
        let functions = self.functions.get_or_init(|| Functions {
            ours: clap_plugin_gui {
                create: Some(create),
                set_scale: Some(set_scale),
                ..*framework
            },
            framework: *framework,
        });
        &raw const functions.ours
    }
}

unsafe extern "C" fn create(
    plugin: *const clap_plugin,
    api: *const c_char,
    is_floating: bool,
) -> bool {
    // SAFETY: a host passes what it was given, and nice-plug checks the rest.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return false };
        let Some(Functions { framework, .. }) = instance.gui.functions.get() else { return false };
        let Some(create) = framework.create else { return false };
        let is_open = create(plugin, api, is_floating);
        let scale = f64::from_bits(instance.gui.scale.load(Ordering::Relaxed));
        if is_open
            && scale > 0.0
            && let Some(set_scale) = framework.set_scale
        {
            set_scale(plugin, scale);
        }
        is_open
    }
}

unsafe extern "C" fn set_scale(plugin: *const clap_plugin, scale: f64) -> bool {
    // SAFETY: a host passes what it was given.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return false };
        let Some(Functions { framework, .. }) = instance.gui.functions.get() else { return false };
        if !SCALES.contains(&scale) {
            return false;
        }
        instance.gui.scale.store(scale.to_bits(), Ordering::Relaxed);
        if let Some(set_scale) = framework.set_scale {
            // Without an editor it is refused, and then set with the next one.
            set_scale(plugin, scale);
        }
        true
    }
}
