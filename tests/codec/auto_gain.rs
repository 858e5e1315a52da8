//! Auto gain against its formula, with the coefficients that ITU-R BS.1770 gives for 48 kHz.

use crate::common;

use extrema::codec::{Codebook, Detector, Threshold};
use extrema::effect::{Effect, EffectSettings, Latency};

const RATE: f64 = 48_000.0;

/// A second-order filter: `b0, b1, b2, a1, a2`, and its last two inputs and outputs.
struct Filter {
    coefficients: [f64; 5],
    before: [f64; 4],
}

impl Filter {
    fn new(coefficients: [f64; 5]) -> Self {
        Self { coefficients, before: [0.0; 4] }
    }

    fn next(&mut self, x: f64) -> f64 {
        let ([b0, b1, b2, a1, a2], [x1, x2, y1, y2]) = (self.coefficients, self.before);
        let y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
        self.before = [x, x1, y, y1];
        y
    }
}

/// The squares of a signal after the two filters of the recommendation's annex 1.
fn weighted_squares(wave: &[f32]) -> Vec<f64> {
    let mut shelf = Filter::new([
        1.535_124_859_586_97,
        -2.691_696_189_406_38,
        1.198_392_810_852_85,
        -1.690_659_293_182_41,
        0.732_480_774_215_85,
    ]);
    let mut high_pass = Filter::new([1.0, -2.0, 1.0, -1.990_047_454_833_98, 0.990_072_250_366_21]);
    let weighted = wave.iter().map(|&x| high_pass.next(shelf.next(f64::from(x))));
    weighted.map(|x| x * x).collect()
}

/// The gain at each frame, from channels of dry and wet.
fn gains(dry: &[Vec<f32>], wet: &[Vec<f32>]) -> Vec<f64> {
    let power = |channels: &[Vec<f32>]| -> Vec<f64> {
        let squares: Vec<Vec<f64>> = channels.iter().map(|wave| weighted_squares(wave)).collect();
        let share = 1.0 - libm::exp(-1.0 / (0.4 * RATE));
        let mut mean = 0.0;
        let frames = 0..squares[0].len();
        frames
            .map(|i| {
                mean += (squares.iter().map(|channel| channel[i]).sum::<f64>() - mean) * share;
                mean
            })
            .collect()
    };
    let most = libm::exp10(12.0 / 20.0);
    let powers = power(dry).into_iter().zip(power(wet));
    powers.map(|(dry, wet)| ((dry + 1e-6) / (wet + 1e-6)).sqrt().clamp(1.0 / most, most)).collect()
}

/// Plays with a change of settings before a frame, in blocks of 100.
fn play(
    waves: &[Vec<f32>],
    before: EffectSettings,
    change: usize,
    after: EffectSettings,
) -> Vec<Vec<f32>> {
    let mut effect = Effect::new(&Codebook::standard(), RATE, waves.len(), Latency::Low);
    let mut out = waves.to_vec();
    let mut from = 0;
    while from < waves[0].len() {
        effect.set(if from < change { before } else { after });
        let to =
            (from + 100).min(waves[0].len()).min(if from < change { change } else { usize::MAX });
        let mut block: Vec<&mut [f32]> = out.iter_mut().map(|wave| &mut wave[from..to]).collect();
        effect.process(&mut block, &mut ());
        from = to;
    }
    out
}

/// A loud and a quiet second, and one of silence.
fn waves(channels: usize) -> Vec<Vec<f32>> {
    (0..channels)
        .map(|seed| {
            let mut wave = common::to_f32(&common::music(RATE, 2.0, 31 + seed as u64));
            wave[48_000..].iter_mut().for_each(|x| *x *= 0.1);
            wave.extend(vec![0.0; 48_000]);
            wave
        })
        .collect()
}

/// Much quieter than the input.
fn quiet() -> EffectSettings {
    EffectSettings {
        detector: Detector::Peak,
        threshold: Threshold::from_dbfs(-30.0),
        input_db: -9.0,
        ..EffectSettings::original()
    }
}

#[test]
fn the_wet_signal_is_multiplied_by_the_gain_of_the_formula() {
    for channels in [1, 2] {
        let waves = waves(channels);
        let (wet, on) = (quiet(), EffectSettings { auto_gain: true, ..quiet() });
        let dry = play(
            &waves,
            EffectSettings { bypass: true, ..wet },
            0,
            EffectSettings { bypass: true, ..wet },
        );
        let plain = play(&waves, wet, 0, wet);
        let heard = play(&waves, on, 0, on);
        let gains = gains(&dry, &plain);
        assert!(gains.iter().any(|&gain| gain > 2.5), "nothing to make up for");
        for (heard, plain) in heard.iter().zip(&plain) {
            for (i, ((&heard, &plain), gain)) in heard.iter().zip(plain).zip(&gains).enumerate() {
                let expected = f64::from(plain) * gain;
                assert!(
                    (f64::from(heard) - expected).abs() < 1e-5,
                    "{heard} for {expected} at {i}"
                );
            }
        }
    }
}

#[test]
fn it_acts_on_the_audio_that_enters_with_it_and_fades_in() {
    let waves = waves(2);
    let (off, on) = (quiet(), EffectSettings { auto_gain: true, ..quiet() });
    let change = 10_001;
    let latency = Latency::Low.samples(RATE) as usize;
    let (plain, heard) = (play(&waves, off, change, off), play(&waves, off, change, on));
    for (plain, heard) in plain.iter().zip(&heard) {
        let first = plain.iter().zip(heard).position(|(a, b)| a.to_bits() != b.to_bits());
        let first = first.expect("a difference");
        assert!((change + latency..change + latency + 20).contains(&first), "{first}");
        // It begins at nothing measured, a gain of 1, and comes in over 10 ms.
        let jump = plain[..first + 48].iter().zip(heard).map(|(a, b)| (a - b).abs());
        assert!(jump.fold(0.0, f32::max) < 0.01);
    }
}

#[test]
fn delta_and_bypass_are_not_affected() {
    let waves = waves(2);
    for base in
        [EffectSettings { delta: true, ..quiet() }, EffectSettings { bypass: true, ..quiet() }]
    {
        let with = EffectSettings { auto_gain: true, ..base };
        assert!(play(&waves, base, 0, base) == play(&waves, with, 0, with));
    }
}
