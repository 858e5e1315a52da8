//! The effect as a host sees it: latency, mix, delta, bypass, extreme input, automation.

use crate::common;

use extrema::codec::{Codebook, Detector, Encoder, StereoMode, Threshold, to_f32};
use extrema::effect::{Effect, EffectSettings, Latency};

const RATE: f64 = 44_100.0;
const LATENCIES: [Latency; 3] = [Latency::Low, Latency::Normal, Latency::Full];
const DETECTORS: [Detector; 3] = [Detector::Slope, Detector::Peak, Detector::Best];

fn effect(channels: usize, latency: Latency, settings: EffectSettings) -> Effect {
    let mut effect = Effect::new(&Codebook::standard(), RATE, channels, latency);
    effect.set(settings);
    effect
}

/// Plays one channel in blocks of 64.
fn mono(effect: &mut Effect, wave: &[f32]) -> Vec<f32> {
    let mut out = wave.to_vec();
    for block in out.chunks_mut(64) {
        effect.process(&mut [block], &mut ());
    }
    out
}

fn delayed(wave: &[f32], latency: Latency) -> Vec<f32> {
    let mut out = vec![0.0; latency.samples(RATE) as usize];
    out.extend_from_slice(wave);
    out.truncate(wave.len());
    out
}

#[test]
fn latency_follows_the_sample_rate() {
    for (rate, full) in [
        (8_000.0, 2048),
        (44_100.0, 2048),
        (50_000.0, 2048),
        (50_001.0, 4096),
        (96_000.0, 4096),
        (100_000.0, 4096),
        (192_000.0, 8192),
        (384_000.0, 16_384),
    ] {
        assert_eq!(Latency::Full.samples(rate), full);
        assert_eq!(Latency::Normal.samples(rate), full / 2);
        assert_eq!(Latency::Low.samples(rate), full / 8);
        assert_eq!(Effect::new(&Codebook::standard(), rate, 2, Latency::Low).latency(), full / 8);
    }
}

#[test]
fn an_impulse_peaks_exactly_at_the_latency() {
    for latency in LATENCIES {
        for detector in DETECTORS {
            for mix in [1.0, 0.5, 0.0] {
                let settings = EffectSettings { detector, mix, ..EffectSettings::original() };
                let mut effect = effect(1, latency, settings);
                let mut wave = vec![0.0; 6000];
                wave[1000] = 0.9;
                let out = mono(&mut effect, &wave);
                let peak = (0..out.len()).max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs()));
                assert_eq!(peak, Some(1000 + effect.latency() as usize), "{settings:?}");
            }
        }
    }
}

#[test]
fn mix_0_and_bypass_are_the_delayed_input_to_the_bit() {
    let wave = common::to_f32(&common::music(RATE, 0.4, 20));
    for settings in [
        EffectSettings { mix: 0.0, output_db: 12.0, ..EffectSettings::original() },
        EffectSettings { bypass: true, delta: true, input_db: -6.0, ..EffectSettings::original() },
    ] {
        for latency in LATENCIES {
            let out = mono(&mut effect(1, latency, settings), &wave);
            assert_eq!(out, delayed(&wave, latency), "{settings:?}");
        }
    }
}

#[test]
fn delta_and_wet_add_up_to_dry() {
    let left = common::to_f32(&common::music(RATE, 0.4, 21));
    let right = common::to_f32(&common::noise(left.len(), 0.7, 22));
    for detector in DETECTORS {
        for stereo in [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked] {
            let play = |delta| {
                let settings =
                    EffectSettings { detector, stereo, delta, ..EffectSettings::original() };
                let mut out = [left.clone(), right.clone()];
                let [a, b] = &mut out;
                effect(2, Latency::Normal, settings).process(&mut [a, b], &mut ());
                out
            };
            let (wet, delta) = (play(false), play(true));
            for (channel, dry) in [&left, &right].into_iter().enumerate() {
                let dry = delayed(dry, Latency::Normal);
                for i in 0..dry.len() {
                    let (dry, wet, delta) = (dry[i], wet[channel][i], delta[channel][i]);
                    let larger = dry.abs().max(wet.abs()).max(delta.abs());
                    let step = f64::from(larger.next_up()) - f64::from(larger);
                    let sum = f64::from(delta) + f64::from(wet);
                    assert!((sum - f64::from(dry)).abs() <= step, "{wet} + {delta} = {dry}");
                }
            }
        }
    }
}

#[test]
fn mix_50_is_half_dry_and_half_wet() {
    let wave = common::to_f32(&common::music(RATE, 0.3, 23));
    let play = |mix| {
        let settings = EffectSettings { mix, ..EffectSettings::original() };
        mono(&mut effect(1, Latency::Low, settings), &wave)
    };
    let (dry, half, wet) = (play(0.0), play(0.5), play(1.0));
    for i in 0..wave.len() {
        let expected = (f64::from(dry[i]) + f64::from(wet[i])) / 2.0;
        assert!((f64::from(half[i]) - expected).abs() < 1e-7);
    }
}

#[test]
fn switching_bypass_mix_delta_and_gain_does_not_click() {
    // A sine whose largest step from sample to sample is known.
    let step = std::f64::consts::TAU * 100.0 / RATE;
    let wave: Vec<f32> = (0..40_000).map(|i| libm::sin(f64::from(i) * step) as f32 * 0.5).collect();
    let base = EffectSettings { threshold: Threshold::OFF, ..EffectSettings::original() };
    for changed in [
        EffectSettings { bypass: true, output_db: 6.0, ..base },
        EffectSettings { mix: 0.0, ..base },
        EffectSettings { delta: true, ..base },
        EffectSettings { output_db: 6.0, ..base },
        EffectSettings { input_db: -6.0, ..base },
    ] {
        let mut effect = effect(1, Latency::Low, base);
        let mut out = wave.clone();
        for (index, block) in out.chunks_mut(5000).enumerate() {
            effect.set(if index % 2 == 0 { base } else { changed });
            effect.process(&mut [block], &mut ());
        }
        // Twice the sine's step for +6 dB, half as much again since curves are steeper than a sine, and
        // the step of a ramp from 0 to 1 in 441 samples.
        let allowed = 3.0 * 0.5 * step + 1.0 / 441.0;
        let largest = out.windows(2).map(|w| f64::from((w[1] - w[0]).abs())).fold(0.0, f64::max);
        assert!(largest < allowed, "{largest} with {changed:?}");
    }
}

#[test]
fn extremes_of_input_give_finite_normal_output() {
    let square = |i: usize| if (i / 50).is_multiple_of(2) { 1.0 } else { -1.0 };
    let nyquist = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    type Wave = Box<dyn Fn(usize) -> f32>;
    let waves: [(&str, Wave); 13] = [
        ("silence", Box::new(|_| 0.0)),
        ("DC", Box::new(|_| 0.7)),
        ("full-scale square", Box::new(square)),
        ("Nyquist", Box::new(nyquist)),
        ("slow ramp", Box::new(|i| i as f32 * 1e-5)),
        ("NaN", Box::new(|i| if i % 7 == 3 { f32::NAN } else { 0.1 })),
        ("+Inf", Box::new(|i| if i % 7 == 3 { f32::INFINITY } else { -0.1 })),
        ("-Inf", Box::new(|_| f32::NEG_INFINITY)),
        ("subnormal", Box::new(|i| if i.is_multiple_of(2) { 1e-40 } else { -1e-40 })),
        ("smallest", Box::new(|_| f32::MIN_POSITIVE)),
        ("+10", Box::new(|i| if i.is_multiple_of(9) { 10.0 } else { 0.0 })),
        ("-10", Box::new(|_| -10.0)),
        ("largest", Box::new(|i| if i.is_multiple_of(3) { f32::MAX } else { f32::MIN })),
    ];
    for (name, wave) in waves {
        let wave: Vec<f32> = (0..12_000).map(wave).collect();
        for detector in DETECTORS {
            for (mix, delta, gain) in [(1.0, false, 24.0), (0.3, false, -24.0), (1.0, true, 24.0)] {
                for steps in [0.0, 50.0, 32_767.0] {
                    let settings = EffectSettings {
                        threshold: Threshold::from_steps(steps),
                        detector,
                        mix,
                        delta,
                        input_db: gain,
                        output_db: gain,
                        ..Default::default()
                    };
                    let out = mono(&mut effect(1, Latency::Low, settings), &wave);
                    let is_clean = |x: &f32| x.is_finite() && !x.is_subnormal();
                    assert!(out.iter().all(is_clean), "{name}, {settings:?}");
                }
            }
        }
    }
}

#[test]
fn dc_and_square_survive_and_silence_stays_silent() {
    for detector in DETECTORS {
        let settings = EffectSettings { detector, ..EffectSettings::original() };
        let play = |wave: &dyn Fn(usize) -> f32| {
            let wave: Vec<f32> = (0..20_000).map(wave).collect();
            mono(&mut effect(1, Latency::Low, settings), &wave)
        };
        assert!(play(&|_| 0.0).iter().all(|x| x.to_bits() == 0));
        let dc = play(&|_| 0.7);
        assert!(dc[300..].iter().all(|x| (x - 0.7).abs() < 1.0 / 32767.0));
        if detector == Detector::Slope {
            let square = play(&|i| if (i / 50).is_multiple_of(2) { 1.0 } else { -1.0 });
            assert!(square[300..].iter().all(|x| x.abs() == 1.0));
        }
    }
}

#[test]
fn a_slow_ramp_below_the_threshold_is_followed_within_the_bound() {
    // 1e-5 a sample never exceeds 50 steps a sample, so only the bound brings the level back.
    let settings = EffectSettings { longest_ms: Some(2.0), ..EffectSettings::original() };
    let mut effect = effect(1, Latency::Low, settings);
    let wave: Vec<f32> = (0..40_000).map(|i| i as f32 * 1e-5).collect();
    let out = mono(&mut effect, &wave);
    let bound = (0.002 * RATE).round() as usize;
    for i in 300..out.len() {
        let original = wave[i - effect.latency() as usize];
        assert!((out[i] - original).abs() <= bound as f32 * 1e-5 + 1e-4, "sample {i}");
    }
}

#[test]
fn silence_returns_to_exact_zero_within_the_tail() {
    for latency in LATENCIES {
        for detector in DETECTORS {
            for steps in [0.0, 50.0, 3000.0, 32_767.0] {
                for longest in [None, Some(1.0)] {
                    let threshold = Threshold::from_steps(steps);
                    let settings = EffectSettings {
                        threshold,
                        detector,
                        longest_ms: longest,
                        ..Default::default()
                    };
                    let mut effect = effect(1, latency, settings);
                    let mut wave = common::to_f32(&common::music(RATE, 0.2, 24));
                    // A fade-out, so that the end is below the threshold.
                    wave.extend((0..500).map(|i| 0.05 * (1.0 - i as f32 / 500.0)));
                    let end = wave.len() + effect.tail() as usize;
                    wave.resize(end + 3000, 0.0);
                    let out = mono(&mut effect, &wave);
                    assert!(out[end..].iter().all(|x| x.to_bits() == 0), "{settings:?}");
                }
            }
        }
    }
}

#[test]
fn automation_takes_effect_at_its_sample() {
    let wave = common::to_f32(&common::music(RATE, 0.5, 25));
    for detector in DETECTORS {
        let changes = [
            (0, EffectSettings { detector, ..EffectSettings::original() }),
            (
                3001,
                EffectSettings {
                    detector,
                    threshold: Threshold::from_steps(900.0),
                    ..Default::default()
                },
            ),
            (3002, EffectSettings { detector, points: 2, curves: 9, ..EffectSettings::original() }),
            (
                9999,
                EffectSettings { detector, longest_ms: Some(0.7), ..EffectSettings::original() },
            ),
            (15_000, EffectSettings { detector, ..EffectSettings::original() }),
        ];
        let mut effect = effect(1, Latency::Low, changes[0].1);
        let delay = effect.latency();
        let mut input: Vec<f64> = wave.iter().map(|&x| f64::from(x)).collect();
        input.resize(wave.len() + delay as usize, 0.0);
        let mut encoder = Encoder::with_latency(
            &Codebook::standard(),
            changes[0].1.codec(RATE, delay),
            RATE,
            1,
            delay,
        );
        let (mut records, mut out) = (Vec::new(), wave.clone());
        for (index, (from, settings)) in changes.into_iter().enumerate() {
            let next = changes.get(index + 1).map(|change| change.0);
            effect.set(settings);
            effect.process(&mut [&mut out[from..next.unwrap_or(wave.len())]], &mut ());
            encoder.set(settings.codec(RATE, delay));
            let samples = &input[from..next.unwrap_or(input.len())];
            encoder.process(&[samples], &mut |_, more| records.extend_from_slice(more));
        }
        encoder.finish(&mut |_, more| records.extend_from_slice(more));
        let decoded = common::decode(&[records]).remove(0);
        for (i, (out, decoded)) in out[delay as usize..].iter().zip(&decoded).enumerate() {
            assert_eq!(out.to_bits(), to_f32(*decoded).to_bits(), "{detector:?}, sample {i}");
        }
    }
}

#[test]
fn detector_and_stereo_mode_may_change_while_playing() {
    let left = common::to_f32(&common::music(RATE, 1.0, 26));
    let right = common::to_f32(&common::music(RATE, 1.0, 27));
    let mut effect = effect(2, Latency::Low, EffectSettings::original());
    let mut out = [left.clone(), right.clone()];
    let [a, b] = &mut out;
    let modes = [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked];
    for (index, (a, b)) in a.chunks_mut(1234).zip(b.chunks_mut(1234)).enumerate() {
        let (detector, stereo) = (DETECTORS[index % 2], modes[index % 3]);
        effect.set(EffectSettings { detector, stereo, ..EffectSettings::original() });
        effect.process(&mut [a, b], &mut ());
    }
    // In time with the original and close to it, whatever was switched.
    for (out, wave) in out.iter().zip([&left, &right]) {
        let dry = delayed(wave, Latency::Low);
        let signal: f64 = dry.iter().map(|x| f64::from(x * x)).sum();
        let error: f64 = dry.iter().zip(out).map(|(x, y)| f64::from((x - y) * (x - y))).sum();
        assert!(10.0 * libm::log10(signal / error) > 12.0);
    }
}

#[test]
fn a_new_latency_starts_a_new_stream() {
    let wave = common::to_f32(&common::music(RATE, 0.3, 28));
    let settings = EffectSettings::original();
    let mut changed = effect(1, Latency::Full, settings);
    mono(&mut changed, &wave);
    changed.set_latency(Latency::Low);
    assert_eq!(changed.latency(), 256);
    assert_eq!(mono(&mut changed, &wave), mono(&mut effect(1, Latency::Low, settings), &wave));
}
