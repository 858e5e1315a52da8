//! Another codebook while the effect plays.

use std::sync::Arc;

use crate::common;

use extrema::codec::{
    Codebook, Decoder, Detector, Encoder, Record, Share, StereoMode, Threshold, to_f32,
};
use extrema::effect::{Effect, EffectSettings, Latency, PlayedFrames, Tap};

const RATE: f64 = 44_100.0;

/// The standard curves in reverse.
fn reversed() -> Arc<Codebook> {
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    Codebook::own(&rows)
}

fn waves() -> Vec<Vec<f32>> {
    vec![common::to_f32(&common::music(RATE, 0.6, 5)), common::to_f32(&common::music(RATE, 0.6, 6))]
}

fn settings() -> Vec<EffectSettings> {
    let mut all = Vec::new();
    for detector in [Detector::Slope, Detector::Peak] {
        for stereo in [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked] {
            let threshold = Threshold::from_steps(200.0);
            all.push(EffectSettings { detector, stereo, threshold, ..EffectSettings::original() });
        }
    }
    let lost = Share::from_thousandths(300);
    all.push(EffectSettings { loss: lost, ..EffectSettings::default() });
    all.push(EffectSettings { looping: true, loop_length_ms: 100.0, ..EffectSettings::default() });
    all
}

/// The numbers of codebooks that a tap is told, by frame, and how many records begin in it.
#[derive(Default)]
struct Numbers(Vec<(u16, usize)>);

impl Tap for Numbers {
    fn frames(&mut self, played: &PlayedFrames) {
        let from = self.0.len();
        self.0.resize(from + played.decoded[0].len(), (played.codebook, 0));
        for record in played.records {
            self.0[from + (record.position - played.position) as usize].1 += 1;
        }
    }
}

/// Plays with changes of the codebook before some frames.
fn play(
    settings: EffectSettings,
    changes: &[(usize, &Arc<Codebook>)],
    block: usize,
) -> (Vec<Vec<f32>>, Numbers) {
    let mut effect = Effect::new(&Codebook::standard(), RATE, 2, Latency::Low);
    effect.set(settings);
    let (mut out, mut numbers) = (waves(), Numbers::default());
    let mut from = 0;
    while from < out[0].len() {
        let mut end = out[0].len().min(from + block);
        for (number, &(at, codebook)) in (1..).zip(changes) {
            if at == from {
                assert!(effect.set_codebook(codebook, number));
            } else if at > from {
                end = end.min(at);
            }
        }
        let [left, right] = &mut out[..] else { unreachable!() };
        let channels = &mut [&mut left[from..end], &mut right[from..end]];
        effect.process(channels, &mut (&mut numbers, &mut ()));
        from = end;
    }
    (out, numbers)
}

/// What an encoder and a decoder make of the same, with a change before one frame.
fn coded(settings: EffectSettings, change: usize, codebook: &Arc<Codebook>) -> Vec<Vec<f32>> {
    let latency = Latency::Low.samples(RATE);
    let codec = settings.codec(RATE, latency);
    let mut encoder = Encoder::with_latency(&Codebook::standard(), codec, RATE, 2, latency);
    let waves: Vec<Vec<f64>> =
        waves().iter().map(|wave| wave.iter().map(|&x| f64::from(x)).collect()).collect();
    let part = |from: usize, to: usize| waves.iter().map(move |wave| &wave[from..to]);
    let mut records: [Vec<Vec<Record>>; 2] = std::array::from_fn(|_| vec![Vec::new(); 2]);
    let [before, after] = &mut records;
    let mut keep = |stream: usize, more: &[Record]| before[stream].extend_from_slice(more);
    encoder.process(&part(0, change).collect::<Vec<_>>(), &mut keep);
    encoder.set_codebook(codebook, &mut keep);
    let mut keep = |stream: usize, more: &[Record]| after[stream].extend_from_slice(more);
    encoder.process(&part(change, waves[0].len()).collect::<Vec<_>>(), &mut keep);
    encoder.finish(&mut keep);
    let mut decoder = Decoder::new(&Codebook::standard(), 2);
    let mut out = vec![Vec::new(); 2];
    for (records, next) in records.iter().zip([Some(codebook), None]) {
        records.iter().enumerate().for_each(|(stream, records)| decoder.push(stream, records));
        let mut decoded = vec![vec![0.0; decoder.available()]; 2];
        let mut slices: Vec<_> = decoded.iter_mut().map(Vec::as_mut_slice).collect();
        decoder.read(&mut slices, |_| ());
        if let Some(codebook) = next {
            assert_eq!(decoded[0].len(), change, "all streams end at the change");
            decoder.set_codebook(codebook);
        }
        let [left, right] = &mut decoded[..] else { unreachable!() };
        for (left, right) in left.iter_mut().zip(right) {
            [*left, *right] = settings.stereo.to_channels([*left, *right]);
        }
        out.iter_mut()
            .zip(decoded)
            .for_each(|(out, more)| out.extend(more.into_iter().map(to_f32)));
    }
    out
}

fn bits(channels: &[Vec<f32>]) -> Vec<Vec<u32>> {
    channels.iter().map(|channel| channel.iter().map(|x| x.to_bits()).collect()).collect()
}

#[test]
fn a_change_is_heard_one_latency_later_to_the_sample_and_without_a_gap() {
    let latency = Latency::Low.samples(RATE) as usize;
    let (other, at) = (reversed(), 20_011);
    for settings in settings() {
        let (played, numbers) = play(settings, &[(at, &other)], 64);
        let expected = coded(settings, at, &other);
        let heard: Vec<Vec<f32>> =
            played.iter().map(|channel| channel[latency..].to_vec()).collect();
        let frames = heard[0].len();
        let expected: Vec<Vec<f32>> =
            expected.iter().map(|channel| channel[..frames].to_vec()).collect();
        assert!(bits(&heard) == bits(&expected), "{settings:?}");
        let (unchanged, _) = play(settings, &[], 64);
        assert_ne!(bits(&played), bits(&unchanged), "{settings:?}");
        assert!(numbers.0[..at].iter().all(|(number, _)| *number == 0));
        assert!(numbers.0[at..].iter().all(|(number, _)| *number == 1));
        assert_eq!(numbers.0[at].1, 2, "a record begins in both streams");
    }
}

#[test]
fn blocks_make_no_difference_to_a_change() {
    let (other, standard) = (reversed(), Codebook::standard());
    let changes = [(0, &other), (777, &standard), (9_000, &other), (15_000, &standard)];
    for settings in settings() {
        let (expected, _) = play(settings, &changes, 512);
        for block in [1, 63, 4_096] {
            let (played, _) = play(settings, &changes, block);
            assert!(bits(&played) == bits(&expected), "{block}: {settings:?}");
        }
    }
}

#[test]
fn a_change_does_not_click() {
    let other = reversed();
    let step =
        |wave: &[f32]| wave.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    for settings in settings().into_iter().filter(|settings| !settings.looping) {
        let mut loudest = 0.0_f32;
        for at in (20_000..24_000).step_by(691) {
            let (played, _) = play(settings, &[(at, &other)], 4_096);
            for channel in &played {
                loudest = loudest.max(step(&channel[at - 50..at + 2_000]));
            }
        }
        let at_rest = [play(settings, &[], 4_096), play(settings, &[(0, &other)], 4_096)];
        let usual = at_rest.iter().flat_map(|(played, _)| played).map(|wave| step(wave));
        let usual = usual.fold(0.0, f32::max);
        assert!(loudest < 1.42 * usual, "{loudest} instead of {usual}: {settings:?}");
    }
}

#[test]
fn until_a_change_is_heard_there_is_no_other() {
    let (other, standard) = (reversed(), Codebook::standard());
    let mut effect = Effect::new(&standard, RATE, 1, Latency::Low);
    assert!(effect.set_codebook(&other, 1), "nothing has been played");
    assert!(effect.set_codebook(&standard, 2));
    let latency = effect.latency() as usize;
    effect.process(&mut [&mut vec![0.1; 100]], &mut ());
    assert!(effect.set_codebook(&other, 3));
    effect.process(&mut [&mut vec![0.1; latency]], &mut ());
    assert!(!effect.set_codebook(&standard, 4));
    effect.process(&mut [&mut [0.1]], &mut ());
    assert!(effect.set_codebook(&standard, 4));
    effect.reset();
    assert!(effect.set_codebook(&other, 5), "a new stream has nothing to wait for");
}
