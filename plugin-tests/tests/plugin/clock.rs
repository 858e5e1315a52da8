//! One clock, in a CLAP host: every control acts on the audio that enters with it.

use extrema::effect::Control;
use test_signals::clock::{self, Playback};

use crate::host::{Change, Instance};

/// Set by an event inside a block, each control is found in the output one latency later.
#[test]
fn every_control_acts_on_the_audio_that_enters_with_it() {
    let automatable = Instance::new().parameters().into_iter().filter(|it| it.automatable);
    let names: Vec<String> = automatable.map(|parameter| parameter.name).collect();
    let changes = clock::changes();
    let tested = changes.iter().map(|change| change.control.spec().name);
    assert!(tested.eq(names.iter().filter(|name| *name != Control::AutoGain.spec().name)));
    for block in [64, 4096] {
        for change in &changes {
            clock::check(change, 1, |playback| play(playback, block));
        }
    }
}

fn play(playback: &Playback<'_>, block: usize) -> [Vec<f32>; 2] {
    let mut instance = Instance::new();
    let name = playback.control.spec().name;
    let with = playback.with.iter().map(|&(control, to)| (control.spec().name, to));
    let at_first: Vec<Change> = with
        .chain([(name, playback.from)])
        .map(|(name, value)| instance.change(name, value))
        .collect();
    instance.flush(&at_first);
    let change =
        playback.to.map(|(frame, to)| Change { sample: frame as u32, ..instance.change(name, to) });
    let mut player = instance.activate(f64::from(clock::RATE), 4096);
    let out = player.track(&playback.input.each_ref().map(Vec::as_slice), block, change.as_slice());
    let latency = instance.latency() as usize;
    instance.deactivate(player);
    let [left, right] = out.try_into().expect("two channels");
    [left, right].map(|channel: Vec<f32>| channel[latency..].to_vec())
}
