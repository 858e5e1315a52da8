//! The detector that searches: when its records are final, what they depend on, and what it gains.

use crate::common;

use extrema::codec::{
    Codebook, Detector, Encoder, MaxLength, Settings, Share, StereoMode, Threshold,
};
use extrema::effect::{Effect, EffectSettings, Latency};

const RATE: f64 = 44_100.0;

fn best(steps: f64) -> Settings {
    let threshold = Threshold::from_steps(steps);
    Settings { detector: Detector::Best, threshold, ..Settings::default() }
}

/// Lengths of the records of a mono wave.
fn lengths(wave: &[f64], settings: Settings) -> Vec<u32> {
    let records = common::encode(&[wave], RATE, settings).remove(0);
    records.iter().map(|record| record.length()).collect()
}

/// Signal over noise in decibels.
fn snr_db(wave: &[f64], decoded: &[f64]) -> f64 {
    let signal: f64 = wave.iter().map(|x| x * x).sum();
    let noise: f64 = wave.iter().zip(decoded).map(|(x, y)| (x - y) * (x - y)).sum();
    10.0 * libm::log10(signal / noise)
}

/// A wave with a bit of everything.
fn eventful(sample_rate: f64, count: usize) -> Vec<f64> {
    let mut wave = common::music(sample_rate, count as f64 / 3.0 / sample_rate, 91);
    wave.extend(vec![0.0; count / 6]);
    wave.extend(common::noise(count / 6, 0.5, 92));
    wave.extend((0..count / 3).map(|i| 0.9 * libm::sin(i as f64 * 40.0 / sample_rate)));
    wave
}

/// A record is known before its first sample is due, whatever the latency, the rate, the price and the
/// longest curve are, and whatever the settings were before.
#[test]
fn no_record_is_later_than_the_latency() {
    for (rate, latency) in [
        (8_000.0, Latency::Low),
        (44_100.0, Latency::Low),
        (48_000.0, Latency::Normal),
        (96_000.0, Latency::Low),
        (192_000.0, Latency::Low),
        (384_000.0, Latency::Low),
    ] {
        let latency = latency.samples(rate);
        let wave = eventful(rate, 4 * latency as usize);
        let settings = |dbfs, longest_ms, stereo, detector| {
            let threshold = Threshold::from_dbfs(dbfs);
            let base = EffectSettings::default();
            let settings = EffectSettings { threshold, longest_ms, stereo, detector, ..base };
            settings.codec(rate, latency)
        };
        let modes = [StereoMode::LeftRight, StereoMode::Linked, StereoMode::MidSide];
        let mut changes = Vec::new();
        for (number, dbfs) in [-90.0, -30.0, 0.0].into_iter().enumerate() {
            for longest_ms in [None, Some(0.1), Some(1.3), Some(5.0)] {
                let mode = modes[(number + changes.len()) % 3];
                changes.push(settings(dbfs, longest_ms, mode, Detector::Best));
                if changes.len() % 3 == 0 {
                    changes.push(settings(dbfs, None, mode, Detector::Peak));
                }
            }
        }
        let codebook = Codebook::standard();
        let mut encoder = Encoder::with_latency(&codebook, changes[0], rate, 2, latency);
        let mut emitted = [0; 2];
        let every = wave.len() / changes.len() + 1;
        for (at, &x) in wave.iter().enumerate() {
            encoder.set(changes[at / every]);
            encoder.process(&[&[x], &[0.3 - x * x]], &mut |stream, records| {
                emitted[stream] += records.iter().map(|it| it.length() as usize).sum::<usize>();
            });
            for emitted in emitted {
                let open = at + 1 - emitted;
                assert!(open < latency as usize, "{open} samples open at {at}, {rate} Hz");
            }
        }
    }
}

#[test]
fn no_segment_is_longer_than_the_longest() {
    let wave = eventful(RATE, 6000);
    for longest in [1, 2, 13, 100, 1500] {
        for steps in [0.0, 200.0] {
            let max_length = MaxLength::samples(longest);
            let found = lengths(&wave, Settings { max_length, ..best(steps) });
            assert!(found.iter().all(|&length| length <= longest), "{longest}, {steps}");
            assert_eq!(found.iter().sum::<u32>() as usize, wave.len());
        }
    }
}

/// With *Follow* the price goes by the level, so the cuts do not.
#[test]
fn cuts_follow_the_level() {
    let wave = common::music(RATE, 0.25, 93);
    let quiet: Vec<f64> = wave.iter().map(|x| x / 4.0).collect();
    let settings = Settings { follow: Share::ALL, ..best(60.0) };
    let [loud, quiet] = [wave, quiet].map(|wave| {
        let mut end = 0;
        let ends = lengths(&wave, settings).into_iter().map(move |length| {
            end += length;
            end
        });
        // The envelope rises from its floor at first.
        ends.filter(|&end| end > 2000).collect::<Vec<_>>()
    });
    assert!(loud.len() > 100);
    assert_eq!(loud, quiet);
}

/// The threshold's travel: the higher it is, the fewer records and the lower the SNR; and the same price
/// with another *Zoom*.
#[test]
fn a_higher_threshold_makes_fewer_records() {
    let wave = common::music(RATE, 0.12, 94);
    let play = |settings| {
        let records = common::encode(&[&wave], RATE, settings);
        (records[0].len(), snr_db(&wave, &common::decode(&records)[0]))
    };
    let all: Vec<_> = [5.0, 30.0, 150.0, 700.0, 3000.0].map(|steps| play(best(steps))).to_vec();
    assert!(all.windows(2).all(|pair| pair[0].0 > pair[1].0 && pair[0].1 > pair[1].1), "{all:?}");
    assert_eq!(play(Settings { zoom: 5, ..best(30.0) }), all[2]);
}

/// At the same number of records it keeps more than the peak detector.
#[test]
fn it_keeps_more_than_the_peak_detector() {
    let wave = common::music(RATE, 0.25, 95);
    let play = |settings| {
        let records = common::encode(&[&wave], RATE, settings);
        (records[0].len(), snr_db(&wave, &common::decode(&records)[0]))
    };
    let peak = play(Settings { detector: Detector::Peak, ..best(200.0) });
    let (mut low, mut high) = (1.0_f64, 5000.0_f64);
    for _ in 0..7 {
        let middle = libm::sqrt(low * high);
        if play(best(middle)).0 > peak.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let found = play(best(high));
    assert!(found.0 <= peak.0 && found.1 > peak.1 + 2.0, "{found:?}, {peak:?}");
}

/// Digital silence costs no records, and comes out as nothing but zeros.
#[test]
fn silence_is_held() {
    let mut wave = common::music(RATE, 0.1, 96);
    let music = wave.len();
    wave.extend(vec![0.0; 20_000]);
    let records = common::encode(&[&wave], RATE, best(50.0));
    let decoded = common::decode(&records).remove(0);
    assert!(decoded[music + 64..].iter().all(|&y| y == 0.0));
    let mut at = 0;
    for record in &records[0] {
        assert!(record.is_hold() || at < music + 64, "a curve at {at}");
        at += record.length() as usize;
    }
}

/// Plays both channels with `before`, and with `after` from frame `change` on. Returns the largest steps
/// from sample to sample around the switch.
fn steps_around(
    input: &[Vec<f32>; 2],
    change: usize,
    before: EffectSettings,
    after: EffectSettings,
) -> [f64; 2] {
    let mut effect = Effect::new(&Codebook::standard(), RATE, 2, Latency::Normal);
    let [mut left, mut right] = input.clone();
    let (first, second) = (left.split_at_mut(change), right.split_at_mut(change));
    for (settings, left, right) in [(before, first.0, second.0), (after, first.1, second.1)] {
        effect.set(settings);
        effect.process(&mut [left, right], &mut ());
    }
    let at = change + effect.latency() as usize;
    [left, right].map(|wave| {
        let pairs = wave[at - 250..at + 500].windows(2);
        pairs.map(|pair| f64::from((pair[1] - pair[0]).abs())).fold(0.0, f64::max)
    })
}

/// Some of the switches of `clock.rs`, which leaves this detector out in a debug build.
#[test]
fn switching_to_and_from_it_does_not_click() {
    let tone = |hertz: f64, level: f64| -> Vec<f32> {
        let step = std::f64::consts::TAU * hertz / RATE;
        (0..3600).map(|i| (level * libm::sin(f64::from(i) * step)) as f32).collect()
    };
    let music = [97, 98].map(|seed| common::to_f32(&common::music(RATE, 0.082, seed)));
    let way = |detector, stereo| EffectSettings {
        detector,
        stereo,
        threshold: Threshold::from_dbfs(-36.0),
        ..EffectSettings::default()
    };
    let (linked, apart) = (StereoMode::Linked, StereoMode::LeftRight);
    let ways = [
        way(Detector::Best, apart),
        way(Detector::Best, linked),
        way(Detector::Best, StereoMode::MidSide),
        way(Detector::Peak, apart),
        way(Detector::Slope, linked),
    ];
    let switches = [(0, 3), (3, 0), (1, 4), (4, 1), (1, 0), (0, 2), (2, 3), (4, 0)];
    for input in [[tone(220.0, 0.5), tone(331.0, 0.3)], music] {
        let own = ways.map(|way| steps_around(&input, 2013, way, way));
        for (from, to) in switches {
            let found = steps_around(&input, 2013, ways[from], ways[to]);
            for (channel, wave) in input.iter().enumerate() {
                let pairs = wave.windows(2);
                let largest =
                    pairs.map(|pair| f64::from((pair[1] - pair[0]).abs())).fold(0.0, f64::max);
                let allowed = own[from][channel].max(own[to][channel]).max(largest);
                let step = found[channel];
                assert!(step < 1.413 * allowed, "{step} for {allowed}, {from} to {to}");
            }
        }
    }
}

/// The largest step from sample to sample of a tone at 220 Hz, while the threshold goes from each of two
/// values in dBFS to the other every 103 ms.
fn largest_step_between(dbfs: [f64; 2]) -> f64 {
    let step = std::f64::consts::TAU * 220.0 / RATE;
    let tone = (0..66_150).map(|i| (0.5 * libm::sin(f64::from(i) * step)) as f32);
    let mut wave: Vec<f32> = tone.collect();
    let mut effect = Effect::new(&Codebook::standard(), RATE, 1, Latency::Full);
    for (number, block) in wave.chunks_mut(4544).enumerate() {
        let threshold = Threshold::from_dbfs(dbfs[number % 2]);
        let settings = EffectSettings { detector: Detector::Best, threshold, ..Default::default() };
        effect.set(settings);
        effect.process(&mut [block], &mut ());
    }
    let pairs = wave[effect.latency() as usize + 4410..].windows(2);
    pairs.map(|pair| f64::from((pair[1] - pair[0]).abs())).fold(0.0, f64::max)
}

/// What was drawn roughly at the price before is not kept where the threshold falls.
#[test]
fn steps_of_the_threshold_do_not_click() {
    let high = 0.0;
    let high_only = largest_step_between([high; 2]);
    for low in [-41.2, -30.0, -18.8] {
        let step = largest_step_between([low, high]);
        let allowed = 1.413 * high_only.max(largest_step_between([low; 2]));
        assert!(step < allowed, "{step} for {allowed}, {low} and {high} dBFS");
    }
}
