//! The same track through the library: what the plugin must play, and its records.

use std::ops::Range;

use extrema::codec::{Codebook, HoldMerger, Record, RecordEvent};
use extrema::effect::{Effect, EffectSettings, Latency, PlayedFrames, Tap};

use super::change::{self, Change};
use crate::track::Track;

/// What the codec made of a track.
pub struct Coded {
    /// The output, moved back by the latency.
    pub track: Track,
    /// The records of each channel, in order.
    pub records: Vec<Vec<RecordEvent>>,
}

/// How much the codec made of some frames, in all channels.
pub struct Size {
    pub segments: u64,
    /// In a file, which has adjacent holds merged.
    pub bytes: u64,
}

impl Coded {
    /// The size of the segments that start in `frames`.
    pub fn size(&self, frames: &Range<usize>) -> Size {
        let (mut segments, mut written) = (0, 0);
        for records in &self.records {
            let mut merger = HoldMerger::default();
            let starts_inside = |event: &&RecordEvent| frames.contains(&(event.position as usize));
            for event in records.iter().filter(starts_inside) {
                segments += 1;
                written += u64::from(merger.push(event.record).is_some());
            }
            written += u64::from(merger.finish().is_some());
        }
        Size { segments, bytes: written * Record::BYTES as u64 }
    }
}

/// Collects the records of each channel.
struct Collector(Vec<Vec<RecordEvent>>);

impl Tap for Collector {
    fn frames(&mut self, played: &PlayedFrames) {
        for &event in played.records {
            self.0[usize::from(event.stream)].push(event);
        }
    }
}

/// Plays a track through the effect, with the same changes as the plugin.
pub fn code(track: &Track, changes: &[Change]) -> Coded {
    let mut collector = Collector(vec![Vec::new(); track.channels.len()]);
    let channels = play(track, &change::settings(changes), &mut collector);
    Coded { track: track.with(channels), records: collector.0 }
}

/// Plays a track, and silence until its end has come out; takes the latency out. `settings` apply from
/// the frames beside them on.
fn play(track: &Track, settings: &[(usize, EffectSettings)], tap: &mut impl Tap) -> Vec<Vec<f32>> {
    let rate = f64::from(track.sample_rate);
    let mut effect =
        Effect::new(&Codebook::standard(), rate, track.channels.len(), Latency::default());
    let latency = effect.latency() as usize;
    let mut channels = track.channels.clone();
    channels.iter_mut().for_each(|channel| channel.resize(track.frames() + latency, 0.0));

    let mut rest: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    let mut at = 0;
    for &(position, settings) in settings {
        advance(&mut effect, &mut rest, position - at, tap);
        at = position;
        effect.set(settings);
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

#[cfg(test)]
mod tests {
    use extrema::effect::Control;

    use super::*;

    const FRAMES: usize = 20_000;

    fn song() -> Track {
        let wave = |frame| (frame as f32 * 0.11).sin() * (frame as f32 * 0.0071).cos();
        Track { sample_rate: 44_100, channels: vec![(0..FRAMES).map(wave).collect(); 2] }
    }

    #[test]
    fn settings_apply_from_their_frame_on() {
        let track = song();
        let change = |position| Change::new(position, Control::Output, -20.0);
        let plain = code(&track, &[]).track;
        for position in [1, 777, 5120] {
            let changed = code(&track, &[change(position)]).track;
            let pairs = plain.channels[0].iter().zip(&changed.channels[0]);
            let first = pairs.take(FRAMES).position(|(a, b)| a != b);
            // Gains ramp, and the wave may cross zero.
            assert!(
                first.is_some_and(|first| (position..position + 4).contains(&first)),
                "{first:?}"
            );
        }
    }

    #[test]
    fn sizes_of_parts_add_up() {
        let coded = code(&song(), &[]);
        let size = |frames| coded.size(&frames);
        let (all, start, end) = (size(0..FRAMES), size(0..7000), size(7000..FRAMES));
        assert!(start.segments > 0 && end.segments > 0);
        assert_eq!(all.segments, start.segments + end.segments);
        // Holds are not merged across parts.
        let apart = start.bytes + end.bytes;
        assert!((0..=2 * Record::BYTES as u64).contains(&(apart - all.bytes)));
        assert!(all.bytes <= all.segments * Record::BYTES as u64);
    }
}
