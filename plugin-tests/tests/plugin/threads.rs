//! Instances that are used by the host's main thread and its audio threads at the same time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use extrema::codec::Detector;
use extrema::effect::EffectSettings;

use crate::host::Instance;
use crate::sound::{bits, expected, threshold, untouched, wave};

const RATE: f64 = 48_000.0;

#[test]
fn two_instances_run_in_two_threads() {
    let waves = [wave(20_000, 98.0), wave(20_000, 131.0)];
    let mut instances = [Instance::new(), Instance::new()];
    let players = instances.each_mut().map(|instance| instance.activate(RATE, 128));
    let played = thread::scope(|scope| {
        let threads: Vec<_> = players
            .into_iter()
            .zip(&waves)
            .map(|(mut player, wave)| {
                scope.spawn(move || {
                    let out = player.track(&[wave, wave], 128, &[]);
                    (player, out)
                })
            })
            .collect();
        let ends = threads.into_iter().map(|thread| thread.join().expect("an audio thread"));
        ends.collect::<Vec<_>>()
    });
    for ((mut instance, (player, out)), wave) in instances.into_iter().zip(played).zip(&waves) {
        instance.deactivate(player);
        assert_eq!(bits(&out), bits(&untouched(RATE, [wave, wave])));
    }
}

#[test]
fn sessions_are_saved_and_loaded_while_another_thread_plays() {
    let mut source = Instance::new();
    let plain = source.save();
    let changes = [
        source.change("Threshold", "5000 lsb"),
        source.change("Detector", "Slope"),
        source.change("Mix", "50 %"),
    ];
    source.flush(&changes);
    let changed = source.save();
    let settings = EffectSettings {
        threshold: threshold(changes[0].value),
        detector: Detector::Slope,
        mix: 0.5,
        ..EffectSettings::default()
    };

    let (left, right) = (wave(20_000, 98.0), wave(20_000, 131.0));
    let mut instance = Instance::new();
    let mut player = instance.activate(RATE, 64);
    let (done, blocks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (player, after) = thread::scope(|scope| {
        let audio = scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                let from = blocks.load(Ordering::SeqCst) * 64 % 19_000;
                let block = [&left[from..from + 64], &right[from..from + 64]];
                let out = player.block(&block, &[]);
                assert!(out.iter().flatten().all(|x| x.is_finite()));
                blocks.fetch_add(1, Ordering::SeqCst);
            }
            player.processor.reset();
            let after = player.track(&[&left, &right], 64, &[]);
            (player, after)
        });
        let all_same = (0..200).all(|round| {
            let state = [&plain, &changed][round % 2];
            let before = blocks.load(Ordering::SeqCst);
            let same = instance.load(state) && instance.save() == *state;
            while blocks.load(Ordering::SeqCst) == before && !audio.is_finished() {
                thread::yield_now();
            }
            same
        });
        done.store(true, Ordering::SeqCst);
        assert!(all_same, "a saved state differs from the one that was loaded");
        audio.join().expect("the audio thread")
    });
    instance.deactivate(player);
    // The state that was loaded last is in force.
    assert_eq!(bits(&after), bits(&expected(RATE, [&left, &right], &[(0, settings)])));
}
