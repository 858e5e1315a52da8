//! The plugin plays what the effect plays, to the bit, with automation at the host's sample.

use extrema::codec::Detector;
use extrema::effect::EffectSettings;

use crate::host::{Change, Instance};
use crate::sound::{bits, expected, threshold, untouched, wave};

const RATE: f64 = 44_100.0;

#[test]
fn the_plugin_plays_what_the_effect_plays_in_any_block_size() {
    let (left, right) = (wave(30_000, 110.0), wave(30_000, 163.0));
    let want = untouched(RATE, [&left, &right]);
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
    let mut louder = instance.change("Threshold", "5000 lsb");
    louder.sample = 4321;
    let mut detector = instance.change("Detector", "Slope");
    detector.sample = 10_000;
    let mut mix = instance.change("Mix", "50 %");
    mix.sample = 10_001;
    let base = EffectSettings::default();
    let coarse = EffectSettings { threshold: threshold(louder.value), ..base };
    let slope = EffectSettings { detector: Detector::Slope, ..coarse };
    let half = EffectSettings { mix: 0.5, ..slope };
    let want = expected(
        RATE,
        [&left, &right],
        &[(0, base), (4321, coarse), (10_000, slope), (10_001, half)],
    );
    for block in [1, 100, 4096] {
        let mut instance = Instance::new();
        let mut player = instance.activate(RATE, 4096);
        let out = player.track(&[&left, &right], block, &[louder, detector, mix]);
        instance.deactivate(player);
        assert_eq!(bits(&out), bits(&want), "blocks of {block}");
    }
}

/// Found in the output itself, without the effect's help: the first sample that differs is the one
/// that was read with the change.
#[test]
fn levels_act_on_the_audio_that_enters_with_them() {
    let (left, right) = (wave(20_000, 98.0), wave(20_000, 131.0));
    let play = |changes: &[Change], block| {
        let mut instance = Instance::new();
        let mut player = instance.activate(RATE, 4096);
        let out = player.track(&[&left, &right], block, changes);
        let latency = instance.latency() as usize;
        instance.deactivate(player);
        (out, latency)
    };
    let (untouched, latency) = play(&[], 64);
    for (name, text) in
        [("Mix", "50 %"), ("Output", "-6 dB"), ("Delta", "On"), ("Bypass", "Bypassed")]
    {
        let mut change = Instance::new().change(name, text);
        change.sample = 10_001;
        for block in [64, 4096] {
            let (out, _) = play(&[change], block);
            for (out, untouched) in out.iter().zip(&untouched) {
                let first = out.iter().zip(untouched).position(|(a, b)| a != b);
                assert_eq!(first, Some(10_001 + latency), "{name} in blocks of {block}");
            }
        }
    }
}

#[test]
fn modulation_takes_effect_at_its_sample_and_is_not_saved() {
    let (left, right) = (wave(16_000, 98.0), wave(16_000, 131.0));
    let (before, after) = ([&left[..8000], &right[..8000]], [&left[8000..], &right[8000..]]);
    let mut instance = Instance::new();
    let default = instance.parameter("Threshold").default;
    let louder = instance.change("Threshold", "-20 dB");
    let saved = instance.save();
    let offset = Change { sample: 777, value: louder.value - default, ..louder };
    let mut player = instance.activate(RATE, 8000);
    let mut out = player.modulated(&before, &[offset]);
    assert_eq!(instance.save(), saved);
    // CLAP wants the value without modulation; the framework returns it with modulation.
    let modulated = instance.value(louder.id);
    assert!((modulated - louder.value).abs() < 1e-6);
    let back = player.modulated(&after, &[Change { sample: 333, value: 0.0, ..louder }]);
    assert_eq!(instance.value(louder.id), default);
    instance.deactivate(player);
    out.iter_mut().zip(back).for_each(|(out, back)| out.extend(back));

    let base = EffectSettings::default();
    let coarse = EffectSettings { threshold: threshold(modulated), ..base };
    let changes = [(0, base), (777, coarse), (8333, base)];
    let want = expected(RATE, [&left, &right], &changes);
    assert_eq!(bits(&out), bits(&want));
    assert_ne!(bits(&out), bits(&untouched(RATE, [&left, &right])));
}

#[test]
fn integers_and_choices_are_modulated_in_steps() {
    let (left, right) = (wave(16_000, 98.0), wave(16_000, 131.0));
    let base = EffectSettings::default();
    for (name, steps, settings) in [
        // Each fifth of the travel from 64 to 2 halves the number.
        ("Points", -0.4, EffectSettings { points: 4, ..base }),
        ("Points", -0.5, EffectSettings { points: 3, ..base }),
        // Clamped to the range.
        ("Points", -1000.0, EffectSettings { points: 2, ..base }),
        ("Detector", -1.0, EffectSettings { detector: Detector::Slope, ..base }),
        ("Zoom", 2.0, EffectSettings { zoom: 5, ..base }),
        ("Loop", 1.0, EffectSettings { looping: true, ..base }),
    ] {
        let mut instance = Instance::new();
        let saved = instance.save();
        let id = instance.parameter(name).id;
        let mut player = instance.activate(RATE, 16_000);
        let offset = Change { sample: 777, id, value: steps };
        let out = player.modulated(&[&left, &right], &[offset]);
        assert_eq!(instance.save(), saved, "{name}");
        instance.deactivate(player);
        let want = expected(RATE, [&left, &right], &[(0, base), (777, settings)]);
        assert_eq!(bits(&out), bits(&want), "{name} by {steps}");
        assert_ne!(bits(&out), bits(&untouched(RATE, [&left, &right])), "{name} by {steps}");
    }
}

#[test]
fn input_and_output_may_share_their_buffers() {
    let (left, right) = (wave(16_000, 98.0), wave(16_000, 131.0));
    let mut instance = Instance::new();
    let mut louder = instance.change("Threshold", "5000 lsb");
    // Inside a block.
    louder.sample = 7777;
    let mut player = instance.activate(RATE, 512);
    player.in_place = true;
    let out = player.track(&[&left, &right], 512, &[louder]);
    instance.deactivate(player);
    let base = EffectSettings::default();
    let coarse = EffectSettings { threshold: threshold(louder.value), ..base };
    let want = expected(RATE, [&left, &right], &[(0, base), (7777, coarse)]);
    assert_eq!(bits(&out), bits(&want));
}

#[test]
fn a_flush_is_heard_from_the_next_block_on() {
    let (left, right) = (wave(16_000, 98.0), wave(16_000, 131.0));
    let (before, after) = ([&left[..8000], &right[..8000]], [&left[8000..], &right[8000..]]);
    let mut instance = Instance::new();
    let (mix, points) = (instance.change("Mix", "50 %"), instance.change("Points", "3"));
    let mut player = instance.activate(RATE, 8000);
    player.flush(&[mix]);
    assert_eq!(instance.value(mix.id), mix.value);
    let mut out = player.block(&before, &[]);
    player.flush(&[points]);
    assert_eq!(instance.value(points.id), points.value);
    let rest = player.block(&after, &[]);
    instance.deactivate(player);
    out.iter_mut().zip(rest).for_each(|(out, rest)| out.extend(rest));

    let half = EffectSettings { mix: 0.5, ..EffectSettings::default() };
    let coarse = EffectSettings { points: 3, ..half };
    let want = expected(RATE, [&left, &right], &[(0, half), (8000, coarse)]);
    assert_eq!(bits(&out), bits(&want));
}

#[test]
fn after_the_tail_nothing_sounds() {
    for changes in [
        &[][..],
        &[("Latency", "low")],
        &[("Longest curve", "5 ms")],
        &[("Detector", "Peak"), ("Threshold", "-20 dB")],
        &[("Threshold", "off"), ("Input", "24 dB")],
    ] {
        let mut instance = Instance::new();
        let set: Vec<_> = changes.iter().map(|&(name, text)| instance.change(name, text)).collect();
        instance.flush(&set);
        let mut player = instance.activate(RATE, 100);
        // Cut off where it is loud.
        let mut wave = wave(5050, 110.0);
        wave.resize(20_000, 0.0);
        let out = player.track(&[&wave, &wave], 100, &[]);
        let tail = player.tail().expect("an end") as usize;
        instance.deactivate(player);
        let end = out[0].iter().rposition(|&x| x != 0.0).expect("a sound") + 1;
        assert!(end > 5050, "{changes:?}: nothing comes after the input");
        assert!(end <= 5050 + tail, "{changes:?}: {end}, with a tail of {tail}");
    }
}

#[test]
fn nothing_but_finite_normal_samples_comes_out() {
    let mut instance = Instance::new();
    let changes = [instance.change("Input", "24 dB"), instance.change("Output", "24 dB")];
    let mut player = instance.activate(RATE, 4096);
    let hostile = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-40, -1e-40, 10.0, -10.0, 0.5];
    let wave: Vec<f32> = hostile.into_iter().cycle().take(4096).collect();
    for detector in ["Slope", "Peak", "Best"] {
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
