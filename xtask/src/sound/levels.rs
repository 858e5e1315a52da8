//! How much is lost: at which level of a track, and over the travel of the threshold's knob.

use extrema::effect::{Control, EffectSettings};

use super::material::Material;
use super::play::{play, snr};

/// Steps of the knob that are measured, from one end to the other.
pub const TRAVEL_STEPS: u8 = 24;

/// How far a track is turned down.
pub const QUIETER_DB: f32 = -12.0;

/// The defaults with a detector and a threshold in dBFS.
pub fn settings(detector: f64, decibels: f64) -> EffectSettings {
    EffectSettings::from_values(|control| match control {
        Control::Detector => detector,
        Control::Threshold => decibels,
        _ => control.spec().default,
    })
}

/// SNR in dB at one setting, of a track as it is and turned down by [`QUIETER_DB`].
pub fn loud_and_quiet(material: &Material, settings: EffectSettings) -> [f64; 2] {
    [0.0, QUIETER_DB].map(|decibels| {
        let gain = 10_f32.powf(decibels / 20.0);
        let track = material.track.map(|channel| channel.iter().map(|x| gain * x).collect());
        snr(&track, &play(&track, |_| settings))
    })
}

/// The threshold in dBFS at a step of the knob's travel.
pub fn threshold(step: u8) -> f64 {
    Control::Threshold.value_at(f32::from(step) / f32::from(TRAVEL_STEPS))
}

/// The median of the SNR over all materials with a detector, at a step of the knob's travel.
pub fn at_travel(materials: &[Material], detector: f64, step: u8) -> f64 {
    let settings = settings(detector, threshold(step));
    let of = |m: &Material| snr(&m.track, &play(&m.track, |_| settings));
    median(materials.iter().map(of).collect())
}

/// The middle one of some values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
