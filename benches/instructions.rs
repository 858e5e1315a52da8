//! Work whose instructions callgrind counts: `cargo xtask instructions` runs it.
//!
//! `instructions CASE ROUNDS` does a case so many times; without arguments it names the cases and
//! how many samples a round of each has.

use std::hint::black_box;

use extrema::codec::segment::{Segmenter, SegmenterParams};
use extrema::codec::{
    CURVE_COUNT, Codebook, Decoder, Detector, Encoder, Flats, LevelScale, Levels, Record, Settings,
    Share, Threshold,
};
use extrema::effect::{Effect, EffectSettings, Latency};
use test_signals as signals;

/// In a round, more than the effect's latency.
const FRAMES: usize = 20_480;

const MUSIC: &str = "music";
const LONG: &str = "segments of 128";
const HOSTILE: [&str; 5] =
    ["white noise", "sawtooth of period 8", "ties of length 4", "ties of length 16", LONG];

/// What is done with a wave.
#[derive(Clone, Copy)]
enum Work {
    Segment,
    Encode,
    Decode,
    /// In stereo, in blocks of so many frames.
    Effect(usize),
}

struct Case {
    name: String,
    work: Work,
    settings: Settings,
    /// The name of a signal.
    wave: &'static str,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let cases = cases();
    if let [name, rounds] = &arguments[..]
        && let Some(case) = cases.iter().find(|case| case.name == *name)
    {
        case.run(rounds.parse().expect("ROUNDS must be a number"));
    } else {
        for case in &cases {
            println!("{}\t{}", case.samples(), case.name);
        }
    }
}

fn cases() -> Vec<Case> {
    let slope = Settings::default();
    let exact = Settings { threshold: Threshold::OFF, ..slope };
    let peak =
        Settings { detector: Detector::Peak, threshold: Threshold::from_steps(200.0), ..slope };
    let all_points = Settings { points: 64, ..slope };
    let mut cases = Vec::new();
    for (name, settings) in [("slope", slope), ("peak", peak)] {
        for (what, work) in [
            ("segment", Work::Segment),
            ("encode", Work::Encode),
            ("decode", Work::Decode),
            ("effect, blocks of 64", Work::Effect(64)),
        ] {
            let name = format!("{what}, {name}, music");
            cases.push(Case { name, work, settings, wave: MUSIC });
        }
        for wave in HOSTILE {
            let name = format!("encode, {name}, {wave}");
            cases.push(Case { name, work: Work::Encode, settings, wave });
        }
    }
    let best = Settings { detector: Detector::Best, ..peak };
    for wave in [MUSIC, HOSTILE[0], LONG] {
        let name = format!("encode, best, {wave}");
        cases.push(Case { name, work: Work::Encode, settings: best, wave });
    }
    for (name, work, settings) in [
        ("effect, blocks of 64, best, music", Work::Effect(64), best),
        ("encode, slope without threshold, music", Work::Encode, exact),
        ("encode, slope, 64 points, music", Work::Encode, all_points),
        ("effect, blocks of 1, slope, music", Work::Effect(1), slope),
    ] {
        cases.push(Case { name: name.to_owned(), work, settings, wave: MUSIC });
    }
    // Each control at work alone, against `encode, peak, music`.
    for (control, settings) in [
        ("Follow", Settings { follow: Share::ALL, ..peak }),
        ("Follow 50 %", Settings { follow: Share::from_percent(50.0), ..peak }),
        ("Draw", Settings { flats: Flats::Draw, ..peak }),
        ("Zoom 3", Settings { zoom: 3, ..peak }),
        ("Edge", Settings { edge: Share::from_percent(50.0), ..peak }),
        ("Levels", Settings { levels: levels(LevelScale::Linear), ..peak }),
        ("logarithmic Levels", Settings { levels: levels(LevelScale::Logarithmic), ..peak }),
        ("Loss", Settings { loss: Share::from_percent(20.0), loss_run: 8, ..peak }),
        ("Loop", Settings { looping: true, ..peak }),
    ] {
        let name = format!("encode, peak, {control}, music");
        cases.push(Case { name, work: Work::Encode, settings, wave: MUSIC });
    }
    for curves in signals::CURVES.into_iter().filter(|&curves| curves != CURVE_COUNT) {
        let name = format!("encode, slope, {curves} curves, music");
        let settings = Settings { curves, ..slope };
        cases.push(Case { name, work: Work::Encode, settings, wave: MUSIC });
    }
    cases
}

fn levels(scale: LevelScale) -> Levels {
    Levels { tenths_of_bits: 50, scale }
}

impl Case {
    /// In a round.
    fn samples(&self) -> usize {
        match self.work {
            Work::Effect(_) => 2 * FRAMES,
            _ => FRAMES,
        }
    }

    /// All that comes before the first round is the same for any number of rounds.
    fn run(&self, rounds: usize) {
        let wave = wave(self.wave);
        match self.work {
            Work::Segment => {
                let params = SegmenterParams::new(&self.settings, signals::SAMPLE_RATE);
                let mut segmenter = Segmenter::new(self.settings.detector, &Codebook::standard());
                let mut segments = Vec::new();
                for block in (0..rounds).flat_map(|_| wave.chunks(128)) {
                    segments.clear();
                    segmenter.process(block, &params, &mut segments);
                    black_box(&segments);
                }
            }
            Work::Encode => {
                let mut encoder =
                    Encoder::offline(&Codebook::standard(), self.settings, signals::SAMPLE_RATE, 1);
                for _ in 0..rounds {
                    encoder.process(&[&wave], &mut |_, records| {
                        black_box(records);
                    });
                }
            }
            Work::Decode => {
                let records = encode(&wave, self.settings);
                let mut decoder = Decoder::with_capacity(&Codebook::standard(), 1, records.len());
                let mut out = vec![0.0; FRAMES];
                for _ in 0..rounds {
                    decoder.push(0, &records);
                    decoder.read(&mut [&mut out], |_| ());
                }
            }
            Work::Effect(block) => {
                let mut effect =
                    Effect::new(&Codebook::standard(), signals::SAMPLE_RATE, 2, Latency::Normal);
                let Settings { threshold, detector, .. } = self.settings;
                effect.set(EffectSettings { threshold, detector, ..EffectSettings::original() });
                let wave: Vec<f32> = wave.iter().map(|&x| x as f32).collect();
                let (mut left, mut right) = (vec![0.0; block], vec![0.0; block]);
                for wave in (0..rounds).flat_map(|_| wave.chunks_exact(block)) {
                    left.copy_from_slice(wave);
                    right.copy_from_slice(wave);
                    effect.process(&mut [&mut left, &mut right], &mut ());
                }
            }
        }
    }
}

/// A signal by its name.
fn wave(name: &str) -> Vec<f64> {
    match name {
        MUSIC => signals::music(FRAMES),
        LONG => signals::constant(FRAMES, signals::LONGEST),
        _ => {
            let found = signals::hostile(FRAMES).into_iter().find(|(other, _)| other == name);
            found.expect("a signal that is not there").1
        }
    }
}

fn encode(wave: &[f64], settings: Settings) -> Vec<Record> {
    let mut encoder = Encoder::offline(&Codebook::standard(), settings, signals::SAMPLE_RATE, 1);
    let mut records = Vec::new();
    encoder.process(&[wave], &mut |_, more| records.extend_from_slice(more));
    encoder.finish(&mut |_, more| records.extend_from_slice(more));
    records
}
