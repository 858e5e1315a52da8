//! The expected sound of a track: the effect alone, with its threshold set when Ardour sets it.

use extrema::codec::Codebook;
use extrema::codec::Threshold;
use extrema::effect::{Control, Effect, EffectSettings, Latency};

use super::session::SAMPLE_RATE;
use crate::track::Track;

/// Frames that Ardour processes at a time while it exports.
pub const CYCLE: usize = 1024;

/// How Ardour divides time into cycles.
#[derive(Clone, Copy)]
pub struct Cycles {
    /// Frames in a cycle.
    pub length: usize,
    /// The frame where the second cycle begins: the first may be shorter.
    pub phase: usize,
}

/// An automated threshold: straight lines through points a second apart.
pub struct Ramp {
    /// Positions of the knob, 0 to 1, which is how a host keeps a threshold.
    pub positions: Vec<f64>,
}

impl Ramp {
    /// The ramp as a word of `create.lua`.
    pub fn setup(&self) -> String {
        let points = self.positions.iter().enumerate();
        let points: Vec<_> =
            points.map(|(second, position)| format!("{second}:{position}")).collect();
        format!("Threshold@{}", points.join(","))
    }

    /// Ardour's value at a frame.
    fn at(&self, frame: usize) -> Threshold {
        // Ardour rounds to musical time: 1920 ticks to a beat, at 120 beats a minute.
        const TICKS_PER_SECOND: f64 = 3840.0;
        let seconds = frame as f64 / f64::from(SAMPLE_RATE);
        let seconds = (seconds * TICKS_PER_SECOND).round() / TICKS_PER_SECOND;
        let last = self.positions.len() - 1;
        let before = (seconds.floor() as usize).min(last);
        let after = (before + 1).min(last);
        let fraction = seconds - before as f64;
        let (from, to) = (self.positions[before], self.positions[after]);
        let position = (from + fraction * (to - from)) as f32;
        Threshold::from_dbfs(Control::Threshold.from_host(position))
    }
}

/// The frames at which Ardour sets the threshold, and the values.
///
/// It does so at the start of a cycle, at the points of the ramp, and at the last frame of a cycle,
/// where it sets the value of the next frame. Its times are those at which a sample is heard, so
/// the plugin gets every value later by its latency.
fn changes(ramp: &Ramp, frames: usize, cycles: Cycles, latency: usize) -> Vec<(usize, Threshold)> {
    let points = (0..ramp.positions.len()).map(|second| second * SAMPLE_RATE as usize);
    let starts = std::iter::once(0).chain((cycles.phase..frames).step_by(cycles.length));
    let mut changes: Vec<(usize, Threshold)> = points
        .chain(starts.clone())
        .map(|frame| (frame, ramp.at(frame)))
        .chain(starts.filter(|&start| start > 0).map(|start| (start - 1, ramp.at(start))))
        .map(|(frame, threshold)| (frame + latency, threshold))
        .filter(|&(frame, _)| frame < frames)
        .collect();
    changes.push((0, ramp.at(0)));
    changes.sort_by_key(|&(frame, _)| frame);
    changes
}

/// Plays audio through the effect with constant settings, and takes the latency out.
pub fn play(audio: &Track, settings: EffectSettings) -> Track {
    run(audio, &[(0, settings)])
}

/// Plays audio with the threshold following a ramp, as Ardour would in these cycles.
pub fn play_ramp(audio: &Track, settings: EffectSettings, ramp: &Ramp, cycles: Cycles) -> Track {
    let latency = Latency::Full.samples(f64::from(SAMPLE_RATE)) as usize;
    let steps: Vec<_> = changes(ramp, audio.frames() + latency, cycles, latency)
        .into_iter()
        .map(|(frame, threshold)| (frame, EffectSettings { threshold, ..settings }))
        .collect();
    run(audio, &steps)
}

fn run(audio: &Track, steps: &[(usize, EffectSettings)]) -> Track {
    let mut effect = Effect::new(&Codebook::standard(), f64::from(SAMPLE_RATE), 2, Latency::Full);
    let latency = effect.latency() as usize;
    let mut channels = audio.channels.clone();
    channels.iter_mut().for_each(|channel| channel.resize(channel.len() + latency, 0.0));
    let frames = channels[0].len();
    for (index, &(from, settings)) in steps.iter().enumerate() {
        let to = steps.get(index + 1).map_or(frames, |step| step.0);
        effect.set(settings);
        let mut block: Vec<_> = channels.iter_mut().map(|channel| &mut channel[from..to]).collect();
        effect.process(&mut block, &mut ());
    }
    channels.iter_mut().for_each(|channel| drop(channel.drain(..latency)));
    audio.with(channels)
}
