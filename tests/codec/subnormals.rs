//! Numbers that a processor is slow with, or that must not come out: subnormal ones, NaN and ±∞.
//!
//! How slow depends on the processor, so what is tested is that no operation meets a subnormal number:
//! x86 notes it in a register.

use extrema::codec::{Codebook, Detector, StereoMode, Threshold};
use extrema::effect::{Effect, EffectSettings, Latency, Tap};

use crate::common;

const RATE: f64 = 44_100.0;

/// Longer than the latency, and a ramp.
const FRAMES: usize = 6000;

/// Inputs by name.
fn inputs() -> Vec<(&'static str, Vec<f32>)> {
    let of = |cycle: &[f32]| cycle.iter().copied().cycle().take(FRAMES).collect::<Vec<_>>();
    let smallest = f32::MIN_POSITIVE;
    let music = common::to_f32(&common::music(RATE, 0.2, 71));
    let fade: Vec<f32> = (0..FRAMES).map(|i| 0.5 * 0.98_f32.powi(i as i32)).collect();
    vec![
        ("silence", of(&[0.0, -0.0])),
        ("NaN", of(&[f32::NAN, -f32::NAN, f32::from_bits(0x7f80_0001)])),
        ("infinities", of(&[f32::INFINITY, f32::NEG_INFINITY])),
        ("subnormal", of(&[1e-40, -1e-40, f32::from_bits(1), smallest.next_down()])),
        ("smallest normal", of(&[smallest, -smallest, 1.5 * smallest, -2.0 * smallest])),
        ("small normal", of(&[1e-37, 3e-38, -2e-38, -1e-36])),
        ("all of them", of(&[0.5, f32::NAN, 1e-40, -0.5, f32::INFINITY, smallest, -1e-40])),
        ("a fade", fade),
        ("music", music[..FRAMES].to_vec()),
    ]
}

/// Settings that take each way through the effect, twice each so that every ramp moves.
fn settings() -> Vec<EffectSettings> {
    let base = EffectSettings::original();
    let off = EffectSettings { threshold: Threshold::OFF, ..base };
    vec![
        base,
        EffectSettings { mix: 0.5, ..base },
        EffectSettings { mix: 1e-30, output_db: -24.0, ..base },
        EffectSettings { mix: 0.3, input_db: -24.0, output_db: -24.0, ..off },
        EffectSettings { input_db: 24.0, ..off },
        EffectSettings { delta: true, ..off },
        EffectSettings { delta: true, stereo: StereoMode::MidSide, input_db: -24.0, ..base },
        EffectSettings { bypass: true, ..base },
        EffectSettings { detector: Detector::Peak, stereo: StereoMode::Linked, ..off },
        EffectSettings { detector: Detector::Best, ..off },
        EffectSettings { mix: 0.0, ..base },
    ]
}

/// Plays an input with all settings in turn, in blocks.
fn play(wave: &[f32], tap: &mut impl Tap, mut seen: impl FnMut(&[f32])) {
    let mut effect = Effect::new(&Codebook::standard(), RATE, 2, Latency::Normal);
    for settings in settings() {
        effect.set(settings);
        for block in wave.chunks(200) {
            let (mut left, mut right) = ([0.0; 200], [0.0; 200]);
            let (left, right) = (&mut left[..block.len()], &mut right[..block.len()]);
            left.copy_from_slice(block);
            right.copy_from_slice(block);
            effect.process(&mut [&mut *left, &mut *right], tap);
            seen(left);
            seen(right);
        }
    }
}

#[test]
fn neither_subnormal_numbers_nor_infinities_come_out() {
    for (name, wave) in inputs() {
        play(&wave, &mut (), |out| {
            assert!(out.iter().all(|x| x.is_finite() && !x.is_subnormal()), "{name}");
        });
    }
}

#[cfg(target_arch = "x86_64")]
mod operations {
    use std::arch::asm;
    use std::hint::black_box;

    use super::{inputs, play};

    /// Bits of the control and status register: an operand was subnormal, a result was.
    const MET: u32 = 1 << 1 | 1 << 4;

    fn status() -> u32 {
        let mut status = 0_u32;
        // SAFETY: the register is stored in these four bytes.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut status, options(nostack)) };
        status
    }

    /// Whether an operation of `work` has had to do with a subnormal number.
    fn meets_subnormals(work: impl FnOnce()) -> bool {
        let status_before = status() & !MET;
        // SAFETY: only flags are cleared that nobody else reads.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const status_before, options(nostack)) };
        work();
        status() & MET != 0
    }

    #[test]
    fn the_flags_tell() {
        let (subnormal, small) = (black_box(1e-40_f32), black_box(1e-38_f64));
        let met = |work: fn(f32, f64) -> f64| {
            meets_subnormals(|| {
                black_box(work(subnormal, small));
            })
        };
        assert!(met(|subnormal, _| subnormal.into()));
        assert!(met(|_, small| ((small / 3.0) as f32).into()));
        assert!(!met(|_, small| small * 3.0));
    }

    #[test]
    fn no_operation_of_the_effect_meets_a_subnormal_number() {
        for (name, wave) in inputs() {
            assert!(!meets_subnormals(|| play(&wave, &mut (), |_| ())), "{name}");
        }
    }

    #[cfg(feature = "plugin")]
    #[test]
    fn nor_does_one_of_the_link_to_the_editor() {
        use extrema::capture::capture;
        use extrema::codec::Codebook;
        use extrema::effect::{Effect, Latency};

        for (name, wave) in inputs() {
            let (mut input, mut output) = capture();
            output.open();
            let mut effect = Effect::new(&Codebook::standard(), super::RATE, 2, Latency::Normal);
            let worked = meets_subnormals(|| {
                for settings in super::settings() {
                    effect.set(settings);
                    for block in wave.chunks(200) {
                        let (mut left, mut right) = (block.to_vec(), block.to_vec());
                        let channels = &mut [&mut left[..], &mut right[..]];
                        input.begin_block(channels);
                        effect.process(channels, &mut input);
                        input.end_block(channels);
                        while output.receive().is_some() {}
                    }
                }
            });
            assert!(!worked, "{name}");
        }
    }
}
