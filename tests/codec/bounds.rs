//! Segments at the bounds of memory and of the format, and samples at those of `f64`: whatever the
//! blocks, the same records, the closest curves, and as many samples as came in.

use extrema::codec::synth::CurveSynth;
use extrema::codec::{
    CURVE_COUNT, Codebook, Detector, Encoder, HoldMerger, MaxLength, Record, Settings, StereoMode,
    Threshold,
};

use crate::common::{self, Random};

const RATE: f64 = 44_100.0;

fn encode(encoder: &mut Encoder, wave: &[f64], block: usize) -> Vec<Record> {
    let mut records = Vec::new();
    for block in wave.chunks(block) {
        encoder.process(&[block], &mut |_, more| records.extend_from_slice(more));
    }
    encoder.finish(&mut |_, more| records.extend_from_slice(more));
    records
}

/// An encoder of mono waves whose memory grows.
fn offline(settings: Settings) -> Encoder {
    Encoder::offline(&Codebook::standard(), settings, RATE, 1)
}

/// An encoder of mono waves for a latency in samples.
fn with_latency(latency: u32) -> impl Fn(Settings) -> Encoder {
    move |settings| Encoder::with_latency(&Codebook::standard(), settings, RATE, 1, latency)
}

/// The records of a mono wave, after it was seen that blocks make no difference.
fn in_any_blocks(
    wave: &[f64],
    settings: Settings,
    encoder: impl Fn(Settings) -> Encoder,
) -> Vec<Record> {
    let [records, others @ ..] =
        [wave.len(), 1, 97, 512, 768].map(|block| encode(&mut encoder(settings), wave, block));
    others.iter().for_each(|other| assert_eq!(records, *other));
    records
}

#[test]
fn every_length_of_memory_gives_the_closest_curves() {
    let mut wave = common::music(RATE, 0.3, 43);
    wave.extend(bends(3000, 60, 77));
    for longest in [1, 64, 256, 1000, 2048, 3300] {
        for points in [2, 3, 5, 16, 17, 64] {
            let mut detectors = vec![(Detector::Slope, 0.0), (Detector::Peak, 200.0)];
            // It takes a hundred times as long as the others, and a quarter of an hour without optimisation.
            if points == 16 && !cfg!(debug_assertions) {
                detectors.push((Detector::Best, 100.0));
            }
            for (detector, steps) in detectors {
                let threshold = Threshold::from_steps(steps);
                let bound = MaxLength::samples(longest);
                let settings = Settings {
                    points,
                    detector,
                    threshold,
                    max_length: bound,
                    ..Settings::default()
                };
                let records = in_any_blocks(&wave, settings, with_latency(longest));
                common::expect_closest(&wave, &records, points, CURVE_COUNT);
            }
        }
    }
}

/// Steady rises and falls of up to so many samples, each bent in its own way.
fn bends(longest: u64, count: usize, seed: u64) -> Vec<f64> {
    let (mut random, mut wave) = (Random::new(seed), Vec::new());
    for i in 0..count {
        let (length, share) = (1 + random.bits() % longest, 0.3 + random.sample().abs());
        let height = 0.1 + 0.8 * random.sample().abs();
        let (from, to) = (wave.last().copied().unwrap_or(0.0), [height, -height][i % 2]);
        let t = (1..=length).map(|i| i as f64 / length as f64);
        wave.extend(t.map(|t| from + (to - from) * libm::pow(t, share)));
    }
    wave
}

#[test]
fn curves_that_outgrow_the_memory_taken_at_first_are_matched_in_whole() {
    for (detector, steps) in [(Detector::Slope, 0.0), (Detector::Peak, 200.0)] {
        for (longest, count) in [(5_000, 150), (20_000, 40), (65_000, 8)] {
            let threshold = Threshold::from_steps(steps);
            let settings = Settings { detector, threshold, ..Settings::default() };
            let waves = [bends(longest, count, longest), bends(longest, count, longest + 1)];
            let length = waves[0].len().min(waves[1].len());
            let [left, right] = waves.each_ref().map(|wave| &wave[..length]);
            let records = in_any_blocks(left, settings, offline);
            common::expect_closest(left, &records, settings.points, CURVE_COUNT);

            for stereo in [StereoMode::MidSide, StereoMode::Linked] {
                let settings = Settings { stereo, ..settings };
                let records = common::encode(&[left, right], RATE, settings);
                let streams: Vec<_> =
                    left.iter().zip(right).map(|(&l, &r)| stereo.to_streams([l, r])).collect();
                for (number, records) in records.iter().enumerate() {
                    let stream: Vec<f64> = streams.iter().map(|frame| frame[number]).collect();
                    common::expect_closest(&stream, records, settings.points, CURVE_COUNT);
                }
            }
        }
    }
}

#[test]
fn wherever_a_ring_was_closed_when_it_grew_its_samples_are_whole() {
    let settings = Settings { points: 8, threshold: Threshold::OFF, ..Settings::default() };
    // Places are 404.5 samples apart, so that one of them meets any seam that there may be.
    for start in 6000..6405 {
        let zigzag = |count: usize| [0.1, -0.1].into_iter().cycle().take(count);
        let rise = (1..=3236).map(|i| -0.1 + 0.9 * libm::pow(f64::from(i) / 3236.0, 0.7));
        let wave: Vec<f64> = zigzag(start).chain(rise).chain(zigzag(1000)).collect();
        let records =
            encode(&mut Encoder::offline(&Codebook::standard(), settings, RATE, 1), &wave, 768);
        common::expect_closest(&wave, &records, settings.points, CURVE_COUNT);
    }
}

#[test]
fn a_segment_longer_than_memory_does_not_depend_on_the_blocks() {
    let mut random = Random::new(5);
    let wave: Vec<f64> =
        (0..40_000).map(|i| libm::sin(f64::from(i) / 311.0) + 0.0005 * random.sample()).collect();
    let settings = Settings {
        threshold: Threshold::from_steps(500.0),
        max_length: MaxLength { curve: 64, hold: 5000 },
        ..Settings::default()
    };
    let records = in_any_blocks(&wave, settings, with_latency(64));
    assert!(records.iter().any(|record| record.length() == 5000 && !record.is_hold()));
}

#[test]
fn lowering_the_bound_beneath_what_no_curve_can_be_loses_no_sample() {
    let wave: Vec<f64> = (0..65_636).map(|i| f64::from(i) * 1e-6).collect();
    let settings = Settings { threshold: Threshold::from_steps(50.0), ..Settings::default() };
    let mut encoder = Encoder::offline(&Codebook::standard(), settings, RATE, 1);
    let (open, rest) = wave.split_at(65_535);
    let mut records = Vec::new();
    encoder.process(&[open], &mut |_, more| records.extend_from_slice(more));
    encoder.set(Settings { max_length: MaxLength::samples(1000), ..settings });
    encoder.process(&[rest], &mut |_, more| records.extend_from_slice(more));
    encoder.finish(&mut |_, more| records.extend_from_slice(more));
    let frames: usize = records.iter().map(|record| record.length() as usize).sum();
    assert_eq!(frames, wave.len());
}

#[test]
fn what_overflowed_once_does_not_matter_later() {
    let [many, few] = [64, 18].map(|points| Settings { points, ..Settings::default() });
    let wave = common::music(RATE, 0.3, 1);
    let expected = encode(&mut Encoder::offline(&Codebook::standard(), few, RATE, 1), &wave, 512);
    for step in 1..100 {
        let sign = |i: i32| if i < step { -1.0 } else { 1.0 };
        let hostile: Vec<f64> =
            (0..100).map(|i| sign(i) * 1.7e308 + f64::from(i) * 1e300).collect();
        let mut encoder = Encoder::offline(&Codebook::standard(), many, RATE, 1);
        encode(&mut encoder, &hostile, 512);
        encoder.set(few);
        encoder.reset();
        assert_eq!(encode(&mut encoder, &wave, 512), expected, "a step at {step}");
    }
}

#[test]
fn what_follows_on_a_segment_does_not_matter_to_it() {
    // A run of 1600 samples that is cut at the end of the memory, and a step as wide as can be.
    let mut wave: Vec<f64> = (0..3500).map(|i| if i % 2 == 0 { 0.01 } else { -0.01 }).collect();
    let rise = |i: i32| -1.0 + 2.0 * libm::pow(f64::from(i) / 1600.0, 3.0);
    wave.extend((0..1600).map(rise));
    wave.extend([1.5e308, -1.5e308]);
    wave.extend((0..200).map(|i| if i % 2 == 0 { 0.5 } else { -0.5 }));
    let settings = Settings { max_length: MaxLength::samples(1600), ..Settings::default() };
    let records = in_any_blocks(&wave, settings, with_latency(1600));
    assert_eq!(records, in_any_blocks(&wave, settings, offline));
}

#[test]
fn what_has_no_length_is_nothing() {
    let mut out = [0.5; 4];
    assert_eq!(
        CurveSynth::new(Record::curve(1, 0, 5), 0)
            .draw(Codebook::standard().synth_tables(), &mut out),
        0
    );
    assert_eq!(out, [0.5; 4]);
    let records = [Record::curve(1, 3, 5), Record::hold(0), Record::curve(1, 3, 6)];
    let mut merger = HoldMerger::default();
    let mut merged: Vec<Record> =
        records.into_iter().filter_map(|record| merger.push(record)).collect();
    merged.extend(merger.finish());
    assert_eq!(merged, [records[0], records[2]]);
}
