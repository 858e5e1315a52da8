//! How much is lost: at which level of a track, and over the travel of the threshold's knob.

use extrema::codec::{Detector, Threshold};
use extrema::effect::{Control, EffectSettings};

use super::material::Material;
use super::play::{play, snr};

/// Both detectors, with their names.
pub const DETECTORS: [(Detector, &str); 2] = [(Detector::Peak, "Peak"), (Detector::Slope, "Slope")];

/// Steps of the knob that are measured, from one end to the other.
pub const TRAVEL_STEPS: u8 = 24;

/// How far a track is turned down.
pub const QUIETER_DB: f32 = -12.0;

/// The defaults with a detector and a threshold in dBFS.
pub fn settings(detector: Detector, decibels: f64) -> EffectSettings {
    let threshold = Threshold::from_dbfs(decibels);
    EffectSettings { detector, threshold, ..EffectSettings::default() }
}

/// SNR in dB at one setting, of a track as it is and turned down by [`QUIETER_DB`].
pub fn loud_and_quiet(material: &Material, settings: EffectSettings) -> [f64; 2] {
    [0.0, QUIETER_DB].map(|decibels| {
        let gain = 10_f32.powf(decibels / 20.0);
        let track = material.track.map(|channel| channel.iter().map(|x| gain * x).collect());
        snr(&track, &play(&track, |_| settings))
    })
}

/// The threshold in dBFS at a step of the knob's travel, and the median of the SNR over all materials.
pub fn at_travel(materials: &[Material], detector: Detector, step: u8) -> (f64, f64) {
    let position = f32::from(step) / f32::from(TRAVEL_STEPS);
    let decibels = Control::Threshold.value_at(position);
    let settings = settings(detector, decibels);
    let of = |m: &Material| snr(&m.track, &play(&m.track, |_| settings));
    (decibels, median(materials.iter().map(of).collect()))
}

/// The middle one of some values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
