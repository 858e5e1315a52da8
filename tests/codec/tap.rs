//! Taps on the effect.

use extrema::codec::{Codebook, StereoMode};
use extrema::effect::{Effect, EffectSettings, Latency, PlayedFrames, Tap};

use crate::common;

const RATE: f64 = 44_100.0;

/// Listens, and is shown both channels of the codec's input.
struct Listener;

impl Tap for Listener {
    fn frames(&mut self, played: &PlayedFrames) {
        assert_eq!(played.original.len(), 2);
    }
}

/// Does not listen, and is shown nothing of that.
struct Deaf;

impl Tap for Deaf {
    fn is_listening(&self) -> bool {
        false
    }

    fn frames(&mut self, played: &PlayedFrames) {
        assert!(played.original.is_empty() && played.records.is_empty());
        assert_eq!(played.decoded.len(), 2);
    }
}

#[test]
fn it_sounds_the_same_whether_a_tap_listens_or_not() {
    let wave = common::to_f32(&common::music(RATE, 1.0, 51));
    let other = common::to_f32(&common::noise(wave.len(), 0.3, 52));
    let play = |tap: &mut dyn FnMut(&mut Effect, &mut [&mut [f32]])| {
        let mut effect = Effect::new(&Codebook::standard(), RATE, 2, Latency::Low);
        let (mut left, mut right) = (wave.clone(), other.clone());
        let blocks = left.chunks_mut(700).zip(right.chunks_mut(700));
        for ((left, right), block) in blocks.zip(0..) {
            let stereo = if block / 3 % 2 == 0 { StereoMode::MidSide } else { StereoMode::Linked };
            effect.set(EffectSettings {
                stereo,
                delta: block % 5 > 2,
                ..EffectSettings::original()
            });
            tap(&mut effect, &mut [left, right]);
        }
        [left, right].concat()
    };
    let tapped = play(&mut |effect, block| effect.process(block, &mut Listener));
    let alone = play(&mut |effect, block| effect.process(block, &mut Deaf));
    assert!(tapped.iter().zip(&alone).all(|(a, b)| a.to_bits() == b.to_bits()));
    assert!(tapped.iter().all(|y| y.is_finite()));
}
