//! What input costs that is not music: silence, NaN and subnormal numbers, which some processors are
//! slow with. In blocks of 64 frames, through the effect alone and with an open window, each in turn
//! in one run, since only ratios can be trusted on a shared machine. Without the feature `plugin` there is
//! no window.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
#[cfg(feature = "plugin")]
use extrema::capture::capture;
use extrema::codec::Codebook;
use extrema::effect::{Effect, EffectSettings, Latency};
use test_signals as signals;

/// The block that leaves least time.
const BLOCK_FRAMES: usize = 64;

/// Less than the link to the editor holds.
const FRAMES: usize = 160 * BLOCK_FRAMES;

/// Inputs by name; music comes first.
fn inputs() -> Vec<(&'static str, Vec<f32>)> {
    let of = |cycle: &[f32]| cycle.iter().copied().cycle().take(FRAMES).collect::<Vec<_>>();
    vec![
        ("music", signals::music(FRAMES).iter().map(|&x| x as f32).collect()),
        ("silence", of(&[0.0])),
        ("NaN", of(&[f32::NAN])),
        ("infinities", of(&[f32::INFINITY, f32::NEG_INFINITY])),
        ("subnormal numbers", of(&[1e-40, -3e-41, 1e-45, -1e-39])),
        ("smallest normal numbers", of(&[2e-38, -1.5e-38])),
    ]
}

fn bench(c: &mut Criterion) {
    let default = EffectSettings::original();
    let half = EffectSettings { mix: 0.5, input_db: -24.0, output_db: -24.0, ..default };
    for (name, settings) in [("default", default), ("gains and mix", half)] {
        let mut group = c.benchmark_group(format!("odd input, {name}"));
        group.throughput(Throughput::Elements(2 * FRAMES as u64));
        for (input, wave) in inputs() {
            group.bench_with_input(BenchmarkId::new("effect", input), &wave, |b, wave| {
                let mut effect = effect(settings);
                b.iter(|| {
                    blocks(wave, |channels| effect.process(channels, &mut ()));
                });
            });
            #[cfg(feature = "plugin")]
            group.bench_with_input(
                BenchmarkId::new("with the window open", input),
                &wave,
                |b, wave| {
                    let mut effect = effect(settings);
                    let (mut link, mut editor) = capture();
                    editor.open();
                    b.iter(|| {
                        blocks(wave, |channels| {
                            link.begin_block(channels);
                            effect.process(channels, &mut link);
                            link.end_block(channels);
                        });
                        while editor.receive().is_some() {}
                        editor.meters.take_input();
                        editor.meters.take_output();
                    });
                },
            );
        }
        group.finish();
    }
}

fn effect(settings: EffectSettings) -> Effect {
    let mut effect =
        Effect::new(&Codebook::standard(), signals::SAMPLE_RATE, 2, Latency::default());
    effect.set(settings);
    effect
}

/// Hands over the wave on both channels, block by block.
fn blocks(wave: &[f32], mut process: impl FnMut(&mut [&mut [f32]])) {
    let (mut left, mut right) = ([0.0; BLOCK_FRAMES], [0.0; BLOCK_FRAMES]);
    for block in wave.chunks_exact(BLOCK_FRAMES) {
        left.copy_from_slice(block);
        right.copy_from_slice(block);
        process(&mut [&mut left[..], &mut right[..]]);
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
