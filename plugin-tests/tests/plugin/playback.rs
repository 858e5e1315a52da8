//! What comes out is the effect's, to the bit, with automation where the host put it.

use extrema::codec::Detector;
use extrema::effect::{Effect, EffectSettings, Latency};

use crate::host::{Change, Instance};

const RATE: f64 = 44_100.0;

/// A decaying tone with overtones and a pause, the same on every machine.
fn wave(frames: usize, pitch: f64) -> Vec<f32> {
    (0..frames)
        .map(|i| {
            let t = (i % 9000) as f64 / RATE;
            let tone: f64 = (1..6)
                .map(|k| libm::sin(std::f64::consts::TAU * pitch * f64::from(k) * t) / f64::from(k))
                .sum();
            if i % 9000 < 8000 { (0.4 * tone * libm::exp(-6.0 * t)) as f32 } else { 0.0 }
        })
        .collect()
}

fn bits(channels: &[Vec<f32>]) -> Vec<Vec<u32>> {
    channels.iter().map(|channel| channel.iter().map(|x| x.to_bits()).collect()).collect()
}

/// The effect alone, its settings changed at positions.
fn expected(input: [&[f32]; 2], changes: &[(usize, EffectSettings)]) -> Vec<Vec<f32>> {
    let mut effect = Effect::new(RATE, 2, Latency::Full);
    let mut out = input.map(<[f32]>::to_vec);
    for (index, &(from, settings)) in changes.iter().enumerate() {
        let to = changes.get(index + 1).map_or(input[0].len(), |change| change.0);
        effect.set(settings);
        let [left, right] = &mut out;
        effect.process(&mut [&mut left[from..to], &mut right[from..to]], &mut ());
    }
    out.to_vec()
}

#[test]
fn the_plugin_plays_what_the_effect_plays_in_any_block_size() {
    let (left, right) = (wave(30_000, 110.0), wave(30_000, 163.0));
    let want = expected([&left, &right], &[(0, EffectSettings::default())]);
    for block in [1, 64, 511, 8192] {
        let mut instance = Instance::new();
        let mut player = instance.activate(RATE, 8192);
        let out = player.track(&[&left, &right], block, &[]);
        instance.deactivate(player);
        assert_eq!(bits(&out), bits(&want), "blocks of {block}");
    }
}

#[test]
fn automation_takes_effect_at_its_sample_in_any_block_size() {
    let (left, right) = (wave(30_000, 98.0), wave(30_000, 131.0));
    let mut instance = Instance::new();
    let mut threshold = instance.change("Threshold", "1000 lsb");
    threshold.sample = 4321;
    let mut detector = instance.change("Detector", "Peak");
    detector.sample = 10_000;
    let mut mix = instance.change("Mix", "50 %");
    mix.sample = 10_001;
    let base = EffectSettings::default();
    let louder =
        EffectSettings { threshold: extrema::codec::Threshold::from_steps(1000.0), ..base };
    let peak = EffectSettings { detector: Detector::Peak, ..louder };
    let half = EffectSettings { mix: 0.5, ..peak };
    let want =
        expected([&left, &right], &[(0, base), (4321, louder), (10_000, peak), (10_001, half)]);
    for block in [1, 100, 4096] {
        let mut instance = Instance::new();
        let mut player = instance.activate(RATE, 4096);
        let out = player.track(&[&left, &right], block, &[threshold, detector, mix]);
        instance.deactivate(player);
        assert_eq!(bits(&out), bits(&want), "blocks of {block}");
    }
}

#[test]
fn modulation_moves_the_sound_and_not_the_value() {
    let (left, right) = (wave(8000, 98.0), wave(8000, 131.0));
    let mut instance = Instance::new();
    let threshold = instance.parameter("Threshold");
    let louder = instance.change("Threshold", "-20 dB");
    let saved = instance.save();
    let mut player = instance.activate(RATE, 8192);
    let modulated =
        player.modulated(&[&left, &right], threshold.id, louder.value - threshold.default);
    assert_eq!(instance.save(), saved);
    instance.deactivate(player);

    let mut instance = Instance::new();
    let mut player = instance.activate(RATE, 8192);
    let set = player.block(&[&left, &right], &[louder]);
    let plain = Instance::new().activate(RATE, 8192).block(&[&left, &right], &[]);
    instance.deactivate(player);
    assert_eq!(bits(&modulated), bits(&set));
    assert_ne!(bits(&modulated), bits(&plain));
}

#[test]
fn nothing_but_finite_normal_samples_comes_out() {
    let mut instance = Instance::new();
    let changes = [instance.change("Input", "24 dB"), instance.change("Output", "24 dB")];
    let mut player = instance.activate(RATE, 4096);
    let hostile = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-40, -1e-40, 10.0, -10.0, 0.5];
    let wave: Vec<f32> = hostile.into_iter().cycle().take(4096).collect();
    for detector in ["Slope", "Peak"] {
        let mut now = changes.to_vec();
        now.push(instance.change("Detector", detector));
        for _ in 0..4 {
            let out = player.block(&[&wave, &wave], &now);
            assert!(out.iter().flatten().all(|x| x.is_finite() && !x.is_subnormal()));
        }
    }
    instance.deactivate(player);
}

#[test]
fn bypass_is_the_delayed_input() {
    let (left, right) = (wave(10_000, 98.0), wave(10_000, 131.0));
    let mut instance = Instance::new();
    let bypass = instance.change("Bypass", "bypassed");
    instance.flush(&[Change { sample: 0, ..bypass }]);
    let mut player = instance.activate(RATE, 512);
    let out = player.track(&[&left, &right], 512, &[]);
    instance.deactivate(player);
    assert_eq!(out[0][2048..], left[..left.len() - 2048]);
    assert_eq!(out[1][2048..], right[..right.len() - 2048]);
}
