//! One clock, in `render --automate`: every control acts on the audio that enters with it.

use extrema::codec::to_f32;
use extrema::effect::Control;
use extrema::effect::controls::Kind;
use test_signals::clock::{self, Playback};

use super::Bench;

/// Frames between two values of a control that is automated in straight lines.
const GRID: usize = 32;

#[test]
fn every_control_acts_on_the_audio_that_enters_with_it() {
    let bench = Bench::new();
    for change in clock::changes() {
        let grid = if change.control.is_numeric() { GRID } else { 1 };
        clock::check(&change, grid, |playback| render(&bench, playback));
    }
}

fn render(bench: &Bench, playback: &Playback<'_>) -> [Vec<f32>; 2] {
    let to_f64 = |channel: &Vec<f32>| channel.iter().map(|&x| f64::from(x)).collect();
    bench.write("in.wav", clock::RATE, &playback.input.each_ref().map(to_f64));
    let id = playback.control.spec().id;
    let from = typed(playback.control, playback.from);
    let constant = |control: Control, value: &str| {
        let name = control.spec().id.replace('_', "-");
        match value {
            "off" if !control.is_numeric() => String::new(),
            "on" => format!("--{name}"),
            value => format!("--{name} {value}"),
        }
    };
    let with =
        playback.with.iter().map(|&(control, value)| constant(control, &typed(control, value)));
    let with = with.collect::<Vec<_>>().join(" ");
    let option = match playback.to {
        None => constant(playback.control, &from),
        Some((frame, to)) => {
            let seconds = frame as f64 / f64::from(clock::RATE);
            let to = typed(playback.control, to);
            format!("--automate {id}=0:{from},{seconds}:{from},{seconds}:{to}")
        }
    };
    bench.works(&format!("render in.wav out.wav {with} {option}"));
    let channels: [Vec<f64>; 2] = bench.read("out.wav").try_into().expect("two channels");
    channels.map(|channel| channel.into_iter().map(to_f32).collect())
}

/// A text of a control as one word of a command line.
fn typed(control: Control, text: &str) -> String {
    match control.spec().kind {
        Kind::Switch([off, _]) => if text == off { "off" } else { "on" }.to_owned(),
        _ => text.replace(' ', ""),
    }
}
