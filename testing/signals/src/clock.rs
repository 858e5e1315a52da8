//! One clock: whatever plays the effect, a control that changes before a frame is found in the output
//! at that frame.
//!
//! [`check`] compares with the codec and with the formulas of the definition, and not with the effect.

use extrema::codec::{
    Codebook, Decoder, Detector, Encoder, Flats, LevelScale, Levels, LossMode, Share, StereoMode,
    Threshold, to_f32,
};
use extrema::effect::{Control, EffectSettings, Latency};

use crate::tone;

/// The sample rate in Hz that [`check`] plays at: 32 frames are a millisecond.
pub const RATE: u32 = 32_000;

/// Where the input begins to sound after a silence. Not at the beginning of a millisecond.
const RESUMES: usize = 5001;

/// Frames of silence before that: more than the longest segment, so that every level is 0, and nothing
/// before the change depends on what comes after it.
const SILENCE: usize = 4096;

const FRAMES: usize = 11_000;

/// Within these frames after a change of the codec the output has to differ.
const SOON: usize = 64;

/// The same for what is heard only once the wave has turned, or a loop's round has ended.
const LATER: usize = 2500;

/// A ramp of 10 ms.
const RAMP: usize = RATE as usize / 100;

/// A value of a control: a text that the control takes, and what it means to the effect.
pub type Value = (&'static str, fn(&mut EffectSettings));

/// A change of a control that is surely heard.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// What changes.
    pub control: Control,
    /// Its value before the change.
    pub from: Value,
    /// Its value from the changed frame on.
    pub to: Value,
    /// What else has to be set for the change to be heard.
    with: &'static [(Control, Value)],
    /// Frames within which it has to be heard.
    within: usize,
}

impl Change {
    const fn new(control: Control, from: Value, to: Value) -> Self {
        Self { control, from, to, with: &[], within: SOON }
    }

    const fn with(self, with: &'static [(Control, Value)]) -> Self {
        Self { with, ..self }
    }

    const fn later(self) -> Self {
        Self { within: LATER, ..self }
    }
}

/// Short curves, of which several begin at once.
const SHORT: (Control, Value) = (Control::Longest, ("0.3 ms", |all| all.longest_ms = Some(0.3)));
const COARSE: (Control, Value) =
    (Control::Levels, ("3 bits", |all| all.levels.tenths_of_bits = 30));
const LOSSY: (Control, Value) =
    (Control::Loss, ("80 %", |all| all.loss = Share::from_percent(80.0)));
const LOOPED: (Control, Value) = (Control::Loop, ("On", |all| all.looping = true));
/// Flat stretches around every turn, none of them cut at the longest length.
const SLOPE: (Control, Value) =
    (Control::Detector, ("Slope", |all| all.detector = Detector::Slope));
const LONG: (Control, Value) = (Control::Longest, ("20 ms", |all| all.longest_ms = Some(20.0)));

/// A change of every control that may be automated, which is all but the latency, and whose effect does
/// not depend on what was heard before, as that of auto gain.
const CHANGES: &[Change] = &[
    Change::new(
        Control::Threshold,
        ("-60 dB", |all| all.threshold = Threshold::from_dbfs(-60.0)),
        ("-40 dB", |all| all.threshold = Threshold::from_dbfs(-40.0)),
    ),
    Change::new(Control::Points, ("64", |all| all.points = 64), ("2", |all| all.points = 2)),
    Change::new(Control::Curves, ("255", |all| all.curves = 255), ("1", |all| all.curves = 1)),
    Change::new(
        Control::Detector,
        ("Slope", |all| all.detector = Detector::Slope),
        ("Peak", |all| all.detector = Detector::Peak),
    ),
    Change::new(
        Control::Longest,
        ("20 ms", |all| all.longest_ms = Some(20.0)),
        ("0.3 ms", |all| all.longest_ms = Some(0.3)),
    ),
    Change::new(
        Control::Stereo,
        ("L/R", |all| all.stereo = StereoMode::LeftRight),
        ("M/S", |all| all.stereo = StereoMode::MidSide),
    ),
    Change::new(
        Control::Follow,
        ("100 %", |all| all.follow = Share::ALL),
        ("0 %", |all| all.follow = Share::NONE),
    )
    .later(),
    Change::new(
        Control::Flats,
        ("Draw", |all| all.flats = Flats::Draw),
        ("Hold", |all| all.flats = Flats::Hold),
    )
    .with(&[SLOPE, LONG])
    .later(),
    Change::new(Control::Zoom, ("1", |all| all.zoom = 1), ("5", |all| all.zoom = 5)).later(),
    Change::new(
        Control::Edge,
        ("0 %", |all| all.edge = Share::NONE),
        ("90 %", |all| all.edge = Share::from_percent(90.0)),
    ),
    Change::new(
        Control::Levels,
        ("16 bits", |all| all.levels = Levels::OFF),
        ("3 bits", |all| all.levels.tenths_of_bits = 30),
    ),
    Change::new(
        Control::LevelScale,
        ("Linear", |all| all.levels.scale = LevelScale::Linear),
        ("Logarithmic", |all| all.levels.scale = LevelScale::Logarithmic),
    )
    .with(&[COARSE]),
    Change::new(
        Control::Loss,
        ("0 %", |all| all.loss = Share::NONE),
        ("80 %", |all| all.loss = Share::from_percent(80.0)),
    )
    .with(&[SHORT]),
    Change::new(Control::LossRun, ("1", |all| all.loss_run = 1), ("64", |all| all.loss_run = 64))
        .with(&[LOSSY, SHORT])
        .later(),
    Change::new(
        Control::LossMode,
        ("Hold", |all| all.loss_mode = LossMode::Hold),
        ("Repeat", |all| all.loss_mode = LossMode::Repeat),
    )
    .with(&[LOSSY, SHORT])
    .later(),
    Change::new(
        Control::Loop,
        ("Off", |all| all.looping = false),
        ("On", |all| all.looping = true),
    ),
    Change::new(
        Control::LoopLength,
        ("50 ms", |all| all.loop_length_ms = 50.0),
        ("7 ms", |all| all.loop_length_ms = 7.0),
    )
    .with(&[LOOPED])
    .later(),
    Change::new(
        Control::Input,
        ("0 dB", |all| all.input_db = 0.0),
        ("-12 dB", |all| all.input_db = -12.0),
    ),
    Change::new(Control::Mix, ("100 %", |all| all.mix = 1.0), ("30 %", |all| all.mix = 0.3)),
    Change::new(
        Control::Output,
        ("0 dB", |all| all.output_db = 0.0),
        ("-9 dB", |all| all.output_db = -9.0),
    ),
    Change::new(Control::Delta, ("Off", |all| all.delta = false), ("On", |all| all.delta = true)),
    Change::new(
        Control::Bypass,
        ("Not Bypassed", |all| all.bypass = false),
        ("Bypassed", |all| all.bypass = true),
    ),
];

/// The change of every control but latency and auto gain, in the order of the controls.
///
/// # Panics
///
/// If a control has none.
pub fn changes() -> Vec<Change> {
    let automatable = Control::ALL
        .into_iter()
        .filter(|control| !matches!(control, Control::Latency | Control::AutoGain));
    let find = |control: Control| {
        let found = CHANGES.iter().find(|change| change.control == control);
        *found.unwrap_or_else(|| {
            let id = control.spec().id;
            panic!("{id} has no change that is surely heard: add one to `CHANGES` in {}", file!())
        })
    };
    automatable.map(find).collect()
}

/// What a player has to play on two channels with default settings, but for one control.
#[derive(Debug)]
pub struct Playback<'a> {
    /// Left and right.
    pub input: &'a [Vec<f32>; 2],
    /// Other controls and their values, as text.
    pub with: Vec<(Control, &'a str)>,
    /// The control that is set.
    pub control: Control,
    /// Its value from the start, as text.
    pub from: &'a str,
    /// The frame before which it changes, and its new value.
    pub to: Option<(usize, &'a str)>,
}

/// Plays a control's change, which comes before a frame that is a multiple of `grid`, and checks where
/// and how it is heard.
///
/// `play` returns the output with the latency taken out. What comes out after the input's end is not
/// needed.
///
/// # Panics
///
/// If the change is heard early, late or differently.
pub fn check(change: &Change, grid: usize, play: impl Fn(&Playback<'_>) -> [Vec<f32>; 2]) {
    let resumes = RESUMES.next_multiple_of(grid);
    let mut input = [98.0, 131.0].map(|pitch| tone(FRAMES, pitch));
    // It begins with a step, of the left and the right and of their mid and side.
    for (channel, level) in input.iter_mut().zip([0.7, -0.4]) {
        channel[resumes - SILENCE..resumes].fill(0.0);
        channel[resumes] = level;
    }
    let &Change { control, from, to, with, within } = change;
    let run = |from: Value, to| {
        let with = with.iter().map(|&(control, value)| (control, value.0)).collect();
        play(&Playback { input: &input, with, control, from: from.0, to })
    };
    let (old, new) = (run(from, None), run(to, None));

    let ramps = !control.spec().is_codec && control != Control::Input;
    let at = if ramps {
        // Where the first step of a ramp is large enough to be seen.
        let is_clear =
            |frame: &usize| old.iter().zip(&new).all(|(a, b)| (a[*frame] - b[*frame]).abs() > 0.01);
        let frames = (resumes + 200..old[0].len() - RAMP).filter(|frame| frame % grid == 0);
        frames.into_iter().find(is_clear).expect("a frame where both values clearly differ")
    } else {
        resumes
    };
    let out = run(from, Some((at, to.0)));
    let id = control.spec().id;
    let first = out.iter().zip(&old).filter_map(|(out, old)| first_difference(out, old)).min();
    let first = first.unwrap_or_else(|| panic!("{id} is not heard"));
    let heard = if ramps { at..at + 1 } else { at..at + within };
    assert!(heard.contains(&first), "{id}, changed before frame {at}, is heard at {first}");

    let wanted = expected(&input, at, change);
    for (out, wanted) in out.iter().zip(&wanted) {
        assert!(out.len() >= at + 2 * RAMP, "{} frames are too few", out.len());
        for (frame, (&out, &wanted)) in out.iter().zip(wanted).enumerate() {
            // A ramp is a sum of many steps, which round.
            let tolerance = if ramps && (at..at + RAMP).contains(&frame) { 1e-6 } else { 0.0 };
            let is_right = (out - wanted).abs() <= tolerance;
            assert!(is_right, "{id}, changed before frame {at}: {out} for {wanted} at {frame}");
        }
    }
}

/// The first frame at which two channels differ.
fn first_difference(a: &[f32], b: &[f32]) -> Option<usize> {
    a.iter().zip(b).position(|(a, b)| a != b)
}

/// The output by definition, if a control changes before frame `at`.
fn expected(input: &[Vec<f32>; 2], at: usize, change: &Change) -> [Vec<f32>; 2] {
    let [mut before, mut after] = [EffectSettings::default(); 2];
    for settings in [&mut before, &mut after] {
        change.with.iter().for_each(|(_, value)| (value.1)(settings));
    }
    (change.from.1)(&mut before);
    (change.to.1)(&mut after);
    let line =
        |value: fn(&EffectSettings) -> f64| -> Vec<f64> { line(value(&before), value(&after), at) };
    let input_gain = line(|all| gain(all.input_db));
    let output_gain = line(|all| gain(all.output_db));
    let mix = line(|all| f64::from(all.mix));
    let delta = line(|all| f64::from(u8::from(all.delta)));
    let bypass = line(|all| f64::from(u8::from(all.bypass)));

    let read = input.each_ref().map(|channel| -> Vec<f64> {
        channel.iter().zip(&input_gain).map(|(&x, gain)| f64::from(x) * gain).collect()
    });
    let wet = through_codec(&read, at, &before, &after);
    [0, 1].map(|channel| {
        let mixed = wet[channel].iter().enumerate().map(|(i, wet)| {
            let dry = f64::from(input[channel][i]);
            let heard = blend(dry, output_gain[i] * wet, mix[i]);
            let lost = output_gain[i] * (read[channel][i] - wet);
            to_f32(blend(blend(heard, lost, delta[i]), dry, bypass[i]))
        });
        mixed.collect()
    })
}

/// What the records decode to, without those that the input's end would still change.
fn through_codec(
    read: &[Vec<f64>; 2],
    at: usize,
    before: &EffectSettings,
    after: &EffectSettings,
) -> [Vec<f64>; 2] {
    let rate = f64::from(RATE);
    let latency = Latency::Full.samples(rate);
    let codebook = Codebook::standard();
    let mut encoder =
        Encoder::with_latency(&codebook, before.codec(rate, latency), rate, 2, latency);
    let mut decoder = Decoder::new(&codebook, 2);
    let mut emit = |stream, records: &[_]| decoder.push(stream, records);
    encoder.process(&read.each_ref().map(|channel| &channel[..at]), &mut emit);
    encoder.set(after.codec(rate, latency));
    encoder.process(&read.each_ref().map(|channel| &channel[at..]), &mut emit);
    let frames = decoder.available();
    let [mut left, mut right] = [vec![0.0; frames], vec![0.0; frames]];
    decoder.read(&mut [&mut left, &mut right], |_| ());
    for (frame, (a, b)) in left.iter_mut().zip(&mut right).enumerate() {
        let settings = if frame < at { before } else { after };
        [*a, *b] = settings.stereo.to_channels([*a, *b]);
    }
    [left, right]
}

/// A value at every frame, which moves to another in 10 ms from frame `at` on.
fn line(from: f64, to: f64, at: usize) -> Vec<f64> {
    let step = (to - from) / RAMP as f64;
    let mut value = from;
    let moving = (1..RAMP).map(|_| {
        value += step;
        value
    });
    std::iter::repeat_n(from, at)
        .chain(moving.collect::<Vec<_>>())
        .chain(std::iter::repeat(to))
        .take(FRAMES)
        .collect()
}

/// The factor of a gain in decibels.
fn gain(decibels: f32) -> f64 {
    libm::exp10(f64::from(decibels) / 20.0)
}

/// The mix of two samples, with exact ends.
fn blend(a: f64, b: f64, amount: f64) -> f64 {
    if amount == 1.0 { b } else { a + amount * (b - a) }
}
