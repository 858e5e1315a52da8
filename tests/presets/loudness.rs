//! Presets keep the loudness: those that come with Extrema, on made signals and the song in the tree.
//! `cargo xtask presets` measures them on more.

use ebur128::{EbuR128, Mode};
use extrema::codec::Codebook;
use extrema::effect::{Control, Effect, EffectSettings, Latency};
use extrema::presets::{Preset, factory};

const RATE: u32 = 44_100;

/// What is played of each, and how much comes before a loop is switched on, in frames.
const FRAMES: usize = 44_100;
const LOOP_AFTER: usize = 11_025;

/// A change of loudness that a preset may have, in LU, and one with *Auto gain* on.
const LIMIT_LU: f64 = 3.0;
const AUTO_GAIN_LIMIT_LU: f64 = 2.0;

fn settings(preset: &Preset) -> EffectSettings {
    EffectSettings::from_values(|control| {
        preset.value(control).unwrap_or_else(|| control.spec().default)
    })
}

/// Stereo from one wave, which comes later and quieter on the right.
fn stereo(wave: impl IntoIterator<Item = f64>) -> [Vec<f32>; 2] {
    let left: Vec<f32> = wave.into_iter().map(|x| x as f32).collect();
    let late = std::iter::repeat_n(0.0, 400).chain(left.iter().copied());
    let right = late.take(left.len()).map(|x| 0.8 * x).collect();
    [left, right]
}

/// Half a second into the song, which is loud from there on.
#[cfg(feature = "files")]
fn song() -> Option<[Vec<f32>; 2]> {
    use extrema::audio_file::AudioReader;
    let mut reader = AudioReader::open("assets/demo/song.flac").unwrap();
    let channels: [Vec<f64>; 2] = reader.read_all().unwrap().try_into().unwrap();
    Some(channels.map(|channel| channel[22_050..][..FRAMES].iter().map(|&x| x as f32).collect()))
}

#[cfg(not(feature = "files"))]
fn song() -> Option<[Vec<f32>; 2]> {
    None
}

fn loudness(channels: &[Vec<f32>; 2], from: usize) -> f64 {
    let mut meter = EbuR128::new(2, RATE, Mode::I).unwrap();
    let planes = channels.each_ref().map(|channel| &channel[from..]);
    meter.add_frames_planar_f32(&planes).unwrap();
    meter.loudness_global().unwrap()
}

/// What comes out, in the place of what went in.
fn play(input: &[Vec<f32>; 2], settings: EffectSettings) -> [Vec<f32>; 2] {
    let rate = f64::from(RATE);
    let mut effect = Effect::new(&Codebook::standard(), rate, 2, Latency::Full);
    let delay = effect.latency() as usize;
    let mut out = input.clone();
    out.iter_mut().for_each(|channel| channel.resize(FRAMES + delay, 0.0));
    let [left, right] = &mut out;
    let (before, after) = left.split_at_mut(LOOP_AFTER);
    let (before_right, after_right) = right.split_at_mut(LOOP_AFTER);
    effect.set(EffectSettings { looping: false, ..settings });
    effect.process(&mut [before, before_right], &mut ());
    effect.set(settings);
    effect.process(&mut [after, after_right], &mut ());
    out.map(|channel| channel[delay..].to_vec())
}

#[test]
fn factory_presets_keep_the_loudness() {
    let rate = f64::from(RATE);
    let mut inputs = vec![("chords", stereo(test_signals::chords(rate, FRAMES, 1)))];
    inputs.extend(song().map(|song| ("song", song)));
    let mut beyond = Vec::new();
    for preset in factory() {
        let plain = settings(preset);
        let from = if plain.looping { LOOP_AFTER } else { 0 };
        let (mut misses, mut misses_with_gain) = (Vec::new(), Vec::new());
        for (name, input) in &inputs {
            let dry = loudness(input, from);
            let change = |settings| loudness(&play(input, settings), from) - dry;
            let of_preset = change(plain);
            if of_preset.abs() > LIMIT_LU {
                misses.push(format!("{name} {of_preset:+.1} LU"));
            }
            // It does not act on what was lost.
            let is_delta = preset.value(Control::Delta) == Some(1.0);
            if is_delta || plain.looping {
                continue;
            }
            let with_gain = match plain.auto_gain {
                true => of_preset,
                false => change(EffectSettings { auto_gain: true, ..plain }),
            };
            if with_gain.abs() > AUTO_GAIN_LIMIT_LU {
                misses_with_gain.push(format!("{name} {with_gain:+.1} LU"));
            }
        }
        // Of 12 kinds of material two may be beyond; of these two, one.
        for (what, misses) in [("", misses), (" with auto gain", misses_with_gain)] {
            if misses.len() > 1 {
                beyond.push(format!("{}{what}: {}", preset.name(), misses.join(", ")));
            }
        }
    }
    assert!(beyond.is_empty(), "{beyond:#?}");
}
