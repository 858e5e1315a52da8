//! What the link to the editor costs the audio thread, in blocks of 64 frames of stereo music.
//!
//! `link` prints nanoseconds per sample and channel with the window closed and open, measured in
//! turns. `link closed ROUNDS` and `link open ROUNDS` do the work of one of them, for callgrind: with
//! `--separate-threads=yes` the first thread is the audio thread.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use extrema::capture::{CaptureInput, capture};
use extrema::codec::Codebook;
use extrema::effect::{Effect, Latency};
use test_signals as signals;

/// The block that leaves least time.
const BLOCK_FRAMES: usize = 64;

/// Frames in a round: 0.19 s, more than the effect's latency and less than the link holds.
const ROUND_FRAMES: usize = 8192;

/// Rounds of which the median is printed.
const ROUNDS: usize = 400;

/// An instance of the plugin without its shell.
struct Instance {
    effect: Effect,
    input: CaptureInput,
    wave: Vec<f32>,
    /// Lets the editor's thread empty the link, and waits until it has.
    look: SyncSender<()>,
    looked: Receiver<()>,
}

impl Instance {
    fn new(open: bool) -> Self {
        let (input, mut output) = capture();
        if open {
            output.open();
        }
        let (look, asked) = sync_channel::<()>(0);
        let (done, looked) = sync_channel(0);
        thread::spawn(move || {
            while asked.recv().is_ok() {
                while output.receive().is_some() {}
                if done.send(()).is_err() {
                    break;
                }
            }
        });
        let effect =
            Effect::new(&Codebook::standard(), signals::SAMPLE_RATE, 2, Latency::default());
        let wave = signals::music(4 * ROUND_FRAMES).iter().map(|&x| x as f32).collect();
        Self { effect, input, wave, look, looked }
    }

    /// Plays a round and returns what it took; then the editor empties the link.
    fn play(&mut self, round: usize) -> Duration {
        let from = round % 4 * ROUND_FRAMES;
        let wave = &self.wave[from..from + ROUND_FRAMES];
        let (mut left, mut right) = ([0.0; BLOCK_FRAMES], [0.0; BLOCK_FRAMES]);
        let start = Instant::now();
        for block in wave.chunks_exact(BLOCK_FRAMES) {
            left.copy_from_slice(block);
            right.copy_from_slice(block);
            let channels = &mut [&mut left[..], &mut right[..]];
            self.input.begin_block(channels);
            self.effect.process(channels, &mut self.input);
            self.input.end_block(channels);
        }
        let time = start.elapsed();
        self.look.send(()).expect("the editor's thread is there");
        self.looked.recv().expect("the editor's thread is there");
        time
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [window, rounds] = &arguments[..]
        && let Ok(rounds) = rounds.parse()
    {
        let mut instance = Instance::new(window == "open");
        for round in 0..rounds {
            instance.play(round);
        }
        return;
    }
    let mut instances = [Instance::new(false), Instance::new(true)];
    let mut times = [const { Vec::new() }; 2];
    for round in 0..ROUNDS {
        for (instance, times) in instances.iter_mut().zip(&mut times) {
            times.push(instance.play(round));
        }
    }
    let [closed, open] = times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2].as_nanos() as f64 / (2 * ROUND_FRAMES) as f64
    });
    println!("closed {closed:.2} ns, open {open:.2} ns, {:.2} ns more", open - closed);
}
