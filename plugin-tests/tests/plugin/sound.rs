//! What is played, and what must come out.

use extrema::codec::Codebook;
use extrema::effect::{Effect, EffectSettings, Latency};

/// A decaying tone with overtones and a pause, the same on every machine; the pitch counts at
/// 44.1 kHz.
pub fn wave(frames: usize, pitch: f64) -> Vec<f32> {
    (0..frames)
        .map(|i| {
            let t = (i % 9000) as f64 / 44_100.0;
            let tone: f64 = (1..6)
                .map(|k| libm::sin(std::f64::consts::TAU * pitch * f64::from(k) * t) / f64::from(k))
                .sum();
            if i % 9000 < 8000 { (0.4 * tone * libm::exp(-6.0 * t)) as f32 } else { 0.0 }
        })
        .collect()
}

/// For comparisons down to the sign of a zero.
pub fn bits(channels: &[Vec<f32>]) -> Vec<Vec<u32>> {
    channels.iter().map(|channel| channel.iter().map(|x| x.to_bits()).collect()).collect()
}

/// The effect alone, its settings changed at positions.
pub fn expected(
    sample_rate: f64,
    input: [&[f32]; 2],
    changes: &[(usize, EffectSettings)],
) -> Vec<Vec<f32>> {
    let mut effect = Effect::new(&Codebook::standard(), sample_rate, 2, Latency::Full);
    let mut out = input.map(<[f32]>::to_vec);
    for (index, &(from, settings)) in changes.iter().enumerate() {
        let to = changes.get(index + 1).map_or(input[0].len(), |change| change.0);
        effect.set(settings);
        let [left, right] = &mut out;
        effect.process(&mut [&mut left[from..to], &mut right[from..to]], &mut ());
    }
    out.to_vec()
}

/// The effect alone as it is when it is inserted.
pub fn untouched(sample_rate: f64, input: [&[f32]; 2]) -> Vec<Vec<f32>> {
    expected(sample_rate, input, &[(0, EffectSettings::default())])
}
