//! How different two presets sound, as a number.

use std::f64::consts::TAU;

use crate::track::Track;

/// Bands, two to an octave, and the centre of the lowest in Hz.
const BANDS: usize = 16;
const LOWEST_HZ: f64 = 70.0;

/// A band-pass of half an octave.
const Q: f64 = 2.87;

/// Length of a frame in which levels are taken.
const FRAME_SECONDS: f64 = 0.025;

/// Levels below this count as this, in dBFS.
const FLOOR_DB: f64 = -70.0;

/// Nearest presets are at least this far apart, in dB.
pub const MINIMUM_DB: f64 = 1.0;

/// On how many kinds of material distances are measured: four, to save time.
pub const KINDS: usize = 4;

/// Levels in dB by channel, band and frame.
pub type Levels = Vec<f64>;

/// The levels of a track. Each channel's mean is taken off, so that a gain is no difference.
pub fn levels(track: &Track) -> Levels {
    let rate = f64::from(track.sample_rate);
    let frame = (FRAME_SECONDS * rate) as usize;
    let mut all = Vec::new();
    for channel in &track.channels {
        for band in 0..BANDS {
            let hertz = LOWEST_HZ * 2_f64.powf(0.5 * band as f64);
            let filtered = band_pass(channel, hertz / rate);
            let power =
                |frame: &[f64]| frame.iter().map(|x| x * x).sum::<f64>() / frame.len() as f64;
            let level = |frame| (10.0 * (power(frame) + 1e-12).log10()).max(FLOOR_DB);
            all.extend(filtered.chunks_exact(frame).map(level));
        }
    }
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    all.iter_mut().for_each(|level| *level -= mean);
    all
}

/// The distance in dB between the levels of two outputs for each of the same tracks: root of the mean
/// square.
pub fn distance(a: &[Levels], b: &[Levels]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    let (sum, count) =
        pairs.fold((0.0, 0.0), |(sum, count), (a, b)| (sum + (a - b).powi(2), count + 1.0));
    f64::sqrt(sum / count)
}

/// A second-order band-pass with a gain of 1 at its centre, which is a share of the sample rate.
fn band_pass(samples: &[f32], centre: f64) -> Vec<f64> {
    let (sin, cos) = (TAU * centre).sin_cos();
    let alpha = sin / (2.0 * Q);
    let a0 = 1.0 + alpha;
    let (b, a1, a2) = (alpha / a0, -2.0 * cos / a0, (1.0 - alpha) / a0);
    let (mut s1, mut s2) = (0.0, 0.0);
    let filter = |&x: &f32| {
        let x = f64::from(x);
        let y = b * x + s1;
        (s1, s2) = (s2 - a1 * y, -b * x - a2 * y);
        y
    };
    samples.iter().map(filter).collect()
}
