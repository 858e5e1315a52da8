//! The parameters. Their ids, ranges and order of choices are for ever: saved sessions hold them.

pub mod load;
pub mod state;
mod text;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use nice_plug::prelude::*;

use crate::codec::{Detector, StereoMode, Threshold};
use crate::effect::{EffectSettings, Latency};
use state::{CodebookName, EditorState};

/// The bottom of the threshold's range in dBFS. The parameter's lowest value means *Off*.
pub const THRESHOLD_BOTTOM: f32 = -90.0;

/// The range of both gains in dB.
const GAIN: FloatRange = FloatRange::Linear { min: -24.0, max: 24.0 };

/// What a host can set, automate and save.
#[derive(Params)]
pub struct ExtremaParams {
    /// Window size and zoom.
    #[persist = "editor"]
    pub editor: EditorState,
    /// The codebook the session was made with.
    #[persist = "codebook"]
    pub codebook: CodebookName,

    /// In dBFS; the lowest value is *Off*.
    #[id = "threshold"]
    pub threshold: FloatParam,
    /// At how many places a segment is compared with the curves.
    #[id = "points"]
    pub points: IntParam,
    /// How many curves compete.
    #[id = "curves"]
    pub curves: IntParam,
    /// What ends a segment.
    #[id = "detector"]
    pub detector: EnumParam<DetectorChoice>,
    /// The longest segment, from 0 for 0.1 ms to 1 for 50 ms, logarithmic; 1 itself is *Max*.
    #[id = "longest"]
    pub longest: FloatParam,
    /// How two channels become two streams.
    #[id = "stereo"]
    pub stereo: EnumParam<StereoChoice>,
    /// Gain before the codec in dB.
    #[id = "input"]
    pub input: FloatParam,
    /// How much of the codec is heard in percent.
    #[id = "mix"]
    pub mix: FloatParam,
    /// Gain of the wet path in dB.
    #[id = "output"]
    pub output: FloatParam,
    /// Whether to hear what is lost.
    #[id = "delta"]
    pub delta: BoolParam,
    /// 0 low, 1 normal, 2 full. An integer, not a choice, because its text depends on the sample
    /// rate.
    #[id = "latency"]
    pub latency: IntParam,
    /// The host's own bypass.
    #[id = "bypass"]
    pub bypass: BoolParam,

    /// The sample rate in Hz, for the texts in milliseconds.
    sample_rate: Arc<AtomicU32>,
}

/// [`Detector`] as a host sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DetectorChoice {
    /// [`Detector::Slope`]
    #[id = "slope"]
    #[name = "Slope"]
    Slope,
    /// [`Detector::Peak`]
    #[id = "peak"]
    #[name = "Peak"]
    Peak,
}

/// [`StereoMode`] as a host sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum StereoChoice {
    /// [`StereoMode::LeftRight`]
    #[id = "lr"]
    #[name = "L/R"]
    LeftRight,
    /// [`StereoMode::MidSide`]
    #[id = "ms"]
    #[name = "M/S"]
    MidSide,
    /// [`StereoMode::Linked`]
    #[id = "linked"]
    #[name = "Linked"]
    Linked,
}

impl Default for ExtremaParams {
    fn default() -> Self {
        let sample_rate = Arc::new(AtomicU32::new(44_100));
        let gain = |name| {
            FloatParam::new(name, 0.0, GAIN)
                .with_unit(" dB")
                .with_step_size(0.1)
                .with_value_to_string(formatters::v2s_f32_rounded(1))
                .with_string_to_value(Arc::new(text::parse_decibels))
        };
        let rate = sample_rate.clone();
        let rate_back = sample_rate.clone();
        Self {
            editor: EditorState::default(),
            codebook: CodebookName::default(),
            threshold: FloatParam::new(
                "Threshold",
                Threshold::default().dbfs() as f32,
                FloatRange::Linear { min: THRESHOLD_BOTTOM, max: 0.0 },
            )
            .with_value_to_string(Arc::new(text::threshold))
            .with_string_to_value(Arc::new(text::parse_threshold)),
            points: IntParam::new("Points", 16, IntRange::Linear { min: 2, max: 64 }),
            curves: IntParam::new("Curves", 255, IntRange::Linear { min: 1, max: 255 }),
            detector: EnumParam::new("Detector", DetectorChoice::Slope),
            longest: FloatParam::new(
                "Longest curve",
                1.0,
                FloatRange::Linear { min: 0.0, max: 1.0 },
            )
            .with_value_to_string(Arc::new(text::longest))
            .with_string_to_value(Arc::new(text::parse_longest)),
            stereo: EnumParam::new("Stereo", StereoChoice::LeftRight),
            input: gain("Input"),
            mix: FloatParam::new("Mix", 100.0, FloatRange::Linear { min: 0.0, max: 100.0 })
                .with_unit(" %")
                .with_value_to_string(Arc::new(text::percent))
                .with_string_to_value(Arc::new(text::parse_percent)),
            output: gain("Output"),
            delta: BoolParam::new("Delta", false)
                .with_value_to_string(Arc::new(text::switch))
                .with_string_to_value(Arc::new(text::parse_switch)),
            latency: IntParam::new("Latency", 2, IntRange::Linear { min: 0, max: 2 })
                .with_value_to_string(Arc::new(move |choice| {
                    text::latency(choice, f64::from(rate.load(Ordering::Relaxed)))
                }))
                .with_string_to_value(Arc::new(move |text| {
                    text::parse_latency(text, f64::from(rate_back.load(Ordering::Relaxed)))
                }))
                .non_automatable(),
            bypass: BoolParam::new("Bypass", false)
                .with_value_to_string(formatters::v2s_bool_bypass())
                .with_string_to_value(formatters::s2v_bool_bypass())
                .make_bypass(),
            sample_rate,
        }
    }
}

impl ExtremaParams {
    /// Tells the texts the sample rate in Hz.
    pub fn set_sample_rate(&self, sample_rate: f64) {
        self.sample_rate.store(sample_rate.round() as u32, Ordering::Relaxed);
    }

    /// The sample rate in Hz, 44100 before the host has named one.
    pub fn sample_rate(&self) -> f64 {
        f64::from(self.sample_rate.load(Ordering::Relaxed))
    }

    /// The latency setting.
    pub fn latency(&self) -> Latency {
        latency_choice(self.latency.value())
    }

    /// All other parameters as the effect takes them.
    pub fn effect_settings(&self) -> EffectSettings {
        let threshold = self.threshold.value();
        EffectSettings {
            threshold: if threshold <= THRESHOLD_BOTTOM {
                Threshold::OFF
            } else {
                Threshold::from_dbfs(threshold)
            },
            // Both ranges fit into `u8`, and what is loaded lies in them.
            points: self.points.value() as u8,
            curves: self.curves.value() as u8,
            detector: match self.detector.value() {
                DetectorChoice::Slope => Detector::Slope,
                DetectorChoice::Peak => Detector::Peak,
            },
            longest_ms: longest_milliseconds(self.longest.value()),
            stereo: match self.stereo.value() {
                StereoChoice::LeftRight => StereoMode::LeftRight,
                StereoChoice::MidSide => StereoMode::MidSide,
                StereoChoice::Linked => StereoMode::Linked,
            },
            input_db: self.input.value(),
            mix: self.mix.value() / 100.0,
            output_db: self.output.value(),
            delta: self.delta.value(),
            bypass: self.bypass.value(),
        }
    }
}

/// The range of *Longest curve* in milliseconds.
pub const LONGEST: std::ops::RangeInclusive<f64> = 0.1..=50.0;

/// The bound in milliseconds that a value of *Longest curve* stands for; none but the latency at the
/// top.
pub fn longest_milliseconds(value: f32) -> Option<f64> {
    let span = LONGEST.end() / LONGEST.start();
    (value < 1.0).then(|| LONGEST.start() * libm::pow(span, f64::from(value)))
}

/// The latency that a value of the parameter stands for.
pub fn latency_choice(value: i32) -> Latency {
    match value {
        ..=0 => Latency::Low,
        1 => Latency::Normal,
        2.. => Latency::Full,
    }
}
