//! The encoder's settings. `docs/ALGORITHM.md` defines what each of them does.

use super::curves::CURVE_COUNT;
use super::search_settings::SearchSettings;

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
    /// Wherever curves and records together cost least: a search for the cheapest cuts, as far as a fixed
    /// latency allows. A record costs more the higher the threshold is.
    Best,
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
    /// The lowest that is not off: 1/1024 of a 16-bit step.
    pub const LEAST: Self = Self(1);
    /// 0 dBFS, the highest threshold.
    pub const MAX: Self = Self(32767 << 10);

    /// From dBFS. Anything above 0 dBFS is clamped.
    ///
    /// Rounded to 0.00001 dB, to which a host's parameter is exact, and to a whole number of steps where
    /// that may be what it comes from: so a threshold is the same wherever it was typed.
    pub fn from_dbfs(decibels: f64) -> Self {
        const ROUNDING_DB: f64 = 1e-5;
        let decibels = (decibels / ROUNDING_DB).round() * ROUNDING_DB;
        let steps = 32767.0 * libm::exp10(decibels / 20.0);
        // The change of a level by half of the rounding: ln(10) / 20 of it.
        let error = steps * (0.5 * ROUNDING_DB * 0.1151) + 1.0 / 1024.0;
        let whole = steps.round();
        Self::from_steps(if (steps - whole).abs() <= error { whole } else { steps })
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

/// A share of a whole, in thousandths: so it is exact in files, and equal wherever it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Share(u16);

impl Share {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// All of it.
    pub const ALL: Self = Self(1000);

    /// From thousandths; more than 1000 count as 1000.
    pub const fn from_thousandths(thousandths: u16) -> Self {
        Self(if thousandths > 1000 { 1000 } else { thousandths })
    }

    /// From percent, rounded to a tenth; what is out of range counts as the nearest end of it.
    pub fn from_percent(percent: f64) -> Self {
        // `as` turns negative numbers and NaN into 0.
        Self::from_thousandths((10.0 * percent).round() as u16)
    }

    /// In thousandths, 0 to 1000.
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// As a factor from 0 to 1.
    pub fn factor(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// What a flat stretch of the wave becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flats {
    /// A hold, as in V0.1.
    #[default]
    Hold,
    /// A curve to its last sample, unless that has the level already. What moves next then starts
    /// where the wave is.
    Draw,
}

/// How coarse the end levels of curves are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// Tenths of a bit, 15 to 160; at 160 all levels of 16 bits are used.
    pub tenths_of_bits: u16,
    /// How the levels are spaced.
    pub scale: LevelScale,
}

/// How coarse levels are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LevelScale {
    /// Equal differences: quiet parts become silent.
    #[default]
    Linear,
    /// Equal ratios: quiet parts are as coarse as loud ones.
    Logarithmic,
}

impl Levels {
    /// All levels of 16 bits.
    pub const OFF: Self = Self { tenths_of_bits: 160, scale: LevelScale::Linear };

    /// The range of [`Self::tenths_of_bits`].
    pub const TENTHS_OF_BITS: std::ops::RangeInclusive<u16> = 15..=160;

    /// Whether levels stay as they are.
    pub fn is_off(self) -> bool {
        self.tenths_of_bits >= *Self::TENTHS_OF_BITS.end()
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self::OFF
    }
}

/// What stands in for a lost curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LossMode {
    /// A hold.
    #[default]
    Hold,
    /// An earlier curve.
    Repeat,
}

/// The encoder's settings. Any of them may change at any sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// A change per sample at 44.1 kHz for the slope detector, an amplitude for the others.
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
    /// How far the threshold follows the level of the wave.
    pub follow: Share,
    /// What a flat stretch becomes.
    pub flats: Flats,
    /// Only every `zoom`th turn of the wave ends a segment: one of [`Settings::ZOOMS`].
    pub zoom: u8,
    /// How coarse end levels are.
    pub levels: Levels,
    /// The share of its length that a curve waits before it moves.
    pub edge: Share,
    /// The share of all curves that is lost, at most [`Settings::MAX_LOSS`].
    pub loss: Share,
    /// How many curves are lost in a row, 1 to 64.
    pub loss_run: u8,
    /// What stands in for lost curves.
    pub loss_mode: LossMode,
    /// Whether the latest records go round in place of the input.
    pub looping: bool,
    /// Length of a round in samples: at least 1, at most [`Settings::max_loop_length`].
    pub loop_length: u32,
    /// How the cuts were searched for, if the detector did not make them: what a
    /// [`SearchEncoder`](super::SearchEncoder) works with. An [`Encoder`](super::Encoder) ignores it.
    pub search: Option<SearchSettings>,
}

impl Settings {
    /// The range of [`Settings::points`].
    pub const POINTS: std::ops::RangeInclusive<u8> = 2..=64;
    /// The range of [`Settings::curves`].
    pub const CURVES: std::ops::RangeInclusive<u8> = 1..=CURVE_COUNT;
    /// The values of [`Settings::zoom`]. Even numbers would leave only highs or only lows.
    pub const ZOOMS: [u8; 6] = [1, 3, 5, 7, 9, 15];
    /// The most that [`Settings::loss`] can be: with more, hardly anything of the input is left.
    pub const MAX_LOSS: Share = Share(800);
    /// The range of [`Settings::loss_run`].
    pub const LOSS_RUN: std::ops::RangeInclusive<u8> = 1..=64;
    /// The longest round of a loop in milliseconds: what the encoder keeps records for.
    pub const MAX_LOOP_MILLISECONDS: f64 = 500.0;

    /// The nearest settings that every range allows, with no curve longer than `max_curve` samples, at a
    /// sample rate in Hz.
    pub fn clamped(self, max_curve: u32, sample_rate: f64) -> Self {
        fn clamp<T: Ord + Copy>(value: T, range: std::ops::RangeInclusive<T>) -> T {
            value.clamp(*range.start(), *range.end())
        }
        let MaxLength { curve, hold } = self.max_length;
        Self {
            points: clamp(self.points, Self::POINTS),
            curves: clamp(self.curves, Self::CURVES),
            max_length: MaxLength { curve: curve.clamp(1, max_curve), hold: hold.max(1) },
            zoom: (self.zoom | 1).min(Self::ZOOMS[Self::ZOOMS.len() - 1]),
            levels: Levels {
                tenths_of_bits: clamp(self.levels.tenths_of_bits, Levels::TENTHS_OF_BITS),
                ..self.levels
            },
            loss: self.loss.min(Self::MAX_LOSS),
            loss_run: clamp(self.loss_run, Self::LOSS_RUN),
            loop_length: self.loop_length.clamp(1, Self::max_loop_length(sample_rate)),
            ..self
        }
    }

    /// The longest round of a loop in samples at a sample rate in Hz.
    pub fn max_loop_length(sample_rate: f64) -> u32 {
        Self::loop_samples(Self::MAX_LOOP_MILLISECONDS, sample_rate)
    }

    /// [`Settings::loop_length`] for milliseconds at a sample rate in Hz.
    pub fn loop_samples(milliseconds: f64, sample_rate: f64) -> u32 {
        ((milliseconds * sample_rate / 1000.0).round() as u32).max(1)
    }
}

impl Default for Settings {
    /// What V0.1 does.
    fn default() -> Self {
        Self {
            threshold: Threshold::default(),
            points: 16,
            curves: CURVE_COUNT,
            detector: Detector::Slope,
            max_length: MaxLength::FORMAT,
            stereo: StereoMode::LeftRight,
            follow: Share::NONE,
            flats: Flats::Hold,
            zoom: 1,
            levels: Levels::OFF,
            edge: Share::NONE,
            loss: Share::NONE,
            loss_run: 1,
            loss_mode: LossMode::Hold,
            looping: false,
            // 50 ms at 44.1 kHz.
            loop_length: 2205,
            search: None,
        }
    }
}
