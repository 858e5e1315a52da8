//! The link from the audio thread: what comes through a queue that nobody empties in time.

use extrema::capture::{CaptureInput, CaptureOutput, Packet, capture};
use extrema::codec::Codebook;
use extrema::editor::window::pace;
use extrema::effect::{Effect, EffectSettings, Latency};
use extrema_plugin_tests::stage::chord;

const RATE: f64 = 44_100.0;

/// An effect that plays into a link.
struct Track {
    effect: Effect,
    input: CaptureInput,
    output: CaptureOutput,
    played: usize,
}

impl Track {
    fn new() -> Self {
        let (input, output) = capture();
        Self {
            effect: Effect::new(&Codebook::standard(), RATE, 2, Latency::Low),
            input,
            output,
            played: 0,
        }
    }

    /// Plays blocks of a chord.
    fn play(&mut self, blocks: usize, frames: usize) {
        let settings = EffectSettings::default();
        for _ in 0..blocks {
            let [mut left, mut right]: [Vec<f32>; 2] = [0, 1].map(|channel| {
                (0..frames).map(|i| chord((self.played + i) as f64 / RATE)[channel]).collect()
            });
            let channels = &mut [&mut left[..], &mut right[..]];
            self.effect.set(settings);
            self.input.begin(settings.stereo);
            self.input.input(channels);
            self.effect.process(channels, &mut self.input);
            self.input.output(channels);
            self.played += frames;
        }
    }

    /// Plays so many seconds in small blocks.
    fn play_for(&mut self, seconds: f64, rate: f64) {
        self.play((seconds * rate / 64.0).ceil() as usize, 64);
    }

    fn received(&mut self) -> Vec<Packet> {
        std::iter::from_fn(|| self.output.receive()).collect()
    }
}

/// What a packet says.
fn said(packet: &Packet) -> (u64, usize, Vec<f32>, Vec<String>) {
    let original = packet.original[..packet.streams].iter();
    let original = original.flat_map(|stream| &stream[..packet.frames]).copied().collect();
    let records = packet.records().map(|played| format!("{played:?}")).collect();
    (packet.position, packet.frames, original, records)
}

#[test]
fn a_full_queue_drops_whole_packets() {
    for frames in [17, 64, 100, 512] {
        let blocks = 60_000 / frames;
        let mut steady = Track::new();
        steady.output.open();
        let mut whole = Vec::new();
        for _ in 0..blocks {
            steady.play(1, frames);
            whole.extend(steady.received());
        }
        let mut late = Track::new();
        late.output.open();
        late.play(blocks / 2, frames);
        let mut kept = late.received();
        let before = kept.len();
        late.play(blocks / 8, frames);
        kept.extend(late.received());
        assert!(before > 100 && kept.len() > before, "{frames}: it goes on after it was full");
        let end = kept[before].position;
        let last = &kept[before - 1];
        assert!(end > last.position + last.frames as u64, "{frames}: something was dropped");
        for packet in &kept {
            let same = whole.iter().find(|other| other.position == packet.position);
            let same = same.expect("the packets of a queue that was never full");
            assert_eq!(said(packet), said(same), "{frames}");
        }
    }
}

#[test]
fn every_sample_and_record_comes_once_through_a_queue_that_is_emptied() {
    let mut track = Track::new();
    track.output.open();
    let (mut end, mut drawn) = (0, [0_u64; 2]);
    for _ in 0..200 {
        track.play(1, 100);
        for packet in track.received() {
            assert_eq!(packet.position, end);
            end += packet.frames as u64;
            for played in packet.records() {
                let drawn = &mut drawn[usize::from(played.stream)];
                assert_eq!(played.position, *drawn, "records follow each other");
                *drawn += u64::from(played.record.length());
            }
        }
    }
    assert!(end > 19_000 && drawn.iter().all(|&drawn| drawn >= end), "{end} {drawn:?}");
}

#[test]
fn nothing_is_captured_while_no_window_is_open() {
    let mut track = Track::new();
    track.play(20, 512);
    assert!(track.received().is_empty());
    assert_eq!(track.output.meters.take_input(), [0.0; 2]);
    assert_eq!(track.output.meters.take_output(), [0.0; 2]);
    track.output.open();
    track.play(20, 512);
    assert!(!track.received().is_empty());
    assert!(track.output.meters.take_input()[0] > 0.0);
    track.output.close();
    track.play(20, 512);
    assert!(track.received().is_empty());
    assert_eq!(track.output.meters.take_input(), [0.0; 2]);
}

#[test]
fn a_reset_does_not_mix_two_streams_in_a_packet() {
    let mut track = Track::new();
    track.output.open();
    // A packet is begun, but not full.
    track.play(1, 64 * 20 + 40);
    let before = track.received();
    track.effect.reset();
    track.input.reset();
    track.played = 0;
    track.play(20, 64);
    let after = track.received();
    assert!(before.iter().all(|packet| packet.generation == before[0].generation));
    assert!(after.iter().all(|packet| packet.generation != before[0].generation));
    let mut fresh = Track::new();
    fresh.output.open();
    fresh.play(20, 64);
    let fresh = fresh.received();
    assert_eq!(after.len(), fresh.len());
    for (packet, other) in after.iter().zip(&fresh) {
        assert_eq!(said(packet), said(other));
    }
}

#[test]
fn a_window_that_rests_misses_nothing_at_any_sample_rate() {
    for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0] {
        let mut track = Track::new();
        track.output.open();
        let mut end = 0;
        for _ in 0..4 {
            track.play_for(pace::idle(rate).as_secs_f64(), rate);
            for packet in track.received() {
                assert_eq!(packet.position, end, "{rate}");
                end += packet.frames as u64;
            }
        }
    }
}

#[test]
fn what_was_played_for_an_earlier_window_does_not_come_to_the_next() {
    let mut track = Track::new();
    track.output.open();
    track.play(20, 64);
    track.output.close();
    track.output.open();
    assert!(track.received().is_empty());
    track.play(20, 64);
    // What is captured is what has been decided, which is as late as the effect.
    assert_eq!(track.received()[0].position, 20 * 64 - u64::from(track.effect.latency()));
}
