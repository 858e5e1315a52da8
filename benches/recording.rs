//! Ten minutes at 192 kHz in blocks of 64 frames of stereo, recorded ten times as fast as they sound, so the
//! ring and the disk have a tenth of the time that they have in a host.
//!
//! `recording [SECONDS [FOLDER]]` prints for music, and for noise with as many records as there can be, the
//! nanoseconds a sample and channel takes the audio thread, with and without a recording; the longest
//! block in microseconds with one; and what was saved. It fails unless that is all in one file.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use extrema::codec::{Codebook, Threshold};
use extrema::effect::{Effect, EffectSettings, Latency};
use extrema::params::ExtremaParams;
use extrema::recorder::{CAPACITY, RecorderStatus, recorder};
use test_signals as signals;

const RATE: usize = 192_000;
const BLOCK_FRAMES: usize = 64;

/// How many times as fast as it sounds everything is played.
const SPEED: u32 = 10;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let seconds = arguments.next().map_or(600, |text| text.parse().expect("seconds"));
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let music: Vec<f32> = signals::music(RATE).iter().map(|&x| x as f32).collect();
    let mut random = signals::Random::new(1);
    let noise: Vec<f32> = (0..RATE).map(|_| random.sample() as f32).collect();
    println!("signal, ns alone and recorded, longest block in µs, seconds, bytes");
    for (name, wave) in [("music", music), ("noise", noise)] {
        let (alone, _, _) = play(&wave, seconds, None);
        let (recorded, longest, status) = play(&wave, seconds, Some(folder.join(name)));
        let Some(RecorderStatus::Saved { path, bytes, files: 1, seconds: length }) = status else {
            panic!("{name}: {status:?}");
        };
        println!("{name}, {alone:.1}, {recorded:.1}, {longest}, {length}, {bytes}");
        std::fs::remove_file(path).expect("the recording is there");
    }
}

/// Plays a second over and over. Returns the nanoseconds a sample, the longest block in microseconds, and
/// what became of the recording.
fn play(
    wave: &[f32],
    seconds: usize,
    folder: Option<PathBuf>,
) -> (f64, u128, Option<RecorderStatus>) {
    let codebook = Codebook::standard();
    let is_recorded = folder.is_some();
    let (recorder, mut tap) = recorder(Arc::new(ExtremaParams::default()), folder, CAPACITY);
    tap.activate(RATE as f64, 2);
    let mut effect = Effect::new(&codebook, RATE as f64, 2, Latency::Full);
    effect.set(EffectSettings { threshold: Threshold::from_steps(0.0), ..Default::default() });
    if is_recorded {
        recorder.start("Benchmark");
    }
    let (begin, mut busy, mut longest) = (Instant::now(), Duration::ZERO, Duration::ZERO);
    for second in 0..seconds as u32 {
        for block in wave.chunks(BLOCK_FRAMES) {
            let (mut left, mut right) = ([0.0; BLOCK_FRAMES], [0.0; BLOCK_FRAMES]);
            left.copy_from_slice(block);
            right.copy_from_slice(block);
            let start = Instant::now();
            tap.begin_block(&effect);
            effect.process(&mut [&mut left, &mut right], &mut (&mut tap, &mut ()));
            let time = start.elapsed();
            busy += time;
            longest = longest.max(time);
        }
        let due = Duration::from_secs(1) * (second + 1) / SPEED;
        thread::sleep(due.saturating_sub(begin.elapsed()));
    }
    let nanoseconds = busy.as_nanos() as f64 / (2 * RATE * seconds) as f64;
    if !is_recorded {
        return (nanoseconds, longest.as_micros(), None);
    }
    recorder.stop();
    // The audio thread leaves the ring.
    tap.begin_block(&effect);
    loop {
        match recorder.status() {
            RecorderStatus::Recording { .. } | RecorderStatus::Saving { .. } => {
                thread::sleep(Duration::from_millis(1));
            }
            status => return (nanoseconds, longest.as_micros(), Some(status)),
        }
    }
}
