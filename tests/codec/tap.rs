//! Listeners to the effect.

use extrema::codec::Codebook;
use extrema::codec::StereoMode;
use extrema::effect::{Chunk, Effect, EffectSettings, Latency, Tap};

use crate::common;

const RATE: f64 = 44_100.0;

/// Watches, and is shown both channels of what went into the codec.
struct Watcher;

impl Tap for Watcher {
    fn chunk(&mut self, chunk: &Chunk) {
        assert_eq!(chunk.original.len(), 2);
    }
}

/// Does not watch, and is shown nothing of that.
struct Passer;

impl Tap for Passer {
    fn is_listening(&self) -> bool {
        false
    }

    fn chunk(&mut self, chunk: &Chunk) {
        assert!(chunk.original.is_empty());
        assert_eq!(chunk.decoded.len(), 2);
    }
}

#[test]
fn it_sounds_the_same_whether_anyone_watches() {
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
                ..EffectSettings::default()
            });
            tap(&mut effect, &mut [left, right]);
        }
        [left, right].concat()
    };
    let watched = play(&mut |effect, block| effect.process(block, &mut Watcher));
    let alone = play(&mut |effect, block| effect.process(block, &mut Passer));
    assert!(watched.iter().zip(&alone).all(|(a, b)| a.to_bits() == b.to_bits()));
    assert!(watched.iter().all(|y| y.is_finite()));
}
