//! The streaming effect: the codec with a fixed latency, gains, mix, delta and bypass.
//!
//! It names no plugin API: [`Effect::new`] configures, [`Effect::reset`] starts over,
//! [`Effect::set`] changes the settings, [`Effect::process`] works in place on a block of any size,
//! and [`Effect::latency`] says by how many samples the output is late. Another latency starts over
//! as well ([`Effect::set_latency`]), so that a host can realign the track.
//!
//! # The identity
//!
//! With both gains at 0 dB, mix at 100 %, delta and bypass off, the first [`Effect::latency`]
//! outputs are 0 and the rest are, to the bit, what the records of the input decode to.
//!
//! # Real-time considerations
//!
//! Everything is allocated by [`Effect::new`]. A segment is known to the end at the latest when it
//! is as long as the latency, so a record has always been found by the time its first sample is
//! due, and curves are drawn only as far as a block needs them.

pub mod controls;
mod delay;
mod latency;
mod ramp;
mod settings;
mod tap;

use std::ops::Range;
use std::sync::Arc;

use fearless_simd::{Level as SimdLevel, Simd, dispatch};

pub use controls::Control;
pub use latency::Latency;
pub use settings::EffectSettings;
pub use tap::{Chunk, Tap};

use delay::Delay;
use ramp::Ramp;

use crate::codec::{Codebook, Decoder, Encoder, StereoMode, sanitise, to_f32};

/// The most channels the effect has.
pub const MAX_CHANNELS: usize = 2;

/// How many frames are encoded at a time: enough segments of a kind for them to be quick together.
const BLOCK_FRAMES: usize = 512;
const _: () = assert!(BLOCK_FRAMES <= Encoder::BLOCK);

/// How many frames are played at a time: few enough to stay in the first-level cache.
pub const CHUNK_FRAMES: usize = 64;

/// The levels that ramp.
#[derive(Debug)]
struct Levels {
    input: Ramp,
    mix: Ramp,
    output: Ramp,
    delta: Ramp,
    bypass: Ramp,
}

/// The effect for one or two channels; see the [module's](self) explanation.
#[derive(Debug)]
pub struct Effect {
    sample_rate: f64,
    latency: u32,
    channels: usize,
    settings: EffectSettings,
    /// No sample has been processed since the reset, so levels jump where they would ramp.
    fresh: bool,
    encoder: Encoder,
    decoder: Decoder,
    /// Frames to go until the first record sounds.
    silence: usize,
    /// Position of the next frame in the stream of records.
    position: u64,
    dry: [Delay<f32>; MAX_CHANNELS],
    modes: Delay<StereoMode>,
    levels: Levels,
    scratch: Box<Scratch>,
    /// The instructions that this processor has.
    level: SimdLevel,
}

/// Working memory for a block, and for a chunk of it.
#[derive(Debug)]
struct Scratch {
    dry: [[f32; BLOCK_FRAMES]; MAX_CHANNELS],
    /// What goes into the codec now, and the gain before it.
    codec: [[f64; BLOCK_FRAMES]; MAX_CHANNELS],
    gain: [f64; BLOCK_FRAMES],
    /// What went into the codec the latency ago, and what comes out of it.
    original: Frames,
    wet: Frames,
    /// Mix, output, delta and bypass.
    ramps: [[f64; CHUNK_FRAMES]; 4],
    modes: [StereoMode; CHUNK_FRAMES],
}

type Frames = [[f64; CHUNK_FRAMES]; MAX_CHANNELS];

impl Default for Scratch {
    fn default() -> Self {
        let frames = [[0.0; CHUNK_FRAMES]; MAX_CHANNELS];
        Self {
            dry: [[0.0; BLOCK_FRAMES]; MAX_CHANNELS],
            codec: [[0.0; BLOCK_FRAMES]; MAX_CHANNELS],
            gain: [0.0; BLOCK_FRAMES],
            original: frames,
            wet: frames,
            ramps: [[0.0; CHUNK_FRAMES]; 4],
            modes: [StereoMode::default(); CHUNK_FRAMES],
        }
    }
}

impl Effect {
    /// An effect for `channels` channels, 1 or 2, at a sample rate in Hz, with the curves of a
    /// codebook.
    #[must_use]
    pub fn new(
        codebook: &Arc<Codebook>,
        sample_rate: f64,
        channels: usize,
        latency: Latency,
    ) -> Self {
        let channels = channels.clamp(1, MAX_CHANNELS);
        let settings = EffectSettings::default();
        // Room for the longest latency, so that changing it takes no memory.
        let most = Latency::Full.samples(sample_rate);
        let room = most as usize;
        let ramp = |value| Ramp::new(value, sample_rate);
        let mut effect = Self {
            sample_rate,
            latency: latency.samples(sample_rate),
            channels,
            settings,
            fresh: true,
            encoder: Encoder::with_latency(
                codebook,
                settings.codec(sample_rate, most),
                sample_rate,
                channels,
                most,
            ),
            // Every sample that is not yet played may be a record of its own.
            decoder: Decoder::with_capacity(codebook, channels, room + BLOCK_FRAMES + CHUNK_FRAMES),
            silence: 0,
            position: 0,
            dry: std::array::from_fn(|_| Delay::new(room)),
            modes: Delay::new(room),
            levels: Levels {
                input: ramp(1.0),
                mix: ramp(1.0),
                output: ramp(1.0),
                delta: ramp(0.0),
                bypass: ramp(0.0),
            },
            scratch: Box::default(),
            level: SimdLevel::new(),
        };
        effect.reset();
        effect
    }

    /// Starts a new stream: the delay is silent, every level 0.
    pub fn reset(&mut self) {
        let delay = self.latency as usize;
        self.fresh = true;
        self.set(self.settings);
        self.decoder.reset();
        self.silence = delay;
        self.position = 0;
        self.dry.iter_mut().for_each(|dry| dry.reset(delay, 0.0));
    }

    /// Changes the latency, which starts a new stream if it differs; takes no memory.
    pub fn set_latency(&mut self, latency: Latency) {
        let samples = latency.samples(self.sample_rate);
        if samples != self.latency {
            self.latency = samples;
            self.reset();
        }
    }

    /// In Hz.
    #[must_use]
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// By how many samples the output is late; only [`Self::set_latency`] changes it.
    #[must_use]
    pub fn latency(&self) -> u32 {
        self.latency
    }

    /// How many samples after the input has fallen silent the output may still move.
    #[must_use]
    pub fn tail(&self) -> u32 {
        self.latency + self.encoder.settings().max_length.hold
    }

    /// How many channels the effect has, 1 or 2.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Changes the settings from the next sample on.
    pub fn set(&mut self, settings: EffectSettings) {
        if settings == self.settings && !self.fresh {
            return;
        }
        self.settings = settings;
        self.encoder.set(settings.codec(self.sample_rate, self.latency));
        let gain = |decibels: f32| libm::exp10(f64::from(decibels) / 20.0);
        let switch = |on| if on { 1.0 } else { 0.0 };
        for (ramp, target) in [
            (&mut self.levels.input, gain(settings.input_db)),
            (&mut self.levels.mix, f64::from(settings.mix)),
            (&mut self.levels.output, gain(settings.output_db)),
            (&mut self.levels.delta, switch(settings.delta)),
            (&mut self.levels.bypass, switch(settings.bypass)),
        ] {
            if self.fresh {
                ramp.snap(target);
            } else {
                ramp.set(target);
            }
        }
        if self.fresh {
            self.encoder.reset();
            self.modes.reset(self.latency as usize, settings.stereo);
        }
    }

    /// Processes a block in place, one slice of equal length for each channel, while `tap` listens.
    /// Channels beyond [`Self::channels`] are left alone.
    ///
    /// NaN, ±∞ and subnormal input count as 0, and none of them ever comes out.
    pub fn process(&mut self, channels: &mut [&mut [f32]], tap: &mut impl Tap) {
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

    fn process_block(
        &mut self,
        channels: &mut [&mut [f32]],
        range: Range<usize>,
        tap: &mut impl Tap,
    ) {
        let level = self.level;
        dispatch!(level, simd => simd.vectorize(
            #[inline(always)]
            || self.prepare_input(channels, range.clone())
        ));
        let input = self.scratch.codec.each_ref().map(|stream| &stream[..range.len()]);
        self.encoder.process(&input[..self.channels], &mut |stream, records| {
            self.decoder.push(stream, records);
        });
        let mut from = 0;
        while from < range.len() {
            let chunk = from..range.len().min(from + CHUNK_FRAMES);
            from = chunk.end;
            self.play(chunk.len(), tap);
            dispatch!(level, simd => simd.vectorize(
                #[inline(always)]
                || self.mix_output(channels, range.start, chunk.clone())
            ));
        }
    }

    /// Cleans the input, delays it, and raises it by the gain before the codec.
    #[inline(always)]
    fn prepare_input(&mut self, channels: &[&mut [f32]], range: Range<usize>) {
        let Scratch { dry, codec, gain, .. } = &mut *self.scratch;
        let gain = &mut gain[..range.len()];
        // Usually there is none.
        let raised = !self.levels.input.is_settled_at(1.0);
        if raised {
            self.levels.input.fill(gain);
        }
        let channels = channels.iter().zip(dry).zip(codec).zip(&mut self.dry).take(self.channels);
        for (((channel, dry), codec), delay) in channels {
            let (dry, codec) = (&mut dry[..range.len()], &mut codec[..range.len()]);
            for ((dry, codec), &x) in dry.iter_mut().zip(&mut *codec).zip(&channel[range.clone()]) {
                *codec = sanitise(f64::from(x));
                *dry = *codec as f32;
            }
            if raised {
                codec.iter_mut().zip(&*gain).for_each(|(x, gain)| *x *= gain);
            }
            delay.process(dry);
        }
    }

    /// Draws what is due, and brings the codec's input of the latency ago beside it.
    fn play(&mut self, count: usize, tap: &mut impl Tap) {
        let Scratch { original, wet, modes, .. } = &mut *self.scratch;
        let mut original = original.each_mut().map(|stream| &mut stream[..count]);
        let mut wet = wet.each_mut().map(|stream| &mut stream[..count]);
        let silent = self.silence.min(count);
        self.silence -= silent;
        for stream in original.iter_mut().chain(&mut wet) {
            stream[..silent].fill(0.0);
        }
        // What went into the codec matters to a listener, and to who hears what is lost.
        let watched = tap.is_listening();
        let recalls = watched || !self.levels.delta.is_settled_at(0.0);
        if silent < count {
            let mut out = wet.each_mut().map(|stream| &mut stream[silent..]);
            self.decoder.read(&mut out[..self.channels], |played| tap.record(played));
            if recalls {
                for (number, original) in original.iter_mut().enumerate().take(self.channels) {
                    self.encoder.input_at(number, self.position, &mut original[silent..]);
                }
            }
            let original = original.each_ref().map(|stream| &stream[silent..]);
            tap.chunk(&Chunk {
                position: self.position,
                original: if watched { &original[..self.channels] } else { &[] },
                decoded: &wet.each_ref().map(|stream| &stream[silent..])[..self.channels],
            });
            self.position += (count - silent) as u64;
        }
        if self.channels == 2 {
            let modes = &mut modes[..count];
            modes.fill(self.settings.stereo);
            self.modes.process(modes);
            // Without a branch for each.
            if modes.iter().fold(false, |any, &mode| any | (mode == StereoMode::MidSide)) {
                to_channels(wet, modes);
                if recalls {
                    to_channels(original, modes);
                }
            }
        }
    }

    /// Mixes what is heard in a chunk of a block, which begins at a frame of the channels.
    #[inline(always)]
    fn mix_output(&mut self, channels: &mut [&mut [f32]], block: usize, chunk: Range<usize>) {
        let Scratch { dry, original, wet, ramps, .. } = &mut *self.scratch;
        let Levels { mix, output, delta, bypass, .. } = &mut self.levels;
        // The usual cases, for which the rest is much work without any effect.
        let plain = mix.is_settled_at(1.0) && delta.is_settled_at(0.0) && bypass.is_settled_at(0.0);
        let as_decoded = plain && output.is_settled_at(1.0);
        if !as_decoded {
            for (ramp, values) in [mix, output, delta, bypass].into_iter().zip(&mut *ramps) {
                ramp.fill(&mut values[..chunk.len()]);
            }
        }
        let [mix, output, delta, bypass] = ramps;
        let streams = dry.iter().zip(original).zip(wet).take(self.channels);
        for (channel, ((dry, original), wet)) in channels.iter_mut().zip(streams) {
            let out = &mut channel[block + chunk.start..block + chunk.end];
            let dry = &dry[chunk.clone()];
            if as_decoded {
                out.iter_mut().zip(wet).for_each(|(out, wet)| *out = to_f32(*wet));
                continue;
            }
            if plain {
                for ((out, wet), output) in out.iter_mut().zip(wet).zip(&*output) {
                    *out = to_f32(*output * *wet);
                }
                continue;
            }
            for (i, out) in out.iter_mut().enumerate() {
                let dry = f64::from(dry[i]);
                let heard = blend(dry, output[i] * wet[i], mix[i]);
                let lost = output[i] * (original[i] - wet[i]);
                *out = to_f32(blend(blend(heard, lost, delta[i]), dry, bypass[i]));
            }
        }
    }
}

/// Turns two streams into left and right, by the stereo mode each frame was encoded in.
fn to_channels([first, second]: [&mut [f64]; MAX_CHANNELS], modes: &[StereoMode]) {
    for ((a, b), mode) in first.iter_mut().zip(second).zip(modes) {
        [*a, *b] = mode.to_channels([*a, *b]);
    }
}

/// From `a` to `b`, and exactly on them at 0 and 1.
#[inline(always)]
fn blend(a: f64, b: f64, amount: f64) -> f64 {
    // Both ends are computed in any case, so that the compiler needs no branch.
    let between = a + amount * (b - a);
    let near = if amount == 0.0 { a } else { between };
    if amount == 1.0 { b } else { near }
}
