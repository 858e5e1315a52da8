//! One clock, in `render --automate`: every control acts on the audio that enters with it.

use extrema::codec::to_f32;
use test_signals::clock::{self, Playback};

use super::Bench;

/// Frames between two values of an automated control.
const GRID: usize = 32;

#[test]
fn every_control_acts_on_the_audio_that_enters_with_it() {
    let bench = Bench::new();
    for change in clock::changes() {
        if change.control.is_numeric() {
            clock::check(&change, GRID, |playback| render(&bench, playback));
        } else {
            let id = change.control.spec().id;
            let words = bench.fails(&format!(
                "render in.wav no.wav --automate {id}=0:{}",
                change.to.0.to_lowercase()
            ));
            assert!(words.contains(&format!("\"{id}\" cannot be automated")), "{words}");
        }
    }
}

fn render(bench: &Bench, playback: &Playback<'_>) -> [Vec<f32>; 2] {
    let to_f64 = |channel: &Vec<f32>| channel.iter().map(|&x| f64::from(x)).collect();
    bench.write("in.wav", clock::RATE, &playback.input.each_ref().map(to_f64));
    let (id, from) = (playback.control.spec().id, playback.from.replace(' ', ""));
    let option = match playback.to {
        None => format!("--{id} {from}"),
        Some((frame, to)) => {
            let seconds = frame as f64 / f64::from(clock::RATE);
            let to = to.replace(' ', "");
            format!("--automate {id}=0:{from},{seconds}:{from},{seconds}:{to}")
        }
    };
    bench.works(&format!("render in.wav out.wav {option}"));
    let channels: [Vec<f64>; 2] = bench.read("out.wav").try_into().expect("two channels");
    channels.map(|channel| channel.into_iter().map(to_f32).collect())
}
