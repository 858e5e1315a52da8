//! One clock, in a CLAP host: every control acts on the audio that enters with it.

use test_signals::clock::{self, Playback};

use crate::host::{Change, Instance};

/// Set by an event inside a block, each control is found in the output one latency later.
#[test]
fn every_control_acts_on_the_audio_that_enters_with_it() {
    let automatable = Instance::new().parameters().into_iter().filter(|it| it.automatable);
    let names: Vec<String> = automatable.map(|parameter| parameter.name).collect();
    let changes = clock::changes();
    assert!(changes.iter().map(|change| change.control.spec().name).eq(names));
    for block in [64, 4096] {
        for change in &changes {
            clock::check(change, 1, |playback| play(playback, block));
        }
    }
}

fn play(playback: &Playback<'_>, block: usize) -> [Vec<f32>; 2] {
    let mut instance = Instance::new();
    let name = playback.control.spec().name;
    let from = instance.change(name, playback.from);
    instance.flush(&[from]);
    let change =
        playback.to.map(|(frame, to)| Change { sample: frame as u32, ..instance.change(name, to) });
    let mut player = instance.activate(f64::from(clock::RATE), 4096);
    let out = player.track(&playback.input.each_ref().map(Vec::as_slice), block, change.as_slice());
    let latency = instance.latency() as usize;
    instance.deactivate(player);
    let [left, right] = out.try_into().expect("two channels");
    [left, right].map(|channel: Vec<f32>| channel[latency..].to_vec())
}
