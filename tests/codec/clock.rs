//! One clock: a setting acts on the audio that enters with it, and what changes does not click.

use crate::common;

use extrema::codec::{
    Codebook, Detector, LevelScale, Levels, LossMode, Share, StereoMode, Threshold,
};
use extrema::effect::{Effect, EffectSettings, Latency};

const RATE: f64 = 44_100.0;

/// The frame before which a setting changes, inside a block.
const CHANGE: usize = 5001;

/// Frames of silence before [`CHANGE`]: more than the longest segment, so that every level is 0, and
/// fewer than the latency.
const GAP: usize = 500;

/// Those that are switched between. The search takes minutes in a debug build, so there `best.rs` has fewer
/// switches to and from it.
const DETECTORS: &[Detector] = if cfg!(debug_assertions) {
    &[Detector::Slope, Detector::Peak]
} else {
    &[Detector::Slope, Detector::Peak, Detector::Best]
};

/// A ramp of 10 ms.
const RAMP: usize = 441;

fn base() -> EffectSettings {
    EffectSettings { longest_ms: Some(5.0), ..EffectSettings::original() }
}

/// Plays both channels with `before`, and with `after` from frame `change` on.
fn play(
    input: &[Vec<f32>; 2],
    change: usize,
    before: EffectSettings,
    after: EffectSettings,
) -> [Vec<f32>; 2] {
    play_with(Latency::Normal, input, change, before, after)
}

/// [`play`] with any latency.
fn play_with(
    latency: Latency,
    input: &[Vec<f32>; 2],
    change: usize,
    before: EffectSettings,
    after: EffectSettings,
) -> [Vec<f32>; 2] {
    let mut effect = Effect::new(&Codebook::standard(), RATE, 2, latency);
    let mut out = input.clone();
    let [left, right] = &mut out;
    let (head, tail) = left.split_at_mut(change);
    let (other_head, other_tail) = right.split_at_mut(change);
    for (settings, left, right) in [(before, head, other_head), (after, tail, other_tail)] {
        effect.set(settings);
        for (left, right) in left.chunks_mut(300).zip(right.chunks_mut(300)) {
            effect.process(&mut [left, right], &mut ());
        }
    }
    out
}

/// Music on both channels that is silent for [`GAP`] frames up to `resumes`.
fn music_with_a_gap(resumes: usize) -> [Vec<f32>; 2] {
    [31, 32].map(|seed| {
        let mut wave = common::to_f32(&common::music(RATE, 0.4, seed));
        wave[resumes - GAP..resumes].fill(0.0);
        wave
    })
}

fn latency() -> usize {
    Latency::Normal.samples(RATE) as usize
}

/// Before the changed frame comes what the old setting gives, and from it on what the new one gives.
#[test]
fn codec_settings_act_on_the_audio_that_enters_with_them() {
    let base = base();
    let input = music_with_a_gap(CHANGE);
    let old = play(&input, CHANGE, base, base);
    // Around a switch, flat segments are drawn that either setting alone would hold.
    const SETTLED: usize = 441;
    for (after, settled) in [
        (EffectSettings { threshold: Threshold::from_dbfs(-20.0), ..base }, 0),
        (EffectSettings { points: 3, ..base }, 0),
        (EffectSettings { curves: 2, ..base }, 0),
        (EffectSettings { longest_ms: Some(0.3), ..base }, 0),
        (EffectSettings { detector: Detector::Peak, ..base }, SETTLED),
        (EffectSettings { detector: Detector::Best, ..base }, SETTLED),
        (EffectSettings { stereo: StereoMode::MidSide, ..base }, SETTLED),
        (EffectSettings { stereo: StereoMode::Linked, ..base }, SETTLED),
    ] {
        let (new, heard) = (play(&input, CHANGE, after, after), play(&input, CHANGE, base, after));
        let at = CHANGE + latency();
        for ((old, new), heard) in old.iter().zip(&new).zip(&heard) {
            assert!(heard[..at] == old[..at], "early: {after:?}");
            assert!(heard[at + settled..] == new[at + settled..], "late: {after:?}");
            assert!(old[at..] != new[at..] && old[..at - GAP] != new[..at - GAP], "{after:?}");
        }
    }
}

/// Input, mix, output, delta and bypass start to move at that very frame, in a straight line.
#[test]
fn levels_act_on_the_audio_that_enters_with_them() {
    let base = base();
    let input = [33, 34].map(|seed| common::to_f32(&common::music(RATE, 0.4, seed)));
    let at = CHANGE + latency();
    for after in [
        EffectSettings { mix: 0.25, ..base },
        EffectSettings { output_db: -9.0, ..base },
        EffectSettings { delta: true, ..base },
        EffectSettings { bypass: true, ..base },
    ] {
        let (old, new) = (play(&input, CHANGE, base, base), play(&input, CHANGE, after, after));
        let heard = play(&input, CHANGE, base, after);
        for ((old, new), heard) in old.iter().zip(&new).zip(&heard) {
            assert!(heard[..at] == old[..at], "early: {after:?}");
            for step in 0..RAMP - 1 {
                let share = (step + 1) as f64 / RAMP as f64;
                let (old, new) = (f64::from(old[at + step]), f64::from(new[at + step]));
                let expected = old + share * (new - old);
                assert!((f64::from(heard[at + step]) - expected).abs() < 1e-6, "{after:?}");
            }
            assert!(heard[at + RAMP - 1..] == new[at + RAMP - 1..], "late: {after:?}");
        }
    }
    // The input gain moves what the codec sees.
    let after = EffectSettings { input_db: 12.0, ..base };
    let input = music_with_a_gap(CHANGE);
    let old = play(&input, CHANGE, base, base);
    let heard = play(&input, CHANGE, base, after);
    for (old, heard) in old.iter().zip(&heard) {
        let first = old.iter().zip(heard).position(|(old, heard)| old != heard);
        assert!((at..at + 30).contains(&first.expect("a difference")), "{first:?}");
    }
}

/// The same before anything is heard: settings of the first [`latency`] frames wait for their audio.
#[test]
fn a_change_during_the_first_latency_is_heard_with_its_audio() {
    let input = [35, 36].map(|seed| common::to_f32(&common::music(RATE, 0.2, seed)));
    let after = EffectSettings { bypass: true, ..base() };
    let heard = play(&input, 700, base(), after);
    let old = play(&input, 700, base(), base());
    let at = 700 + latency();
    assert!(heard[0][..at] == old[0][..at]);
    assert_eq!(heard[0][at + RAMP..], input[0][700 + RAMP..input[0].len() - latency()]);
}

/// Largest difference of two successive samples.
fn largest_jump(wave: &[f32]) -> f64 {
    wave.windows(2).map(|pair| f64::from((pair[1] - pair[0]).abs())).fold(0.0, f64::max)
}

#[test]
fn switching_stereo_mode_or_detector_does_not_click() {
    const FRAMES: usize = 11_025;
    let tone = |hertz: f64, level: f64| -> Vec<f64> {
        let step = std::f64::consts::TAU * hertz / RATE;
        (0..FRAMES as u32).map(|i| level * libm::sin(f64::from(i) * step)).collect()
    };
    let add = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<_>>();
    let chord = add(add(tone(220.0, 0.2), tone(277.2, 0.2)), tone(329.6, 0.2));
    let ways = DETECTORS.iter().copied().flat_map(|detector| {
        [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked]
            .map(|stereo| (detector, stereo))
    });
    let ways: Vec<_> = ways.collect();
    for (name, channels) in [
        ("sine", [tone(220.0, 0.5), tone(220.0, 0.5)]),
        ("two sines", [tone(220.0, 0.5), tone(331.0, 0.3)]),
        ("chord", [chord, tone(110.0, 0.4)]),
        ("music", [common::music(RATE, 0.25, 41), common::music(RATE, 0.25, 42)]),
    ] {
        let input = channels.map(|channel| common::to_f32(&channel));
        for threshold_db in [-56.3, -40.0, -25.0] {
            let threshold = Threshold::from_dbfs(threshold_db);
            let settings =
                |(detector, stereo)| EffectSettings { detector, stereo, threshold, ..base() };
            let own: Vec<[f64; 2]> = ways
                .iter()
                .map(|&way| play(&input, 0, settings(way), settings(way)))
                .map(|out| out.each_ref().map(|wave| largest_jump(wave)))
                .collect();
            for (&before, own_before) in ways.iter().zip(&own) {
                for (&after, own_after) in ways.iter().zip(&own) {
                    if (before.0 == after.0) == (before.1 == after.1) {
                        continue;
                    }
                    for change in [6013, 6051, 6177] {
                        let out = play(&input, change, settings(before), settings(after));
                        let near = change + latency() - 250..change + latency() + 500;
                        for (channel, wave) in out.iter().enumerate() {
                            // Nor is a step of the input itself a click.
                            let allowed = own_before[channel]
                                .max(own_after[channel])
                                .max(largest_jump(&input[channel]));
                            let jump = largest_jump(&wave[near.clone()]);
                            let excess_db = 20.0 * (jump / allowed).log10();
                            assert!(
                                excess_db < 3.0,
                                "{excess_db} dB in the {name}, {before:?} to {after:?} at {change}, \
                                 {threshold_db} dBFS"
                            );
                        }
                    }
                }
            }
        }
    }
}

/// Detector and stereo mode at once as well, with the effect's own flat stretches, which leave no level that
/// the wave would have to jump back from, and with all lengths that there are at the longest latency.
#[test]
fn switching_detector_and_stereo_mode_does_not_click_with_any_longest_curve() {
    const FRAMES: usize = 8000;
    const LATENCY: Latency = Latency::Full;
    let tone = |hertz: f64, level: f64| -> Vec<f32> {
        let step = std::f64::consts::TAU * hertz / RATE;
        (0..FRAMES as u32).map(|i| (level * libm::sin(f64::from(i) * step)) as f32).collect()
    };
    let modes = [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked];
    let ways: Vec<_> = DETECTORS.iter().flat_map(|&it| modes.map(|mode| (it, mode))).collect();
    for (name, input) in [
        ("two sines", [tone(220.0, 0.5), tone(331.0, 0.3)]),
        ("low sines", [tone(55.0, 0.5), tone(41.0, 0.3)]),
        ("sine on one side", [tone(110.0, 0.5), tone(110.0, 0.0)]),
    ] {
        for (longest_ms, threshold_db, change) in [
            (Some(0.3), -40.0, 5013),
            (Some(5.0), -56.3, 5013),
            (Some(5.0), -25.0, 5177),
            (Some(46.0), -40.0, 5051),
            (None, -25.0, 5013),
        ] {
            let settings = |(detector, stereo)| EffectSettings {
                detector,
                stereo,
                longest_ms,
                threshold: Threshold::from_dbfs(threshold_db),
                ..EffectSettings::default()
            };
            let own: Vec<[f64; 2]> = ways
                .iter()
                .map(|&way| play_with(LATENCY, &input, 0, settings(way), settings(way)))
                .map(|out| out.each_ref().map(|wave| largest_jump(wave)))
                .collect();
            for (&before, own_before) in ways.iter().zip(&own) {
                for (&after, own_after) in ways.iter().zip(&own).filter(|(way, _)| **way != before)
                {
                    let out = play_with(LATENCY, &input, change, settings(before), settings(after));
                    let at = change + LATENCY.samples(RATE) as usize;
                    for (channel, wave) in out.iter().enumerate() {
                        let allowed = own_before[channel]
                            .max(own_after[channel])
                            .max(largest_jump(&input[channel]));
                        let jump = largest_jump(&wave[at - 250..at + 500]);
                        // 3 dB, and a step of 16 bits beside silence.
                        assert!(
                            jump < 1.413 * allowed + 1.0 / 32767.0,
                            "{jump} for {allowed} in the {name}, {before:?} to {after:?} at {change}, \
                             {longest_ms:?} ms, {threshold_db} dBFS"
                        );
                    }
                }
            }
        }
    }
}

/// Steps to and fro of what changes records, with the slope detector, whose short curves have the least time
/// to reach another level.
#[test]
fn changing_what_becomes_of_the_wave_does_not_click() {
    const FRAMES: usize = 88_200;
    /// 103 ms, so that steps meet the wave in many phases; in blocks of 64.
    const STEP: usize = 71 * 64;
    let tones = |partials: &[f64]| -> Vec<f32> {
        let level = 0.5 / partials.len() as f64;
        let sample = |i: u32| -> f64 {
            let phase = |hertz: f64| std::f64::consts::TAU * hertz * f64::from(i) / RATE;
            partials.iter().map(|&hertz| level * libm::sin(phase(hertz))).sum()
        };
        (0..FRAMES as u32).map(|i| sample(i) as f32).collect()
    };
    let base = EffectSettings { detector: Detector::Slope, ..EffectSettings::default() };
    let loss = |percent, mode| EffectSettings {
        loss: Share::from_percent(percent),
        loss_run: 8,
        loss_mode: mode,
        ..base
    };
    let levels =
        |tenths_of_bits, scale| EffectSettings { levels: Levels { tenths_of_bits, scale }, ..base };
    let follow = |percent| EffectSettings { follow: Share::from_percent(percent), ..base };
    let looped =
        |milliseconds| EffectSettings { looping: true, loop_length_ms: milliseconds, ..base };
    for (name, wave) in [("sine", tones(&[220.0])), ("chord", tones(&[220.0, 277.2, 329.6]))] {
        let heard = |first: EffectSettings, second: EffectSettings| {
            let mut effect = Effect::new(&Codebook::standard(), RATE, 1, Latency::Full);
            let mut out = wave.clone();
            for (number, block) in out.chunks_mut(64).enumerate() {
                effect.set(if (number * 64 / STEP).is_multiple_of(2) { first } else { second });
                effect.process(&mut [block], &mut ());
            }
            // Not the wave's own beginning.
            largest_jump(&out[8820..])
        };
        for (first, second) in [
            (base, loss(80.0, LossMode::Hold)),
            (base, loss(40.0, LossMode::Repeat)),
            (loss(40.0, LossMode::Hold), loss(40.0, LossMode::Repeat)),
            (base, levels(15, LevelScale::Linear)),
            (levels(15, LevelScale::Linear), levels(49, LevelScale::Linear)),
            (levels(40, LevelScale::Linear), levels(40, LevelScale::Logarithmic)),
            (follow(0.0), follow(25.0)),
            (base, looped(5.0)),
            (base, looped(50.0)),
            (base, looped(300.0)),
        ] {
            let allowed = heard(first, first).max(heard(second, second));
            let excess_db = 20.0 * (heard(first, second) / allowed).log10();
            // Two of all pairs are a little beyond 3 dB, see docs/SOUND.md.
            assert!(excess_db < 3.5, "{excess_db} dB in the {name}, {first:?} and {second:?}");
        }
    }
}
