//! The same track through the library: what the plugin must play, and its records.

use extrema::codec::{Codebook, HoldMerger, Record, RecordEvent, Threshold};
use extrema::effect::{Effect, EffectSettings, Latency, PlayedFrames, Tap};

use super::automation::Change;
use crate::track::Track;

/// What the codec made of a track.
pub struct Coded {
    /// The output, moved back by the latency.
    pub track: Track,
    /// Segments, in all channels.
    pub segments: u64,
    /// The size of the records in a file.
    pub bytes: u64,
}

/// Counts segments, and records as a file would have them: with adjacent holds merged.
#[derive(Default)]
struct Counter {
    segments: u64,
    written: u64,
    mergers: [HoldMerger; 2],
}

impl Tap for Counter {
    fn frames(&mut self, played: &PlayedFrames) {
        for event in played.records {
            self.segments += 1;
            let merger = &mut self.mergers[usize::from(event.stream)];
            self.written += u64::from(merger.push(event.record).is_some());
        }
    }
}

impl Counter {
    fn bytes(mut self) -> u64 {
        self.written += self.mergers.iter_mut().filter_map(HoldMerger::finish).count() as u64;
        self.written * Record::BYTES as u64
    }
}

/// Plays a track through the effect, with the threshold automated as for the plugin.
pub fn code(track: &Track, automation: &[Change]) -> Coded {
    let mut counter = Counter::default();
    let channels =
        play(track, automation.iter().map(|c| (c.position, c.threshold())), &mut counter);
    Coded { track: track.with(channels), segments: counter.segments, bytes: counter.bytes() }
}

/// Collects records, in order.
#[derive(Default)]
struct Collector(Vec<RecordEvent>);

impl Tap for Collector {
    fn frames(&mut self, played: &PlayedFrames) {
        self.0.extend_from_slice(played.records);
    }
}

/// Plays a mono track through the effect at one threshold and returns its records.
pub fn records(track: &Track, threshold: Threshold) -> Vec<RecordEvent> {
    let mut collector = Collector::default();
    play(track, std::iter::once((0, threshold)), &mut collector);
    collector.0
}

/// Plays a track, and silence until its end has come out; takes the latency out.
fn play(
    track: &Track,
    thresholds: impl Iterator<Item = (usize, Threshold)>,
    tap: &mut impl Tap,
) -> Vec<Vec<f32>> {
    let rate = f64::from(track.sample_rate);
    let mut effect =
        Effect::new(&Codebook::standard(), rate, track.channels.len(), Latency::default());
    let latency = effect.latency() as usize;
    let mut channels = track.channels.clone();
    channels.iter_mut().for_each(|channel| channel.resize(track.frames() + latency, 0.0));

    let mut rest: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    let mut at = 0;
    for (position, threshold) in thresholds {
        advance(&mut effect, &mut rest, position - at, tap);
        at = position;
        effect.set(EffectSettings { threshold, ..EffectSettings::default() });
    }
    let end = track.frames() + latency - at;
    advance(&mut effect, &mut rest, end, tap);

    channels.iter_mut().for_each(|channel| drop(channel.drain(..latency)));
    channels
}

/// Processes the next frames and removes them from `rest`.
fn advance(effect: &mut Effect, rest: &mut [&mut [f32]], frames: usize, tap: &mut impl Tap) {
    let mut now: Vec<&mut [f32]> =
        rest.iter_mut().filter_map(|channel| channel.split_off_mut(..frames)).collect();
    effect.process(&mut now, tap);
}
