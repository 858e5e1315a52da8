//! The encoder's settings: detector, threshold, points, curves, maximum length, stereo mode.

use super::curves::CURVE_COUNT;

/// What ends a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Detector {
    /// V0.1's detector: every sample is compared with the one before it, and a segment ends where
    /// the direction changes.
    #[default]
    Slope,
    /// Local maximum to local minimum, with hysteresis: a segment ends at an extreme once the wave has come back from it
    /// by more than the threshold.
    Peak,
}

/// The level below which movement is ignored.
///
/// It is stored as a whole number of 1/1024 of a 16-bit step, so that a host's `f32` decibels and the
/// 16-bit steps of a command line give exactly the same threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold(u32);

impl Threshold {
    /// Any change counts.
    pub const OFF: Self = Self(0);
    /// 0 dBFS, the highest threshold.
    pub const MAX: Self = Self(32767 << 10);

    /// From dBFS. Anything above 0 dBFS is clamped.
    pub fn from_dbfs(decibels: f32) -> Self {
        Self::from_steps(32767.0 * libm::exp10(f64::from(decibels) / 20.0))
    }

    /// From 16-bit steps, 0 to 32767, rounded to 1/1024 of a step. V0.1's default is 50.
    pub fn from_steps(steps: f64) -> Self {
        // `as` turns negative numbers and NaN into 0.
        Self((1024.0 * steps).round() as u32).min(Self::MAX)
    }

    /// In 16-bit steps.
    pub fn steps(self) -> f64 {
        f64::from(self.0) / 1024.0
    }

    /// In dBFS; −∞ when off.
    pub fn dbfs(self) -> f64 {
        20.0 * libm::log10(self.amplitude())
    }

    /// As an amplitude, where full scale is 1.
    pub fn amplitude(self) -> f64 {
        f64::from(self.0) / 1024.0 / 32767.0
    }
}

impl Default for Threshold {
    /// 50 steps, −56.3 dBFS: V0.1's default.
    fn default() -> Self {
        Self(50 << 10)
    }
}

/// The maximum length of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxLength {
    /// For curves, in samples: 1 to 65535.
    pub curve: u32,
    /// For holds, in samples: at least 1.
    pub hold: u32,
}

impl MaxLength {
    /// As long as a record can be, the default offline.
    pub const FORMAT: Self = Self { curve: u16::MAX as u32, hold: u32::MAX };

    /// The same maximum for curves and holds, in samples. Curves are never longer than 65535.
    pub fn samples(samples: u32) -> Self {
        let hold = samples.max(1);
        Self { curve: hold.min(Self::FORMAT.curve), hold }
    }

    /// [`Self::samples`] for a length in milliseconds at a sample rate in Hz.
    pub fn milliseconds(milliseconds: f64, sample_rate: f64) -> Self {
        Self::samples((milliseconds * sample_rate / 1000.0).round() as u32)
    }
}

/// How two channels become two streams of records. It has no effect on mono.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StereoMode {
    /// Two independent streams, left and right.
    #[default]
    LeftRight,
    /// Two independent streams, `(L + R) / 2` and `(L − R) / 2`.
    MidSide,
    /// Left and right, both cut where the mid `(L + R) / 2` turns.
    Linked,
}

impl StereoMode {
    /// Turns a frame of left and right into the samples of the two streams.
    #[inline]
    pub fn to_streams(self, [left, right]: [f64; 2]) -> [f64; 2] {
        match self {
            // Halved first so that the sum of two large samples cannot overflow.
            Self::MidSide => [left * 0.5 + right * 0.5, left * 0.5 - right * 0.5],
            Self::LeftRight | Self::Linked => [left, right],
        }
    }

    /// Turns a frame of the two streams into left and right.
    #[inline]
    pub fn to_channels(self, [first, second]: [f64; 2]) -> [f64; 2] {
        match self {
            Self::MidSide => [first + second, first - second],
            Self::LeftRight | Self::Linked => [first, second],
        }
    }
}

/// The encoder's settings. Any of them may change at any sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// A change per sample at 44.1 kHz for the slope detector, an amplitude for the peak detector.
    pub threshold: Threshold,
    /// At how many points a segment is compared with the curves at most, 2 to 64.
    pub points: u8,
    /// How many curves compete, from ordinal 1 up: 1 to 255.
    pub curves: u8,
    /// What ends a segment.
    pub detector: Detector,
    /// The maximum length of a segment.
    pub max_length: MaxLength,
    /// How two channels become two streams.
    pub stereo: StereoMode,
}

impl Settings {
    /// The range of [`Settings::points`].
    pub const POINTS: std::ops::RangeInclusive<u8> = 2..=64;
    /// The range of [`Settings::curves`].
    pub const CURVES: std::ops::RangeInclusive<u8> = 1..=CURVE_COUNT;
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threshold: Threshold::default(),
            points: 16,
            curves: CURVE_COUNT,
            detector: Detector::Slope,
            max_length: MaxLength::FORMAT,
            stereo: StereoMode::LeftRight,
        }
    }
}
