//! A track through the effect, with settings that change on the way.

use extrema::codec::Codebook;
use extrema::effect::{Effect, EffectSettings, Latency};

use crate::track::Track;

/// Frames between two values of a control that a host ramps.
pub const BLOCK: usize = 64;

/// What comes out, without the latency, as long as the track. `settings` gives those in force from a frame
/// on, and is asked every [`BLOCK`] frames.
pub fn play(track: &Track, settings: impl Fn(usize) -> EffectSettings) -> Track {
    let rate = f64::from(track.sample_rate);
    let count = track.channels.len();
    let mut effect = Effect::new(&Codebook::standard(), rate, count, Latency::Full);
    let delay = effect.latency() as usize;
    let frames = track.frames() + delay;
    let mut channels = track.channels.clone();
    channels.iter_mut().for_each(|channel| channel.resize(frames, 0.0));
    for from in (0..frames).step_by(BLOCK) {
        effect.set(settings(from));
        let to = frames.min(from + BLOCK);
        let mut block: Vec<_> = channels.iter_mut().map(|channel| &mut channel[from..to]).collect();
        effect.process(&mut block, &mut ());
    }
    channels.iter_mut().for_each(|channel| drop(channel.drain(..delay)));
    track.with(channels)
}

/// The power of a track over that of its difference to another, in dB.
pub fn snr(dry: &Track, wet: &Track) -> f64 {
    let pairs = dry.channels.iter().flatten().zip(wet.channels.iter().flatten());
    let (signal, noise) = pairs.fold((0.0, 0.0), |(signal, noise), (&x, &y)| {
        let (x, y) = (f64::from(x), f64::from(y));
        (signal + x * x, noise + (x - y) * (x - y))
    });
    10.0 * f64::log10(signal / noise)
}
