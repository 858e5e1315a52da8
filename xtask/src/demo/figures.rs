//! The table of figures.

use super::bounce::Bounce;
use super::codec::Coded;
use crate::track::Track;

/// Prints what was measured.
pub fn print(dry: &Track, wet: &Bounce, coded: &Coded) {
    let seconds = dry.seconds();
    let rate = f64::from(dry.sample_rate);
    let channels = dry.channels.len();
    let bits = coded.bytes as f64 * 8.0;
    let pcm = (dry.frames() * channels * 16) as f64;
    let layout = if channels == 1 { "mono" } else { "stereo" };
    let latency = f64::from(wet.latency);
    for (name, value) in [
        ("Duration", format!("{seconds:.2} s, {layout}, {:.1} kHz", rate / 1000.0)),
        ("Speed of the plugin", format!("{:.0} × real time", seconds / wet.time.as_secs_f64())),
        ("Segments", format!("{:.0} per second", coded.segments as f64 / seconds)),
        ("Bit rate", format!("{:.0} kbit/s", bits / seconds / 1000.0)),
        ("Size against 16-bit PCM", ratio(pcm, bits)),
        ("SNR, wet against dry", decibels(snr(dry, &wet.track))),
        ("Latency", format!("{latency:.0} samples, {:.1} ms", latency * 1000.0 / rate)),
    ] {
        println!("{name:<24}{value:>26}");
    }
}

/// How many times smaller the codec's output is, or that it is larger.
fn ratio(pcm: f64, coded: f64) -> String {
    let larger = if coded > pcm { ", larger" } else { "" };
    format!("{:.2} : 1{larger}", pcm / coded)
}

/// The power of a track over that of its difference to another, in dB.
fn snr(dry: &Track, wet: &Track) -> f64 {
    let pairs = dry.channels.iter().flatten().zip(wet.channels.iter().flatten());
    let (signal, noise) = pairs.fold((0.0, 0.0), |(signal, noise), (&x, &y)| {
        let (x, y) = (f64::from(x), f64::from(y));
        (signal + x * x, noise + (x - y) * (x - y))
    });
    10.0 * f64::log10(signal / noise)
}

fn decibels(value: f64) -> String {
    if value.is_finite() { format!("{value:.1} dB") } else { "none: nothing differs".to_owned() }
}
