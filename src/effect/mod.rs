//! The streaming effect: the codec with a fixed latency, gains, mix, delta and bypass.
//!
//! It knows no plugin API. [`Effect::process`] works in place on blocks of any size, and the output
//! does not depend on how the input is split into blocks. [`Effect::latency`] is constant until
//! [`Effect::set_latency`] changes it, which starts a new stream so that a host can realign the
//! track.
//!
//! # One clock
//!
//! A setting acts on the audio that enters with it. What [`Effect::set`] changes before input frame
//! `p` is heard from output frame `p + latency` on, whatever it is: input gain and codec settings act
//! on the input at once, and all others wait in a queue until that frame is played.
//!
//! # The identity
//!
//! With both gains at 0 dB, mix at 100 %, delta and bypass off, the first [`Effect::latency`] output
//! samples are 0, and all others are bit for bit what the records of the input decode to.
//!
//! # Real-time considerations
//!
//! * [`Effect::new`] allocates everything, for the longest latency. [`Effect::process`],
//!   [`Effect::set`], [`Effect::set_latency`] and [`Effect::reset`] never allocate, free, lock or do
//!   I/O, so all of them may be called on the audio thread.
//! * Delay lines are copied in slices, so their cost does not depend on the latency. Resets clear
//!   them and take longer the longer the latency is.
//! * No segment is longer than the latency. Its record is therefore known by the time its first
//!   sample is due, and curves are drawn only as far as the block needs them.
//! * Input is cleaned of NaN, infinities and subnormal numbers, so they cannot slow down what follows.
//! * A [`Tap`] that does not listen costs nothing. One that does costs a copy of the codec's input
//!   and of the records.

mod auto_gain;
mod codebook_change;
pub mod controls;
mod delay;
mod latency;
mod mix;
mod playback;
mod ramp;
mod run;
mod scratch;
mod settings;
mod tap;

use std::ops::Range;
use std::sync::Arc;

use fearless_simd::{Level as SimdLevel, Simd, dispatch};

pub use controls::Control;
pub use latency::Latency;
pub use settings::EffectSettings;
pub use tap::{PlayedFrames, Tap};

use auto_gain::AutoGain;
use codebook_change::NextCodebook;
use delay::Delay;
use playback::{PlaybackSettings, SettingsQueue};
use ramp::Ramp;
use scratch::Scratch;

use crate::codec::{Codebook, Decoder, Encoder, RecordEvent, StereoMode, sanitise_f32};

/// The most channels the effect can have.
pub const MAX_CHANNELS: usize = 2;

/// Frames that are encoded at a time: enough segments for the encoder's batches to pay.
const BLOCK_FRAMES: usize = 512;
const _: () = assert!(BLOCK_FRAMES <= Encoder::BLOCK);

/// Frames that are decoded and mixed at a time: their 4 kB of `f64` stay in the first-level cache.
pub const RUN_FRAMES: usize = 64;

/// The settings that ramp while frames are played, as factors and amounts.
#[derive(Debug)]
struct Ramps {
    mix: Ramp,
    output: Ramp,
    auto_gain: Ramp,
    delta: Ramp,
    bypass: Ramp,
}

/// The effect for one or two channels; see the [module](self).
#[derive(Debug)]
pub struct Effect {
    sample_rate: f64,
    latency: u32,
    channels: usize,
    settings: EffectSettings,
    /// Whether no frame has been processed since the reset: levels then jump instead of ramping.
    fresh: bool,
    encoder: Encoder,
    decoder: Decoder,
    /// Frames left until the first record is due.
    silence: usize,
    /// Position of the next frame to be played, in the stream of records.
    position: u64,
    /// The input, delayed by the latency.
    dry: [Delay<f32>; MAX_CHANNELS],
    input_gain: Ramp,
    /// The stereo mode of the next frame to be played; left/right if there is one channel.
    stereo: StereoMode,
    ramps: Ramps,
    auto_gain: AutoGain,
    /// What changes for frames that have been read and not yet played.
    queue: SettingsQueue,
    scratch: Box<Scratch>,
    /// The number of the codebook of the next frame to be played, and the codebook that follows it.
    codebook_number: u16,
    next_codebook: Option<NextCodebook>,
    /// The SIMD instructions of this processor.
    simd_level: SimdLevel,
}

impl Effect {
    /// An effect with the curves of `codebook` for 1 or 2 channels; `sample_rate` is in Hz.
    pub fn new(
        codebook: &Arc<Codebook>,
        sample_rate: f64,
        channels: usize,
        latency: Latency,
    ) -> Self {
        debug_assert!((1..=MAX_CHANNELS).contains(&channels), "an effect for {channels} channels");
        let channels = channels.clamp(1, MAX_CHANNELS);
        let settings = EffectSettings::default();
        // For the longest latency, so that changing it never allocates.
        let max_latency = Latency::Full.samples(sample_rate);
        let max_samples = max_latency as usize;
        let ramp = |value| Ramp::new(value, sample_rate);
        let mut effect = Self {
            sample_rate,
            latency: latency.samples(sample_rate),
            channels,
            settings,
            fresh: true,
            encoder: Encoder::with_latency(
                codebook,
                settings.codec(sample_rate, max_latency),
                sample_rate,
                channels,
                max_latency,
            ),
            // In the worst case every sample that is not yet played is a record.
            decoder: Decoder::with_capacity(
                codebook,
                channels,
                max_samples + BLOCK_FRAMES + RUN_FRAMES,
            ),
            silence: 0,
            position: 0,
            dry: std::array::from_fn(|_| Delay::new(max_samples)),
            input_gain: ramp(1.0),
            stereo: StereoMode::LeftRight,
            ramps: Ramps {
                mix: ramp(1.0),
                output: ramp(1.0),
                auto_gain: ramp(0.0),
                delta: ramp(0.0),
                bypass: ramp(0.0),
            },
            auto_gain: AutoGain::new(sample_rate),
            queue: SettingsQueue::new(max_samples),
            scratch: Box::default(),
            codebook_number: 0,
            next_codebook: None,
            simd_level: SimdLevel::new(),
        };
        effect.reset();
        effect
    }

    /// Starts a new stream, as if the input had always been silent.
    pub fn reset(&mut self) {
        let delay = self.latency as usize;
        self.fresh = true;
        self.set(self.settings);
        self.decoder.reset();
        self.take_next_codebook(u64::MAX);
        self.silence = delay;
        self.position = 0;
        self.auto_gain.reset();
        self.dry.iter_mut().for_each(|dry| dry.reset(delay, 0.0));
    }

    /// Changes the latency. If it differs, a new stream starts.
    pub fn set_latency(&mut self, latency: Latency) {
        let samples = latency.samples(self.sample_rate);
        if samples != self.latency {
            self.latency = samples;
            self.reset();
        }
    }

    /// The sample rate in Hz that the effect was made for.
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// Delay of the output in samples; only [`Self::set_latency`] changes it.
    pub fn latency(&self) -> u32 {
        self.latency
    }

    /// How many samples the output may go on after the input has become silent: the latency, and the
    /// longest hold until the level returns to 0. A loop never ends, which is [`u32::MAX`].
    pub fn tail(&self) -> u32 {
        let settings = self.encoder.settings();
        if settings.looping { u32::MAX } else { self.latency + settings.max_length.hold }
    }

    /// The number of channels, 1 or 2.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The records of which a part has been played, at most one of each stream.
    pub fn open_records(&self) -> impl Iterator<Item = RecordEvent> {
        self.decoder.open_records()
    }

    /// Position of the next frame to be played, in the stream of records.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Applies settings from the next frame on that is read. Gains, mix, delta and bypass ramp unless
    /// the stream has just started.
    pub fn set(&mut self, settings: EffectSettings) {
        if settings == self.settings && !self.fresh {
            return;
        }
        let before = PlaybackSettings::from(&self.settings);
        self.settings = settings;
        self.encoder.set(settings.codec(self.sample_rate, self.latency));
        let input_gain = gain(settings.input_db);
        let playback = PlaybackSettings::from(&settings);
        if self.fresh {
            self.encoder.reset();
            self.queue.clear();
            self.input_gain.snap(input_gain);
            self.apply(&playback, Ramp::snap);
        } else {
            self.input_gain.set(input_gain);
            if playback != before {
                self.queue.push(self.read_position(), playback);
            }
        }
    }

    /// Position of the next frame to be read: those played and those in the delay, which silence fills at
    /// first.
    fn read_position(&self) -> u64 {
        self.position + u64::from(self.latency) - self.silence as u64
    }

    /// Applies settings to the next frame that is played.
    fn apply(&mut self, settings: &PlaybackSettings, set: impl Fn(&mut Ramp, f64)) {
        let switch = |on| if on { 1.0 } else { 0.0 };
        // A single channel has no mode.
        self.stereo = if self.channels == 2 { settings.stereo } else { StereoMode::LeftRight };
        set(&mut self.ramps.mix, f64::from(settings.mix));
        set(&mut self.ramps.output, gain(settings.output_db));
        if self.ramps.auto_gain.is_settled_at(0.0) {
            self.auto_gain.reset();
        }
        set(&mut self.ramps.auto_gain, switch(settings.auto_gain));
        set(&mut self.ramps.delta, switch(settings.delta));
        set(&mut self.ramps.bypass, switch(settings.bypass));
    }

    /// Processes a block in place, one slice of equal length for each channel. `tap` observes what is
    /// played. Channels beyond [`Self::channels`] stay untouched, and with fewer nothing is processed.
    ///
    /// NaN, ±∞ and subnormal input counts as 0; none of them is ever output.
    pub fn process(&mut self, channels: &mut [&mut [f32]], tap: &mut impl Tap) {
        debug_assert!(channels.len() >= self.channels, "{} channels are missing", self.channels);
        if channels.len() < self.channels {
            return;
        }
        let frames = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        if frames > 0 {
            self.fresh = false;
        }
        let mut from = 0;
        while from < frames {
            let to = frames.min(from + BLOCK_FRAMES);
            self.process_block(channels, from..to, tap);
            from = to;
        }
    }

    /// The factor by which auto gain makes the coded sound as loud as the original, if it is on.
    pub fn matched_gain(&self) -> Option<f64> {
        (!self.ramps.auto_gain.is_settled_at(0.0)).then(|| self.auto_gain.gain())
    }

    fn process_block(
        &mut self,
        channels: &mut [&mut [f32]],
        range: Range<usize>,
        tap: &mut impl Tap,
    ) {
        let simd_level = self.simd_level;
        dispatch!(simd_level, simd => simd.vectorize(
            #[inline(always)]
            || self.prepare_input(channels, range.clone())
        ));
        let input = self.scratch.codec.each_ref().map(|stream| &stream[..range.len()]);
        self.encoder.process(&input[..self.channels], &mut |stream, records| {
            self.decoder.push(stream, records);
        });
        let mut from = 0;
        while from < range.len() {
            let run = from..range.len().min(from + self.begin_run());
            from = run.end;
            self.play(run.len(), tap);
            dispatch!(simd_level, simd => simd.vectorize(
                #[inline(always)]
                || self.mix_output(simd, channels, range.start, run.clone())
            ));
        }
    }

    /// Sanitises the input, delays it as the dry signal, and applies the codec's input gain.
    #[inline(always)]
    fn prepare_input(&mut self, channels: &[&mut [f32]], range: Range<usize>) {
        let Scratch { dry, codec, gain, .. } = &mut *self.scratch;
        let gain = &mut gain[..range.len()];
        let has_gain = !self.input_gain.is_settled_at(1.0);
        if has_gain {
            self.input_gain.fill(gain);
        }
        let channels = channels.iter().zip(dry).zip(codec).zip(&mut self.dry).take(self.channels);
        for (((channel, dry), codec), delay) in channels {
            let (dry, codec) = (&mut dry[..range.len()], &mut codec[..range.len()]);
            for ((dry, codec), &x) in dry.iter_mut().zip(&mut *codec).zip(&channel[range.clone()]) {
                *dry = sanitise_f32(x);
                *codec = f64::from(*dry);
            }
            if has_gain {
                codec.iter_mut().zip(&*gain).for_each(|(x, gain)| *x *= gain);
            }
            delay.process(dry);
        }
    }
}

/// The factor of a gain in decibels.
fn gain(decibels: f32) -> f64 {
    libm::exp10(f64::from(decibels) / 20.0)
}
