//! The settings of the effect, as the DSP takes them.

use super::controls::Control;
use crate::codec::{
    Detector, Flats, LevelScale, Levels, LossMode, MaxLength, Settings, Share, StereoMode,
    Threshold,
};

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
    /// See [`Settings::follow`].
    pub follow: Share,
    /// See [`Settings::flats`].
    pub flats: Flats,
    /// See [`Settings::zoom`].
    pub zoom: u8,
    /// See [`Settings::edge`].
    pub edge: Share,
    /// See [`Settings::levels`].
    pub levels: Levels,
    /// See [`Settings::loss`].
    pub loss: Share,
    /// See [`Settings::loss_run`].
    pub loss_run: u8,
    /// See [`Settings::loss_mode`].
    pub loss_mode: LossMode,
    /// See [`Settings::looping`].
    pub looping: bool,
    /// The length of a loop's round in milliseconds.
    pub loop_length_ms: f64,
    /// Gain before the codec, in decibels.
    pub input_db: f32,
    /// Wet amount, 0 to 1.
    pub mix: f32,
    /// Gain after the codec, on the wet path, in decibels.
    pub output_db: f32,
    /// Whether the wet path is kept as loud as the dry one.
    pub auto_gain: bool,
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
            threshold: Threshold::from_dbfs(value(Control::Threshold)),
            points: value(Control::Points).round() as u8,
            curves: value(Control::Curves).round() as u8,
            detector: pick(
                value(Control::Detector),
                [Detector::Slope, Detector::Peak, Detector::Best],
            ),
            longest_ms: Some(value(Control::Longest)).filter(|ms| ms.is_finite()),
            stereo: pick(
                value(Control::Stereo),
                [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked],
            ),
            follow: Share::from_percent(value(Control::Follow)),
            flats: pick(value(Control::Flats), [Flats::Hold, Flats::Draw]),
            zoom: pick(value(Control::Zoom), Settings::ZOOMS),
            edge: Share::from_percent(value(Control::Edge)),
            levels: Levels {
                tenths_of_bits: (10.0 * value(Control::Levels)).min(160.0).round() as u16,
                scale: pick(
                    value(Control::LevelScale),
                    [LevelScale::Linear, LevelScale::Logarithmic],
                ),
            },
            loss: Share::from_percent(value(Control::Loss)),
            loss_run: value(Control::LossRun).round() as u8,
            loss_mode: pick(value(Control::LossMode), [LossMode::Hold, LossMode::Repeat]),
            looping: pick(value(Control::Loop), [false, true]),
            loop_length_ms: value(Control::LoopLength),
            input_db: value(Control::Input) as f32,
            mix: (value(Control::Mix) / 100.0) as f32,
            output_db: value(Control::Output) as f32,
            auto_gain: pick(value(Control::AutoGain), [false, true]),
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
            follow: self.follow,
            flats: self.flats,
            zoom: self.zoom,
            levels: self.levels,
            edge: self.edge,
            loss: self.loss,
            loss_run: self.loss_run,
            loss_mode: self.loss_mode,
            looping: self.looping,
            loop_length: Settings::loop_samples(self.loop_length_ms, sample_rate),
            search: None,
        }
    }

    /// What V0.1 did.
    pub fn original() -> Self {
        Self::from_values(|control| control.spec().original)
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
    fn original_settings_match_the_codec() {
        let settings = EffectSettings::original().codec(44_100.0, MaxLength::FORMAT.hold);
        assert_eq!(settings, Settings::default());
    }
}
