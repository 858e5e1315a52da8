//! The link from the audio thread to the editor, also when the editor reads too late.

use extrema::capture::{
    CAPACITY_FRAMES, CaptureInput, CaptureOutput, MAX_PACKET_FRAMES, MEMORY_BYTES, Packet, capture,
};
use extrema::codec::{Codebook, StereoMode, Threshold};
use extrema::editor::window::frame_rate;
use extrema::effect::{Effect, EffectSettings, Latency};
use extrema_plugin_tests::stage::chord;

const RATE: f64 = 44_100.0;

/// An effect that plays into a link.
struct Track {
    effect: Effect,
    settings: EffectSettings,
    /// Left and right by the number of the frame.
    wave: fn(usize) -> [f32; 2],
    input: CaptureInput,
    output: CaptureOutput,
    played: usize,
}

impl Track {
    /// With a window that is not open yet.
    fn new() -> Self {
        let (input, output) = capture();
        Self {
            effect: Effect::new(&Codebook::standard(), RATE, 2, Latency::Low),
            settings: EffectSettings::original(),
            wave: |i| chord(i as f64 / RATE),
            input,
            output,
            played: 0,
        }
    }

    fn opened() -> Self {
        let mut track = Self::new();
        track.output.open();
        track
    }

    /// With a record for every sample.
    fn densest() -> Self {
        let threshold = Threshold::OFF;
        let settings = EffectSettings { threshold, ..EffectSettings::original() };
        let wave = |i: usize| if i.is_multiple_of(2) { [0.5, -0.5] } else { [-0.5, 0.5] };
        Self { settings, wave, ..Self::opened() }
    }

    /// Plays blocks of the wave.
    fn play(&mut self, blocks: usize, frames: usize) {
        for _ in 0..blocks {
            let wave = |channel: usize| -> Vec<f32> {
                (self.played..self.played + frames).map(|i| (self.wave)(i)[channel]).collect()
            };
            let (mut left, mut right) = (wave(0), wave(1));
            let channels = &mut [&mut left[..], &mut right[..]];
            self.effect.set(self.settings);
            self.input.begin_block(channels);
            self.effect.process(channels, &mut self.input);
            self.input.end_block(channels);
            self.played += frames;
        }
    }

    /// Plays so many seconds in small blocks.
    fn play_for(&mut self, seconds: f64, rate: f64) {
        self.play((seconds * rate / 64.0).ceil() as usize, 64);
    }

    fn received(&mut self) -> Vec<Packet> {
        std::iter::from_fn(|| self.output.receive().cloned()).collect()
    }
}

/// All that a packet says.
fn content(packet: &Packet) -> (u64, StereoMode, Vec<&[f32]>, Vec<String>) {
    let records = packet.records().map(|event| format!("{event:?}")).collect();
    (packet.header.position, packet.header.stereo, packet.samples().collect(), records)
}

fn end(packet: &Packet) -> u64 {
    packet.header.position + u64::from(packet.header.frames)
}

#[test]
fn a_full_link_drops_whole_packets() {
    for frames in [17, 64, 100, 512] {
        let blocks = 60_000 / frames;
        let mut steady = Track::opened();
        let mut whole = Vec::new();
        for _ in 0..blocks {
            steady.play(1, frames);
            whole.extend(steady.received());
        }
        let mut late = Track::opened();
        late.play(blocks / 2, frames);
        let mut kept = late.received();
        let before = kept.len();
        late.play(blocks / 8, frames);
        kept.extend(late.received());
        assert!(before > 100 && kept.len() > before, "{frames}: it goes on after it was full");
        let next = kept[before].header.position;
        assert!(next > end(&kept[before - 1]), "{frames}: something was dropped");
        for packet in &kept {
            let same = whole.iter().find(|other| other.header.position == packet.header.position);
            let same = same.expect("the packets of a link that was never full");
            assert_eq!(content(packet), content(same), "{frames}");
        }
    }
}

#[test]
fn every_sample_and_record_comes_once_through_a_link_that_is_read_in_time() {
    let mut track = Track::opened();
    let (mut next, mut drawn) = (0, [0_u64; 2]);
    for _ in 0..200 {
        track.play(1, 100);
        for packet in track.received() {
            assert_eq!(packet.header.position, next);
            next = end(&packet);
            for event in packet.records() {
                assert!((packet.header.position..next).contains(&event.position));
                let drawn = &mut drawn[usize::from(event.stream)];
                assert_eq!(event.position, *drawn, "records follow each other");
                *drawn += u64::from(event.record.length());
            }
        }
    }
    assert!(next > 19_000 && drawn.iter().all(|&drawn| drawn >= next), "{next} {drawn:?}");
}

#[test]
fn frames_carry_the_stereo_mode_they_were_encoded_in() {
    const MODES: [StereoMode; 3] = [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked];
    for frames in [1, 5, 64, 100, 512, 1000] {
        let mut track = Track::opened();
        let (mut modes, mut next, mut labels) = (Vec::new(), 0, Vec::new());
        for block in 0..12_000 / frames {
            // Also two changes within a packet, and some that no packet ends at by itself.
            let stereo = MODES[block * frames / frames.max(301) % 3];
            track.settings.stereo = stereo;
            modes.resize(modes.len() + frames, stereo);
            track.play(1, frames);
            for packet in track.received() {
                let stereo = packet.header.stereo;
                assert_eq!(packet.header.position, next, "{frames}");
                assert!(usize::from(packet.header.frames) <= MAX_PACKET_FRAMES);
                let rows: Vec<&[f32]> = packet.samples().collect();
                let played = rows[0].iter().zip(rows[1]).zip(next as usize..);
                for ((&first, &second), frame) in played {
                    assert_eq!(stereo, modes[frame], "blocks of {frames}, frame {frame}");
                    let input = (track.wave)(frame).map(f64::from);
                    let streams = stereo.to_streams(input).map(|x| x as f32);
                    assert_eq!([first, second], streams);
                }
                next = end(&packet);
                labels.push(stereo);
            }
        }
        labels.dedup();
        assert!(next > 9_000 && labels.len() > 9, "{frames}: {next}, {labels:?}");
    }
}

#[test]
fn a_late_reader_sees_gaps_only_between_packets_whatever_changes() {
    let play = |is_late: bool| {
        let mut track = Track::densest();
        let mut packets = Vec::new();
        for block in 0..2000_usize {
            track.settings.stereo =
                if block / 7 % 2 == 0 { StereoMode::Linked } else { StereoMode::MidSide };
            track.play(1, 50);
            if !is_late || block % 450 == 449 {
                packets.extend(track.received());
            }
        }
        packets
    };
    let (steady, late) = (play(false), play(true));
    let gaps = late.windows(2).filter(|pair| pair[1].header.position > end(&pair[0])).count();
    assert!(gaps >= 3, "{gaps} gaps");
    let mut same = steady.iter();
    for packet in &late {
        let found = same.find(|other| other.header.position == packet.header.position);
        assert_eq!(content(packet), content(found.expect("a whole packet, in order")));
    }
}

#[test]
fn the_link_holds_what_it_promises_in_half_a_mebibyte() {
    const { assert!(MEMORY_BYTES <= 512 << 10) };
    let mut track = Track::densest();
    track.play((CAPACITY_FRAMES + 256) / 64, 64);
    let packets = track.received();
    let records: usize = packets.iter().map(|packet| packet.records().count()).sum();
    assert!(records > 2 * CAPACITY_FRAMES - 600, "{records} records");
    assert!(packets.windows(2).all(|pair| pair[1].header.position == end(&pair[0])));
    assert!(packets.last().map(end) == Some(CAPACITY_FRAMES as u64));
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
    track.output.meters.set_open(false);
    track.play(20, 512);
    assert!(track.received().is_empty());
    assert_eq!(track.output.meters.take_input(), [0.0; 2]);
}

#[test]
fn meters_show_the_highest_sample_wherever_it_is() {
    for frames in [1, 7, 8, 64, 100] {
        for at in [0, frames / 2, frames - 1] {
            let (mut input, mut output) = capture();
            output.open();
            let (mut left, mut right) = (vec![0.25; frames], vec![f32::NAN; frames]);
            left[at] = -0.75;
            right[frames - 1 - at] = 0.5;
            let channels = [&mut left[..], &mut right[..]];
            input.begin_block(&channels);
            input.end_block(&channels);
            assert_eq!(output.meters.take_input(), [0.75, 0.5]);
            assert_eq!(output.meters.take_output(), [0.75, 0.5]);
            assert_eq!(output.meters.take_input(), [0.0; 2]);
        }
    }
}

#[test]
fn a_reset_does_not_mix_two_streams_in_a_packet() {
    let mut track = Track::opened();
    // A packet is begun, but not full.
    track.play(1, 64 * 20 + 40);
    let before = track.received();
    track.effect.reset();
    track.input.reset();
    track.played = 0;
    track.play(20, 64);
    let after = track.received();
    let generation = before[0].header.generation;
    assert!(before.iter().all(|packet| packet.header.generation == generation));
    assert!(after.iter().all(|packet| packet.header.generation != generation));
    let mut fresh = Track::opened();
    fresh.play(20, 64);
    let fresh = fresh.received();
    assert_eq!(after.len(), fresh.len());
    for (packet, other) in after.iter().zip(&fresh) {
        assert_eq!(content(packet), content(other));
    }
}

#[test]
fn an_idle_window_misses_nothing_at_any_sample_rate() {
    for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0] {
        let mut track = Track::densest();
        let mut next = 0;
        for _ in 0..4 {
            track.play_for(frame_rate::idle(rate).as_secs_f64(), rate);
            for packet in track.received() {
                assert_eq!(packet.header.position, next, "{rate}");
                next = end(&packet);
            }
        }
    }
}

#[test]
fn what_was_played_for_an_earlier_window_does_not_come_to_the_next() {
    let mut track = Track::opened();
    track.play(20, 64);
    track.output.meters.set_open(false);
    track.output.open();
    assert!(track.received().is_empty());
    track.play(20, 64);
    // Frames are captured when they are played, one latency after they came in.
    let latency = u64::from(track.effect.latency());
    assert_eq!(track.received()[0].header.position, 20 * 64 - latency);
}
