//! The tables of figures.

use super::bounce::Bounce;
use super::codec::Coded;
use super::tour::Part;
use crate::presets::loudness::integrated;
use crate::sound::play::snr;
use crate::track::Track;

/// Prints what was measured.
pub fn print(dry: &Track, wet: &Bounce, coded: &Coded) {
    let seconds = dry.seconds();
    let rate = f64::from(dry.sample_rate);
    let channels = dry.channels.len();
    let size = coded.size(&(0..usize::MAX));
    let bits = size.bytes as f64 * 8.0;
    let pcm = (dry.frames() * channels * 16) as f64;
    let layout = if channels == 1 { "mono" } else { "stereo" };
    let latency = f64::from(wet.latency);
    for (name, value) in [
        ("Duration", format!("{seconds:.2} s, {layout}, {:.1} kHz", rate / 1000.0)),
        ("Speed of the plugin", format!("{:.0} × real time", seconds / wet.time.as_secs_f64())),
        ("Segments", format!("{:.0} per second", size.segments as f64 / seconds)),
        ("Bit rate", format!("{:.0} kbit/s", bits / seconds / 1000.0)),
        ("Size against 16-bit PCM", ratio(pcm, bits)),
        ("SNR, wet against dry", decibels(snr(dry, &wet.track))),
        ("Latency", format!("{latency:.0} samples, {:.1} ms", latency * 1000.0 / rate)),
    ] {
        println!("{name:<24}{value:>26}");
    }
}

/// Prints a row for each preset of the tour.
pub fn print_tour(dry: &Track, wet: &Track, coded: &Coded, parts: &[Part]) {
    let row = |cells: [&str; 6]| {
        let [name, from, segments, rate, snr, loudness] = cells;
        println!("{name:<16}{from:>8}{segments:>14}{rate:>14}{snr:>14}{loudness:>14}");
    };
    row(["Tour", "From", "Segments", "Bit rate", "SNR", "Loudness"]);
    for part in parts {
        let cut = |track: &Track| track.map(|channel| channel[part.frames.clone()].to_vec());
        let (dry, wet) = (cut(dry), cut(wet));
        let size = coded.size(&part.frames);
        // A part of a track of a few frames may have none.
        let seconds = dry.seconds().max(f64::MIN_POSITIVE);
        let from = part.frames.start as f64 / f64::from(dry.sample_rate);
        row([
            part.preset.name(),
            &format!("{from:.2} s"),
            &format!("{:.0} /s", size.segments as f64 / seconds),
            &format!("{:.0} kbit/s", size.bytes as f64 * 8.0 / seconds / 1000.0),
            &decibels(snr(&dry, &wet)),
            &change_of_loudness(&dry, &wet),
        ]);
    }
}

/// How many times smaller the codec's output is, or that it is larger.
fn ratio(pcm: f64, coded: f64) -> String {
    let larger = if coded > pcm { ", larger" } else { "" };
    format!("{:.2} : 1{larger}", pcm / coded)
}

fn decibels(value: f64) -> String {
    match value {
        f64::INFINITY => "no difference".to_owned(),
        value if value.is_finite() => format!("{value:.1} dB"),
        _ => "–".to_owned(),
    }
}

/// In LU; a dash for what is too short or too quiet to have a loudness.
fn change_of_loudness(dry: &Track, wet: &Track) -> String {
    let loudness = |track| integrated(track, 0).unwrap_or(f64::NAN);
    let change = loudness(wet) - loudness(dry);
    // Without a negative zero.
    let tenths = (10.0 * change).round() + 0.0;
    if change.is_finite() { format!("{:+.1} LU", tenths / 10.0) } else { "–".to_owned() }
}
