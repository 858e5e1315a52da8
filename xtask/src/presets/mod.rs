//! `cargo xtask presets`: measures the presets that come with Extrema, writes docs/PRESETS.md, and short
//! pairs of dry and wet audio into docs/audio.

mod audio;
mod distance;
mod document;
mod kinds;
pub mod loudness;

use std::path::Path;

use anyhow::Result;
use extrema::effect::{EffectSettings, Latency};
use extrema::presets::{Preset, factory};

use crate::track::Track;
use crate::workspace;

/// A kind of material.
pub struct Kind {
    pub name: String,
    pub track: Track,
}

/// What was measured of a preset.
pub struct Measured {
    pub preset: &'static Preset,
    /// Change of loudness on each kind in LU, as the preset is and with *Auto gain* on.
    pub changes: Vec<f64>,
    pub with_auto_gain: Vec<f64>,
    /// The nearest other preset, and its distance in dB.
    pub nearest: (&'static str, f64),
}

/// Measures on one WAV file of a folder for each kind, or on made signals and the song.
pub fn run(folder: Option<&Path>) -> Result<()> {
    let kinds = match folder {
        Some(folder) => kinds::of_folder(folder)?,
        None => kinds::made()?,
    };
    workspace::announce("Playing every preset on every kind", "some minutes");
    let mut measured = Vec::new();
    let mut levels = Vec::new();
    for preset in factory() {
        println!("{}", preset.name());
        let settings = settings(preset);
        let change = |settings| kinds.iter().map(|kind| loudness::change(kind, settings)).collect();
        let changes: Result<Vec<f64>> = change(settings);
        let with_auto_gain: Result<Vec<f64>> =
            change(EffectSettings { auto_gain: true, ..settings });
        let outputs = kinds.iter().step_by(kinds.len().div_ceil(distance::KINDS));
        let outputs = outputs.map(|kind| distance::levels(&loudness::wet(&kind.track, settings)));
        levels.push(outputs.collect::<Vec<_>>());
        let nearest = ("", f64::INFINITY);
        let (changes, with_auto_gain) = (changes?, with_auto_gain?);
        measured.push(Measured { preset, changes, with_auto_gain, nearest });
    }
    for (index, measured) in measured.iter_mut().enumerate() {
        for (other, levels_of_other) in
            levels.iter().enumerate().filter(|(other, _)| *other != index)
        {
            let distance = distance::distance(&levels[index], levels_of_other);
            if distance < measured.nearest.1 {
                measured.nearest = (factory()[other].name(), distance);
            }
        }
    }
    document::write(&kinds, &measured)?;
    audio::write()
}

/// The settings of a preset, with the longest latency.
pub fn settings(preset: &Preset) -> EffectSettings {
    debug_assert_eq!(Latency::ALL.last(), Some(&Latency::Full));
    EffectSettings::from_values(|control| {
        preset.value(control).unwrap_or_else(|| control.spec().default)
    })
}
