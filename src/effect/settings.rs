//! What a musician can set.

use crate::codec::{Detector, MaxLength, Settings, StereoMode, Threshold};

/// How much later than its input the effect may sound. More lets longer segments be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Latency {
    /// 256 samples up to 50 kHz.
    Low,
    /// 1024 samples up to 50 kHz.
    Normal,
    /// 2048 samples up to 50 kHz.
    #[default]
    Full,
}

impl Latency {
    /// In samples: doubled for every octave of sample rate (in Hz) that is begun above 50 kHz, so
    /// that it lasts about as long at any rate.
    #[must_use]
    pub fn samples(self, sample_rate: f64) -> u32 {
        let base: u32 = match self {
            Self::Low => 256,
            Self::Normal => 1024,
            Self::Full => 2048,
        };
        // 50 kHz · 2^16 is beyond any converter.
        let octaves = (0..16).find(|&k| sample_rate <= 50_000.0 * f64::from(1 << k)).unwrap_or(16);
        base << octaves
    }
}

/// Everything a musician can set. All of it may change at any sample.
///
/// The codec's settings change at once, those of level ramp over 10 ms.
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
    /// The bound on a segment's length in milliseconds; none but the latency where it is `None`.
    pub longest_ms: Option<f64>,
    /// See [`Settings::stereo`].
    pub stereo: StereoMode,
    /// Gain before the codec, in decibels.
    pub input_db: f32,
    /// How much of the codec is heard, 0 to 1.
    pub mix: f32,
    /// Gain after the codec, on the wet path, in decibels.
    pub output_db: f32,
    /// Whether to hear what is lost instead: the codec's input minus its output.
    pub delta: bool,
    /// Whether to hear the input alone, with the same latency.
    pub bypass: bool,
}

impl Default for EffectSettings {
    fn default() -> Self {
        let Settings { threshold, points, curves, detector, stereo, .. } = Settings::default();
        Self {
            threshold,
            points,
            curves,
            detector,
            longest_ms: None,
            stereo,
            input_db: 0.0,
            mix: 1.0,
            output_db: 0.0,
            delta: false,
            bypass: false,
        }
    }
}

impl EffectSettings {
    /// What the codec is told, at a sample rate in Hz and a latency in samples.
    #[must_use]
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
