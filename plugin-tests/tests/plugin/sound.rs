//! The input of the tests, and the expected output.

use extrema::codec::{Codebook, Threshold};
use extrema::effect::{Control, Effect, EffectSettings, Latency};

pub use test_signals::tone as wave;

/// The bits of each sample, to compare down to the sign of a zero.
pub fn bits(channels: &[Vec<f32>]) -> Vec<Vec<u32>> {
    channels.iter().map(|channel| channel.iter().map(|x| x.to_bits()).collect()).collect()
}

/// What the effect alone plays, with its settings changed at these frames.
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

/// What the effect alone plays with its default settings.
pub fn untouched(sample_rate: f64, input: [&[f32]; 2]) -> Vec<Vec<f32>> {
    expected(sample_rate, input, &[(0, EffectSettings::default())])
}

/// The threshold that a host's value stands for.
pub fn threshold(value: f64) -> Threshold {
    Threshold::from_dbfs(Control::Threshold.from_host(value as f32))
}
