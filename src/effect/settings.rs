//! The settings of the effect, as the DSP takes them.

use super::controls::Control;
use crate::codec::{Detector, MaxLength, Settings, StereoMode, Threshold};

/// Everything about the sound that can be set. All of it may change at any sample.
///
/// The codec's settings change at once; gains, mix, delta and bypass ramp over 10 ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectSettings {
    /// See [`Settings::threshold`].
    pub threshold: Threshold,
    /// See [`Settings::points`].
    pub points: u8,
    /// See [`Settings::curves`].
    pub curves: u8,
    /// See [`Settings::detector`].
    pub detector: Detector,
    /// The longest segment in milliseconds; with `None` only the latency limits it.
    pub longest_ms: Option<f64>,
    /// See [`Settings::stereo`].
    pub stereo: StereoMode,
    /// Gain before the codec, in decibels.
    pub input_db: f32,
    /// Wet amount, 0 to 1.
    pub mix: f32,
    /// Gain after the codec, on the wet path, in decibels.
    pub output_db: f32,
    /// Whether to play the codec's input minus its output.
    pub delta: bool,
    /// Whether to play the input alone, with the same latency.
    pub bypass: bool,
}

impl EffectSettings {
    /// The settings that plain values of the controls stand for; [`Control::Latency`] is not one of
    /// them. `value` must return a value within the control's range.
    pub fn from_values(value: impl Fn(Control) -> f64) -> Self {
        Self {
            // `f32` like a host's parameter, so that the same decibels give the same threshold
            // wherever they were typed.
            threshold: Threshold::from_dbfs(value(Control::Threshold) as f32),
            points: value(Control::Points).round() as u8,
            curves: value(Control::Curves).round() as u8,
            detector: pick(value(Control::Detector), [Detector::Slope, Detector::Peak]),
            longest_ms: Some(value(Control::Longest)).filter(|ms| ms.is_finite()),
            stereo: pick(
                value(Control::Stereo),
                [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked],
            ),
            input_db: value(Control::Input) as f32,
            mix: (value(Control::Mix) / 100.0) as f32,
            output_db: value(Control::Output) as f32,
            delta: pick(value(Control::Delta), [false, true]),
            bypass: pick(value(Control::Bypass), [false, true]),
        }
    }

    /// The codec's settings at a sample rate in Hz, with no segment longer than `latency` samples.
    pub fn codec(&self, sample_rate: f64, latency: u32) -> Settings {
        let samples = match self.longest_ms {
            Some(milliseconds) => MaxLength::milliseconds(milliseconds, sample_rate).hold,
            None => latency,
        };
        Settings {
            threshold: self.threshold,
            points: self.points,
            curves: self.curves,
            detector: self.detector,
            max_length: MaxLength::samples(samples.min(latency)),
            stereo: self.stereo,
        }
    }
}

impl Default for EffectSettings {
    fn default() -> Self {
        Self::from_values(|control| control.spec().default)
    }
}

/// The choice with the number `value`.
fn pick<T: Copy, const N: usize>(value: f64, choices: [T; N]) -> T {
    let index = value.round() as usize;
    debug_assert!(index < N, "there is no choice {value} of {N}");
    choices[index.min(N - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_settings_match_the_codec() {
        let settings = EffectSettings::default().codec(44_100.0, MaxLength::FORMAT.hold);
        assert_eq!(settings, Settings::default());
    }
}
